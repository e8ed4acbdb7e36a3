import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { hexFromBytes } from '../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { contextTag } from '../../shared/der/tags.ts';
import { bitString, element, sequence, smallInteger } from '../../shared/der/writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { pem } from '../issuance/pem.ts';
import { sha256 } from '../issuance/public-key.ts';
import { answered, factLines } from './answers.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import { personNameFrom } from './named-operators.ts';
import { newFilePossible, writeNewFile, writeNewSecret } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { KEY_PASSPHRASE_OPTIONS, keyPassphraseSource, readSecret } from './secrets.ts';

export const OPERATOR_REQUEST: Command = {
  name: 'operator request',
  summary: 'Make your own key and the request for your operator certificate; no signer is asked',
  operands: ['NAME'],
  options: [
    { name: 'key-out', value: 'FILE', description: 'A new file for the key', required: true },
    { name: 'out', value: 'FILE', description: 'A new file for the request', required: true },
    ...KEY_PASSPHRASE_OPTIONS,
    { name: 'no-passphrase', description: 'Do not encrypt the key; for programs' },
  ],
  notes: [
    'Run it on your own machine: the key never leaves it. The key is P-256, PKCS#8, encrypted under a passphrase that you are asked for twice. Send the request to whoever adds you, and tell them the key SHA-256 by another way.',
  ],
  examples: [
    'inkan operator request dave --key-out dave.key.pem --out dave.csr',
    'inkan operator request robot --key-out robot.key.pem --out robot.csr --no-passphrase',
  ],
  run: requestOperator,
};

async function requestOperator(args: ParsedArguments, world: CLIWorld): Outcome {
  const person = personNameFrom(args.operand(0), 'NAME');
  if (!person.ok) return person;
  const keyFile = pathFrom(args.required('key-out'), world);
  const requestFile = pathFrom(args.required('out'), world);
  if (keyFile === requestFile)
    return usageFailure('--key-out and --out are one file', 'give two: only the request is sent');
  for (const file of [keyFile, requestFile]) {
    const possible = await newFilePossible(file);
    if (!possible.ok) return possible;
  }
  const passphrase = await newPassphrase(args, world);
  if (!passphrase.ok) return passphrase;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The key first: a request without its key would be of no use.
  const keyWritten = await writeNewSecret(
    keyFile,
    await keyText(privateKey, passphrase.value, world),
  );
  if (!keyWritten.ok) return keyWritten;
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const request = certificationRequest(person.value, spki, privateKey);
  const written = await writeNewFile(requestFile, pem('CERTIFICATE REQUEST', request));
  if (!written.ok) return written;
  const spkiSha256 = hexFromBytes(sha256(spki));
  const facts = factLines([
    ['operator', person.value],
    ['key sha-256', spkiSha256],
    ['key', `${keyFile}${passphrase.value ? ', encrypted' : ', NOT encrypted'}`],
    ['request', requestFile],
    ['next', `\`inkan operator add ${person.value} --roles ROLES --request FILE\`, by an operator`],
  ]);
  const files = { key: keyFile, request: requestFile };
  return answered({ person: person.value, spkiSha256, ...files }, facts);
}

/** null: none. Typed twice, for nobody can tell later what it was. */
async function newPassphrase(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<Uint8Array | null, Failure>> {
  const source = keyPassphraseSource(args, world);
  if (!source.ok) return source;
  if (args.has('no-passphrase')) {
    if (source.value === undefined) return ok(null);
    return usageFailure('--no-passphrase is given with a passphrase', 'give one of the two');
  }
  const first = await readSecret(source.value, 'New passphrase of your key: ', world);
  if (!first.ok || source.value !== undefined) return first;
  const again = await readSecret(undefined, 'The same passphrase again: ', world);
  if (!again.ok || Buffer.from(first.value).equals(again.value)) return again;
  return err({
    ...{ exit: EXIT.usage, code: 'passphrase-refused', message: 'the two are not the same' },
    remedy: 'run it again; nothing was made',
  });
}

async function keyText(
  privateKey: KeyObject,
  passphrase: Uint8Array | null,
  { secrets }: CLIWorld,
): Promise<string> {
  const pkcs8 = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
  const text = passphrase ? await secrets.encryptKey(pkcs8, passphrase) : pem('PRIVATE KEY', pkcs8);
  pkcs8.fill(0);
  passphrase?.fill(0);
  return text;
}

/** RFC 2986 4: version 0, the name, the key, no attributes; signed by the key, which proves possession. */
function certificationRequest(person: string, spki: Uint8Array, key: KeyObject): Uint8Array {
  const subject = encodeName([['CN', person]]);
  const info = sequence(smallInteger(0), subject, spki, element(contextTag(0)));
  const signature = new Uint8Array(sign('sha256', info, key));
  return sequence(info, SIGNATURE_ALGORITHM_DER['ecdsa-with-SHA256'], bitString(signature));
}
