import {
  anyText,
  choice,
  type Decode,
  integer,
  list,
  matching,
  nullable,
  refined,
  required,
  strictObject,
} from '../../shared/json-fields.ts';
import { err, ok } from '../../shared/result.ts';
import { isArchivePath } from './tar.ts';

/** One file of a backup. */
export interface BackedUpFile {
  /** In the archive, and under the state directory it is restored to. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Where it was when it lay outside the state directory: whoever restores puts it there. */
  readonly belongsAt: string | null;
}

/** The first file of the archive: of what moment it is, and every other file by its hash. */
export interface BackupManifest {
  readonly format: 'inkan-backup-1';
  /** RFC 3339. */
  readonly createdAt: string;
  /** The number of the database's last migration. */
  readonly migration: number;
  /** The last epoch that was promised; 0: none. */
  readonly epoch: number;
  /** The audit log in it: number of events, hash of the last. */
  readonly audit: { readonly size: number; readonly hash: string };
  /** Whether the encrypted files of the file keystores are in it. */
  readonly keys: 'included' | 'left-out';
  /** What a signer needs besides: a sentence each. */
  readonly lacks: readonly string[];
  readonly files: readonly BackedUpFile[];
}

export const MANIFEST_FILE = 'manifest.json';
/** Of a list of ten thousand files. */
export const MANIFEST_MAX_OCTETS: number = 4 << 20;

const count = integer(0, Number.MAX_SAFE_INTEGER);
const sha256: Decode<string> = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');
const path: Decode<string> = refined(
  anyText,
  (text) => (isArchivePath(text) && text !== MANIFEST_FILE ? ok(text) : err('path')),
  'must be a path inside the archive',
);

export const backupManifest: Decode<BackupManifest> = strictObject<BackupManifest>({
  format: required(choice('inkan-backup-1')),
  createdAt: required(anyText),
  migration: required(count),
  epoch: required(count),
  audit: required(
    strictObject<BackupManifest['audit']>({ size: required(count), hash: required(sha256) }),
  ),
  keys: required(choice('included', 'left-out')),
  lacks: required(list(anyText, 100)),
  files: required(
    list(
      strictObject<BackedUpFile>({
        path: required(path),
        bytes: required(count),
        sha256: required(sha256),
        belongsAt: required(nullable(anyText)),
      }),
      10_000,
    ),
  ),
});
