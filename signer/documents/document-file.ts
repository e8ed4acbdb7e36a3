import { err, ok, type Result } from '../../shared/result.ts';
import type { DocumentMediaType } from '../database/document-table.ts';

/** A CP of a hundred pages as PDF has one to two megabytes. */
export const DOCUMENT_OCTETS_MAX: number = 8 << 20;

/** What a file's name may end in. */
const ENDINGS = ['pdf', 'txt'] as const;

export interface DocumentFile {
  readonly ending: (typeof ENDINGS)[number];
  readonly mediaType: DocumentMediaType;
}

/** ISO 32000-2 7.5.5: within the last 1024 octets, as readers look for it. */
const PDF_TAIL_OCTETS = 1024;

/**
 * What the file is, by its octets; its name must say the same. PDF and plain text in UTF-8, nothing
 * else: HTML can carry scripts, which would run with the rights of the repository's own pages.
 */
export function documentFile(
  fileName: string,
  bytes: Uint8Array,
): Result<DocumentFile, { readonly reason: string }> {
  const ending = ENDINGS.find((known) => fileName.endsWith(`.${known}`));
  if (ending === undefined)
    return refuse('its name ends in neither .pdf nor .txt; HTML is not published');
  if (bytes.length === 0) return refuse('it is empty');
  if (bytes.length > DOCUMENT_OCTETS_MAX)
    return refuse(`it has more than ${DOCUMENT_OCTETS_MAX} octets`);
  const found = isPDF(bytes) ? 'pdf' : plainText(bytes);
  if (found === ending) return ok({ ending, mediaType: ending === 'pdf' ? 6 : 4 });
  if (found === 'pdf') return refuse('it is a PDF and its name says text');
  if (found === 'txt') return refuse('it is plain text and its name says PDF');
  return refuse(ending === 'pdf' ? 'it is no PDF, or not a whole one' : found);
}

/** ISO 32000-2 7.5.2: `%PDF-` and a version at its very beginning, `%%EOF` at its end. */
function isPDF(bytes: Uint8Array): boolean {
  const latin1 = new TextDecoder('latin1');
  const head = latin1.decode(bytes.subarray(0, 8));
  return (
    /^%PDF-[12]\.[0-9]$/.test(head) &&
    latin1.decode(bytes.subarray(-PDF_TAIL_OCTETS)).includes('%%EOF')
  );
}

/** `txt`, or why it is none. */
function plainText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'it is not UTF-8';
  }
  // Tabs, line ends and form feeds are all that text files need.
  if (/[^\P{Cc}\t\n\f\r]/u.test(text)) return 'it has control characters, as no text file has';
  // Unicode Standard Annex 9, 2.1 to 2.5: with them a sentence is shown otherwise than it is written.
  if (/[\u202A-\u202E\u2066-\u2069]/u.test(text))
    return 'it has characters that turn the direction of writing';
  if (/^\uFEFF?\s*<(?:!doctype|html|\?xml|svg|script)/i.test(text))
    return 'it is HTML or XML, which is not published';
  return 'txt';
}

function refuse(reason: string): Result<never, { readonly reason: string }> {
  return err({ reason });
}
