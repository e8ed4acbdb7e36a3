import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberFromContents, serialNumberText } from '../../shared/serial-number.ts';
import { decodeSignedHead, type PublicationKey } from '../../shared/snapshot/head.ts';
import type { HeldCertificate } from '../audit/verify/certificates-told.ts';
import { readWitness, type Witness } from '../audit/verify/witness.ts';
import { certifiedKey } from '../ceremony/certificate-key.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import { type CLIWorld, type Failure, usageFailure } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';

/** Heads of `--head`: a note, or a directory that has one under `head`; roots are in `blob/` beside it. */
export function givenHeads(
  args: ParsedArguments,
  world: CLIWorld,
  key: PublicationKey | undefined,
): Result<readonly Witness[], Failure> {
  const witnesses: Witness[] = [];
  for (const name of args.all('head')) {
    if (!key)
      return usageFailure('--head is given without --publication-key', 'give both, or neither');
    const path = pathFrom(name, world);
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const file = isFolder ? join(path, 'head') : path;
    const note = octetsOf(file);
    if (!note) return usageFailure(`cannot read ${file}`, 'name a head, or a directory with one');
    const read = readWitness(note, rootBeside(file, note, key), key);
    if (!read.ok) return err(refusedHead(file, read.error));
    witnesses.push(read.value);
  }
  return ok(witnesses);
}

function refusedHead(file: string, reason: string): Failure {
  return {
    ...{ exit: EXIT.unreadable, code: 'head-refused', message: `${file}: ${reason}` },
    remedy: 'give a head that this publication key signed, as the store has it',
  };
}

function rootBeside(file: string, note: Uint8Array, key: PublicationKey): Uint8Array | undefined {
  const signed = decodeSignedHead(note, key);
  if (!signed.ok) return undefined;
  return octetsOf(join(dirname(file), 'blob', hexFromBytes(signed.value.head.rootHash)));
}

function octetsOf(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return undefined;
  }
}

const CERTIFICATE_FILE = /\.(?:cer|crt|der|pem)$/i;
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;

/** Those of `--certificates`, one file after the other; what is no certificate is refused before. */
export function givenCertificates(
  args: ParsedArguments,
  world: CLIWorld,
): Result<readonly HeldCertificate[], Failure> {
  const name = args.option('certificates');
  if (name === undefined) return ok([]);
  const folder = pathFrom(name, world);
  const held: HeldCertificate[] = [];
  for (const file of filesOf(folder)) {
    const found = certificatesOf(join(folder, file));
    if (found === undefined)
      return usageFailure(`${file} in ${name} holds no certificate`, 'take it out of there');
    held.push(...found);
  }
  if (held.length === 0) return usageFailure(`${name} has no certificates`, 'name their directory');
  return ok(held);
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => CERTIFICATE_FILE.test(file))
      .sort();
  } catch {
    return [];
  }
}

function certificatesOf(path: string): readonly HeldCertificate[] | undefined {
  const octets = octetsOf(path);
  if (!octets) return undefined;
  const blocks = [...Buffer.from(octets).toString('latin1').matchAll(PEM)];
  const ders = blocks.map(([, base64 = '']) => new Uint8Array(Buffer.from(base64, 'base64')));
  const held: HeldCertificate[] = [];
  for (const der of ders.length === 0 ? [octets] : ders) {
    const certificate = certifiedKey(der);
    const serial = certificate && serialNumberFromContents(certificate.serialNumber);
    if (!serial?.ok) return undefined;
    held.push({
      ...{ serialNumber: serialNumberText(serial.value), tbsSha256: tbsSha256Of(der) },
      from: path,
    });
  }
  return held;
}
