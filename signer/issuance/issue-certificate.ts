import { hexFromBytes } from '../../shared/bytes.ts';
import type { NameAttribute } from '../../shared/policy/name-attribute.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { CP_SUBSCRIBER_RULES, type SubscriberRules } from '../../shared/policy/subscriber-rules.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { setCertificateIssued } from '../database/certificate-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { IssueCertificateInput } from '../operations/operations.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import type { VerifiedRequest } from './certification-request.ts';
import { certify } from './certify.ts';
import {
  checkSubscriberName,
  decodeName,
  encodeName,
  parseNameText,
} from './distinguished-name.ts';
import { type ActiveAuthority, authorityThatSigns, profileNamed } from './issuer.ts';
import { checkLeftOut } from './optional-extensions.ts';
import { receiveCertificationRequest } from './receive-request.ts';
import { checkSubjectAltNames } from './subject-alt-name.ts';
import { checkSubjectRegister } from './subject-register.ts';

export interface IssuedCertificate {
  readonly certificateId: number;
  readonly authorityId: number;
  readonly request: VerifiedRequest;
}

/**
 * CP 4.3.1: a certificate for the key of a PKCS#10 request, by an explicit command. Nothing that the
 * request asks for is taken over but its key and, when the operator names no other, its subject.
 */
export async function issueCertificate(
  context: SignerContext,
  input: IssueCertificateInput,
  actor: string,
): Promise<Result<IssuedCertificate, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const authority = authorityThatSigns(context, input.authority, now.value);
  if (!authority.ok) return authority;
  const { issues } = authority.value.policy;
  if (!issues.includes(input.profile)) {
    return err({ code: 'profile-unknown', profile: input.profile, known: issues });
  }
  const profile = profileNamed(context.policy, input.profile);
  // CSR-2: the request and its fingerprints are on record before anything is made of them.
  const received = await receiveCertificationRequest(
    context,
    input.request,
    profile.key.value,
    now.value,
  );
  if (!received.ok) return received;
  const { request, requestId } = received.value;
  const vetted = vet(context, authority.value, profile, input, request);
  if (!vetted.ok) return vetted;
  context.checkpoint('issue: request recorded');
  const certified = await certify(context, {
    issuer: authority.value.row,
    active: authority.value,
    profile: input.profile,
    subject: vetted.value,
    spki: request.spki,
    requestId,
    subjectAltNames: input.subjectAltNames ?? [],
    leaveOut: input.leaveOut ?? [],
    confirmations: input.confirmations ?? [],
    // CRT-8: of two that ask at once for one subject the second finds it taken.
    lastCheck: () => {
      const free = vet(context, authority.value, profile, input, request);
      return free.ok ? ok(true) : free;
    },
    now: now.value,
  });
  if (!certified.ok) return certified;
  const { certificateId, serialNumber, der } = certified.value;
  const { row } = authority.value;
  context.audit.append({
    type: 'issuance',
    authority: row.name,
    profile: input.profile,
    serialNumber: serialNumberText(serialNumber),
    requestSha256: hexFromBytes(request.sha256),
    ...statements(input),
    actor,
  });
  // Issued and to be settled in one step: if we stop here the next start signs its CRL and OCSP.
  context.db.transaction((tx) => {
    setCertificateIssued(tx, certificateId, der);
    markUnsettled(tx, row.id, certificateId);
    rememberTime(tx, now.value);
  });
  context.checkpoint('issue: recorded');
  return ok({ certificateId, authorityId: row.id, request });
}

/** DER of the subject when nothing about the names is against it. */
function vet(
  context: SignerContext,
  { row, policy }: ActiveAuthority,
  profile: CertificateProfile,
  input: IssueCertificateInput,
  request: VerifiedRequest,
): Result<Uint8Array, OperationError> {
  const rules = policy.subscribers ?? CP_SUBSCRIBER_RULES;
  const attributes = vettedSubject(input.subject, request.subject, rules);
  if (!attributes.ok) return attributes;
  const altNames = checkSubjectAltNames(profile, input.subjectAltNames ?? []);
  if (!altNames.ok) return altNames;
  const leftOut = checkLeftOut(profile, input.leaveOut ?? []);
  if (!leftOut.ok) return leftOut;
  const subject = encodeName(attributes.value);
  const confirmations = input.confirmations ?? [];
  const free = checkSubjectRegister(context.db, row, subject, rules, confirmations);
  return free.ok ? ok(subject) : free;
}

/** For the audit log: what was stated and asked for, where anything was. */
function statements({ confirmations, subjectAltNames, leaveOut }: IssueCertificateInput) {
  return {
    ...(confirmations?.length ? { confirmations } : {}),
    ...(subjectAltNames?.length ? { subjectAltNames } : {}),
    ...(leaveOut?.length ? { leaveOut } : {}),
  };
}

function vettedSubject(
  named: string | undefined,
  requested: Uint8Array,
  { names }: SubscriberRules,
): Result<readonly NameAttribute[], OperationError> {
  const attributes = named === undefined ? readRequested(requested) : parseNameText(named);
  if (!attributes.ok) return attributes;
  const checked = checkSubscriberName(attributes.value, names.value);
  return checked.ok ? attributes : checked;
}

function readRequested(der: Uint8Array): ReturnType<typeof decodeName> {
  try {
    return decodeName(der);
  } catch {
    return err({
      code: 'subject-refused',
      check: 'CSR-1',
      reason: 'the subject of the request cannot be read',
    });
  }
}
