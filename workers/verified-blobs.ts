import { bytesEqual, hexFromBytes } from '../shared/bytes.ts';
import { err, ok, type Result } from '../shared/result.ts';
import type { Monitoring } from './monitoring.ts';
import type { RankedStore, StoreList } from './store-list.ts';

/** Why there are no octets to work with. */
export type BlobFailure =
  /** No store had octets of this hash: withheld, damaged or out of reach. May work later. */
  | { readonly code: 'blob-unavailable' }
  /** The octets that the signed snapshot names contradict it; only a new epoch helps. */
  | { readonly code: 'blob-inconsistent' };

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** The octets whose SHA-256 is `hash`, from the first store that has them. */
export async function readVerifiedBlob(
  stores: StoreList,
  hash: Uint8Array,
  monitoring: Monitoring,
): Promise<Result<Uint8Array, BlobFailure>> {
  const name = hexFromBytes(hash);
  for (const store of stores.inOrder()) {
    const bytes = await tryStore(store, name, monitoring);
    if (!bytes) continue;
    const genuine = bytesEqual(await sha256(bytes), hash);
    store.report(genuine ? 'answered' : 'lied');
    if (genuine) return ok(bytes);
    monitoring.refused('blob-hash', `${store.name} ${name}`);
  }
  return err({ code: 'blob-unavailable' });
}

async function tryStore(
  store: RankedStore,
  name: string,
  monitoring: Monitoring,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await store.blob(name);
    if (bytes) return bytes;
    store.report('absent');
    monitoring.refused('blob-missing', `${store.name} ${name}`);
  } catch {
    store.report('unreachable');
    monitoring.refused('blob-unavailable', `${store.name} ${name}`);
  }
  return undefined;
}

/** Counts octets that carry the right hash and still contradict the snapshot that names them. */
export function inconsistentBlob(
  monitoring: Monitoring,
  refusal: 'blob-format' | 'blob-misplaced',
  detail: string,
): { readonly ok: false; readonly error: BlobFailure } {
  monitoring.refused(refusal, detail);
  return err({ code: 'blob-inconsistent' });
}
