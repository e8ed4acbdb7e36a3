import { readFile } from 'node:fs/promises';
import { bytesFromBase64 } from '../../shared/bytes.ts';
import { ok, type Result } from '../../shared/result.ts';
import { type CLIWorld, type Failure, usageFailure } from './command.ts';
import { pathFrom } from './paths.ts';

const MAX_BYTES = 32 << 10;

const REMEDY = 'give one certificate, PEM or DER';

/** RFC 7468 5. */
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The DER of the one certificate in `path`. */
export async function readCertificate(
  path: string,
  world: CLIWorld,
): Promise<Result<Uint8Array, Failure>> {
  const bytes = await readFile(pathFrom(path, world)).catch(() => undefined);
  if (bytes === undefined) return usageFailure(`cannot read ${path}`, REMEDY);
  if (bytes.length > MAX_BYTES) return usageFailure(`${path} is too long`, REMEDY);
  // 0x30 is the SEQUENCE of a Certificate; as text it would be the digit zero.
  if (bytes[0] === 0x30) return ok(bytes);
  const [block, more] = [...bytes.toString('latin1').matchAll(PEM)];
  if (!block) return usageFailure(`${path} is no certificate`, REMEDY);
  if (more) return usageFailure(`${path} has more than one certificate`, REMEDY);
  const der = bytesFromBase64((block[1] ?? '').replace(/\s/g, ''));
  return der.ok ? der : usageFailure(`${path} is not base64 between its PEM lines`, REMEDY);
}
