import type { CeremonyError } from '../ceremony/ceremony-error.ts';
import type { OperatorError } from '../operators/operator-error.ts';

/** Every way in which an operation can end without doing what was asked, with the facts to act on. */
export type OperationError =
  | CeremonyError
  | OperatorError
  | {
      readonly code: 'authority-unknown';
      readonly authority: string;
      readonly known: readonly string[];
    }
  | { readonly code: 'authority-exists'; readonly authority: string }
  | { readonly code: 'issuer-missing'; readonly authority: string; readonly issuer: string }
  | { readonly code: 'authority-expired'; readonly authority: string; readonly notAfter: string }
  /** Its certificate, or one above it, is revoked: it issues nothing more. */
  | { readonly code: 'authority-revoked'; readonly authority: string }
  /** CSBR 6.2.7.2: keys of this custody are made and used in ceremonies only. */
  | { readonly code: 'custody-offline'; readonly authority: string }
  | {
      readonly code: 'keystore-unknown';
      readonly keystore: string;
      readonly known: readonly string[];
    }
  | {
      readonly code: 'profile-unknown';
      readonly profile: string;
      readonly known: readonly string[];
    }
  /** CRT-12: the days on which certificates of this profile are issued are over, or have not begun. */
  | {
      readonly code: 'profile-not-in-force';
      readonly profile: string;
      readonly issuedFrom: string | null;
      readonly issuedUntil: string | null;
      readonly source: string;
    }
  /** `check` is the rule, such as `CSR-1`, `clause` where it stands; `reason` says what was found. */
  | {
      readonly code: 'request-refused';
      readonly check: string;
      readonly clause?: string;
      readonly reason: string;
    }
  /** A key that a keystore here made does not pass the checks of subscribers' keys; it is not used. */
  | {
      readonly code: 'key-refused';
      readonly check: string;
      readonly clause: string;
      readonly reason: string;
    }
  | { readonly code: 'subject-refused'; readonly check: string; readonly reason: string }
  /** The policy issues under an approved application only; `source` is its clause. */
  | { readonly code: 'application-required'; readonly authority: string; readonly source: string }
  | { readonly code: 'application-unknown'; readonly application: string }
  /** Another application that is not decided yet has this key or this subject. */
  | {
      readonly code: 'application-open';
      readonly application: number;
      readonly shared: 'key' | 'subject';
    }
  | {
      readonly code: 'transition-refused';
      readonly application: number;
      readonly state: string;
      readonly transition: string;
      readonly allowed: readonly string[];
      /** More than that the state does not allow it. */
      readonly reason?: string;
    }
  /** CP 3.2, 4.2.2: what keeps it from being approved. */
  | {
      readonly code: 'application-incomplete';
      readonly application: number;
      readonly missing: readonly { readonly clause: string; readonly reason: string }[];
    }
  /** CP 3.2.1: the applicant told another fingerprint than the request has. */
  | {
      readonly code: 'fingerprint-mismatch';
      readonly application: number;
      readonly told: string;
      readonly requestSha256: string;
    }
  /** OPS-4: not handed over before its status and file are published. */
  | {
      readonly code: 'publication-due';
      readonly application: number;
      readonly serialNumber: string;
      readonly reason: string;
    }
  | { readonly code: 'serial-number-malformed'; readonly serialNumber: string }
  | { readonly code: 'certificate-unknown'; readonly serialNumber: string }
  | {
      readonly code: 'certificate-ambiguous';
      readonly serialNumber: string;
      readonly authorities: readonly string[];
    }
  | {
      readonly code: 'already-revoked';
      readonly serialNumber: string;
      readonly revocationDate: string;
      readonly reason: string;
    }
  /** CSBR 6.3.2: the removal of its private key is on record; the first record stands. */
  | {
      readonly code: 'key-removal-recorded';
      readonly serialNumber: string;
      readonly removedAt: string;
    }
  | { readonly code: 'revocation-date-refused'; readonly reason: string }
  | { readonly code: 'revocation-request-unknown'; readonly number: number }
  /** `check` is the rule. */
  | { readonly code: 'revocation-request-refused'; readonly check: string; readonly reason: string }
  /** `state` does not allow `asked`. */
  | {
      readonly code: 'revocation-step-refused';
      readonly number: number;
      readonly state: string;
      readonly asked: string;
      readonly allowed: readonly string[];
    }
  /** Two persons: who recorded a request does not approve it. */
  | { readonly code: 'second-person-needed'; readonly number: number; readonly person: string }
  /** The policy names no folder of documents. */
  | { readonly code: 'documents-unpublished' }
  /** `version`: null where the document itself is unknown. */
  | { readonly code: 'document-unknown'; readonly name: string; readonly version: string | null }
  /** The very same edition is in the repository. */
  | { readonly code: 'document-exists'; readonly name: string; readonly version: string }
  /** Another file has been published, or is to be, as this version. */
  | {
      readonly code: 'document-changed';
      readonly name: string;
      readonly version: string;
      readonly sha256: string;
    }
  /** `clause` is that of CP 9.12, or says what a file must be. */
  | { readonly code: 'document-refused'; readonly clause: string; readonly reason: string }
  /** One backup at a time. */
  | { readonly code: 'backup-under-way' }
  /** config.json names no edges to read. */
  | { readonly code: 'radar-not-configured' }
  | { readonly code: 'crl-missing'; readonly authority: string }
  | { readonly code: 'responder-missing'; readonly authority: string }
  /** The policy of the authority has no OCSP, so it has no responder. */
  | { readonly code: 'ocsp-unanswered'; readonly authority: string }
  /** RSP-8, RSP-21: it would end before anything that it signs had held for 8 hours. */
  | { readonly code: 'responder-useless'; readonly authority: string; readonly notAfter: string }
  /** The to-be-signed bytes break a rule; nothing was signed. */
  | {
      readonly code: 'lint-refused';
      readonly findings: readonly { readonly rule: string; readonly reason: string }[];
    }
  | { readonly code: 'signing-failed'; readonly reason: string; readonly remedy: string }
  /** The epoch would have broken a rule of the publish gate; what is published stays as it was. */
  | { readonly code: 'gate-refused'; readonly rule: string; readonly reason: string }
  /** OPS-7: the clock is behind the last recorded act; nothing is signed until it is right. */
  | { readonly code: 'clock-went-back'; readonly now: string; readonly lastSeen: string };
