import { asciiText } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import {
  type UnixSeconds,
  unixSeconds,
  unixSecondsFromGeneralizedTime,
} from '../../../shared/time.ts';

/** Deeper than any certificate or token; bounds the recursion of whoever looks further. */
const DEPTH_MAX = 32;

/** X.690 10: exactly one element, definite and minimal lengths all the way down. */
export function isDER(der: Uint8Array): boolean {
  const reader = new DERReader(der);
  return reader.skip(DEPTH_MAX) && reader.atEnd();
}

/** The contents of one SEQUENCE with nothing after it. */
export function wholeSequence(der: Uint8Array | undefined): DERReader | undefined {
  if (!der || !isDER(der)) return undefined;
  return new DERReader(der).enter(TAG.sequence);
}

/** Every remaining element as its DER; all have this tag, and there are at most `most`. */
export function elements(
  reader: DERReader | undefined,
  tag: number,
  most: number,
): readonly Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  while (reader && !reader.atEnd()) {
    const element = found.length < most ? reader.whole(tag) : undefined;
    if (!element) return undefined;
    found.push(element);
  }
  return reader && found;
}

/** The next OBJECT IDENTIFIER in dotted decimal; arcs below 2^53. */
export function dottedOID(reader: DERReader | undefined): string | undefined {
  const contents = reader?.objectIdentifier();
  if (!contents) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of contents) {
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) return undefined;
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [joined = 0, ...rest] = arcs;
  const first = Math.min(2, Math.floor(joined / 40));
  return [first, joined - first * 40, ...rest].join('.');
}

/** The OID of the next AlgorithmIdentifier. Its parameters say nothing to the algorithms used here. */
export function algorithmOID(reader: DERReader | undefined): string | undefined {
  return dottedOID(reader?.enter(TAG.sequence));
}

/** RFC 5280 4.1.2.5 and RFC 6960 4.2.2.1: UTCTime or GeneralizedTime with seconds, in UTC. */
export function time(reader: DERReader | undefined): UnixSeconds | undefined {
  const utc = reader?.contents(TAG.utcTime);
  const contents = utc ?? reader?.contents(TAG.generalizedTime);
  const text = contents && asciiText(contents);
  if (!text?.ok) return undefined;
  const century = !utc ? '' : text.value < '50' ? '20' : '19';
  const read = unixSecondsFromGeneralizedTime(century + text.value);
  return read.ok ? read.value : undefined;
}

/** RFC 3161 2.4.2 genTime: a fraction of a second may follow; it is left off. */
export function timeWithFraction(reader: DERReader | undefined): UnixSeconds | undefined {
  const contents = reader?.contents(TAG.generalizedTime);
  const text = contents && asciiText(contents);
  if (!text?.ok || !/^\d{14}(?:\.\d{0,20}[1-9])?Z$/.test(text.value)) return undefined;
  const read = unixSecondsFromGeneralizedTime(`${text.value.slice(0, 14)}Z`);
  return read.ok ? unixSeconds(read.value) : undefined;
}

const EXTENSIONS_MAX = 64;

/** The contents of Extensions (RFC 5280 4.1) that may be passed over: none of them is critical. */
export function areNonCritical(extensions: DERReader | undefined): boolean {
  const list = elements(extensions, TAG.sequence, EXTENSIONS_MAX);
  return list?.every((der) => !isCritical(der)) === true;
}

function isCritical(der: Uint8Array): boolean {
  const extension = wholeSequence(der);
  return !extension?.objectIdentifier() || extension.boolean() === true;
}
