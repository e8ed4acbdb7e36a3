import {
  type CatalogueAuthority,
  ISSUED_PAGE_LENGTH,
  type IssuedCertificate,
} from '../../shared/repository/catalogue.ts';
import { issuedCertificatePath } from '../../shared/repository/issued-page-path.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberFromText, serialNumberText } from '../../shared/serial-number.ts';
import { type ReadFailure, readIssued } from './catalogue-reader.ts';
import { unescaped } from './names.ts';
import type { Source } from './visit.ts';

/** What one page of the list shows, and what one search shows before it asks whether to go on. */
export const ROWS = 25;

/** Pages of the snapshot that one search reads: 2,000 certificates. */
export const SEARCHED_PAGES = 10;

/** A certificate of the list and where it is: 0 is the first one ever published. */
export interface Listed extends IssuedCertificate {
  readonly index: number;
}

/** Certificates from the newest to the oldest, beginning just before `before`. */
export interface Found {
  readonly rows: readonly Listed[];
  /** Where to go on; absent when the list was gone through to its end. */
  readonly next: number | undefined;
  readonly looked: number;
}

export interface Wanted {
  /** One past the first place that is looked at. */
  readonly before: number;
  /** How many are enough. */
  readonly most: number;
  readonly takes: (certificate: IssuedCertificate) => boolean;
}

/** Looks through at most `SEARCHED_PAGES` pages of the snapshot. */
export async function findIssued(
  source: Source,
  authority: CatalogueAuthority,
  wanted: Wanted,
): Promise<Result<Found, ReadFailure>> {
  const rows: Listed[] = [];
  const from = Math.min(wanted.before, authority.issued?.certificates ?? 0);
  let at = from;
  for (let pages = 0; at > 0 && pages < SEARCHED_PAGES && rows.length < wanted.most; pages++) {
    const number = Math.ceil(at / ISSUED_PAGE_LENGTH);
    const page = await readIssued(source, authority, number);
    if (!page.ok) return page;
    const first = (number - 1) * ISSUED_PAGE_LENGTH;
    // The catalogue and its pages are of one epoch: fewer than it counts is a contradiction.
    if (page.value.length < at - first) return err({ code: 'malformed' });
    at = first + takeBackwards(page.value, first, at - first, wanted, rows);
  }
  return ok({ rows, next: at > 0 ? at : undefined, looked: from - at });
}

/** Goes through a page from `end` to its beginning until there are enough; answers where it stopped. */
function takeBackwards(
  page: readonly IssuedCertificate[],
  first: number,
  end: number,
  { most, takes }: Wanted,
  rows: Listed[],
): number {
  let at = end;
  while (at > 0 && rows.length < most) {
    at -= 1;
    const certificate = page[at];
    if (certificate && takes(certificate)) rows.push({ ...certificate, index: first + at });
  }
  return at;
}

/**
 * What a search looks for: a piece of a subject as people write it or as RFC 4514 has it, whatever its
 * letters' size and the space around its signs, or of a serial number, with or without colons.
 */
export function matcher(text: string): (certificate: IssuedCertificate) => boolean {
  const words = [folded(text), folded(unescaped(text))];
  const digits = folded(text)
    .replace(/^0x/, '')
    .replace(/[: ]/g, '')
    .replace(/^0+(?=.)/, '');
  const serial = /^[0-9a-f]{2,40}$/.test(digits) ? digits : undefined;
  return ({ subject, serialNumber }) => {
    if (serial !== undefined && serialNumber.includes(serial)) return true;
    const name = folded(unescaped(subject));
    return words.some((one) => name.includes(one));
  };
}

/** Letters of full width, as Japanese keyboards write them, are the same letters. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?([,+=]) ?/g, '$1')
    .trim();
}

/**
 * The certificate of exactly this serial number, whatever the length of the list: its file is where
 * the number says. `undefined` for a text that is no serial number, or none of a published one.
 */
export async function findPublished(
  { snapshot, deps }: Source,
  { issued }: CatalogueAuthority,
  text: string,
): Promise<Result<Published | undefined, ReadFailure>> {
  const asked = serialNumberFromText(text.normalize('NFKC'));
  if (!issued || !asked.ok) return ok(undefined);
  const serialNumber = serialNumberText(asked.value);
  const path = issuedCertificatePath(issued.folder, serialNumber);
  const found = await deps.files.find(snapshot.files, path);
  return found.ok ? ok(found.value && { serialNumber, path }) : found;
}

/** Path of its DER. */
export type Published = Pick<IssuedCertificate, 'serialNumber' | 'path'>;
