import type { CRLReasonName } from '../../shared/policy/crl-reasons.ts';
import type { Deadline } from '../revocation/deadlines.ts';
import type { ApplicationDeadlinesView } from './application-deadlines-view.ts';
import type { CeremonyDutyView } from './ceremony-duty-view.ts';
import type { EndingCertificateView } from './operator-views.ts';

/** Times are RFC 3339 in UTC, hashes and serial numbers lower-case hexadecimal, certificates PEM. */

/** Where the changes of an operation stand on their way to the edge. */
export interface PublicationView {
  /** `published`: the store acknowledged the epoch. `due`: recorded, and retried until it goes out. */
  readonly state: 'published' | 'due';
  /** The last epoch that was published. */
  readonly epoch: number;
  /** Why it is due, when an attempt failed. */
  readonly reason?: string;
}

export interface AuthorityView {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly serialNumber: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly keystore: string;
  readonly sha256: string;
  readonly crlUrl: string;
  readonly ocspUrl: string;
  readonly caIssuersUrl: string;
  readonly certificate: string;
  readonly publication: PublicationView;
}

export interface CertificateView {
  readonly authority: string;
  readonly serialNumber: string;
  readonly profile: string;
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly status: 'good' | 'revoked';
  readonly revocationDate?: string;
  readonly revocationReason?: CRLReasonName;
  /** Attributes of the subject that nobody verified: OU (CP 3.2.4). */
  readonly unverified?: readonly string[];
  /** What whoever issued it stated (CRT-8). */
  readonly confirmations?: readonly string[];
  /** When its private key was removed from its HSM (CSBR 6.3.2), once that is recorded. */
  readonly keyRemovedAt?: string;
  readonly sha256: string;
  /** Where its file is published (CP 4.4.2); null where the policy publishes none. */
  readonly url: string | null;
  /** OPS-4: null until the epoch that carries its first answer, and its file, is in the store. */
  readonly certificate: string | null;
  /** That epoch; while it is `due`, the last one that was published. */
  readonly publication: PublicationView;
}

export interface IssuedCertificateView extends CertificateView {
  /** SHA-256 of the request's DER: the fingerprint of CP 3.2.1. */
  readonly requestSha256: string;
  readonly spkiSha256: string;
  /** Certificates from the issuer up to and including the root, PEM. */
  readonly chain: readonly string[];
}

export interface RevocationView {
  readonly authority: string;
  readonly serialNumber: string;
  readonly revocationDate: string;
  readonly reason: CRLReasonName;
  readonly recordedAt: string;
  /** Its number in the register of revocations. */
  readonly request: number;
  readonly crlNumber: number;
  readonly publication: PublicationView;
}

export interface CRLView {
  readonly authority: string;
  readonly crlNumber: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly entries: number;
  readonly url: string;
  readonly sha256: string;
  readonly crl: string;
}

/** A delegated OCSP responder of an authority. */
export interface ResponderView {
  readonly authority: string;
  /** `signing`: what is signed now is by it. `retired`: it has a successor; what it signed stays until renewed. */
  readonly state: 'signing' | 'retired' | 'revoked' | 'ended';
  readonly serialNumber: string;
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** When the schedule makes its successor; null for one that does not sign or that ends with its CA. */
  readonly rotatesAt: string | null;
  readonly keystore: string;
  readonly keyLabel: string;
  /** Certificates whose current answers it signed. */
  readonly answers: number;
  readonly sha256: string;
  readonly certificate: string;
}

export interface RotatedResponderView extends ResponderView {
  /** Serial number of the responder that signed before; null for the first. */
  readonly replaces: string | null;
  readonly publication: PublicationView;
}

/** A key of a rotation that did not come to its certificate. */
export interface UncertifiedKeyView {
  readonly authority: string;
  /** `pending`: the next rotation takes it up. `unusable`: remove it from the keystore. */
  readonly state: 'pending' | 'unusable';
  readonly keystore: string;
  readonly keyLabel: string;
  readonly begunAt: string;
  readonly begunBy: string;
}

