import { readFile } from 'node:fs/promises';
import { base64FromBytes, bytesFromHex, concatBytes } from '../../shared/bytes.ts';
import { anyNumber, anyText, type Decode, openObject, required } from '../../shared/json-fields.ts';
import { ok, type Result } from '../../shared/result.ts';
import { KEY_KINDS, type WeakKeyListView } from '../operations/views.ts';
import { answered, factLines } from './answers.ts';
import { ask } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

export const WEAK_KEYS_IMPORT: Command = {
  name: 'weak-keys import',
  summary: 'Add a list of keys whose private half is public, such as those of CVE-2008-0166',
  operands: ['FILE'],
  options: [
    {
      name: 'kind',
      value: 'KIND',
      description: 'Which keys the list is about',
      required: true,
      choices: KEY_KINDS,
    },
    {
      name: 'name',
      value: 'NAME',
      description: 'Where the list is from; refusals name it',
      required: true,
    },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'One fingerprint a line, in hexadecimal; empty lines and those that begin with # are passed over. 20 digits are those of Debian\'s openssl-blacklist (the end of SHA-1 of "Modulus=…"), 64 are SHA-256 of the RSA modulus or of the x-coordinate.',
    'An import that was interrupted is repeated: what is there already is passed over. Certificates that were issued for a key on the list show in `inkan status`.',
  ],
  examples: [
    'inkan weak-keys import blacklist.RSA-2048 --kind RSA-2048 --name openssl-blacklist',
    'inkan weak-keys import debian-p256.txt --kind P-256 --name debian-openssl',
  ],
  run: importWeakKeys,
};

/** 512,000 fingerprints in the longer form. */
const MAX_BYTES = 32 << 20;

/** In base64 and JSON within the 64 kB of a request. */
const OCTETS_A_REQUEST = 45_000;

const weakKeyListView: Decode<WeakKeyListView> = openObject<WeakKeyListView>({
  list: required(anyText),
  key: required(anyText),
  entries: required(anyNumber),
});

async function importWeakKeys(args: ParsedArguments, world: CLIWorld): Outcome {
  const file = args.operand(0);
  const bytes = await readFile(pathFrom(file, world)).catch(() => undefined);
  if (bytes === undefined) return usageFailure(`cannot read ${file}`, 'name a readable file');
  if (bytes.length > MAX_BYTES) return usageFailure(`${file} is too long`, 'split it');
  const fingerprints = fingerprintsIn(bytes.toString('latin1'), file);
  if (!fingerprints.ok) return fingerprints;
  const width = fingerprints.value[0]?.length ?? 0;
  const step = Math.floor(OCTETS_A_REQUEST / width);
  let last: WeakKeyListView | undefined;
  for (let at = 0; at < fingerprints.value.length; at += step) {
    const part = concatBytes(fingerprints.value.slice(at, at + step));
    const body = {
      list: args.required('name'),
      key: args.required('kind'),
      width: String(width),
      fingerprints: base64FromBytes(part),
    };
    const asked = { method: 'POST', path: '/v1/weak-keys', body } as const;
    const added = await ask(args, world, asked, weakKeyListView);
    if (!added.ok) return added;
    last = added.value;
  }
  const entries = last?.entries ?? 0;
  const read = fingerprints.value.length;
  const lines = factLines([
    ['list', args.required('name')],
    ['keys', args.required('kind')],
    ['read', read],
    ['on the list', entries],
  ]);
  return answered({ ...last, read }, lines);
}

/** All of one length, 10 or 32 octets. */
export function fingerprintsIn(text: string, name: string): Result<readonly Uint8Array[], Failure> {
  const remedy = 'give one fingerprint a line, all of 20 or all of 64 hexadecimal digits';
  const fingerprints: Uint8Array[] = [];
  let digits = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const entry = line.trim().toLowerCase();
    if (entry === '' || entry.startsWith('#')) continue;
    const bytes = bytesFromHex(entry);
    const isFirst = digits === 0 && (entry.length === 20 || entry.length === 64);
    if (!bytes.ok || !(isFirst || entry.length === digits))
      return usageFailure(`line ${index + 1} of ${name} is no fingerprint`, remedy);
    digits = entry.length;
    fingerprints.push(bytes.value);
  }
  return digits === 0 ? usageFailure(`${name} has no fingerprint`, remedy) : ok(fingerprints);
}
