import { statSync } from 'node:fs';
import { join } from 'node:path';
import { hexFromBytes } from '../../shared/bytes.ts';
import type { AuditCheckpoint } from '../../shared/snapshot/root.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import type { SignerConfig } from '../config.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../setup/state-files.ts';
import { encryptTo } from './age.ts';
import { type DatabaseCopy, makeCopy, readCopy } from './database-copy.ts';
import { fileHash, fileOctets } from './file-hash.ts';
import { type BackedUpFile, type BackupManifest, MANIFEST_FILE } from './manifest.ts';
import { type StateFile, stateInventory } from './state-inventory.ts';
import { type TarFile, writeTar } from './tar.ts';

export interface BackupOrder {
  readonly state: string;
  readonly config: SignerConfig;
  readonly now: UnixSeconds;
  readonly randomBytes: (length: number) => Uint8Array;
  /** age recipients that `isRecipient` knows. */
  readonly recipients: readonly string[];
  readonly keys: BackupManifest['keys'];
  /** Fills an empty file with a copy of the database. */
  readonly copyDatabase: (file: string) => Promise<void>;
  /** The audit log at this moment. */
  readonly auditCheckpoint: () => AuditCheckpoint;
}

export interface Backup {
  readonly manifest: BackupManifest;
  /** Encrypted; may be taken once. When it ends, however it does, the copy of the database is gone. */
  readonly octets: AsyncIterable<Uint8Array>;
  /** For one that is not taken. */
  discard(): void;
}

interface Listed extends BackedUpFile {
  readonly source: string;
}

/**
 * Copies the database first and cuts the audit log afterwards: nothing in the copy lacks its event.
 * The files are hashed now and read again when the octets are taken; one that changed in between ends
 * them with an error.
 */
export async function makeBackup(order: BackupOrder): Promise<Backup> {
  const { state, config, keys } = order;
  const copy = await makeCopy(state, order.randomBytes, order.copyDatabase);
  try {
    // In one turn of the loop: the log ends after a whole event, which is the checkpoint's.
    const audit = order.auditCheckpoint();
    const auditOctets = statSync(join(state, AUDIT_FILE)).size;
    const { files, lacks } = stateInventory(state, config, keys);
    const facts = readCopy(copy.file);
    const database = { path: DATABASE_FILE, source: copy.file, belongsAt: null };
    const listed: Listed[] = [];
    for (const file of [database, ...files]) {
      const bytes = file.path === AUDIT_FILE ? auditOctets : statSync(file.source).size;
      listed.push(await listedFile(file, bytes));
    }
    const manifest: BackupManifest = {
      format: 'inkan-backup-1',
      createdAt: isoText(order.now),
      ...facts,
      audit: { size: audit.size, hash: hexFromBytes(audit.hash) },
      keys,
      lacks,
      files: listed.map(({ path, bytes, sha256, belongsAt }) => ({
        ...{ path, bytes, sha256, belongsAt },
      })),
    };
    const archive = writeTar([manifestFile(manifest), ...listed.map(tarFile)]);
    const octets = untilTaken(encryptTo(order.recipients, archive), copy);
    return { manifest, octets, discard: () => copy.remove() };
  } catch (error) {
    copy.remove();
    throw error;
  }
}

async function listedFile(file: StateFile, bytes: number): Promise<Listed> {
  return { ...file, bytes, sha256: await fileHash(file.source, bytes) };
}

function tarFile({ path, source, bytes }: Listed): TarFile {
  return { path, size: bytes, contents: () => fileOctets(source, bytes) };
}

function manifestFile(manifest: BackupManifest): TarFile {
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  async function* contents(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return { path: MANIFEST_FILE, size: bytes.length, contents };
}

async function* untilTaken(
  octets: AsyncIterable<Uint8Array>,
  copy: DatabaseCopy,
): AsyncGenerator<Uint8Array> {
  try {
    yield* octets;
  } finally {
    copy.remove();
  }
}
