import type { EdgeOperationError } from '../operations/edge-operations.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { APPLICATION_PROBLEMS } from './application-problems.ts';
import { AUTHORITY_PROBLEMS } from './authority-problems.ts';
import { BACKUP_PROBLEMS } from './backup-problems.ts';
import { CEREMONY_PROBLEMS } from './ceremony-problems.ts';
import { DOCUMENT_PROBLEMS } from './document-problems.ts';
import { EDGE_PROBLEMS } from './edge-problems.ts';
import { OPERATOR_PROBLEMS } from './operator-problems.ts';
import type { PersonError } from './person.ts';
import { listed } from './problem-text.ts';
import type { RequestError } from './request-error.ts';
import { REVOCATION_PROBLEMS } from './revocation-problems.ts';

export type APIError = OperationError | EdgeOperationError | PersonError | RequestError;

/** RFC 9457 3: the members, then the facts of the error as extension members (3.2). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [fact: string]: unknown;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

type Row = readonly [status: number, title: string, detail: string];

/** A row for every code: a new code without one breaks the build. */
type Rows = {
  readonly [Code in APIError['code']]: (error: Extract<APIError, { readonly code: Code }>) => Row;
};

/**
 * What the caller is told; the detail is one sentence that says what to do. A client certificate
 * that is missing is 403, not 401: RFC 9110 15.5.2 asks for a challenge, and TLS has already made it.
 */
