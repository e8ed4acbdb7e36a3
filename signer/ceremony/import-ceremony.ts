import { err, type Result } from '../../shared/result.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import { decodeAnswer } from './answer.ts';
import { importRoot } from './import-root.ts';
import { type ImportedCeremony, importSignatures } from './import-signatures.ts';
import { expireCeremonies } from './pending.ts';

/** What came back from the offline host, by its kind. */
export async function importCeremony(
  context: SignerContext,
  { text, sha256 }: { readonly text: string; readonly sha256?: string },
  actor: string,
): Promise<Result<ImportedCeremony, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const answer = decodeAnswer(text);
  if (!answer.ok) return err({ code: 'ceremony-malformed', reason: answer.error.reason });
  expireCeremonies(context, now.value);
  return answer.value.format === 'inkan-ceremony-root-1'
    ? importRoot(context, answer.value, { text, sha256, actor }, now.value)
    : importSignatures(context, answer.value, text, actor, now.value);
}
