import type { CRLReasonName } from '../../shared/policy/crl-reasons.ts';
import type { Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { OptionalExtension } from '../issuance/optional-extensions.ts';
import type { Confirmation } from '../issuance/subject-register.ts';
import type { Actor } from './actor.ts';
import type { ApplicationOperations } from './application-input.ts';
import type { AuditOperations } from './audit-views.ts';
import type { BackupOperations } from './backup-views.ts';
import type { CeremonyOperations } from './ceremony-operations.ts';
import type { DocumentOperations } from './document-views.ts';
import type { OperationError } from './operation-error.ts';
import type { OperatorOperations } from './operator-views.ts';
import type { RadarView, ReadRadarInput } from './radar-view.ts';
import type {
  CreateRevocationRequestInput,
  ListRevocationRequestsInput,
  RevocationRequestSummary,
  RevocationRequestView,
  StepRevocationRequestInput,
} from './revocation-request-views.ts';
import type {
  AuthorityView,
  CertificateView,
  CRLView,
  IssuedCertificateView,
  KeyKind,
  PublicationView,
  RequestCheckView,
  ResponderListView,
  ResponderView,
  RevocationView,
  RotatedResponderView,
  StatusView,
  WeakKeyListView,
} from './views.ts';

export type { Actor };

export interface CreateAuthorityInput {
  /** Name of an authority in the policy file, such as `root-ca`. */
  readonly authority: string;
  /** Name of a keystore in the configuration; absent: the first one. */
  readonly keystore?: string;
}

export interface IssueCertificateInput {
  /** The issuing authority. */
  readonly authority: string;
  /** A certificate profile of the policy that this authority issues. */
  readonly profile: string;
  /** PKCS#10 CertificationRequest, DER. */
  readonly request: Uint8Array;
  /** Vetted subject, RFC 4514 order reversed for reading: `C=JP, O=Example, CN=TSA 01`; absent: the request's. */
  readonly subject?: string;
  /** For profiles with subjectAltName: DNS names and IP addresses, vetted. */
  readonly subjectAltNames?: readonly string[];
  /** What the profile leaves to the application and this one does without (CON-8). */
  readonly leaveOut?: readonly OptionalExtension[];
  /** What whoever issues states of the subject; which are needed the policy says (CRT-8). */
  readonly confirmations?: readonly Confirmation[];
  /** false: answers as soon as it is issued, and the schedule publishes it. */
  readonly wait?: boolean;
}

export interface CheckRequestInput {
  /** The certificate profile whose keys are asked for. */
  readonly profile: string;
  /** PKCS#10 CertificationRequest, DER. */
  readonly request: Uint8Array;
}

export interface AddWeakKeysInput {
  /** Where the list is from, such as `openssl-blacklist`. */
  readonly list: string;
  readonly key: KeyKind;
  /** Octets of one fingerprint: 10 as openssl-blacklist has them, 32 for SHA-256. */
  readonly width: 10 | 32;
  /** One after the other. */
  readonly fingerprints: Uint8Array;
}

export interface RecordKeyRemovalInput {
  readonly authority?: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Where the ceremony is written down. */
  readonly record: string;
}

export interface RevokeCertificateInput {
  readonly authority?: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  readonly reason: CRLReasonName;
  /** For keyCompromise it may lie in the past (CSBR 4.9.6); absent: now. */
  readonly revocationDate?: UnixSeconds;
  /** What happened, for the register. */
  readonly description?: string;
}

export interface ListCertificatesInput {
  readonly authority?: string;
  readonly status?: 'good' | 'revoked';
  /** Serial number (hexadecimal) after which the page begins. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface RotateResponderInput {
  readonly authority: string;
}

export interface PublishInput {
  /** Write every blob again, for a store that lost some. */
  readonly everything?: boolean;
}

type Outcome<T> = Promise<Result<T, OperationError>>;

/**
 * Everything that a person can ask of the signer. Operations know nothing of HTTP; what they answer
 * is plain data that JSON can carry. A changing operation returns after its facts are durable and
 * the epoch that carries them was published, or says in `publication` that it is still due.
 */
export interface Operations
  extends ApplicationOperations,
    AuditOperations,
    BackupOperations,
    CeremonyOperations,
    DocumentOperations,
    OperatorOperations {
  createAuthority(input: CreateAuthorityInput, actor: Actor): Outcome<AuthorityView>;
  showAuthority(name: string): Outcome<AuthorityView>;
  listAuthorities(): Outcome<readonly AuthorityView[]>;
  issueCertificate(input: IssueCertificateInput, actor: Actor): Outcome<IssuedCertificateView>;
  showCertificate(serialNumber: string, authority?: string): Outcome<CertificateView>;
  listCertificates(input: ListCertificatesInput): Outcome<readonly CertificateView[]>;
  revokeCertificate(input: RevokeCertificateInput, actor: Actor): Outcome<RevocationView>;
  /** Makes every check of a request and issues nothing; its key counts as seen from then on (CSR-7). */
  checkRequest(input: CheckRequestInput, actor: Actor): Outcome<RequestCheckView>;
  addWeakKeys(input: AddWeakKeysInput, actor: Actor): Outcome<WeakKeyListView>;
  createRevocationRequest(
    input: CreateRevocationRequestInput,
    actor: Actor,
  ): Outcome<RevocationRequestView>;
  showRevocationRequest(number: number): Outcome<RevocationRequestView>;
  listRevocationRequests(
    input: ListRevocationRequestsInput,
  ): Outcome<readonly RevocationRequestSummary[]>;
  /** Investigate, approve, execute, cancel, or add a note. */
  stepRevocationRequest(
    input: StepRevocationRequestInput,
    actor: Actor,
  ): Outcome<RevocationRequestView>;
  /** CSBR 6.3.2: the subscriber's private key was removed; the reminders of it end. */
  recordKeyRemoval(input: RecordKeyRemovalInput, actor: Actor): Outcome<CertificateView>;
  showCRL(authority: string): Outcome<CRLView>;
  /** A new responder with a new key; the old one's answers stay until they are renewed. */
  rotateResponder(input: RotateResponderInput, actor: Actor): Outcome<RotatedResponderView>;
  /** The one that signs. */
  showResponder(authority: string): Outcome<ResponderView>;
  listResponders(): Outcome<ResponderListView>;
  /** Publishes what is due now, or renews the head when nothing is; on demand the whole snapshot. */
  publish(input: PublishInput, actor: Actor): Outcome<PublicationView>;
  /** CP 4.9.10: what the edges counted of queries for serial numbers that were never assigned. */
  readRadar(input: ReadRadarInput): Outcome<RadarView>;
  status(): Outcome<StatusView>;
}
