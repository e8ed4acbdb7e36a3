import { join } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import { openWholeLog } from '../audit/segmented-log.ts';
import { readConfig } from '../config.ts';
import type { StartError } from '../service.ts';
import { auditLogProblem } from '../setup/check-audit-log.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../setup/state-files.ts';
import { copyStopped } from './database-copy.ts';
import { type Backup, type BackupOrder, makeBackup } from './make-backup.ts';

/** A backup of a state directory on which no signer runs; of any version, nothing is converted. */
export async function backUpStopped({
  clock,
  ...order
}: Pick<BackupOrder, 'state' | 'recipients' | 'keys' | 'randomBytes'> & {
  readonly clock: Clock;
}): Promise<Result<Backup, StartError>> {
  const { state } = order;
  const config = readConfig(state);
  if (!config.ok) return config;
  const audit = openWholeLog(join(state, AUDIT_FILE), clock);
  if (!audit.ok) return unreadable(auditLogProblem(audit.error).error.reason);
  const checkpoint = audit.value.checkpoint();
  audit.value.close();
  try {
    const backup = await makeBackup({
      ...{ ...order, config: config.value, now: clock() },
      copyDatabase: (file) => copyStopped(join(state, DATABASE_FILE), file),
      auditCheckpoint: () => checkpoint,
    });
    return ok(backup);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    if (!/locked|busy/.test(reason)) return unreadable(reason);
    return err({
      code: 'state-in-use',
      reason: 'a signer runs on this state directory',
      remedy: 'Leave --stopped out: the signer makes the backup itself.',
    });
  }
}

function unreadable(reason: string): Result<never, StartError> {
  return err({
    code: 'state-damaged',
    reason,
    remedy: 'Copy the whole directory before anything else; `inkan doctor` says more.',
  });
}
