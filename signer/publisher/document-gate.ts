import { bytesEqual } from '../../shared/bytes.ts';
import { ok } from '../../shared/result.ts';
import type { Reader } from '../database/database.ts';
import { documentBytes } from '../database/document-table.ts';
import { documentFile } from '../documents/document-file.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { EpochCandidate } from './epoch-candidate.ts';
import { filesAfter } from './files-after.ts';
import { type GateOutcome, refuseEpoch } from './gate-refusal.ts';

/**
 * CP 2.2, 9.12.2: every edition that is shown has its file, the very octets that were handed in, of the
 * type that they are; nothing else leaves the repository than what was withdrawn on record.
 */
export function checkDocuments(db: Reader, candidate: EpochCandidate): GateOutcome {
  const { documents, files, removed } = candidate;
  const fileAt = filesAfter(db, { put: files, removed });
  const announced = new Set(documents.announced.map(({ id }) => id));
  for (const { id, name, version, path, sha256: hash, mediaType, length } of documents.shown) {
    const refuse = (what: string) => refuseEpoch('CP 9.12.2', `${name} ${version} ${what}`);
    const file = fileAt(path);
    if (!file) return refuse('would have no file');
    const same = bytesEqual(file.hash, hash) && file.length === length;
    if (!same || file.mediaType !== mediaType)
      return refuse('would have another file than its own');
    if (!announced.has(id)) continue;
    const bytes = documentBytes(db, id);
    if (!bytesEqual(sha256(bytes), hash)) return refuse('is not the file that was handed in');
    const sniffed = documentFile(path, bytes);
    if (!sniffed.ok) return refuse(`cannot be published: ${sniffed.error.reason}`);
  }
  const withdrawn = new Set(documents.gone.map(({ path }) => path));
  const lost = [...removed].find((path) => !withdrawn.has(path));
  return lost === undefined
    ? ok(true)
    : refuseEpoch('CP 9.12.2', `${lost} would leave the repository, and nobody withdrew it`);
}
