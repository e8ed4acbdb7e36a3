import type { NameAttribute } from '../../shared/policy/name-attribute.ts';
import { profileInForce } from '../../shared/policy/profile-in-force.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { CP_SUBSCRIBER_RULES, type SubscriberRules } from '../../shared/policy/subscriber-rules.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import type { VerifiedRequest } from './certification-request.ts';
import {
  checkSubscriberName,
  decodeName,
  encodeName,
  parseNameText,
  refuseSubject,
} from './distinguished-name.ts';
import { type ActiveAuthority, authorityThatIssues, profileNamed } from './issuer.ts';
import { checkLeftOut, type OptionalExtension } from './optional-extensions.ts';
import { receiveAgain, receiveCertificationRequest } from './receive-request.ts';
import { checkSubjectAltNames } from './subject-alt-name.ts';
import { type Confirmation, checkSubjectRegister } from './subject-register.ts';

/** What is asked for; see `IssueCertificateInput`. */
export interface IssuanceOrder {
  readonly authority: string;
  readonly profile: string;
  /** As people write it, or its attributes; absent: the request's. */
  readonly subject?: string | readonly NameAttribute[];
  readonly subjectAltNames?: readonly string[];
  readonly leaveOut?: readonly OptionalExtension[];
  readonly confirmations?: readonly Confirmation[];
  /** PKCS#10 CertificationRequest, DER. */
  readonly request: Uint8Array;
  /** Its row, when it is on record already. */
  readonly requestId?: number;
  /** The open ceremony whose reservations are given up when this is reserved. */
  readonly superseding?: number | null;
}

/** Everything that was found right before anything is signed. */
export interface PreparedIssuance {
  readonly authority: ActiveAuthority;
  readonly profile: string;
  readonly request: VerifiedRequest;
  /** Its row in certification_request. */
  readonly requestId: number;
  /** DER of the Name. */
  readonly subject: Uint8Array;
  readonly subjectAltNames: readonly string[];
  readonly leaveOut: readonly OptionalExtension[];
  readonly confirmations: readonly Confirmation[];
  /** The open ceremony whose reservations do not count. */
  readonly superseding: number | null;
  readonly now: UnixSeconds;
}

/** What can be refused is refused here, before a key is asked, wherever that key is. The request is on record afterwards. */
export async function prepareIssuance(
  context: SignerContext,
  order: IssuanceOrder,
): Promise<Result<PreparedIssuance, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const authority = authorityThatIssues(context, order.authority, now.value);
  if (!authority.ok) return authority;
  const { issues } = authority.value.policy;
  if (!issues.includes(order.profile)) {
    return err({ code: 'profile-unknown', profile: order.profile, known: issues });
  }
  const profile = profileNamed(context.policy, order.profile);
  // CSR-2: the request and its fingerprints are on record before anything is made of them.
  const { request: der, requestId: id, superseding = null } = order;
  const received =
    id === undefined
      ? await receiveCertificationRequest(context, der, profile.key.value, now.value)
      : await receiveAgain(context, { der, id, superseding }, profile.key.value, now.value);
  if (!received.ok) return received;
  const { request, requestId } = received.value;
  const inForce = profileInForce(profile, now.value);
  if (!inForce.ok) return err({ ...inForce.error, profile: order.profile });
  const subject = vet(authority.value, profile, order, request);
  if (!subject.ok) return subject;
  const { subjectAltNames = [], leaveOut = [], confirmations = [] } = order;
  const prepared: PreparedIssuance = {
    authority: authority.value,
    profile: order.profile,
    request,
    requestId,
    subject: subject.value,
    ...{ subjectAltNames, leaveOut, confirmations, superseding, now: now.value },
  };
  const free = checkRegister(context, prepared);
  return free.ok ? ok(prepared) : free;
}

export function subscriberRulesOf({ policy }: ActiveAuthority): SubscriberRules {
  return policy.subscribers ?? CP_SUBSCRIBER_RULES;
}

/** CRT-8, as things are now. */
export function checkRegister(
  { db }: SignerContext,
  { authority, subject, confirmations, superseding }: PreparedIssuance,
): Result<true, OperationError> {
  const rules = subscriberRulesOf(authority);
  return checkSubjectRegister(db, authority.row, subject, rules, confirmations, superseding);
}

/** DER of the subject when nothing about the names themselves is against it. */
function vet(
  authority: ActiveAuthority,
  profile: CertificateProfile,
  order: IssuanceOrder,
  request: VerifiedRequest,
): Result<Uint8Array, OperationError> {
  const attributes = namedSubject(order.subject, request.subject);
  if (!attributes.ok) return attributes;
  const checked = checkSubscriberName(attributes.value, subscriberRulesOf(authority).names.value);
  if (!checked.ok) return checked;
  const altNames = checkSubjectAltNames(profile, order.subjectAltNames ?? []);
  if (!altNames.ok) return altNames;
  const leftOut = checkLeftOut(profile, order.leaveOut ?? []);
  return leftOut.ok ? ok(encodeName(attributes.value)) : leftOut;
}

function namedSubject(
  named: IssuanceOrder['subject'],
  requested: Uint8Array,
): ReturnType<typeof decodeName> {
  if (named === undefined) return readRequested(requested);
  return typeof named === 'string' ? parseNameText(named) : ok(named);
}

function readRequested(der: Uint8Array): ReturnType<typeof decodeName> {
  try {
    return decodeName(der);
  } catch {
    return refuseSubject('CSR-1', 'the subject of the request cannot be read');
  }
}
