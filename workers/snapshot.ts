import { err, ok, type Result } from '../shared/result.ts';
import { decodeRoot, type FileTable } from '../shared/snapshot/root.ts';
import type { HeadRefusal, VerifiedHead } from './head-verification.ts';
import { type IssuerIndex, indexIssuers } from './issuer-index.ts';
import type { Monitoring } from './monitoring.ts';
import type { StoreList } from './store-list.ts';
import { readVerifiedBlob } from './verified-blobs.ts';

/** One epoch, its root verified and decoded. Never changed: a new epoch is a new one of these. */
export interface Snapshot extends VerifiedHead {
  readonly issuers: IssuerIndex;
  readonly files: FileTable;
}

/** Follows a verified head to its root. */
export async function readSnapshot(
  verified: VerifiedHead,
  stores: StoreList,
  monitoring: Monitoring,
): Promise<Result<Snapshot, HeadRefusal>> {
  const detail = `epoch ${verified.head.epoch}`;
  const bytes = await readVerifiedBlob(stores, verified.head.rootHash, monitoring);
  if (!bytes.ok) return err({ refusal: 'root-unavailable', detail });
  const root = decodeRoot(bytes.value);
  if (!root.ok) return err({ refusal: 'root-format', detail: `${detail}: ${root.error.reason}` });
  return ok({ ...verified, issuers: indexIssuers(root.value.issuers), files: root.value.files });
}
