import { Decrypter, Encrypter } from 'age-encryption';
import { err, ok, type Result } from '../../shared/result.ts';

/** The age format (age-encryption.org/v1): X25519 and post-quantum recipients, no passphrases. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/** At least one recipient, each one that `isRecipient` knows; any of their identities opens it. */
export async function* encryptTo(
  recipients: readonly string[],
  octets: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  yield* octetsOf(await encrypter.encrypt(ReadableStream.from(octets)));
}

/** `not-a-recipient`: none of the identities opens it, or it is no age file. */
export interface AgeError {
  readonly code: 'age-refused';
  readonly reason: string;
}

/** The octets throw when they were changed or cut off: each piece is authenticated before it is given. */
export async function decryptWith(
  identities: readonly string[],
  octets: AsyncIterable<Uint8Array>,
): Promise<Result<AsyncIterable<Uint8Array>, AgeError>> {
  const decrypter = new Decrypter();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
    return ok(octetsOf(await decrypter.decrypt(ReadableStream.from(octets))));
  } catch (error) {
    return err({
      code: 'age-refused',
      reason: error instanceof Error ? error.message : 'unknown error',
    });
  }
}

/** Keys and recipients stand one a line; empty lines and those that begin with # are passed over. */
export function ageLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function* octetsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const next = await reader.read();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
