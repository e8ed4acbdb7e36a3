import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { hashAt } from '../audit/line-at.ts';
import type { SegmentedLog, SegmentedLogError } from '../audit/segmented-log.ts';
import { latestAuditWitness } from '../database/audit-witness-table.ts';
import type { Reader } from '../database/database.ts';
import type { StartError } from '../service.ts';
import { damagedState } from './damaged-state.ts';

/** What a log that cannot be opened means for the state. */
export function auditLogProblem(error: SegmentedLogError): {
  readonly ok: false;
  readonly error: StartError;
} {
  if (error.code === 'audit-log-damaged')
    return damagedState(`the audit log breaks at line ${error.line} of ${error.file}`);
  return err({
    code: 'state-damaged',
    reason: `${error.file} of the audit log is missing, and is not on record as archived`,
    remedy: 'Put it back from the backup; segments leave only by `inkan audit archive`.',
  });
}

/**
 * CP 5.4.4: the log has every line that the newest epoch was made with. One that is shorter or other is of
 * an older copy; going on with it would fork what edges and auditors hold signed.
 */
export function checkAuditLog(db: Reader, log: SegmentedLog): Result<true, StartError> {
  const witness = latestAuditWitness(db);
  if (!witness) return ok(true);
  const { size, hash } = log.checkpoint();
  const at = `epoch ${witness.epoch} was signed when it had ${witness.size}`;
  if (size < witness.size) return behind(`the audit log has ${size} lines, and ${at}`);
  const found = size === witness.size ? hexFromBytes(hash) : hashAt(log.path, witness.size);
  if (found === undefined || found === hexFromBytes(witness.hash)) return ok(true);
  const reason = `line ${witness.size} of the audit log is not the one that epoch ${witness.epoch} was signed with`;
  return behind(reason);
}

function behind(reason: string): Result<never, StartError> {
  return err({
    code: 'audit-log-behind',
    reason,
    remedy:
      'Put back the newest copy of audit.jsonl and audit/, of the same moment as the database or later; `inkan audit verify - --state DIR` names the first bad line.',
  });
}
