import { type Decode, matching, refined } from '../json-fields.ts';
import { err, ok } from '../result.ts';
import { isFilePath } from '../snapshot/file.ts';

export const httpURL: Decode<string> = matching(
  /^http:\/\/[A-Za-z0-9.:-]+(\/[A-Za-z0-9._/-]*)?$/,
  'an http:// URL (HTTP-14)',
);

/** A URL whose path a snapshot can hold as it stands: no dots, empty parts or trailing slash. */
export const fileURL: Decode<string> = refined(
  httpURL,
  (url) => (isFilePath(pathOf(url)) ? ok(url) : err('path')),
  'must end in a file path of letters, digits, ".", "_" and "-" between slashes, such as /ca.crl',
);

/** What follows the host; '' for a URL without a path. */
export function pathOf(url: string): string {
  return url.replace(/^http:\/\/[^/]*/, '');
}
