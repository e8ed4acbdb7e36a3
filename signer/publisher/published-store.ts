import { err, ok, type Result } from '../../shared/result.ts';
import type { EpochBlob } from '../database/epoch-table.ts';
import { setRepublishDue, someNamedBlobs } from '../database/republish-state.ts';
import type { SignerContext } from '../signer-context.ts';
import { blobKey, HEAD_KEY, type KVClient, type KVError } from './kv-client.ts';
import type { PublicationSigner } from './publication-key.ts';
import type { PublishError } from './publish-error.ts';
import { compareHead, verifyHead } from './published-head.ts';
import { CHOICE_OCTETS, confirmBlobs, confirmHead } from './receipts.ts';

const LOOK_INTERVAL_MS = 1_800_000;
const BLOBS_A_LOOK = 8;

export interface StoreOptions {
  readonly kv: KVClient;
  readonly signer: PublicationSigner;
  /** Milliseconds between two writes of `head`: KV takes one a second for one key. */
  readonly headInterval: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What the publisher asks of a store that it does not believe. */
export class PublishedStore {
  readonly #context: SignerContext;
  readonly #options: StoreOptions;
  /** Its head was seen to be of this state's past; only this signer writes it from then on. */
  #isCompared = false;
  #lastHeadAt = Number.NEGATIVE_INFINITY;
  #lastLookAt: number;

  constructor(context: SignerContext, options: StoreOptions) {
    this.#context = context;
    this.#options = options;
    this.#lastLookAt = performance.now();
  }

  /** Before the first head of this run of the signer: never below, nor beside, what is published. */
  async compare(): Promise<Result<true, PublishError>> {
    if (this.#isCompared) return ok(true);
    const { kv, signer } = this.#options;
    const note = await kv.get(HEAD_KEY);
    if (!note.ok) return storeError(note.error);
    // One that this key did not sign is nobody's: the edge refuses it, and it is written over.
    const found = note.value && verifyHead(note.value, signer.key, signer.spki);
    const past = found ? compareHead(this.#context.db, found) : ok(true as const);
    if (!past.ok) return past;
    this.#isCompared = true;
    return ok(true);
  }

  /** All acknowledged, and some of them seen. */
  async putBlobs(blobs: readonly EpochBlob[]): Promise<Result<true, PublishError>> {
    const { kv } = this.#options;
    const put = await kv.putAll(
      blobs.map(({ hash, bytes }) => ({ key: blobKey(hash), value: bytes })),
    );
    if (!put.ok) return storeError(put.error);
    const kept = await confirmBlobs(kv, blobs, this.#context.randomBytes(CHOICE_OCTETS));
    return kept.ok ? kept : storeError(kept.error);
  }

  /** Acknowledged and seen; else its epoch stays promised and the next run writes it again. */
  async putHead(note: Uint8Array): Promise<Result<true, PublishError>> {
    const { kv, headInterval, sleep } = this.#options;
    const wait = this.#lastHeadAt + headInterval - performance.now();
    if (wait > 0) await sleep(wait);
    const head = await kv.putAll([{ key: HEAD_KEY, value: note }]);
    this.#lastHeadAt = performance.now();
    const seen = head.ok ? await confirmHead(kv, note, sleep) : head;
    return seen.ok ? seen : storeError(seen.error);
  }

  /** Every half hour a few blobs of all that is published; one that is gone brings everything again. */
  async lookForLosses(): Promise<Result<true, PublishError>> {
    if (performance.now() < this.#lastLookAt + LOOK_INTERVAL_MS) return ok(true);
    const { db } = this.#context;
    const some = someNamedBlobs(db, BLOBS_A_LOOK);
    const found = await confirmBlobs(this.#options.kv, some, new Uint8Array(0));
    if (found.ok) this.#lastLookAt = performance.now();
    else if (found.error.code === 'kv-lost') db.transaction(setRepublishDue);
    return found.ok ? found : storeError(found.error);
  }
}

function storeError(error: KVError): Result<never, PublishError> {
  return err({ code: 'store', error });
}
