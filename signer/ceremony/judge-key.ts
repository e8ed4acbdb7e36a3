import type { KeyRequirement } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { examineKey, examineKeyForm, firstRefusal } from '../issuance/certification-request.ts';
import { historyOf } from '../issuance/seen-keys.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';

/**
 * CSR-5 to CSR-7 for a key that a ceremony certifies, after `recordKey`; in one step with what follows.
 * `made-here` where the key may be that of an authority on record, `new` where it may be nobody's.
 * Reservations of the ceremony that is superseded do not count.
 */
export function judgeKey(
  context: SignerContext,
  spki: Uint8Array,
  profile: KeyRequirement,
  origin: 'new' | 'made-here',
  superseding: number | null = null,
): Result<true, OperationError> {
  const asked = origin === 'new' ? 'request' : 'made-here';
  const history = historyOf(context, spki, asked, superseding);
  const verdict = firstRefusal(examineKey(spki, profile, history));
  return verdict.ok ? ok(true) : err({ ...verdict.error, code: 'key-refused' });
}

/** The same of its form, before a key that came in a file is recorded at all. */
export function judgeKeyForm(
  spki: Uint8Array,
  profile: KeyRequirement,
): Result<true, OperationError> {
  const verdict = firstRefusal(examineKeyForm(spki, profile));
  return verdict.ok ? ok(true) : err({ ...verdict.error, code: 'key-refused' });
}
