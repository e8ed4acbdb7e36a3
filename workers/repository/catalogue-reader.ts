import { concatBytes } from '../../shared/bytes.ts';
import type { Decode } from '../../shared/json-fields.ts';
import { parseJSON } from '../../shared/json-text.ts';
import {
  CATALOGUE_PATH,
  type Catalogue,
  type CatalogueAuthority,
  decodeCatalogue,
  decodeIssuedPage,
  type IssuedCertificate,
  REPOSITORY_FILE_OCTETS_MAX,
} from '../../shared/repository/catalogue.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { FileReader } from '../file-reader.ts';
import type { Monitoring } from '../monitoring.ts';
import type { Snapshot } from '../snapshot.ts';
import type { BlobFailure } from '../verified-blobs.ts';

/** A verified snapshot, and what reads its files. */
interface FileSource {
  readonly snapshot: Snapshot;
  readonly deps: { readonly files: FileReader; readonly monitoring: Monitoring };
}

/** Why there is nothing to show. */
export type ReadFailure =
  | BlobFailure
  /** The snapshot has no such file: its signer published none. */
  | { readonly code: 'absent' }
  /** The signed file is not what the format says; a new epoch is needed. */
  | { readonly code: 'malformed' };

/** The octets of a file of the snapshot, every chunk verified. */
export async function readFile(
  { snapshot, deps }: FileSource,
  path: string,
): Promise<Result<{ readonly entry: FileEntry; readonly bytes: Uint8Array }, ReadFailure>> {
  const found = await deps.files.find(snapshot.files, path);
  if (!found.ok) return found;
  const entry = found.value;
  if (!entry) return err({ code: 'absent' });
  if (entry.length > REPOSITORY_FILE_OCTETS_MAX) return err({ code: 'malformed' });
  const chunks: Uint8Array[] = [];
  for (const index of entry.chunkHashes.keys()) {
    const chunk = await deps.files.chunk(entry, index);
    if (!chunk.ok) return chunk;
    chunks.push(chunk.value);
  }
  return ok({ entry, bytes: concatBytes(chunks) });
}

async function readJSON<T>(
  source: FileSource,
  path: string,
  decode: Decode<T>,
): Promise<Result<T, ReadFailure>> {
  const file = await readFile(source, path);
  if (!file.ok) return file;
  const json = parseJSON(new TextDecoder().decode(file.value.bytes));
  const decoded = json.ok ? decode(json.value, '') : json;
  if (decoded.ok) return decoded;
  const { monitoring } = source.deps;
  const detail = 'pointer' in decoded.error ? `${decoded.error.pointer} ` : '';
  monitoring.refused('blob-format', `${path}: ${detail}${decoded.error.reason}`);
  return err({ code: 'malformed' });
}

/** Kept as long as its snapshot is: a new epoch has a new file table. */
const held = new WeakMap<Snapshot, Catalogue>();

export async function readCatalogue(source: FileSource): Promise<Result<Catalogue, ReadFailure>> {
  const known = held.get(source.snapshot);
  if (known) return ok(known);
  const read = await readJSON(source, CATALOGUE_PATH, decodeCatalogue);
  if (read.ok) held.set(source.snapshot, read.value);
  return read;
}

/** Page `number`, from 1, of the certificates that a CA has issued, the oldest first. */
export async function readIssued(
  source: FileSource,
  { issued }: CatalogueAuthority,
  number: number,
): Promise<Result<readonly IssuedCertificate[], ReadFailure>> {
  if (!issued || number < 1 || number > issued.pages) return err({ code: 'absent' });
  const path = `${issued.folder}/issued-${number}.json`;
  const read = await readJSON(source, path, decodeIssuedPage);
  if (read.ok) return ok(read.value.certificates);
  // The catalogue of the same epoch counts it.
  return read.error.code === 'absent' ? err({ code: 'malformed' }) : read;
}
