import type { CRLReason } from '../../shared/policy/crl-reasons.ts';
import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import type { Result } from '../../shared/result.ts';
import { ok } from '../../shared/result.ts';
import type { ApplicationEvent } from '../database/application-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor } from '../operations/operations.ts';
import type { RequestEvent } from '../revocation/request-state.ts';
import { revocationOf, revokeWithRequest } from '../revocation/revoke-certificate.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import type { ApplicationRecord } from './act.ts';

interface Change extends ApplicationRecord {
  readonly predecessor: CertificateRow;
  readonly reason: CRLReason;
}

/**
 * CP 4.8.1: revokes the certificate whose contents change. The register of revocations gets a request
 * for it that tells what happened to the application: received, examined, decided and now executed.
 * Its approval is not among the steps when who recorded the application also approved it (ADR 8).
 */
export function revokeForChange(
  context: SignerContext,
  { application, events, predecessor, reason }: Change,
  actor: Actor,
): Result<true, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const asked = { reason: crlReasonName(reason) };
  const revocation = revocationOf(context.db, predecessor, asked, now.value);
  if (!revocation.ok) return revocation;
  const { organisation, agent, receivedAt } = application;
  const received = events[0];
  const screened = events.findLast(({ state }) => state === 'screened');
  const approved = events.findLast(({ state }) => state === 'approved');
  const isOther = approved?.actor !== received?.actor && approved?.actorKey !== received?.actorKey;
  const steps = [
    ...stepOf('investigate', screened),
    ...(isOther ? stepOf('approve', approved) : []),
    {
      step: 'execute',
      at: now.value,
      person: actor.name,
      personKey: actor.spkiSha256,
      note: `application ${application.id}, approved by ${approved?.actor ?? actor.name}`,
      verification: null,
    },
  ] as const;
  revokeWithRequest(
    context,
    predecessor,
    revocation.value,
    {
      origin: 'request',
      target: 'certificate',
      authorityId: predecessor.authorityId,
      certificateId: predecessor.id,
      reason,
      revocationDate: null,
      ground: 'information-changed',
      requestedBy: `${agent} for ${organisation}`,
      channel: 'ca',
      verification: `the screening of application ${application.id} (CP 3.2)`,
      description: `application ${application.id} changes its contents (CP 4.8)`,
      evidence: null,
      receivedAt,
      wantedAt: null,
      recordedAt: now.value,
      recordedBy: received?.actor ?? actor.name,
      recordedByKey: received?.actorKey ?? null,
    },
    steps,
    actor.name,
  );
  return ok(true);
}

function stepOf(
  step: 'investigate' | 'approve',
  event: ApplicationEvent | undefined,
): readonly (RequestEvent & { readonly personKey: string })[] {
  if (!event) return [];
  const { recordedAt: at, actor: person, actorKey: personKey } = event;
  return [{ step, at, person, personKey, note: null, verification: null }];
}
