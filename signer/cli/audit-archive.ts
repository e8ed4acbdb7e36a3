import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Result } from '../../shared/result.ts';
import {
  type ArchiveError,
  type ArchiveWorld,
  archiveSegments,
  restoreSegments,
} from '../audit/archive.ts';
import type { ArchivedSegment } from '../audit/segment-files.ts';
import type { SegmentedLog } from '../audit/segmented-log.ts';
import { readConfig } from '../config.ts';
import { latestAuditWitness } from '../database/audit-witness-table.ts';
import { openDatabase, type Reader } from '../database/database.ts';
import { faultCheckpoint } from '../fault-checkpoint.ts';
import { openStateLog } from '../setup/open-state-log.ts';
import { DATABASE_FILE } from '../setup/state-files.ts';
import { answered } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type OptionSpec,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';
import { startFailure } from './start-failure.ts';

const BY_OPTION: OptionSpec = {
  name: 'by',
  value: 'NAME',
  description: 'Who does it; it is recorded',
  required: true,
};

export const AUDIT_ARCHIVE: Command = {
  name: 'audit archive',
  summary: 'Move closed segments of the audit log of a stopped signer into a directory (CP 5.5)',
  operands: ['DIR'],
  options: [BY_OPTION, STATE_OPTION],
  notes: [
    'Only segments that a published epoch was signed over. Each is verified, copied and read back, and its hashes are in the log, before it is removed here. Nothing is ever deleted: keep DIR, on two media, for ten years after the last certificate that it tells of has ended.',
  ],
  examples: ['inkan audit archive /mnt/archive --by "T. Abe" --state /var/lib/inkan'],
  run: (args, world) =>
    onStoppedSigner(args, world, (log, folder, db, archiveWorld) =>
      archiveSegments(log, folder, latestAuditWitness(db)?.size ?? 0, archiveWorld),
    ),
};

export const AUDIT_RESTORE: Command = {
  name: 'audit restore',
  summary: 'Bring archived segments back to a stopped signer, so that they are shown and exported',
  operands: ['DIR'],
  options: [BY_OPTION, STATE_OPTION],
  notes: ['Only what has the hashes on record; all from the oldest one in DIR on.'],
  examples: ['inkan audit restore /mnt/archive --by "T. Abe" --state /var/lib/inkan'],
  run: (args, world) =>
    onStoppedSigner(args, world, (log, folder, _db, archiveWorld) =>
      restoreSegments(log, folder, archiveWorld),
    ),
};

type Work = (
  log: SegmentedLog,
  folder: string,
  db: Reader,
  world: ArchiveWorld,
) => Result<readonly ArchivedSegment[], ArchiveError>;

/** The database is held open meanwhile: no signer can start. */
async function onStoppedSigner(args: ParsedArguments, world: CLIWorld, work: Work): Outcome {
  const state = stateDirectory(args, world);
  const config = readConfig(state);
  if (!config.ok) return err(startFailure(config.error, EXIT.notStarted));
  const actor = args.required('by');
  if (!/^[\p{L}\p{N} ._@-]{1,64}$/u.test(actor))
    return usageFailure('--by is not a name', 'give letters, digits and " ._@-", at most 64');
  if (!existsSync(join(state, DATABASE_FILE)))
    return usageFailure(`${state} has no database`, 'name the state directory with --state');
  const db = openDatabase(join(state, DATABASE_FILE));
  if (!db.ok) return usageFailure(db.error.reason, 'end the signer that uses this directory first');
  const checkpoint = faultCheckpoint(world.environment['INKAN_FAULT_STOP_AT']);
  try {
    const log = openStateLog(state, config.value, db.value, { clock: world.clock, checkpoint });
    if (!log.ok) return err(startFailure(log.error, EXIT.notStarted));
    const folder = pathFrom(args.operand(0), world);
    const done = work(log.value, folder, db.value, { actor, checkpoint });
    log.value.close();
    if (!done.ok) return err(failureOf(done.error));
    return answered({ folder, segments: done.value }, done.value.map(segmentLine));
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return usageFailure(error.message, 'make room or give rights, and run it again');
  } finally {
    db.value.close();
  }
}

function segmentLine({ number, before, lines, sha256 }: ArchivedSegment): string {
  return `segment ${number}  lines ${before + 1} to ${before + lines}  sha-256 ${sha256}`;
}

function failureOf(error: ArchiveError): Failure {
  const base = { exit: EXIT.refused, code: error.code };
  switch (error.code) {
    case 'segment-damaged':
      return {
        ...base,
        message: `line ${error.line} of ${error.file} breaks the chain`,
        remedy:
          'look with `inkan audit verify - --state DIR`, and restore the file from the backup',
      };
    case 'archive-differs':
      return {
        ...base,
        message: `${error.file} is not the segment that is on record`,
        remedy: 'give the directory with the right file; nothing was removed',
      };
    case 'archive-incomplete':
      return {
        ...base,
        message: `${error.file} is missing`,
        remedy: 'bring back all from the oldest one on, so that the log has no hole',
      };
    case 'nothing-to-do':
      return {
        ...base,
        exit: EXIT.notFound,
        message: 'there is no such segment',
        remedy:
          'closed segments are archived once an epoch was signed over them; see docs/operations.md',
      };
  }
}
