import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import { secretConfig } from '../setup/initial-config.ts';
import { readShare, type Share, shareText } from '../shares/share-file.ts';
import {
  type CombineError,
  combineShares,
  PASSPHRASE_OCTETS_MAX,
  splitPassphrase,
} from '../shares/split.ts';
import { readSecret } from '../signing/read-secret.ts';
import { answered, factLines } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { wholeNumber } from './edge.ts';
import { EXIT } from './exit-codes.ts';
import { newOctets } from './new-octets.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { PASSPHRASE_OPTIONS, secretSource } from './setup-options.ts';

const SHARES_MOST = 255;

export const KEYS_SPLIT: Command = {
  name: 'keys split',
  summary: 'Split the passphrase of file keys into shares, some of which open them',
  operands: ['NAME'],
  options: [
    { name: 'shares', value: 'N', description: 'How many there are, 2 to 255', required: true },
    { name: 'threshold', value: 'K', description: 'How many are needed, 2 to N', required: true },
    { name: 'out', value: 'DIR', description: 'Where the files go; default: here' },
    ...PASSPHRASE_OPTIONS,
  ],
  notes: [
    'Needs no signer: it runs on an offline host too. NAME says on each share what it opens. Without a file or variable the passphrase is asked for on the terminal.',
    'Each share is a text file that can be printed; fewer than K of them tell nothing. Give each to another person, try `keys combine` with K of them, and only then destroy the passphrase.',
  ],
  examples: ['inkan keys split root-keys --shares 5 --threshold 3 --out /media/shares'],
  run: split,
};

export const KEYS_COMBINE: Command = {
  name: 'keys combine',
  summary: 'Make the passphrase again from enough shares',
  operands: [],
  options: [
    { name: 'share', value: 'FILE', description: 'A share; repeat it', repeatable: true },
    { name: 'out', value: 'FILE', description: 'The passphrase, mode 0600', required: true },
  ],
  notes: ['Destroy FILE when the keys were used. Needs no signer.'],
  examples: ['inkan keys combine --share a.share --share b.share --share c.share --out /run/pass'],
  run: combine,
};

async function split(args: ParsedArguments, world: CLIWorld): Outcome {
  const shares = wholeNumber(args, 'shares', 0, [2, SHARES_MOST]);
  if (!shares.ok) return shares;
  const threshold = wholeNumber(args, 'threshold', 0, [2, shares.value]);
  if (!threshold.ok) return threshold;
  const opens = args.operand(0);
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(opens))
    return usageFailure('NAME cannot be that', 'give 1 to 64 letters, digits, ., _ and -');
  const passphrase = await readPassphraseOf(args, world);
  if (!passphrase.ok) return passphrase;
  const made = await splitPassphrase({
    ...{ passphrase: passphrase.value, opens, randomBytes: world.randomBytes },
    ...{ shares: shares.value, threshold: threshold.value },
  });
  passphrase.value.fill(0);
  const directory = pathFrom(args.option('out') ?? '.', world);
  const files: string[] = [];
  for (const share of made) {
    const file = join(directory, `${opens}-${share.set}-${share.number}.share`);
    const written = await writeSecret(file, new TextEncoder().encode(shareText(share)), directory);
    if (!written.ok) return written;
    files.push(file);
  }
  const set = made[0]?.set ?? '';
  const lines = factLines([
    ['opens', opens],
    ['set', set],
    ['needed', `${threshold.value} of ${shares.value}`],
    ...files.map((file) => ['share', file] as const),
    ['next', 'try `inkan keys combine` with the shares of other people, then part with them'],
  ]);
  return answered({ opens, set, shares: shares.value, threshold: threshold.value, files }, lines);
}

async function readPassphraseOf(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<Uint8Array, Failure>> {
  const source = secretSource(args, world, 'passphrase');
  if (!source.ok) return source;
  const prompt = 'Passphrase to split: ';
  const from = source.value ? secretConfig(source.value, prompt) : { prompt };
  const secret = await readSecret(from, world.environment);
  if (!secret.ok)
    return usageFailure(
      `the passphrase cannot be read (${secret.error.code})`,
      'give --passphrase-file with mode 0600, --passphrase-env, or a terminal',
    );
  if (secret.value.length <= PASSPHRASE_OCTETS_MAX) return secret;
  return usageFailure('the passphrase is too long', `give at most ${PASSPHRASE_OCTETS_MAX} octets`);
}

async function combine(args: ParsedArguments, world: CLIWorld): Outcome {
  const files = args.all('share');
  const shares: Share[] = [];
  for (const file of files) {
    const text = await readFile(pathFrom(file, world), 'utf8').catch(() => undefined);
    if (text === undefined) return usageFailure(`cannot read ${file}`, 'see that it exists');
    const share = readShare(text);
    if (!share.ok) return err(refused('share-damaged', `${file} is damaged or no share`));
    shares.push(share.value);
  }
  const secret = await combineShares(shares);
  if (!secret.ok) return err(combineFailure(secret.error, files));
  const out = pathFrom(args.required('out'), world);
  const line = Buffer.concat([secret.value, Buffer.from('\n')]);
  const written = await writeSecret(out, line);
  secret.value.fill(0);
  line.fill(0);
  if (!written.ok) return written;
  const { opens = '', set = '' } = shares[0] ?? {};
  return answered(
    { opens, set, file: out },
    factLines([
      ['opens', opens],
      ['passphrase', out],
    ]),
  );
}

function refused(code: string, message: string): Failure {
  const remedy = 'bring the shares of one set, as many as each of them says';
  return { exit: EXIT.refused, code, message, remedy };
}

function combineFailure(error: CombineError, files: readonly string[]): Failure {
  switch (error.code) {
    case 'shares-mixed':
      return refused(error.code, `${files[error.index]} is of another set than ${files[0]}`);
    case 'share-doubled':
      return refused(error.code, `share ${error.number} was given twice`);
    case 'shares-too-few':
      return refused(error.code, `${error.given} shares of the ${error.threshold} that are needed`);
    case 'shares-disagree':
      return refused(error.code, 'together they give no passphrase: one of them is not genuine');
  }
}

async function writeSecret(
  file: string,
  octets: Uint8Array,
  directory?: string,
): Promise<Result<true, Failure>> {
  if (directory !== undefined) await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = await newOctets(file);
  if (!made.ok) return made;
  async function* once(): AsyncGenerator<Uint8Array> {
    yield octets;
  }
  try {
    await made.value.take(once());
    const written = await made.value.finish();
    if (!written.ok) return written;
    await chmod(file, 0o600);
    return ok(true);
  } finally {
    await made.value.discard();
  }
}
