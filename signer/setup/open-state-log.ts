import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import { openSegmentedLog, type SegmentedLog } from '../audit/segmented-log.ts';
import type { SignerEvent } from '../audit/signer-event.ts';
import { CONFIG_FILE, type SignerConfig } from '../config.ts';
import type { Reader } from '../database/database.ts';
import type { StartError } from '../service.ts';
import { auditLogProblem, checkAuditLog } from './check-audit-log.ts';
import { AUDIT_FILE } from './state-files.ts';

/** Of one file of the audit log; half a second of reading at start. */
const SEGMENT_OCTETS = 64 << 20;

/** The audit log of a state directory, held against what was published. */
export function openStateLog(
  state: string,
  config: Pick<SignerConfig, 'audit'>,
  db: Reader,
  { clock, checkpoint }: { readonly clock: Clock; readonly checkpoint: (place: string) => void },
): Result<SegmentedLog, StartError> {
  const segmentOctets = config.audit?.segmentOctets ?? SEGMENT_OCTETS;
  const log = openSegmentedLog(join(state, AUDIT_FILE), clock, { segmentOctets, checkpoint });
  if (!log.ok) return auditLogProblem(log.error);
  const whole = checkAuditLog(db, log.value);
  if (whole.ok) return log;
  log.value.close();
  return whole;
}

/** With what the signer runs; neither file holds a secret. */
export function startEvent(state: string, { policy }: SignerConfig, inkan: string): SignerEvent {
  const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return {
    ...{ type: 'signer-start', version: process.version, inkan },
    policySha256: policy.map(hashOf),
    configSha256: hashOf(join(state, CONFIG_FILE)),
  };
}
