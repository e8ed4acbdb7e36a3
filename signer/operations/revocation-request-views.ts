import type { CRLReasonName } from '../../shared/policy/crl-reasons.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { RequestOrigin, RequestTarget } from '../database/revocation-request-table.ts';
import type { Channel } from '../revocation/channels.ts';
import type { GroundName } from '../revocation/grounds.ts';
import type { AskedStep, RequestState, Step } from '../revocation/request-state.ts';
import type { DeadlineView, PublicationView } from './views.ts';

/** What is to be revoked and who asked for it, as it came in (CP 3.4, 4.9.3). */
export interface CreateRevocationRequestInput {
  /** Hexadecimal; exactly one of this and `allOf`. */
  readonly serialNumber?: string;
  /** Its issuer, where two issued this serial number. */
  readonly authority?: string;
  /** An authority with everything that it issued. */
  readonly allOf?: string;
  readonly reason: CRLReasonName;
  readonly revocationDate?: UnixSeconds;
  readonly ground: GroundName;
  readonly requestedBy: string;
  readonly channel: Channel;
  readonly verification?: string;
  readonly description: string;
  readonly evidence?: string;
  /** Absent: now. */
  readonly receivedAt?: UnixSeconds;
  readonly wantedAt?: UnixSeconds;
}

export interface StepRevocationRequestInput {
  readonly number: number;
  readonly step: AskedStep;
  readonly note?: string;
  /** With an approval: how the request was verified (CP 3.4). */
  readonly verification?: string;
}

export interface ListRevocationRequestsInput {
  readonly state?: RequestState;
  /** Only those that are neither cancelled nor published. */
  readonly open?: true;
  readonly serialNumber?: string;
  /** The page after this number; the newest come first. */
  readonly after?: number;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** Whose key it is: that decides what the revocation does to others. */
export type RevokedKind = 'subscriber' | 'sub-ca' | 'root' | 'responder';

/** Times are RFC 3339 in UTC. */
export interface RevocationRequestSummary {
  readonly number: number;
  readonly state: RequestState;
  readonly origin: RequestOrigin;
  readonly target: RequestTarget;
  readonly kind: RevokedKind;
  /** The issuer of the certificate; or the authority itself. */
  readonly authority: string;
  readonly serialNumber: string;
  readonly subject: string;
  readonly reason: CRLReasonName;
  readonly receivedAt: string;
  /** The soonest that is still to be met. */
  readonly nextDeadline: DeadlineView | null;
}

export interface RequestEventView {
  readonly step: Step;
  readonly at: string;
  /** null: the signer itself. */
  readonly person: string | null;
  readonly note: string | null;
}

export interface RevocationRequestView extends RevocationRequestSummary {
  readonly revocationDate: string | null;
  readonly ground: GroundName | null;
  readonly requestedBy: string;
  readonly channel: string;
  readonly verification: string | null;
  readonly description: string;
  readonly evidence: string | null;
  readonly wantedAt: string | null;
  /** CP 4.9.4: null when the revocation is not planned, or the policy asks for no notice. */
  readonly notice: {
    readonly businessDays: number;
    /** `YYYY-MM-DD`: the last day to ask for it. */
    readonly lastDay: string;
    readonly kept: boolean;
  } | null;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly deadlines: readonly DeadlineView[];
  readonly events: readonly RequestEventView[];
  /** Of a CA: certificates below it that are valid and not revoked. */
  readonly below: number | null;
  /** Certificates that this request revoked. */
  readonly revoked: number;
  readonly allowed: readonly AskedStep[];
  /** null: nothing of it is to be published yet. */
  readonly publication: PublicationView | null;
}
