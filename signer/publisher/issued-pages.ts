import { pathOf } from '../../shared/policy/service-url.ts';
import {
  ISSUED_PAGE_LENGTH,
  type IssuedCertificate,
  type IssuedPage,
} from '../../shared/repository/catalogue.ts';
import { issuedPagePath, issuedPages } from '../../shared/repository/issued-page-path.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import { type AuthorityRow, activeAuthorities } from '../database/authority-table.ts';
import type { CertificateFile } from '../database/certificate-publication-table.ts';
import type { Transaction } from '../database/database.ts';
import {
  appendPlaces,
  certificatesAtPlaces,
  countListed,
  countPlaces,
  setListed,
} from '../database/issued-table.ts';
import { nameInRFC4514 } from '../issuance/name-in-rfc4514.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BlobSet } from './blob-set.ts';
import { fileEntry, NO_WINDOW } from './file-entry.ts';
import type { EpochExtent } from './issuer-directory.ts';

/** The list of what one authority issued, as the epoch leaves it (CP 4.4.2). */
export interface IssuedList {
  readonly authority: AuthorityRow;
  readonly folder: string;
  /** How many certificates its pages showed before, in this folder. */
  readonly before: number;
  /** How many they show now. */
  readonly certificates: number;
  /** Certificates that have their place in it from now on. */
  readonly added: readonly CertificateFile[];
  /** The pages that change, in order. */
  readonly pages: readonly { readonly page: number; readonly bytes: Uint8Array }[];
}

export interface BuiltIssuedLists {
  readonly lists: readonly IssuedList[];
  readonly files: readonly FileEntry[];
}

/** More wait for the next epoch: a state from before there were pages gets them by and by. */
const LISTED_AN_EPOCH = 10_000;

/**
 * The pages that change: the last one that was there and those after it. All but the last are full and
 * are never written again, but for `everything`.
 */
export function issuedLists(
  context: SignerContext,
  authorities: readonly AuthorityRow[],
  published: readonly CertificateFile[],
  extent: EpochExtent,
  blobs: BlobSet,
): BuiltIssuedLists {
  const files: FileEntry[] = [];
  let room = LISTED_AN_EPOCH;
  const lists = authorities.flatMap((authority): readonly IssuedList[] => {
    const folder = folderOf(context, authority.name);
    if (folder === undefined) return [];
    const added = published.filter(({ certificate }) => certificate.authorityId === authority.id);
    const before = countListed(context.db, authority.id, folder);
    const places = countPlaces(context.db, authority.id) + added.length;
    const certificates = Math.min(places, before + room);
    room -= certificates - before;
    const list = { authority, folder, before, certificates, added };
    const pages = pagesToWrite(list, extent).map((page) => ({
      page,
      bytes: new TextEncoder().encode(pageText(context, list, page)),
    }));
    for (const { page, bytes } of pages)
      files.push(fileEntry(issuedPagePath(folder, page), 7, bytes, NO_WINDOW, blobs));
    return [{ ...list, pages }];
  });
  return { lists, files };
}

function folderOf({ policy }: SignerContext, authority: string): string | undefined {
  const url = policy.authorities.get(authority)?.certificates?.url.value;
  return url === undefined ? undefined : pathOf(url);
}

type ListWithoutPages = Omit<IssuedList, 'pages'>;

function pagesToWrite(
  { before, certificates }: ListWithoutPages,
  extent: EpochExtent,
): readonly number[] {
  if (extent === 'changes' && before === certificates) return [];
  const first = extent === 'everything' ? 1 : Math.floor(before / ISSUED_PAGE_LENGTH) + 1;
  const last = issuedPages(certificates);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function pageText(
  { db }: SignerContext,
  { authority, certificates, added }: ListWithoutPages,
  page: number,
): string {
  const from = (page - 1) * ISSUED_PAGE_LENGTH;
  const to = Math.min(from + ISSUED_PAGE_LENGTH, certificates);
  const places = countPlaces(db, authority.id);
  const here = [
    ...certificatesAtPlaces(db, authority.id, from, to),
    ...added.slice(Math.max(0, from - places), Math.max(0, to - places)),
  ];
  const issued: IssuedPage = { certificates: here.map(issuedCertificate) };
  return `${JSON.stringify(issued)}\n`;
}

function issuedCertificate({ path, certificate }: CertificateFile): IssuedCertificate {
  return {
    serialNumber: serialNumberText(certificate.serialNumber),
    subject: nameInRFC4514(certificate.subject),
    profile: certificate.profile,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    path,
  };
}

/** With the promise of the epoch. */
export function storeIssuedLists(tx: Transaction, lists: readonly IssuedList[]): void {
  for (const { authority, folder, before, certificates, added } of lists) {
    appendPlaces(
      tx,
      authority.id,
      added.map(({ certificate }) => certificate.id),
    );
    if (certificates !== before) setListed(tx, authority.id, folder, certificates);
  }
}

/** Asked every second: whether certificates have a place and stand on no page yet. */
export function hasUnlistedCertificates(context: SignerContext): boolean {
  const { db } = context;
  return activeAuthorities(db).some(({ id, name }) => {
    const folder = folderOf(context, name);
    return folder !== undefined && countListed(db, id, folder) < countPlaces(db, id);
  });
}
