import type { Responder, ResponseTimes } from '../../shared/ocsp/response.ts';
import { ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { ResponderRow } from '../database/responder-table.ts';
import type { StatusFact } from '../database/status-facts.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { issuerIdentity } from '../issuance/public-key.ts';
import { lint } from '../lint/linted.ts';
import type { StatusToSign } from '../lint/ocsp/candidate.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import type { SignedOCSP } from '../signing/sign-ocsp.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { batchesByArchiveCutoff } from './archive-cutoff.ts';
import { responderOf } from './responder.ts';

/** Signed statuses of one responder at one moment, not stored yet. */
export interface SignedBatch extends SignedOCSP {
  readonly responder: Responder;
  readonly times: ResponseTimes;
  readonly statuses: readonly StatusToSign[];
}

/** thisUpdate = producedAt (RSP-7); nextUpdate never outlives the responder (RSP-21). */
export function responseTimes(
  authority: ActiveAuthority,
  responder: ResponderRow,
  now: UnixSeconds,
  archiveCutoff: UnixSeconds | null = null,
): ResponseTimes {
  const nextUpdate = Math.min(
    addSeconds(now, ocspPolicyOf(authority.policy).validitySeconds.value),
    responder.notAfter,
  );
  return {
    producedAt: now,
    thisUpdate: now,
    nextUpdate: unixSeconds(nextUpdate),
    archiveCutoff,
  };
}

interface UnsignedBatch {
  readonly times: ResponseTimes;
  readonly statuses: readonly StatusToSign[];
}

/** Lints and signs statuses as they are now, a batch for each archiveCutoff; nothing is stored yet. */
export async function signStatuses(
  context: SignerContext,
  authority: ActiveAuthority,
  responder: ResponderRow,
  facts: readonly StatusFact[],
  now: UnixSeconds,
): Promise<Result<readonly SignedBatch[], OperationError>> {
  const signed: SignedBatch[] = [];
  for (const { archiveCutoff, statuses } of batchesByArchiveCutoff(authority.policy, facts, now)) {
    const times = responseTimes(authority, responder, now, archiveCutoff);
    const batch = await signBatch(context, authority, responder, { times, statuses }, now);
    if (!batch.ok) return batch;
    signed.push(batch.value);
  }
  return ok(signed);
}

async function signBatch(
  context: SignerContext,
  authority: ActiveAuthority,
  row: ResponderRow,
  { times, statuses }: UnsignedBatch,
  now: UnixSeconds,
): Promise<Result<SignedBatch, OperationError>> {
  const responder = responderOf(row);
  const linted = lint('ocsp', {
    issuer: must(issuerIdentity(authority.row.subject, authority.row.spki), 'key of an authority'),
    responder,
    times,
    statuses,
    now,
  });
  if (!linted.ok) return linted;
  const { keystore, keyLabel: label, spki, signatureAlgorithm: algorithm } = row;
  const signed = await context.door.signOCSP({ keystore, label, spki, algorithm }, linted.value);
  if (!signed.ok) return err(signingProblem(signed.error));
  return ok({ ...signed.value, responder, times, statuses });
}