export interface ResponderListView {
  readonly responders: readonly ResponderView[];
  readonly uncertifiedKeys: readonly UncertifiedKeyView[];
  /** Certificates whose status nobody could sign; they are answered again with the next responder. */
  readonly unanswered: number;
}

/** How long one kind of answer stays valid if the signer died now. */
export interface RunwayView {
  readonly artifact: 'ocsp' | 'crl' | 'responder';
  readonly authority: string;
  readonly validUntil: string;
  readonly hours: number;
}

/** Key types that a policy can ask for. */
export const KEY_KINDS = ['RSA-2048', 'RSA-3072', 'RSA-4096', 'P-256', 'P-384'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface CheckView {
  readonly title: string;
  readonly rule: string;
  readonly clause: string;
  readonly outcome: 'passed' | 'refused' | 'not-checked';
  /** What was found, or why it was not checked; null for a check that passed. */
  readonly reason: string | null;
}

export interface RequestCheckView {
  readonly profile: string;
  readonly subject: string;
  readonly key: string;
  readonly requestSha256: string;
  readonly spkiSha256: string;
  readonly verdict: 'accepted' | 'refused';
  readonly checks: readonly CheckView[];
}

/** A list of keys whose private half is public. */
export interface WeakKeyListView {
  readonly list: string;
  readonly key: string;
  readonly entries: number;
}

/** A certificate whose private key anyone can have (CSBR 4.9.1): to be revoked. */
export interface EasyKeyView {
  readonly authority: string;
  readonly serialNumber: string;
  readonly cause: string;
  readonly foundAt: string;
  readonly revokeBefore: string;
}

/** CSBR 6.3.2: what is to be done about a subscriber's private key, and by when. */
export interface ReminderView {
  readonly kind: 'private-key-use-ends' | 'private-key-removal';
  readonly authority: string;
  readonly serialNumber: string;
  readonly subject: string;
  readonly due: string;
  readonly overdue: boolean;
}

export interface StatusView {
  readonly time: string;
  readonly policy: string;
  readonly epoch: number;
  readonly headTime: string | null;
  readonly headExpires: string | null;
  /** Changes that are recorded and in no epoch yet, and epochs that the store does not have yet. */
  readonly outbox: number;
  readonly lastPublishError: string | null;
  readonly authorities: number;
  readonly certificates: { readonly good: number; readonly revoked: number };
  readonly applications: ApplicationDeadlinesView;
  readonly easyKeys: readonly EasyKeyView[];
  /** For each kind of key that the policy allows, how many of Debian's weak ones are known here. */
  readonly debianWeakKeys: readonly { readonly key: string; readonly entries: number }[];
  /** Shortest first. */
  readonly runway: readonly RunwayView[];
  readonly revocations: RevocationsView;
  /** Due first comes first; at most 100. */
  readonly reminders: readonly ReminderView[];
  /** What offline keys have to sign, the one that is due first at the front. */
  readonly ceremonies: readonly CeremonyDutyView[];
  /** Of operators, and of the signer as a TLS server; the soonest first. */
  readonly endingCertificates: readonly EndingCertificateView[];
}

/** One deadline of a request in the register of revocations. */
export interface DeadlineView {
  readonly duty: Deadline['duty'];
  readonly source: string;
  readonly due: string;
  /** When it was done; null: not yet. */
  readonly met: string | null;
  /** Left of an open one, negative once it has passed; for a met one 0. */
  readonly hoursLeft: number;
}

/** What the register of revocations still asks for. */
export interface RevocationsView {
  /** Requests that are neither cancelled nor published. */
  readonly open: number;
  /** Of the oldest of them; the soonest first, those that have passed before all others. */
  readonly deadlines: readonly (DeadlineView & { readonly request: number })[];
}
