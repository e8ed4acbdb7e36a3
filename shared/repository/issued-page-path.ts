import { ISSUED_PAGE_LENGTH } from './catalogue.ts';

/** Page n, from 1, of the certificates that an authority with this folder issued. */
export function issuedPagePath(folder: string, page: number): string {
  return `${folder}/issued-${page}.json`;
}

/** How many pages so many certificates fill. */
export function issuedPages(certificates: number): number {
  return Math.ceil(certificates / ISSUED_PAGE_LENGTH);
}

/** The certificate itself; `serialNumber` as `serialNumberText` writes it. */
export function issuedCertificatePath(folder: string, serialNumber: string): string {
  return `${folder}/${serialNumber}.cer`;
}
