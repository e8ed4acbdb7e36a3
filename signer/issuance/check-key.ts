import type { KeyRequirement } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { examineKey, firstRefusal } from './certification-request.ts';
import { historyOf, recordKey } from './seen-keys.ts';

/**
 * The last check before a key is certified, and the first of a key that was made here: CSBR 6.1.1.3
 * makes no difference between subscribers' keys and our own. The verdict and what follows it up to the
 * next await are one step.
 */
export async function checkKey(
  context: SignerContext,
  spki: Uint8Array,
  profile: KeyRequirement,
  origin: 'request' | 'made-here',
  now: UnixSeconds,
): Promise<Result<true, OperationError>> {
  await recordKey(context, spki, now);
  const verdict = firstRefusal(examineKey(spki, profile, historyOf(context, spki, origin)));
  if (verdict.ok) return ok(true);
  const code = origin === 'request' ? 'request-refused' : 'key-refused';
  return err({ ...verdict.error, code });
}
