import type { KeyRequirement } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { isKeyHandedOut } from '../database/ceremony-item-table.ts';
import { pendingKey } from '../database/responder-key-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { responderKeyAlgorithm, responderSubject } from '../ocsp/make-responder.ts';
import { giveUp, responderKey } from '../ocsp/responder-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { canStillSign } from '../presigning/plan.ts';
import type { SignerContext } from '../signer-context.ts';
import type { CertificateOrder } from './ceremony-order.ts';
import { profileAt } from './profile-at.ts';

/** The first key that a profile accepts. */
export function keyAlgorithmOf(requirement: KeyRequirement): KeyAlgorithm {
  return requirement.kind === 'rsa'
    ? { kind: 'rsa', modulusLength: requirement.modulusLengths[0] ?? 4096 }
    : { kind: 'ec', namedCurve: requirement.namedCurves[0] ?? 'P-384' };
}

/**
 * The responder's key is always online (architecture rule 3): made here, certified in the ceremony. A
 * key that no bundle carried yet is taken up; one that went out may have been certified on the offline
 * host though nobody imported it, so it is given up (RSP-36).
 */
export async function makeResponderKey(
  context: SignerContext,
  authority: ActiveAuthority,
  keystore: string,
  actor: string,
  now: UnixSeconds,
): Promise<Result<CertificateOrder, OperationError>> {
  const { row, policy, notAfter } = authority;
  if (policy.ocsp === null) return err({ code: 'ocsp-unanswered', authority: row.name });
  if (!canStillSign(notAfter, now))
    return err({ code: 'responder-useless', authority: row.name, notAfter: isoText(notAfter) });
  const profile = policy.ocsp.responderProfile;
  const inForce = profileAt(context.policy, profile, now);
  if (!inForce.ok) return inForce;
  const algorithm = responderKeyAlgorithm(context, authority);
  if (!algorithm) return err({ code: 'profile-unknown', profile, known: [] });
  const left = pendingKey(context.db, row.id);
  if (left && isKeyHandedOut(context.db, left.keyLabel))
    giveUp(context, left.keystore, left.keyLabel, 'an earlier bundle asks for its certificate');
  const key = await responderKey(context, { authority, keystore, algorithm, actor, now });
  if (!key.ok) return key;
  return ok({
    ...{ role: 'ocsp-responder', profile, subjectAuthority: null, ...key.value },
    subject: responderSubject(authority, now),
    subscriber: null,
  });
}
