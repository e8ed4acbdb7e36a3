import { type AuthorityPolicy, ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { retentionCutoffs } from '../../shared/policy/retention.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { StatusFact } from '../database/status-facts.ts';

/** Statuses that can share a batch: its times, archiveCutoff among them, are those of each. */
export interface CutoffBatch {
  readonly archiveCutoff: UnixSeconds | null;
  readonly statuses: readonly StatusFact[];
}

type CutoffOf = (status: StatusFact) => UnixSeconds | null;

/**
 * RFC 6960 4.4.4 (RSP-17): producedAt less the time for which the status is kept past expiry. Only for
 * certificates that have expired, and only where the policy says so; else null. So for one whose time
 * is over and that is told all the same, as until a CRL without it is signed (RSP-16).
 */
export function archiveCutoffOf(
  policy: Pick<AuthorityPolicy, 'crl' | 'ocsp'>,
  status: StatusFact,
  producedAt: UnixSeconds,
): UnixSeconds | null {
  return cutoffsOf(policy, producedAt)(status);
}

function cutoffsOf(
  policy: Pick<AuthorityPolicy, 'crl' | 'ocsp'>,
  producedAt: UnixSeconds,
): CutoffOf {
  if (!ocspPolicyOf(policy).archiveCutoff?.value) return () => null;
  const cutoffs = retentionCutoffs(policy, producedAt);
  return ({ certStatus, notAfter }) => {
    if (notAfter >= producedAt) return null;
    const cutoff = certStatus.status === 'revoked' ? cutoffs.revoked : cutoffs.good;
    return notAfter < cutoff ? null : cutoff;
  };
}

/** In the order of the statuses; at most one batch where nothing has expired or the policy does not ask. */
export function batchesByArchiveCutoff(
  policy: Pick<AuthorityPolicy, 'crl' | 'ocsp'>,
  statuses: readonly StatusFact[],
  producedAt: UnixSeconds,
): readonly CutoffBatch[] {
  const cutoffOf = cutoffsOf(policy, producedAt);
  // As a rule no certificate of a page has one: then nothing is copied.
  if (statuses.length > 0 && statuses.every((status) => cutoffOf(status) === null))
    return [{ archiveCutoff: null, statuses }];
  const batches = new Map<UnixSeconds | null, StatusFact[]>();
  for (const status of statuses) {
    const archiveCutoff = cutoffOf(status);
    const known = batches.get(archiveCutoff);
    if (known) known.push(status);
    else batches.set(archiveCutoff, [status]);
  }
  return [...batches].map(([archiveCutoff, of]) => ({ archiveCutoff, statuses: of }));
}
