import { expiredCertsSince, retentionCutoffs } from '../../shared/policy/retention.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  addSeconds,
  type UnixSeconds,
  unixSeconds,
  type ValidityWindow,
} from '../../shared/time.ts';
import { takeCRLNumber } from '../database/authority-table.ts';
import { type CRLRow, latestCRL, latestCRLTimes } from '../database/crl-table.ts';
import { revokedCertificates } from '../database/revocation-table.ts';
import { type ActiveAuthority, signingKeyOf } from '../issuance/issuer.ts';
import { crlCandidate } from '../lint/crl/candidate.ts';
import { lint } from '../lint/linted.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { auditCRL } from './audit-crl.ts';
import { encodeTBSCertList } from './tbs-cert-list.ts';

/** A CRL is renewed this long before its nextUpdate at the latest (CRL-6 a). */
const RENEW_BEFORE_SECONDS = 30 * 86_400;

/** CP 4.9.7: due within a year; half its validity for a policy that asks for short CRLs. */
export function crlIsDue(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): boolean {
  const latest = latestCRLTimes(context.db, authority.row.id);
  if (!latest) return true;
  return now >= plannedReplacement(latest);
}

/** When the schedule replaces a CRL that nothing else replaces before. */
export function plannedReplacement({ thisUpdate, nextUpdate }: ValidityWindow): UnixSeconds {
  const half = Math.floor((nextUpdate - thisUpdate) / 2);
  return unixSeconds(nextUpdate - Math.min(RENEW_BEFORE_SECONDS, half));
}

/**
 * A new CRL of all that is revoked and settled, signed and verified, not stored yet. Its number is taken
 * first and on disk: if we stop before the signature the number stays unused (CRL-9).
 */
export async function signCRL(
  context: SignerContext,
  authority: ActiveAuthority,
  settledUpTo: number,
  now: UnixSeconds,
): Promise<Result<CRLRow, OperationError>> {
  const { row } = authority;
  const previous = latestCRL(context.db, row.id) ?? null;
  const crlNumber = context.db.transaction((tx) => takeCRLNumber(tx, row.id));
  context.checkpoint('crl: number taken');
  const validity = authority.policy.crl.validitySeconds.value;
  const nextUpdate = unixSeconds(Math.max(addSeconds(now, validity), previous?.nextUpdate ?? 0));
  const key = signingKeyOf(context, row);
  const keptSince = retentionCutoffs(authority.policy, now).revoked;
  const expiredCertsOnCRL = authority.policy.crl.expiredCertsOnCRL?.value
    ? expiredCertsSince(authority, keptSince)
    : null;
  const { tbs, entries } = encodeTBSCertList({
    signatureAlgorithm: key.algorithm,
    issuer: row.subject,
    authorityKeyIdentifier: authority.keyIdentifier,
    crlNumber,
    thisUpdate: now,
    nextUpdate,
    expiredCertsOnCRL,
    revokedCertificates: revokedCertificates(context.db, row.id, settledUpTo, keptSince),
  });
  const candidate = crlCandidate(tbs, {
    issuer: row.subject,
    keyIdentifier: authority.keyIdentifier,
    signatureAlgorithm: key.algorithm,
    expiredCertsOnCRL,
    previous,
    meant: { crlNumber, thisUpdate: now, nextUpdate, entries },
    now,
  });
  if (!candidate.ok) {
    return err({
      code: 'lint-refused',
      findings: [{ rule: 'DER', reason: 'the TBSCertList cannot be read back' }],
    });
  }
  const linted = lint('crl', candidate.value);
  if (!linted.ok) return linted;
  auditCRL(context, row.name, { tbs, crlNumber, thisUpdate: now, nextUpdate, entries });
  const der = await context.door.signCRL(key, linted.value);
  if (!der.ok) return err(signingProblem(der.error));
  return ok({
    authorityId: row.id,
    crlNumber,
    thisUpdate: now,
    nextUpdate,
    entries,
    keptSince,
    der: der.value,
  });
}
