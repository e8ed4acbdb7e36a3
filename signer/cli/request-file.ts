import { readFile } from 'node:fs/promises';
import { bytesFromBase64, concatBytes } from '../../shared/bytes.ts';
import { ok, type Result } from '../../shared/result.ts';
import { type CLIWorld, type Failure, usageFailure } from './command.ts';
import { pathFrom } from './paths.ts';

/** More than any request the signer takes; a wrong file is refused before it is sent. */
const MAX_BYTES = 32 << 10;

const REMEDY = 'give one PKCS#10 certificate request, PEM or DER';

/** RFC 7468 7, with the older label some programs still write. */
const PEM =
  /-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (NEW )?CERTIFICATE REQUEST-----/g;

/** The DER of the request in `path`, or on standard input for `-`. */
export async function readRequest(
  path: string,
  world: CLIWorld,
): Promise<Result<Uint8Array, Failure>> {
  const bytes = path === '-' ? await readAll(world.stdin) : await readNamed(pathFrom(path, world));
  if (bytes === undefined) return usageFailure(`cannot read ${path}`, REMEDY);
  if (bytes.length > MAX_BYTES) return usageFailure(`${path} is too long`, REMEDY);
  return requestDER(bytes, path);
}

/** `name` is for the message. */
export function requestDER(bytes: Uint8Array, name: string): Result<Uint8Array, Failure> {
  // 0x30 is the SEQUENCE of a CertificationRequest; as text it would be the digit zero.
  if (bytes[0] === 0x30) return ok(bytes);
  const blocks = [...new TextDecoder('latin1').decode(bytes).matchAll(PEM)];
  const [block] = blocks;
  if (block === undefined) return usageFailure(`${name} is no certificate request`, REMEDY);
  if (blocks.length > 1) return usageFailure(`${name} has more than one request`, REMEDY);
  const der = bytesFromBase64((block[2] ?? '').replace(/\s/g, ''));
  return der.ok ? der : usageFailure(`${name} is not base64 between its PEM lines`, REMEDY);
}

async function readNamed(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(() => undefined);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length > MAX_BYTES) break;
  }
  return concatBytes(parts);
}
