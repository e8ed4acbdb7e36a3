import {
  anyText,
  integer,
  matching,
  nullable,
  required,
  strictObject,
  text,
} from '../../../shared/json-fields.ts';
import { parseJSON } from '../../../shared/json-text.ts';
import { linesOfFile } from '../read-lines.ts';

/**
 * What `inkan audit export` writes: a line of JSON each, U+000A after each. First the header, then heads,
 * then lines of the log as they stand in it, then certificates, then the end.
 */
export interface ExportHeader {
  readonly format: typeof EXPORT_FORMAT;
  readonly exportedAt: string;
  /** C2SP vkey, as the signer says; null before the first epoch. */
  readonly publicationKey: string | null;
  /** Numbers of the first and the last line in here. */
  readonly first: number;
  readonly last: number;
  /** Lines of the log when it was exported. */
  readonly size: number;
}

export const EXPORT_FORMAT = 'inkan-audit-export-1';

export interface ExportHead {
  readonly epoch: number;
  readonly head: string;
  readonly root: string;
}

export interface ExportCertificate {
  readonly authority: string;
  readonly serialNumber: string;
  readonly sha256: string;
  readonly tbsSha256: string;
}

const count = integer(0, Number.MAX_SAFE_INTEGER);
const hash = matching(/^[0-9a-f]{64}$/, 'a SHA-256');

const header = strictObject<ExportHeader>({
  format: required((value, pointer) => {
    const isFormat = value === EXPORT_FORMAT;
    return isFormat
      ? { ok: true, value: EXPORT_FORMAT }
      : { ok: false, error: { pointer, reason: `must be ${EXPORT_FORMAT}` } };
  }),
  exportedAt: required(text(40)),
  publicationKey: required(nullable(text(300))),
  first: required(count),
  last: required(count),
  size: required(count),
});

const head = strictObject<ExportHead>({
  epoch: required(count),
  head: required(anyText),
  root: required(anyText),
});

const certificate = strictObject<ExportCertificate>({
  authority: required(text(100)),
  serialNumber: required(text(100)),
  sha256: required(hash),
  tbsSha256: required(hash),
});

const headLine = strictObject<{ readonly head: ExportHead }>({ head: required(head) });
const certificateLine = strictObject<{ readonly certificate: ExportCertificate }>({
  certificate: required(certificate),
});
const endLine = strictObject<{ readonly end: { readonly last: number } }>({
  end: required(strictObject<{ readonly last: number }>({ last: required(count) })),
});

export type ExportLine =
  | { readonly kind: 'header'; readonly value: ExportHeader }
  | { readonly kind: 'head'; readonly value: ExportHead }
  | { readonly kind: 'event'; readonly octets: Uint8Array }
  | { readonly kind: 'certificate'; readonly value: ExportCertificate }
  | { readonly kind: 'end'; readonly last: number }
  | { readonly kind: 'unreadable' };

const EVENT_BEGIN = Buffer.from('{"previous":');

/** Every line of a file, each with what it is. */
export function* exportLines(path: string): Generator<ExportLine> {
  let isFirst = true;
  for (const { octets } of linesOfFile(path)) {
    yield isEvent(octets) ? { kind: 'event', octets } : otherLine(octets, isFirst);
    isFirst = false;
  }
}

function isEvent(octets: Uint8Array): boolean {
  return EVENT_BEGIN.equals(octets.subarray(0, EVENT_BEGIN.length));
}

function otherLine(octets: Uint8Array, isFirst: boolean): ExportLine {
  const json = parseJSON(Buffer.from(octets).toString('utf8'));
  if (!json.ok) return { kind: 'unreadable' };
  if (isFirst) {
    const first = header(json.value, '');
    return first.ok ? { kind: 'header', value: first.value } : { kind: 'unreadable' };
  }
  const isHead = headLine(json.value, '');
  if (isHead.ok) return { kind: 'head', value: isHead.value.head };
  const isCertificate = certificateLine(json.value, '');
  if (isCertificate.ok) return { kind: 'certificate', value: isCertificate.value.certificate };
  const isEnd = endLine(json.value, '');
  return isEnd.ok ? { kind: 'end', last: isEnd.value.end.last } : { kind: 'unreadable' };
}
