import { type Decode, matching, refined } from '../json-fields.ts';
import { err, ok } from '../result.ts';
import { OCSP_URL_PATH } from '../served-paths.ts';
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

/** HTTP-11: at any other path the edge would take the request for OCSP. */
export const crlFileURL: Decode<string> = ending(['.crl'], 'HTTP-11');

/** HTTP-12. */
export const certificateFileURL: Decode<string> = ending(['.cer', '.p7c'], 'HTTP-12');

function ending(endings: readonly string[], rule: string): Decode<string> {
  return refined(
    fileURL,
    (url) => (endings.some((one) => pathOf(url).endsWith(one)) ? ok(url) : err('ending')),
    `must end in ${endings.join(' or ')} (${rule})`,
  );
}

/**
 * RFC 6960 A.1: the base of GET requests. The edge knows the root of a host, and `/ocsp` beside files
 * on one host.
 */
export const ocspURL: Decode<string> = refined(
  httpURL,
  (url) => (['', OCSP_URL_PATH].includes(pathOf(url).replace(/\/$/, '')) ? ok(url) : err('path')),
  `must be the root of its host, or ${OCSP_URL_PATH} on it`,
);

/** What follows the host; '' for a URL without a path. */
export function pathOf(url: string): string {
  return url.replace(/^http:\/\/[^/]*/, '');
}
