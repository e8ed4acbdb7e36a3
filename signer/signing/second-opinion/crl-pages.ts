import { createHash } from 'node:crypto';
import { concatBytes } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { lengthOctets, sequence } from '../../../shared/der/writer.ts';
import type { TBSCertListFields } from '../../lint/crl/crl-fields.ts';

/** Entries of one page; the second parser takes about 150 µs and 5 kB for each. */
const PAGE = 128;

/** A list of more entries is read in as many pages as this, not in all. */
const MOST_PAGES = 8;

/** Part of a TBSCertList that is a TBSCertList itself: all fields, some of the entries. */
export interface CRLPage {
  /** Of the whole list: number of the first entry here. */
  readonly first: number;
  /** DER of each entry, one after the other. */
  readonly entries: Uint8Array;
  readonly tbs: Uint8Array;
}

/**
 * The pages that the second parser reads, one at a time, so that it never holds more than one: all
 * of them up to 1,024 entries. Of a longer list the first, the last and six that the hash of the
 * signature draws, which nobody knew while the list was written. All others were walked by the strict
 * reader before the signature, and are the same octets.
 */
export function* crlPages(
  tbs: Uint8Array,
  { revokedCertificates }: TBSCertListFields,
  count: number,
  signature: Uint8Array,
): Generator<CRLPage> {
  if (revokedCertificates === null) {
    yield { first: 0, entries: new Uint8Array(0), tbs };
    return;
  }
  const frame = frameOf(tbs, revokedCertificates);
  const wanted = pageNumbers(Math.ceil(count / PAGE), signature);
  const list = new DERReader(revokedCertificates);
  for (let page = 0; !list.atEnd(); page++) {
    const parts: Uint8Array[] = [];
    while (!list.atEnd() && parts.length < PAGE) {
      const entry = list.whole(TAG.sequence);
      if (!entry) return;
      parts.push(entry);
    }
    if (!wanted.has(page)) continue;
    const entries = concatBytes(parts);
    const { before, after } = frame;
    yield { first: page * PAGE, entries, tbs: sequence(before, sequence(entries), after) };
  }
}

/** What stands before and after revokedCertificates, whose contents are a part of `tbs`. */
function frameOf(tbs: Uint8Array, revokedCertificates: Uint8Array) {
  const contents = new DERReader(tbs).contents(TAG.sequence) ?? tbs;
  const from = revokedCertificates.byteOffset - contents.byteOffset;
  const header = 1 + lengthOctets(revokedCertificates.length).length;
  return {
    before: contents.subarray(0, from - header),
    after: contents.subarray(from + revokedCertificates.length),
  };
}

function pageNumbers(pages: number, signature: Uint8Array): ReadonlySet<number> {
  if (pages <= MOST_PAGES) return new Set(Array.from({ length: pages }, (_, page) => page));
  const digest = createHash('sha256').update(signature).digest();
  const drawn = Array.from(
    { length: MOST_PAGES - 2 },
    (_, i) => digest.readUInt32BE(4 * i) % pages,
  );
  return new Set([0, pages - 1, ...drawn]);
}
