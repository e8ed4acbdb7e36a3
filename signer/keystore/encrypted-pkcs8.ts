import { createCipheriv, createHash, createPrivateKey, type KeyObject, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { base64FromBytes, hexFromBytes } from '../../shared/bytes.ts';
import { objectIdentifier, octetString, sequence, smallInteger } from '../../shared/der/writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';

// RFC 7914 2: 128 * N * r = 16 MiB, inside the 32 MiB that OpenSSL allows without being asked; p
// multiplies the work and not the memory.
const SCRYPT = { N: 2 ** 14, r: 8, p: 5 } as const;
const SALT_LENGTH = 16;
const IV_LENGTH = 16;
const AES_256_KEY_LENGTH = 32;

const ID_PBES2 = objectIdentifier('1.2.840.113549.1.5.13');
const ID_SCRYPT = objectIdentifier('1.3.6.1.4.1.11591.4.11');
const AES256_CBC = objectIdentifier('2.16.840.1.101.3.4.1.42');

const CHECKSUM_NAME = 'SHA-256 of the DER below: ';
const PEM_BEGIN = '-----BEGIN ENCRYPTED PRIVATE KEY-----';
const PEM_END = '-----END ENCRYPTED PRIVATE KEY-----';

const deriveKey = promisify<Uint8Array, Uint8Array, number, typeof SCRYPT, Buffer>(scrypt);

/**
 * RFC 5958 3 EncryptedPrivateKeyInfo: PBES2 (RFC 8018 6.2) with scrypt (RFC 7914 7) and
 * AES-256-CBC. PEM (RFC 7468 11) after one line of explanatory text (RFC 7468 2) with a checksum,
 * by which damage is told from a wrong passphrase: AES-CBC itself cannot.
 */
export async function encryptPkcs8(
  pkcs8: Uint8Array,
  passphrase: Uint8Array,
  randomBytes: (length: number) => Uint8Array,
): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const iv = randomBytes(IV_LENGTH);
  const key = await deriveKey(passphrase, salt, AES_256_KEY_LENGTH, SCRYPT);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encryptedData = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  key.fill(0);
  return pemFrom(
    sequence(
      sequence(ID_PBES2, sequence(scryptFunction(salt), sequence(AES256_CBC, octetString(iv)))),
      octetString(encryptedData),
    ),
  );
}

/** RFC 7914 7.1 scrypt-params; keyLength is left out, as the cipher fixes it. */
function scryptFunction(salt: Uint8Array): Uint8Array {
  const { N, r, p } = SCRYPT;
  const cost = [smallInteger(N), smallInteger(r), smallInteger(p)];
  return sequence(ID_SCRYPT, sequence(octetString(salt), ...cost));
}

function pemFrom(der: Uint8Array): string {
  const lines = base64FromBytes(der).match(/.{1,64}/g) ?? [];
  return [CHECKSUM_NAME + checksum(der), PEM_BEGIN, ...lines, PEM_END, ''].join('\n');
}

function checksum(der: Uint8Array): string {
  return hexFromBytes(createHash('sha256').update(der).digest());
}

export type DecryptionError =
  | { readonly code: 'passphrase-wrong' }
  | { readonly code: 'damaged'; readonly reason: string };

/**
 * Reads what `encryptPkcs8` or `openssl pkcs8 -topk8 -scrypt -v2 aes-256-cbc` wrote. Refuses a key
 * that is not encrypted and one whose passphrase is not stretched by scrypt. Without the checksum
 * line a damaged key can look like a wrong passphrase. scrypt keeps the thread busy for a moment.
 */
export function decryptPkcs8(
  text: string,
  passphrase: Uint8Array,
): Result<KeyObject, DecryptionError> {
  const body = pemBody(text);
  if (body === undefined) return damaged('not one ENCRYPTED PRIVATE KEY');
  const stated = text.slice(0, text.indexOf(PEM_BEGIN)).split(CHECKSUM_NAME)[1]?.trim();
  const der = Buffer.from(body, 'base64');
  if (stated !== undefined && stated !== checksum(der)) return damaged('checksum does not match');
  if (!der.subarray(0, 64).includes(Buffer.from(ID_SCRYPT)))
    return damaged('not encrypted with scrypt');
  try {
    const pem = `${PEM_BEGIN}\n${body}${PEM_END}\n`;
    return ok(createPrivateKey({ key: pem, format: 'pem', passphrase: Buffer.from(passphrase) }));
  } catch (error) {
    // One wrong passphrase in 256 leaves good padding around what is then no PrivateKeyInfo.
    const wrong = stated !== undefined || isBadDecrypt(error);
    return wrong ? err({ code: 'passphrase-wrong' }) : damaged('cannot be decrypted');
  }
}

function pemBody(text: string): string | undefined {
  const begin = text.indexOf(PEM_BEGIN);
  const end = text.indexOf(PEM_END);
  if (begin < 0 || end < begin || text.indexOf('-----BEGIN', begin + 1) > 0) return undefined;
  return text.slice(begin + PEM_BEGIN.length, end).trimStart();
}

function isBadDecrypt(error: unknown): boolean {
  return error instanceof Error && /bad decrypt/i.test(error.message);
}

function damaged(reason: string): Result<never, DecryptionError> {
  return err({ code: 'damaged', reason });
}