const ROWS: Rows = {
  ...AUTHORITY_PROBLEMS,
  ...APPLICATION_PROBLEMS,
  ...REVOCATION_PROBLEMS,
  ...CEREMONY_PROBLEMS,
  ...EDGE_PROBLEMS,
  ...DOCUMENT_PROBLEMS,
  ...OPERATOR_PROBLEMS,
  ...BACKUP_PROBLEMS,
  'keystore-unknown': ({ keystore, known }) => [
    422,
    'No such keystore',
    `Name one of ${listed(known)} instead of ${keystore}.`,
  ],
  'profile-unknown': ({ profile, known }) => [
    422,
    'The authority does not issue this profile',
    `Name one of ${listed(known)} instead of ${profile}.`,
  ],
  'profile-not-in-force': ({ profile, issuedFrom, issuedUntil, source }) => [
    422,
    'No certificates of this profile are issued today',
    `Name another profile: ${profile} was for ${dates(issuedFrom, issuedUntil)} (${source}).`,
  ],
  'request-refused': ({ check, clause, reason }) => [
    422,
    'The certificate request is refused',
    `Have the subscriber make another request: ${reason} (${[check, clause].filter(Boolean).join(': ')}).`,
  ],
  'key-refused': ({ check, clause, reason }) => [
    503,
    'The keystore made a weak key',
    `Do not use this keystore and report it to its maker; nothing was certified: ${reason} (${check}: ${clause}).`,
  ],
  'subject-refused': ({ check, reason }) => [
    422,
    'The subject is refused',
    `Give a subject that the profile allows: ${reason} (${check}).`,
  ],
  'serial-number-malformed': () => [
    400,
    'Not a serial number',
    'Give the serial number in hexadecimal, at most 20 octets, as the certificate prints it.',
  ],
  'certificate-unknown': ({ serialNumber }) => [
    404,
    'No such certificate',
    `Look ${serialNumber} up in the list of certificates: none was issued with it.`,
  ],
  'certificate-ambiguous': ({ serialNumber, authorities }) => [
    409,
    'More than one certificate has this serial number',
    `Name the authority too: ${listed(authorities)} each issued one with ${serialNumber}.`,
  ],
  'key-removal-recorded': ({ serialNumber, removedAt }) => [
    409,
    'The removal of the key is on record',
    `Leave ${serialNumber} as it is: its key was recorded as removed at ${removedAt}.`,
  ],
  'radar-not-configured': () => [
    409,
    'No edge is named',
    'Name the edges and the threshold in `radar` of config.json, and start the signer again.',
  ],
  'crl-missing': ({ authority }) => [
    404,
    'No CRL yet',
    `Publish first: ${authority} has not signed a CRL.`,
  ],
  'responder-missing': ({ authority }) => [
    404,
    'No responder yet',
    `Make one with \`inkan responder rotate ${authority}\`.`,
  ],
  'ocsp-unanswered': ({ authority }) => [
    409,
    'The authority answers no OCSP',
    `Ask for its CRL: the policy of ${authority} has no OCSP, so it has no responder.`,
  ],
  'responder-useless': ({ authority, notAfter }) => [
    409,
    'The authority ends too soon for a new responder',
    `Leave it: ${authority} ends at ${notAfter}, in less than the 8 hours that a response must hold.`,
  ],
  'lint-refused': ({ findings }) => [
    422,
    'What would have been signed breaks a rule',
    `Correct what the rule names, nothing was signed: ${findings.map(({ rule, reason }) => `${reason} (${rule})`).join('; ')}.`,
  ],
  'signing-failed': ({ reason, remedy }) => [
    503,
    'The key did not sign',
    sentence(`${remedy.replace(/\.$/, '')} (${reason})`),
  ],
  'gate-refused': ({ rule, reason }) => [
    409,
    'The publish gate refused the epoch',
    `Have the cause repaired, what is published stays as it was: ${reason} (${rule}).`,
  ],
  'clock-went-back': ({ now, lastSeen }) => [
    503,
    'The clock went back',
    `Set the signer's clock right: it shows ${now}, and ${lastSeen} is already on record.`,
  ],
  'client-certificate-missing': () => [
    403,
    'No client certificate',
    'Connect with an operator certificate and its key.',
  ],
  'client-certificate-untrusted': () => [
    403,
    'The client certificate is not trusted',
    "Connect with a certificate that this signer's operator CA issued.",
  ],
  'client-certificate-expired': () => [
    403,
    'The client certificate is not valid now',
    'Ask for a new operator certificate, or set the clock right.',
  ],
  'client-certificate-purpose': () => [
    403,
    'The client certificate is not for client authentication',
    'Connect with an operator certificate; those of servers and CAs are refused.',
  ],
  'client-certificate-nameless': () => [
    403,
    'The client certificate names no person',
    'Ask for an operator certificate with exactly one common name of letters, digits and " ._@-".',
  ],
  'client-certificate-revoked': () => [
    403,
    'The client certificate is revoked',
    'Ask for a new operator certificate with a new key.',
  ],
  'client-certificate-unregistered': ({ spkiSha256 }) => [
    403,
    'The client certificate is not on record',
    `Have another operator add it (\`inkan operator add NAME --roles ROLES --certificate FILE\`): no person holds the key ${spkiSha256}.`,
  ],
  'client-certificate-ended': () => [
    403,
    'The certificate on record for this key has ended',
    'Have another operator renew it (`inkan operator renew`), with a new key.',
  ],
  'role-forbidden': ({ roles }) => [
    403,
    'Your role does not have this',
    `Have somebody do it who is one of: ${listed(roles)}.`,
  ],
  'session-resumed': () => [
    403,
    'A resumed TLS session is refused',
    'Connect with a full handshake.',
  ],
  'route-unknown': () => [
    404,
    'No such resource',
    'Use a client of the same version as the signer.',
  ],
  'method-not-allowed': ({ allowed }) => [
    405,
    'The method is not allowed here',
    `Use ${listed(allowed)}.`,
  ],
  'media-type-unsupported': () => [
    415,
    'The body is not application/json',
    'Send a JSON object with Content-Type: application/json.',
  ],
  'body-too-large': ({ maxBytes }) => [
    413,
    'The body is too large',
    `Send at most ${maxBytes} bytes.`,
  ],
  'request-malformed': ({ pointer, reason }) => [
    400,
    'The request is malformed',
    `Correct ${pointer === '' ? 'the body' : pointer}: it ${reason}.`,
  ],
  'request-timeout': () => [408, 'The request came too slowly', 'Send the request again, at once.'],
  'header-too-large': () => [431, 'The header is too large', 'Send fewer and shorter fields.'],
  'http-malformed': () => [400, 'Not an HTTP request', 'Send HTTP/1.1.'],
  'internal-error': () => [
    500,
    'The signer failed',
    "Read the signer's log: this is a bug; ask for the state before you try again.",
  ],
};

export const PROBLEM_CODES: readonly APIError['code'][] = Object.keys(ROWS) as APIError['code'][];

export function problemOf(error: APIError): Problem {
  // The row of a code takes exactly the errors of that code.
  const row = ROWS[error.code] as (error: APIError) => Row;
  const [status, title, detail] = row(error);
  const { code, ...facts } = error;
  return { ...facts, type: `urn:inkan:problem:${code}`, title, status, detail, code };
}

function dates(from: string | null, until: string | null): string {
  const bounds = [from === null ? '' : `from ${from}`, until === null ? '' : `until ${until}`];
  return bounds.filter((bound) => bound !== '').join(' ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
