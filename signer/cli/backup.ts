import { readFile } from 'node:fs/promises';
import { bytesFromBase64 } from '../../shared/bytes.ts';
import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  list,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { ageLines, isRecipient } from '../backup/age.ts';
import { backUpStopped } from '../backup/stopped-state.ts';
import type { BackupView } from '../operations/backup-views.ts';
import { answered, factLines } from './answers.ts';
import { failureOf, readResponse } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import { type NewOctets, newOctets, type WrittenOctets } from './new-octets.ts';
import { newFilePossible } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, stateDirectory } from './paths.ts';
import { CONNECTION_OPTIONS, loadProfile } from './profile.ts';
import { whileWaiting } from './progress.ts';
import { askSigner } from './signer-client.ts';
import { startFailure } from './start-failure.ts';

export const BACKUP: Command = {
  name: 'backup',
  summary: 'Write an encrypted copy of the whole state while the signer goes on',
  operands: ['FILE'],
  options: [
    {
      name: 'recipient',
      value: 'age1…',
      description: 'Whose identity opens it, as `age-keygen` prints it; may be repeated',
      repeatable: true,
    },
    { name: 'recipients-file', value: 'FILE', description: 'Recipients, one a line' },
    {
      name: 'with-keys',
      description: 'The encrypted key files of file keystores too; their passphrase never',
    },
    { name: 'stopped', description: 'Read the state directory itself; no signer may run on it' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'In it: database, audit log up to the same moment, configuration, policies, tls/, certificates of operators, and a manifest with the SHA-256 of each. Not in it: passphrases, PINs, keys in tokens, private keys of operators.',
    'Keep it where the signer is not, and the identity where neither is. `inkan restore` reads it.',
  ],
  examples: [
    'inkan backup --recipient age1… /backup/inkan-2026-12-24.age',
    'inkan backup --stopped --state /var/lib/inkan --recipients-file recipients.txt --with-keys inkan.age',
  ],
  run: backup,
};

interface BackupArguments {
  readonly file: string;
  readonly recipients: readonly string[];
  readonly withKeys: boolean;
}

async function backup(args: ParsedArguments, world: CLIWorld): Outcome {
  const asked = await backupArguments(args, world);
  if (!asked.ok) return asked;
  const { file } = asked.value;
  const free = await newFilePossible(file);
  if (!free.ok) return free;
  const octets = await newOctets(file);
  if (!octets.ok) return octets;
  try {
    const made = args.has('stopped')
      ? await fromState(args, world, asked.value, octets.value)
      : await fromSigner(args, world, asked.value, octets.value);
    if (!made.ok) return made;
    const written = await octets.value.finish();
    return written.ok ? said(made.value, written.value, file) : written;
  } finally {
    await octets.value.discard();
  }
}

function said(
  view: BackupView,
  { octets, sha256 }: WrittenOctets,
  file: string,
): ReturnType<typeof answered> {
  const lines = factLines([
    ['file', `${file} (${octets} octets)`],
    ['sha-256', sha256],
    ['of', view.createdAt],
    ['epoch', view.epoch],
    ['audit log', `${view.auditSize} events`],
    ['keys', view.keys === 'included' ? 'encrypted key files are in it' : 'not in it'],
    ...view.lacks.map((what) => ['not in it', what] as const),
  ]);
  return answered({ file, octets, sha256, ...view }, lines);
}

async function backupArguments(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<BackupArguments, Failure>> {
  const listed = await linesOf(args.option('recipients-file'), world);
  if (!listed.ok) return listed;
  const recipients = [...args.all('recipient'), ...listed.value];
  const wrong = recipients.findIndex((recipient) => !isRecipient(recipient));
  if (wrong >= 0) {
    return usageFailure(
      `recipient ${wrong + 1} is not one of the age format`,
      'give what `age-keygen` prints as public key, never the identity (AGE-SECRET-KEY-…)',
    );
  }
  if (recipients.length === 0)
    return usageFailure('nobody could open it', 'give --recipient or --recipients-file');
  return ok({
    file: pathFrom(args.operand(0), world),
    recipients,
    withKeys: args.has('with-keys'),
  });
}

async function linesOf(
  name: string | undefined,
  world: CLIWorld,
): Promise<Result<readonly string[], Failure>> {
  if (name === undefined) return ok([]);
  const text = await readFile(pathFrom(name, world), 'utf8').catch(() => undefined);
  return text === undefined
    ? usageFailure(`cannot read ${name}`, 'see that it exists')
    : ok(ageLines(text));
}

const backupView: Decode<BackupView> = openObject<BackupView>({
  createdAt: required(anyText),
  epoch: required(anyNumber),
  auditSize: required(anyNumber),
  keys: required(choice('included', 'left-out')),
  files: required(anyNumber),
  lacks: required(list(anyText)),
});

async function fromSigner(
  args: ParsedArguments,
  world: CLIWorld,
  { recipients, withKeys }: BackupArguments,
  octets: NewOctets,
): Promise<Result<BackupView, Failure>> {
  const profile = await loadProfile(args, world);
  if (!profile.ok) return profile;
  const asked = { method: 'POST', path: '/v1/backups', body: { recipients, withKeys } } as const;
  const { take } = octets;
  const response = await whileWaiting(
    askSigner(profile.value, { ...asked, take }),
    world.stderr,
    'the backup',
  );
  if (!response.ok) return err(failureOf(response.error, profile.value.url, asked));
  const { facts } = response.value;
  if (facts === '') return readResponse(response.value, backupView);
  const body = bytesFromBase64(facts);
  return readResponse(
    { ...response.value, body: body.ok ? body.value : new Uint8Array(0) },
    backupView,
  );
}

async function fromState(
  args: ParsedArguments,
  world: CLIWorld,
  { recipients, withKeys }: BackupArguments,
  octets: NewOctets,
): Promise<Result<BackupView, Failure>> {
  const { clock, randomBytes } = world;
  const keys = withKeys ? 'included' : 'left-out';
  const order = {
    state: stateDirectory(args, world),
    recipients,
    keys,
    clock,
    randomBytes,
  } as const;
  const made = await backUpStopped(order);
  if (!made.ok) return err(startFailure(made.error, EXIT.notStarted));
  const { manifest, discard } = made.value;
  try {
    await octets.take(made.value.octets);
  } finally {
    discard();
  }
  const { createdAt, epoch, audit, lacks, files } = manifest;
  return ok({ createdAt, epoch, auditSize: audit.size, keys, files: files.length, lacks });
}
