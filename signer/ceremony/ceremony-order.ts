import type { Confirmation } from '../issuance/subject-register.ts';
import type { CertificateItem } from './bundle.ts';
import type { SubscriberOrder } from './subscriber-item.ts';

export interface ExportCeremonyInput {
  readonly authority: string;
  /** Why the ceremony is held; people read it on the offline host. */
  readonly reason: string;
  /** A sub-CA of the policy to be certified. */
  readonly subordinate?: string;
  /** For a sub-CA of offline custody: the text of the file that `inkan ceremony key` wrote. */
  readonly subordinateKey?: string;
  /** SHA-256 of the SubjectPublicKeyInfo in that file, hexadecimal, from the paper of the offline host. */
  readonly subordinateKeySha256?: string;
  /** Approved applications whose certificates are to be signed, each once. */
  readonly applications?: readonly number[];
  /** A new responder certificate though none is due. */
  readonly responder?: boolean;
  /** Where the keys of a responder and of an online sub-CA are made; absent: the first keystore. */
  readonly keystore?: string;
  /** 1 to 90; absent: 14. */
  readonly validDays?: number;
}

/** A certificate that a ceremony is to sign, its key on record. */
export interface CertificateOrder {
  readonly role: CertificateItem['role'];
  readonly profile: string;
  readonly subjectAuthority: string | null;
  /** Where the key of a responder is; null for a sub-CA, whose row knows. */
  readonly keystore: string | null;
  readonly keyLabel: string | null;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** null for the CA's own. */
  readonly subscriber: SubscriberFacts | null;
}

/** What a subscriber's certificate has besides, and its reservation needs. */
export interface SubscriberFacts {
  readonly order: SubscriberOrder;
  readonly requestId: number;
  readonly confirmations: readonly Confirmation[];
}
