import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertIDHash, IssuerIdentity } from '../../shared/ocsp/cert-id.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import { NO_SHARD } from '../../shared/snapshot/directory.ts';
import type { Head } from '../../shared/snapshot/head.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { type BlobStore, blobKey, HEAD_KEY } from '../../workers/blob-store.ts';
import { createDeps, type Deps } from '../../workers/deps.ts';
import type { LiveSource } from '../../workers/live-answers.ts';
import type { Radar } from '../../workers/radar.ts';
import {
  addContent,
  type Blobs,
  NOW,
  type TestContent,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { certID, ocspRequest, SHA1_OID, SHA256_OID, single } from '../support/ocsp-requests.ts';
import { openDoor, platformStore, putValue } from './platform.ts';

/** Five octets each, RFC 6960 4.2.1. */
export const MALFORMED = '30030a0101';
export const INTERNAL_ERROR = '30030a0102';
export const TRY_LATER = '30030a0103';
export const UNAUTHORIZED = '30030a0106';

export const ORIGIN = 'http://ocsp.example';

export interface PublishedEpoch {
  readonly blobs: Blobs;
  readonly rootHash: Uint8Array;
  readonly note: Uint8Array;
}

/** Writes an epoch into the store as the signer does: blobs first, then the head. */
export async function publish(
  publisher: TestPublisher,
  content: TestContent,
  head: Partial<Head> = {},
): Promise<PublishedEpoch> {
  const blobs: Blobs = new Map();
  const rootHash = await addContent(blobs, content);
  for (const [hash, bytes] of blobs) await putValue(blobKey(hash), bytes);
  const note = await publisher.signHead({ epoch: 1, rootHash, ...head });
  await putValue(HEAD_KEY, note);
  return { blobs, rootHash, note };
}

export interface Reads {
  heads: number;
  blobs: number;
}

function counting(store: BlobStore, reads: Reads): BlobStore {
  return {
    head(signal) {
      reads.heads++;
      return store.head(signal);
    },
    blob(hash, signal) {
      reads.blobs++;
      return store.blob(hash, signal);
    },
  };
}

export interface EdgeOptions {
  /** Instead of the platform's, for faults that it cannot be made to show. */
  readonly stores?: readonly BlobStore[];
  readonly radar?: Radar;
  readonly live?: LiveSource;
  readonly rereadSeconds?: number;
  readonly memoMaxBytes?: number;
  readonly storeTimeLimitMilliseconds?: number;
  readonly loadCheckProgram?: () => Promise<string>;
}

/** A Worker as an isolate starts it: nothing in memory, a clock that the test moves. */
export interface Edge {
  now: UnixSeconds;
  readonly deps: Deps;
  readonly reads: Reads;
  readonly log: string[];
  fetch(target: string, init?: RequestInit): Promise<Response>;
  get(der: Uint8Array, init?: RequestInit): Promise<Response>;
  post(der: Uint8Array, init?: RequestInit): Promise<Response>;
}

export function openEdge(publisher: TestPublisher, options: EdgeOptions = {}): Edge {
  const reads = { heads: 0, blobs: 0 };
  const log: string[] = [];
  const stores = (options.stores ?? [platformStore()]).map((store, i) => ({
    name: `store-${i + 1}`,
    store: counting(store, reads),
  }));
  const configuration = {
    publicationKey: publisher.key,
    headRereadSeconds: options.rereadSeconds ?? 30,
    memoMaxBytes: options.memoMaxBytes ?? 32 << 20,
  };
  const deps = createDeps(configuration, {
    clock: () => edge.now,
    stores,
    storeTimeLimitMilliseconds: options.storeTimeLimitMilliseconds ?? 2000,
    radar: options.radar,
    live: options.live,
    loadCheckProgram: options.loadCheckProgram,
    report: (line) => log.push(line),
  });
  const ask = openDoor(deps);
  const edge: Edge = {
    now: NOW,
    deps,
    reads,
    log,
    fetch: (target, init) => ask(ORIGIN + target, init),
    get: (der, init) => edge.fetch(getTarget(der), init),
    post: (der, init) => edge.fetch('/', { method: 'POST', body: der, ...init }),
  };
  return edge;
}

/** The octets of a response in hexadecimal. */
export async function bodyHex(response: Response): Promise<string> {
  return hexFromBytes(await bodyOf(response));
}

export async function bodyOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

export function base64(der: Uint8Array): string {
  return btoa(String.fromCharCode(...der));
}

/** RFC 6960 A.1, every special character escaped. */
export function getTarget(der: Uint8Array): string {
  return `/${encodeURIComponent(base64(der))}`;
}

/** The CertID of a request for one of our certificates, built without shared/. */
export function certIDOf(
  issuer: { readonly identity: IssuerIdentity },
  serialNumber: SerialNumber,
  hash: CertIDHash = 'sha1',
): Uint8Array {
  return certID({
    oid: hash === 'sha1' ? SHA1_OID : SHA256_OID,
    nameHash: issuer.identity[hash].issuerNameHash,
    keyHash: issuer.identity[hash].issuerKeyHash,
    serial: serialNumber,
  });
}

export function requestFor(
  issuer: { readonly identity: IssuerIdentity },
  serialNumber: SerialNumber,
  hash: CertIDHash = 'sha1',
): Uint8Array {
  return ocspRequest({ list: [single(certIDOf(issuer, serialNumber, hash))] });
}

/** A store in memory that a test may tamper with. */
export class TestStore implements BlobStore {
  note: Uint8Array | null = null;
  readonly blobs: Blobs = new Map();
  /** What reads do instead of answering. */
  fault: 'none' | 'throws' | 'hangs' = 'none';

  head(): Promise<Uint8Array | null> {
    return this.#answer(this.note);
  }

  blob(hash: string): Promise<Uint8Array | null> {
    return this.#answer(this.blobs.get(hash) ?? null);
  }

  #answer<T>(value: T): Promise<T> {
    switch (this.fault) {
      case 'none':
        return Promise.resolve(value);
      case 'throws':
        return Promise.reject(new Error('store is down'));
      case 'hangs':
        return new Promise<T>(() => {});
    }
  }

  /** Puts an epoch in; the head comes last. */
  async publish(
    publisher: TestPublisher,
    content: TestContent,
    head: Partial<Head> = {},
  ): Promise<Uint8Array> {
    const rootHash = await addContent(this.blobs, content);
    this.note = await publisher.signHead({ epoch: 1, rootHash, previousHash: NO_SHARD, ...head });
    return rootHash;
  }
}
