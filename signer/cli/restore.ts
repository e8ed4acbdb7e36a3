import { readFile } from 'node:fs/promises';
import { err } from '../../shared/result.ts';
import { ageLines } from '../backup/age.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { type RestoreError, restoreBackup } from '../backup/restore.ts';
import { answered, factLines } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';

export const RESTORE: Command = {
  name: 'restore',
  summary: 'Make a state directory from a backup',
  operands: ['FILE'],
  options: [
    {
      name: 'identity',
      value: 'FILE',
      description: 'The age identity (AGE-SECRET-KEY-…) of one of its recipients',
      required: true,
    },
    STATE_OPTION,
  ],
  notes: [
    'Never writes over anything: the state directory must be absent or empty. Every file is held against the manifest, the database and the audit log are checked, and only then the directory gets its name.',
    'What was published after the backup is not in it. `inkan serve` compares and refuses to start on a state that is behind (state-behind); `inkan catch-up` takes from the store what it has.',
  ],
  examples: ['inkan restore inkan.age --identity identity.txt --state /var/lib/inkan'],
  run: restore,
};

async function restore(args: ParsedArguments, world: CLIWorld): Outcome {
  const identity = pathFrom(args.required('identity'), world);
  const text = await readFile(identity, 'utf8').catch(() => undefined);
  if (text === undefined) return usageFailure(`cannot read ${identity}`, 'see that it exists');
  const state = stateDirectory(args, world);
  const { clock, randomBytes } = world;
  const file = pathFrom(args.operand(0), world);
  const identities = ageLines(text);
  const restored = await restoreBackup({ file, identities, state, clock, randomBytes });
  if (!restored.ok) return err(restoreFailure(restored.error, file, state));
  return said(restored.value, state);
}

function said(manifest: BackupManifest, state: string): ReturnType<typeof answered> {
  const { createdAt, epoch, audit, keys, lacks, files } = manifest;
  const elsewhere = files.flatMap(({ path, belongsAt }) =>
    belongsAt === null ? [] : [{ path, belongsAt }],
  );
  const lines = factLines([
    ['state', state],
    ['of', createdAt],
    ['epoch', epoch],
    ['audit log', `${audit.size} events`],
    ['keys', keys === 'included' ? 'encrypted key files are in it' : 'not in it'],
    ...elsewhere.map(
      ({ path, belongsAt }) => ['belongs elsewhere', `${path} goes to ${belongsAt}`] as const,
    ),
    ...lacks.map((what) => ['still needed', what] as const),
    ['lost', `what was done after ${createdAt}: \`inkan catch-up\` takes back what was published`],
    ['next', '`inkan doctor`, then `inkan serve`; on `state-behind` first `inkan catch-up`'],
  ]);
  return answered(
    { state, createdAt, epoch, auditSize: audit.size, keys, lacks, elsewhere },
    lines,
  );
}

function restoreFailure(error: RestoreError, file: string, state: string): Failure {
  const { code } = error;
  const damaged = (message: string): Failure => ({
    ...{ exit: EXIT.refused, code, message },
    remedy: 'nothing was restored; take another copy of this backup, or the one before it',
  });
  switch (error.code) {
    case 'state-exists':
      return {
        ...{ exit: EXIT.usage, code, message: `${state} exists and is not empty` },
        remedy: 'name another directory with --state; an existing one is never written over',
      };
    case 'age-refused':
      return {
        ...{ exit: EXIT.refused, code, message: `${file} does not open: ${error.reason}` },
        remedy: 'give the identity of one of its recipients',
      };
    case 'file-unreadable':
      return damaged(`${file} cannot be read to its end: ${error.reason}`);
    case 'archive-malformed':
      return damaged(`${file} is no backup: ${error.reason}`);
    case 'manifest-malformed':
      return damaged(`the manifest of ${file}: ${error.reason}`);
    case 'file-differs':
      return damaged(`${error.path} in ${file} is not what its manifest says`);
    case 'file-missing':
      return damaged(`${file} lacks ${error.path}`);
    case 'contents-damaged':
      return damaged(error.reason);
  }
}
