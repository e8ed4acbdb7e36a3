import { bytesEqual } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { EpochBlob } from '../database/epoch-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import { blobKey, HEAD_KEY, type KVClient, type KVError } from './kv-client.ts';

/** So many blobs of an epoch are read back at most, the root always among them. */
const BLOBS_READ_BACK = 8;

/** Below this, the calls that are left (1,200 in five minutes) are for writing. */
const CALLS_FOR_BLOBS = 600;
const CALLS_FOR_HEAD = 100;

/** Milliseconds before another look: a store may show the old head for a moment. */
const HEAD_LOOKS: readonly number[] = [0, 250, 1_000, 3_000];

/**
 * A store that says it took blobs may have dropped them: some are read back before any head names
 * them. `chosen` are random octets, one for each choice.
 */
export async function confirmBlobs(
  kv: KVClient,
  blobs: readonly Pick<EpochBlob, 'hash'>[],
  chosen: Uint8Array,
): Promise<Result<true, KVError>> {
  if (kv.callsLeft() < CALLS_FOR_BLOBS) return ok(true);
  const lost: string[] = [];
  const looked = await Promise.all(
    sampleOf(blobs, chosen).map(async ({ hash }) => ({
      hash,
      found: await kv.get(blobKey(hash)),
    })),
  );
  for (const { hash, found } of looked) {
    if (!found.ok) return found;
    if (!found.value || !bytesEqual(sha256(found.value), hash)) lost.push(blobKey(hash));
  }
  return lost.length === 0 ? ok(true) : err({ code: 'kv-lost', keys: lost });
}

/** The last, which is an epoch's root, and others by chance. */
function sampleOf<T>(all: readonly T[], chosen: Uint8Array): readonly T[] {
  if (all.length <= BLOBS_READ_BACK) return all;
  const indices = new Set([all.length - 1]);
  const view = new DataView(chosen.buffer, chosen.byteOffset, chosen.byteLength);
  for (let at = 0; at + 4 <= chosen.length; at += 4) indices.add(view.getUint32(at) % all.length);
  return [...indices].flatMap((index) => all[index] ?? []);
}

/** Octets that `confirmBlobs` takes. */
export const CHOICE_OCTETS: number = 4 * (BLOBS_READ_BACK - 1);

/** That `head` is what was written; a store that says so and shows an older one is not believed. */
export async function confirmHead(
  kv: KVClient,
  note: Uint8Array,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Result<true, KVError>> {
  if (kv.callsLeft() < CALLS_FOR_HEAD) return ok(true);
  for (const wait of HEAD_LOOKS) {
    if (wait > 0) await sleep(wait);
    const found = await kv.get(HEAD_KEY);
    if (!found.ok) return found;
    if (found.value && bytesEqual(found.value, note)) return ok(true);
  }
  return err({ code: 'kv-stale' });
}
