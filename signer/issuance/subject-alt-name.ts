import { isIP } from 'node:net';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { ok, type Result } from '../../shared/result.ts';
import { refuseSubject, type SubjectError } from './distinguished-name.ts';

/** More than a server has; a certificate stays small. */
export const SUBJECT_ALT_NAMES_MAX = 100;

/** RFC 1034 3.5 with RFC 1123 2.1, and the wildcard of RFC 9525 6.3 as a whole first label. */
const DNS_NAME =
  /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The names of subjectAltName, vetted by whoever issues and never taken from the request (CSR-4):
 * DNS names in lower case and IP addresses, each once. A profile has them or has none.
 */
export function checkSubjectAltNames(
  { subjectAltName }: CertificateProfile,
  names: readonly string[],
): Result<true, SubjectError> {
  const refuse = (reason: string) => refuseSubject('RFC 5280 4.2.1.6', reason);
  if (!subjectAltName?.value)
    return names.length === 0 ? ok(true) : refuse('the profile has no subjectAltName');
  if (names.length === 0) return refuse('the profile asks for a subjectAltName, and none is named');
  if (names.length > SUBJECT_ALT_NAMES_MAX)
    return refuse(`more than ${SUBJECT_ALT_NAMES_MAX} subjectAltNames`);
  const malformed = names.find((name) => isIP(name) === 0 && !isDNSName(name));
  if (malformed !== undefined)
    return refuse(`"${malformed}" is neither a DNS name in lower case nor an IP address`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? ok(true) : refuse(`${twice} is named twice`);
}

/** A last label of digits alone would be an IP address gone wrong (RFC 1123 2.1). */
function isDNSName(name: string): boolean {
  return name.length <= 253 && DNS_NAME.test(name) && !/(^|\.)[0-9]+$/.test(name);
}
