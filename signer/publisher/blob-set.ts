import { hexFromBytes } from '../../shared/bytes.ts';
import type { EpochBlob } from '../database/epoch-table.ts';
import { sha256 } from '../issuance/public-key.ts';

/** The new blobs of an epoch, each once. */
export class BlobSet {
  readonly #blobs = new Map<string, EpochBlob>();

  /** The hash; the bytes are kept once. */
  add(bytes: Uint8Array): Uint8Array {
    const hash = sha256(bytes);
    this.addHashed({ hash, bytes });
    return hash;
  }

  /** For bytes whose hash is known already. */
  addHashed(blob: EpochBlob): void {
    this.#blobs.set(hexFromBytes(blob.hash), blob);
  }

  list(): readonly EpochBlob[] {
    return [...this.#blobs.values()];
  }
}
