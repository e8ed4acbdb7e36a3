import {
  choice,
  type Decode,
  integer,
  list,
  nullable,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { err, ok } from '../../shared/result.ts';
import { REQUEST_MAX_OCTETS } from '../issuance/decode-certification-request.ts';
import { OPTIONAL_EXTENSIONS, type OptionalExtension } from '../issuance/optional-extensions.ts';
import { SUBJECT_ALT_NAMES_MAX } from '../issuance/subject-alt-name.ts';
import { base64Text } from './canonical-document.ts';

/**
 * The approved application under which a subscriber's certificate is asked for: all that an offline
 * host needs to make the certificate anew, and what witnesses compare with the paper. Octets base64.
 */
export interface SubscriberOrder {
  /** Number of the application. */
  readonly application: number;
  readonly kind: 'new' | 'rekey' | 'change';
  /** Serial number of the certificate that is replaced (CP 4.7, 4.8), in hexadecimal; else null. */
  readonly replaces: string | null;
  readonly organisation: string;
  /** DER of the Name that is certified; that of the request may be another (CSR-4). */
  readonly subject: string;
  readonly subjectAltNames: readonly string[];
  /** What the profile leaves to the application and this one does without (CON-8). */
  readonly leaveOut: readonly OptionalExtension[];
  /** DER of the PKCS#10 CertificationRequest, which proves possession of the key (CP 3.2.1). */
  readonly request: string;
}

/** Base64 of at most so many octets: a second parser reads them, which takes long for megabytes. */
function shortBase64(octets: number): Decode<string> {
  const most = Math.ceil(octets / 3) * 4;
  const isShort = (read: string) => (read.length <= most ? ok(read) : err('long'));
  return refined(base64Text, isShort, `must have at most ${octets} octets`);
}

/** Names that a subscriber may have are below a kilobyte. */
const SUBJECT_MAX_OCTETS = 4_096;

export const subscriberOrder: Decode<SubscriberOrder> = strictObject<SubscriberOrder>({
  application: required(integer(1, Number.MAX_SAFE_INTEGER)),
  kind: required(choice('new', 'rekey', 'change')),
  replaces: required(nullable(text(100))),
  organisation: required(text(1_000)),
  subject: required(shortBase64(SUBJECT_MAX_OCTETS)),
  subjectAltNames: required(list(text(253), SUBJECT_ALT_NAMES_MAX)),
  leaveOut: required(list(choice(...OPTIONAL_EXTENSIONS), OPTIONAL_EXTENSIONS.length)),
  request: required(shortBase64(REQUEST_MAX_OCTETS)),
});
