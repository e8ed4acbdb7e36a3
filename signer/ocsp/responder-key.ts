import { hexFromBytes } from '../../shared/bytes.ts';
import { keyAlgorithmText } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import {
  insertPendingKey,
  pendingKey,
  type ResponderKeyRow,
  setKeyUnusable,
} from '../database/responder-key-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { parsePublicKey } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';

/** A key for a new responder: in the keystore, under a label that is on record. */
export interface ResponderKey {
  readonly keystore: string;
  readonly keyLabel: string;
  readonly spki: Uint8Array;
}

interface KeyOrder {
  readonly authority: ActiveAuthority;
  /** Where a new key is made. */
  readonly keystore: string;
  readonly algorithm: KeyAlgorithm;
  readonly actor: string;
  readonly now: UnixSeconds;
}

/**
 * RSP-36: a key that no certificate was made for. One that an earlier rotation left behind, because
 * it was stopped or failed, is taken up; so no keystore fills with keys that nobody knows of.
 */
export async function responderKey(
  context: SignerContext,
  order: KeyOrder,
): Promise<Result<ResponderKey, OperationError>> {
  const begun = pendingKey(context.db, order.authority.row.id);
  const left = begun ? await keyLeft(context, begun, order.algorithm) : ok(null);
  if (!left.ok) return left;
  if (left.value) return ok(left.value);
  // Still pending: it was announced and never made.
  const announced = pendingKey(context.db, order.authority.row.id) ?? announce(context, order);
  const { keystore, keyLabel } = announced;
  const made = await context.door.generateKey(keystore, keyLabel, order.algorithm, order.actor);
  if (!made.ok) return err(signingProblem(made.error));
  context.checkpoint('responder: key generated');
  return ok({ keystore, keyLabel, spki: made.value.spki });
}

/** The key of an earlier rotation if it is there and fits; null when one is to be made. */
async function keyLeft(
  context: SignerContext,
  { keystore, keyLabel }: ResponderKeyRow,
  algorithm: KeyAlgorithm,
): Promise<Result<ResponderKey | null, OperationError>> {
  const found = await context.door.publicKey(keystore, keyLabel);
  if (found.ok) {
    const { spki } = found.value;
    if (fits(spki, algorithm)) return ok({ keystore, keyLabel, spki });
    giveUp(context, keystore, keyLabel, `it is not ${keyAlgorithmText(algorithm)}`);
    return ok(null);
  }
  const code = found.error.code === 'keystore' ? found.error.error.code : found.error.code;
  if (code === 'key-missing') return ok(null);
  // Half a key pair, say. A keystore that does not answer is another matter: the key may be good.
  if (code !== 'key-unfit') return err(signingProblem(found.error));
  giveUp(context, keystore, keyLabel, 'the keystore holds it only in part');
  return ok(null);
}

function fits(spki: Uint8Array, algorithm: KeyAlgorithm): boolean {
  const parsed = parsePublicKey(spki);
  if (!parsed.ok || parsed.value.algorithm === null) return false;
  return keyAlgorithmText(parsed.value.algorithm) === keyAlgorithmText(algorithm);
}

/** Never taken up again; whoever keeps the keystore may remove it. */
export function giveUp(
  context: SignerContext,
  keystore: string,
  keyLabel: string,
  reason: string,
): void {
  context.audit.append({ type: 'responder-key-given-up', keystore, keyLabel, reason });
  context.db.transaction((tx) => setKeyUnusable(tx, keyLabel));
}

/** On disk before the keystore is asked: if we stop after it, the next rotation finds the label. */
function announce(
  context: SignerContext,
  { authority, keystore, actor, now }: KeyOrder,
): Pick<ResponderKeyRow, 'keystore' | 'keyLabel'> {
  const { id: authorityId, name } = authority.row;
  const keyLabel = `${name}-ocsp-${hexFromBytes(context.randomBytes(4))}`;
  context.db.transaction((tx) =>
    insertPendingKey(tx, { authorityId, keystore, keyLabel, begunAt: now, begunBy: actor }),
  );
  context.checkpoint('responder: key announced');
  return { keystore, keyLabel };
}
