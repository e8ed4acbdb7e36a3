import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { editionsOf, setDocumentWithdrawn } from '../database/document-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';

export interface WithdrawalInput {
  readonly name: string;
  readonly version: string;
  readonly reason: string;
}

/** For a mistaken upload: the next epoch is without its file, the record stays. Answers its id. */
export function withdrawDocument(
  context: SignerContext,
  { name, version, reason }: WithdrawalInput,
  actor: string,
): Result<number, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const editions = editionsOf(context.db, name);
  const edition = editions.find((one) => one.withdrawn === null && one.version === version);
  if (!edition)
    return err({
      code: 'document-unknown',
      name,
      version: editions.length === 0 ? null : version,
    });
  const sha256 = hexFromBytes(edition.sha256);
  // The log first: if we stop between the two the edition stays, and it is withdrawn again.
  context.audit.append({ type: 'document-withdrawn', name, version, sha256, reason, actor });
  context.db.transaction((tx) => {
    setDocumentWithdrawn(tx, edition.id, { at: now.value, by: actor, reason });
    rememberTime(tx, now.value);
  });
  context.checkpoint('document: withdrawn');
  return ok(edition.id);
}
