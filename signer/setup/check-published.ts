import { err, ok, type Result } from '../../shared/result.ts';
import type { Reader } from '../database/database.ts';
import { HEAD_KEY, type KVClient } from '../publisher/kv-client.ts';
import type { PublicationSigner } from '../publisher/publication-key.ts';
import { compareHead, stateBehindText, verifyHead } from '../publisher/published-head.ts';
import type { StartError } from '../service.ts';

/** Milliseconds that a start waits for the store. */
const PATIENCE_MS = 5_000;

export type Compared =
  | 'compared'
  /** The store did not answer: the publisher asks again before it writes. */
  | 'not-compared';

/**
 * A state that is older than what was published would give serial, CRL and epoch numbers out twice: it
 * does not start. A store that cannot be read is no reason not to: the CA must be able to revoke.
 */
export async function checkPublished(
  db: Reader,
  { key, spki }: PublicationSigner,
  kv: KVClient,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Result<Compared, StartError>> {
  const note = await Promise.race([kv.get(HEAD_KEY), sleep(PATIENCE_MS)]);
  if (!note?.ok) return ok('not-compared');
  const found = note.value && verifyHead(note.value, key, spki);
  const past = found ? compareHead(db, found) : ok(true);
  if (past.ok) return ok('compared');
  return err({
    code: 'state-behind',
    reason: stateBehindText(past.error),
    remedy:
      past.error.how === 'behind'
        ? 'Restore the newest backup; if this is it, run `inkan catch-up` on it.'
        : 'End every other signer of this CA, and restore the state that published last.',
  });
}
