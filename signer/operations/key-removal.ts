import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import { setKeyRemoved } from '../database/key-removal-table.ts';
import { findIssued } from '../revocation/revoke-certificate.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import type { OperationError } from './operation-error.ts';
import type { RecordKeyRemovalInput } from './operations.ts';

/** CSBR 6.3.2: the subscriber's private key is gone from its HSM; recorded once. */
export function recordKeyRemoval(
  context: SignerContext,
  { serialNumber: asked, authority, record }: RecordKeyRemovalInput,
  actor: string,
): Result<CertificateRow, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const found = findIssued(context.db, asked, authority);
  if (!found.ok) return found;
  const { id, keyRemovedAt } = found.value;
  const serialNumber = serialNumberText(found.value.serialNumber);
  if (keyRemovedAt !== null) {
    return err({ code: 'key-removal-recorded', serialNumber, removedAt: isoText(keyRemovedAt) });
  }
  // The log first: if we stop between the two the reminder stays, and it is recorded again.
  context.audit.append({ type: 'key-removed', serialNumber, record, actor });
  context.db.transaction((tx) => {
    setKeyRemoved(tx, id, now.value, record);
    rememberTime(tx, now.value);
  });
  return ok({ ...found.value, keyRemovedAt: now.value });
}
