import type { Responder } from '../../shared/ocsp/response.ts';
import { must, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { newestResponder, type ResponderRow } from '../database/responder-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { keyIdentifier, parsePublicKey } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { canStillSign, responderIsDue } from '../presigning/plan.ts';
import type { SignerContext } from '../signer-context.ts';
import { makeResponder } from './make-responder.ts';

/** Who is on record as having had a responder made when nobody asked for it. */
export const BY_SCHEDULE = 'schedule';

const descriptions = new WeakMap<ResponderRow, Responder>();

/** What goes into responses and shards of this responder; the same object for the same row. */
export function responderOf(row: ResponderRow): Responder {
  const described = descriptions.get(row) ?? describe(row);
  descriptions.set(row, described);
  return described;
}

function describe(row: ResponderRow): Responder {
  const { algorithm } = must(parsePublicKey(row.spki), 'key of a responder');
  return {
    keyHash: must(keyIdentifier(row.spki), 'key of a responder'),
    signatureAlgorithm: row.signatureAlgorithm,
    signatureLength: algorithm === null ? 0 : packedSignatureLength(algorithm),
    certificate: row.certificate,
  };
}

function packedSignatureLength(algorithm: KeyAlgorithm): number {
  if (algorithm.kind === 'rsa') return algorithm.modulusLength / 8;
  return algorithm.namedCurve === 'P-256' ? 64 : 96;
}

/**
 * Who signs responses now. The newest responder for as long as what it signs holds 8 hours (RSP-8,
 * RSP-21); one is made when there is none, it is revoked or its time is over. null when no response
 * can be signed: in the last 8 hours of the CA, or when a responder is needed and cannot be made, as
 * for an offline CA until the ceremony that certifies one. The CRL goes out all the same (CP 4.9.8).
 */
export async function ensureResponder(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Promise<Result<ResponderRow | null, OperationError>> {
  if (!canStillSign(authority.notAfter, now)) return ok(null);
  const newest = newestResponder(context.db, authority.row.id);
  if (newest && canStillSign(newest.notAfter, now)) return ok(newest);
  if (authority.row.custody === 'offline') return ok(null);
  const made = await makeResponder(context, authority, now, BY_SCHEDULE);
  return ok(made.ok ? made.value : null);
}

/**
 * RSP-36: a new responder when one is due; the schedule says why it was not made. That of an offline
 * CA is made in a ceremony, for which `inkan status` counts down.
 */
export async function rotateWhenDue(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Promise<Result<'made' | 'not-due', OperationError>> {
  if (authority.row.custody === 'offline') return ok('not-due');
  const newest = newestResponder(context.db, authority.row.id);
  if (!responderIsDue(authority.policy, newest, authority.notAfter, now)) return ok('not-due');
  const made = await makeResponder(context, authority, now, BY_SCHEDULE);
  return made.ok ? ok('made') : made;
}
