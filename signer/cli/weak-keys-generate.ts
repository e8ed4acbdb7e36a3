import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { KEY_KINDS, type KeyKind } from '../operations/views.ts';
import {
  DEBIAN_PROCESS_IDS,
  DEBIAN_PROGRAMS,
  debianFingerprint,
} from '../weak-keys/debian-keys.ts';
import { DEBIAN_ARCHITECTURES } from '../weak-keys/debian-random.ts';
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
import { pathFrom } from './paths.ts';

export const WEAK_KEYS_GENERATE: Command = {
  name: 'weak-keys generate',
  summary: "Make the list of Debian's weak keys (CVE-2008-0166) for one kind of key",
  operands: ['FILE'],
  options: [
    {
      name: 'kind',
      value: 'KIND',
      description: 'Which keys',
      required: true,
      choices: KEY_KINDS,
    },
    { name: 'from', value: 'PID', description: 'First process number; default 0' },
    { name: 'to', value: 'PID', description: 'Last process number; default 32767' },
  ],
  notes: [
    'Works alone, without a signer. Runs the broken generator for every process number, on amd64, i386 and 32-bit big-endian machines, for openssl with and without ~/.rnd and for ssh-keygen. P-256 and P-384 take minutes; RSA takes days of one core, so share the process numbers out over cores with --from and --to and import every file.',
    'After each process number stands a line `# pid N done`: an interrupted run goes on from there into another file.',
  ],
  examples: [
    'inkan weak-keys generate debian-p256.txt --kind P-256',
    'inkan weak-keys generate part-1.txt --kind RSA-3072 --from 0 --to 8191',
  ],
  run: generate,
};

async function generate(args: ParsedArguments, world: CLIWorld): Outcome {
  const kind = KEY_KINDS.find((known) => known === args.required('kind')) ?? 'P-256';
  const from = processId(args.option('from') ?? '0');
  const to = processId(args.option('to') ?? String(DEBIAN_PROCESS_IDS - 1));
  if (from === undefined || to === undefined || from > to)
    return usageFailure('--from and --to are no range', 'give numbers from 0 to 32767');
  const file = args.operand(0);
  const written = await writeList(pathFrom(file, world), kind, from, to, world.stop);
  if (!written.ok) return written;
  const fingerprints = written.value;
  const lines = factLines([
    ['file', file],
    ['keys', kind],
    ['process numbers', `${from} to ${to}`],
    ['fingerprints', fingerprints],
  ]);
  return answered({ file, key: kind, from, to, fingerprints }, lines);
}

function processId(text: string): number | undefined {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return value < DEBIAN_PROCESS_IDS ? value : undefined;
}

/** How many fingerprints were written to the new file. */
async function writeList(
  path: string,
  kind: KeyKind,
  from: number,
  to: number,
  stop: AbortSignal,
): Promise<Result<number, Failure>> {
  const file = await open(path, 'wx').catch(() => undefined);
  if (!file) return usageFailure(`cannot make ${path}`, 'name a new file in a directory of yours');
  let count = 0;
  try {
    await file.write(`# Debian's weak keys (CVE-2008-0166), ${kind}, SHA-256\n`);
    for (let pid = from; pid <= to; pid++) {
      if (stop.aborted) return err(interrupted(path));
      const lines = fingerprintsOf(kind, pid);
      count += lines.length;
      await file.write(`${lines.join('\n')}\n# pid ${pid} done\n`);
      await setImmediate();
    }
    await file.sync();
    return ok(count);
  } finally {
    await file.close();
  }
}

function fingerprintsOf(kind: KeyKind, pid: number): readonly string[] {
  const programs = kind.startsWith('RSA') ? DEBIAN_PROGRAMS.RSA : DEBIAN_PROGRAMS.EC;
  return DEBIAN_ARCHITECTURES.flatMap((architecture) =>
    programs.map((program) => hexFromBytes(debianFingerprint(kind, architecture, program, pid))),
  );
}

function interrupted(path: string): Failure {
  return {
    exit: EXIT.interrupted,
    code: 'interrupted',
    message: `${path} is not complete`,
    remedy: 'go on into another file with --from after its last `# pid` line',
  };
}
