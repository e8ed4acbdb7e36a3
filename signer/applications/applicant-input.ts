import type { CRLReasonName } from '../../shared/policy/crl-reasons.ts';
import type { OptionalExtension } from '../issuance/optional-extensions.ts';
import type { ShownDocument } from './screening.ts';

/** What every application has (CP 3.2.2, 4.1). */
interface ApplicantInput {
  /** The organisation that applies, as in its documents. */
  readonly organisation: string;
  /** Who applies for it: representative, employee or agent (CP 4.1.1), by name. */
  readonly agent: string;
  readonly documents: readonly ShownDocument[];
  /** PKCS#10 CertificationRequest, DER. */
  readonly request: Uint8Array;
}

export interface NewApplicationInput extends ApplicantInput {
  readonly kind: 'new';
  readonly authority: string;
  readonly profile: string;
  /** As `certificate issue` takes it; absent: the request's. */
  readonly subject?: string;
  /** For profiles with subjectAltName: DNS names and IP addresses. */
  readonly subjectAltNames?: readonly string[];
  /** What the profile leaves to the application and this one does without (CON-8). */
  readonly leaveOut?: readonly OptionalExtension[];
}

/** The certificate that is replaced. */
interface Predecessor {
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Its issuer, where two issued this serial number. */
  readonly authority?: string;
}

/** CP 4.7: the same subject with a new key. */
export interface RekeyApplicationInput extends ApplicantInput, Predecessor {
  readonly kind: 'rekey';
  /** CON-14: the operator confirms that the subscriber is the one who holds the subject. */
  readonly confirmSameSubject: boolean;
}

/** CP 4.8: other contents; the predecessor is revoked before the new one is issued. */
export interface ChangeApplicationInput extends ApplicantInput, Predecessor {
  readonly kind: 'change';
  readonly subject: string;
  /** Absent: those of the predecessor. */
  readonly subjectAltNames?: readonly string[];
  /** Absent: as the predecessor. */
  readonly leaveOut?: readonly OptionalExtension[];
  readonly reason: Extract<CRLReasonName, 'affiliationChanged' | 'superseded'>;
}

export type CreateApplicationInput =
  | NewApplicationInput
  | RekeyApplicationInput
  | ChangeApplicationInput;

/** CP 4.3.2: how the certificate and the form of receipt went to the subscriber. */
export interface Delivery {
  readonly method: 'handed-over' | 'sent';
  /** Where the proof of sending is kept. */
  readonly reference: string;
}

/** CP 4.4.1. */
export interface Complaint {
  readonly reason: string;
  readonly reference: string;
}
