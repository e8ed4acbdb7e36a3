import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/result.ts';
import { BUNDLE_MOST_CHARACTERS } from '../ceremony/bundle.ts';
import type { HostError } from '../ceremony/host/host-error.ts';
import { makeSubordinateKey } from '../ceremony/host/make-key.ts';
import { type MadeRoot, makeRoot } from '../ceremony/host/make-root.ts';
import { type Host, openHost } from '../ceremony/host/open-host.ts';
import { rootScript, rootTranscript } from '../ceremony/host/script.ts';
import { signBundle } from '../ceremony/host/sign-bundle.ts';
import { faultCheckpoint } from '../fault-checkpoint.ts';
import { answered, factLines } from './answers.ts';
import { checkedLines } from './ceremony-text.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type OptionSpec,
  type Outcome,
  usageFailure,
} from './command.ts';
import { askConfirmation, CONFIRM_OPTION, firstLine } from './confirmation.ts';
import { EXIT } from './exit-codes.ts';
import { newFilePossible, replaceFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';

/** These three run on the offline host: no signer, no database, no network. */

const HOST_OPTION: OptionSpec = {
  name: 'host',
  value: 'DIR',
  description: 'The directory of the offline host, with its ceremony.json',
  required: true,
};

const KEYSTORE_OPTION: OptionSpec = {
  name: 'keystore',
  value: 'K',
  description: 'A keystore of ceremony.json; default: the first',
};

const OUT_OPTION: OptionSpec = {
  name: 'out',
  value: 'FILE',
  description: 'Write what goes back to the signer to this file',
  required: true,
};

export const CEREMONY_SIGN: Command = {
  name: 'ceremony sign',
  summary: 'On the offline host: show a bundle, ask, check it again, sign and log',
  operands: ['BUNDLE'],
  options: [HOST_OPTION, OUT_OPTION, CONFIRM_OPTION],
  notes: [
    'Everything is checked against what this host itself holds. The same bundle given again answers the same file and uses no key.',
  ],
  examples: ['inkan ceremony sign bundle.json --host /srv/ceremony --out answer.json'],
  run: sign,
};

export const CEREMONY_ROOT: Command = {
  name: 'ceremony root',
  summary: 'On the offline host: make a root, its key and its certificate of itself',
  operands: ['AUTHORITY'],
  options: [
    HOST_OPTION,
    KEYSTORE_OPTION,
    { name: 'out', value: 'FILE', description: 'Write the file for `inkan ceremony import`' },
    { name: 'script', description: 'Print the script for the ceremony and do nothing' },
    { name: 'transcript', value: 'FILE', description: 'Write the transcript to this file too' },
    {
      name: 'confirm-name',
      value: 'NAME',
      description: 'Instead of typing: the name of the authority',
    },
  ],
  notes: [
    'Prints the transcript that the witnesses compare and sign; its certificate SHA-256 is asked for by `inkan ceremony import`.',
  ],
  examples: [
    'inkan ceremony root root-ca3 --host /srv/ceremony --script',
    'inkan ceremony root root-ca3 --host /srv/ceremony --out root.json --transcript transcript.txt',
  ],
  run: root,
};

export const CEREMONY_KEY: Command = {
  name: 'ceremony key',
  summary: 'On the offline host: make the key of a sub-CA whose custody is offline',
  operands: ['AUTHORITY'],
  options: [HOST_OPTION, KEYSTORE_OPTION, OUT_OPTION],
  notes: [
    'The file goes to `inkan ceremony export … --subordinate-key`, and the sha-256 that is printed, on paper, to its --sha256.',
  ],
  examples: ['inkan ceremony key time-stamping-ca --host /srv/ceremony --out key.json'],
  run: key,
};

async function withHost(
  args: ParsedArguments,
  world: CLIWorld,
  act: (host: Host) => Outcome,
): Outcome {
  const { clock, randomBytes, environment } = world;
  const checkpoint = faultCheckpoint(environment['INKAN_FAULT_STOP_AT']);
  const directory = pathFrom(args.required('host'), world);
  const host = openHost(directory, { clock, randomBytes, environment, checkpoint });
  if (!host.ok) return hostFailure(host.error);
  try {
    return await act(host.value);
  } finally {
    host.value.close();
  }
}

/** What the person gave or did not confirm, and no refusal of the host. */
const USAGE: readonly HostError['code'][] = ['host-missing', 'authority-unknown', 'not-confirmed'];

function hostFailure({ code, reason, remedy }: HostError): Result<never, Failure> {
  const exit = USAGE.includes(code) ? EXIT.usage : EXIT.refused;
  return err({ exit, code, message: reason, remedy });
}

async function sign(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = args.operand(0);
  const bytes = await readFile(pathFrom(path, world)).catch(() => undefined);
  if (bytes === undefined) return usageFailure(`cannot read ${path}`, 'see that it exists');
  if (bytes.length > BUNDLE_MOST_CHARACTERS)
    return usageFailure(`${path} is too long`, 'give a bundle of `inkan ceremony export`');
  const out = pathFrom(args.required('out'), world);
  return withHost(args, world, async (host) => {
    const signed = await signBundle(host, bytes.toString('utf8'), async (checked) => {
      world.stderr.write(`${checkedLines(checked).join('\n')}\n\n`);
      return askConfirmation(args, world, checked.bundle.requestSha256);
    });
    if (!signed.ok) return hostFailure(signed.error);
    const written = await replaceFile(out, signed.value.text);
    if (!written.ok) return written;
    const { signedAt, again } = signed.value;
    const what = again ? 'signed before; the same answer again' : 'signed';
    const lines = factLines([
      ['done', what],
      ['signed at', signedAt],
      ['written to', out],
      ['next', '`inkan ceremony import FILE` beside the network'],
    ]);
    return answered({ file: out, signedAt, again }, lines);
  });
}

async function root(args: ParsedArguments, world: CLIWorld): Outcome {
  const name = args.operand(0);
  return withHost(args, world, async (host) => {
    const keystore = keystoreOf(args, host);
    if (!keystore.ok) return keystore;
    if (!host.policy.authorities.has(name))
      return usageFailure(`the policy has no ${name}`, 'name an authority of the policy file');
    const script = rootScript(host, name, keystore.value);
    if (args.has('script')) return answered({ script }, script);
    const outs = await outputFiles(args, world);
    if (!outs.ok) return outs;
    const confirmed = await confirmName(args, world, name);
    if (!confirmed.ok) return confirmed;
    const made = await makeRoot(host, name, keystore.value);
    if (!made.ok) return hostFailure(made.error);
    const transcript = rootTranscript(host, name, made.value, world.clock());
    return writeRoot(made.value, transcript, outs.value);
  });
}

async function writeRoot(
  { text, certificateSha256, spkiSha256, keyLabel }: MadeRoot,
  transcript: readonly string[],
  { out, transcriptFile }: OutputFiles,
): Outcome {
  const written = await replaceFile(out, text);
  if (!written.ok) return written;
  if (transcriptFile !== undefined) {
    const copied = await replaceFile(transcriptFile, `${transcript.join('\n')}\n`);
    if (!copied.ok) return copied;
  }
  return answered({ file: out, certificateSha256, spkiSha256, keyLabel, transcript }, transcript);
}

interface OutputFiles {
  readonly out: string;
  readonly transcriptFile: string | undefined;
}

async function outputFiles(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<OutputFiles, Failure>> {
  const out = args.option('out');
  if (out === undefined) return usageFailure('--out is missing', 'give it, or --script');
  const transcript = args.option('transcript');
  const files = [out, ...(transcript === undefined ? [] : [transcript])];
  for (const file of files) {
    const free = await newFilePossible(pathFrom(file, world));
    if (!free.ok) return free;
  }
  const transcriptFile = transcript === undefined ? undefined : pathFrom(transcript, world);
  return ok({ out: pathFrom(out, world), transcriptFile });
}

async function confirmName(
  args: ParsedArguments,
  world: CLIWorld,
  name: string,
): Promise<Result<true, Failure>> {
  const given = args.option('confirm-name');
  if (given === undefined) world.stderr.write(`Type the name of the authority to make its root: `);
  const typed = given ?? (await firstLine(world.stdin)).trim();
  if (typed === name) return ok(true);
  const message = 'the root was not confirmed; nothing was made';
  return err({ exit: EXIT.usage, code: 'not-confirmed', message, remedy: `type ${name}` });
}

async function key(args: ParsedArguments, world: CLIWorld): Outcome {
  const name = args.operand(0);
  const out = pathFrom(args.required('out'), world);
  const free = await newFilePossible(out);
  if (!free.ok) return free;
  return withHost(args, world, async (host) => {
    const keystore = keystoreOf(args, host);
    if (!keystore.ok) return keystore;
    const made = await makeSubordinateKey(host, name, keystore.value);
    if (!made.ok) return hostFailure(made.error);
    const written = await replaceFile(out, made.value.text);
    if (!written.ok) return written;
    const { spkiSha256, keyLabel } = made.value;
    const lines = factLines([
      ['authority', name],
      ['key label', keyLabel],
      ['public key sha-256', spkiSha256],
      ['written to', out],
    ]);
    return answered({ file: out, spkiSha256, keyLabel }, lines);
  });
}

function keystoreOf(args: ParsedArguments, { config }: Host): Result<string, Failure> {
  const names = [...config.keystores.keys()];
  const name = args.option('keystore') ?? names[0] ?? '';
  if (config.keystores.has(name)) return ok(name);
  return usageFailure(`there is no keystore ${name}`, `name one of ${names.join(', ') || 'none'}`);
}
