import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  allDocuments,
  type DocumentRow,
  editionsOf,
  insertDocument,
  type NewDocument,
} from '../database/document-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { documentDay } from './document-day.ts';
import { documentFile } from './document-file.ts';
import { type EditionFacts, judgeEdition } from './edition.ts';
import { lackOfRoom } from './repository-room.ts';

export interface DocumentInput extends EditionFacts {
  /** Its ending has to say what the file is. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** Records an edition; the next epoch carries and so announces it. Answers its id. */
export function addDocument(
  context: SignerContext,
  input: DocumentInput,
  actor: string,
): Result<number, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const { db, policy, audit } = context;
  const folder = policy.documents?.url.value;
  if (folder === undefined) return err({ code: 'documents-unpublished' });
  const { fileName, bytes, ...facts } = input;
  const { name, version } = facts;
  const file = documentFile(fileName, bytes);
  if (!file.ok) return refuse('CP 2.2', file.error.reason);
  const hash = sha256(bytes);
  const all = editionsOf(db, name);
  const editions = all.filter(({ withdrawn }) => withdrawn === null);
  const same = editions.find((edition) => edition.version === version);
  if (same && bytesEqual(same.sha256, hash)) return err({ code: 'document-exists', name, version });
  if (same)
    return err({ code: 'document-changed', name, version, sha256: hexFromBytes(same.sha256) });
  const followed = editions.length > 0 ? editions : announcedBefore(all, version);
  const judged = judgeEdition(facts, followed, documentDay(policy, now.value));
  if (!judged.ok) return refuse(judged.error.clause, judged.error.reason);
  const edition: NewDocument = {
    ...facts,
    change: facts.change ?? null,
    path: `${pathOf(folder)}/${name}-${version}.${file.value.ending}`,
    mediaType: file.value.mediaType,
    sha256: hash,
    bytes,
    addedAt: now.value,
    addedBy: actor,
  };
  const present = allDocuments(db).filter(({ withdrawn }) => withdrawn === null);
  const lack = lackOfRoom(policy, present, edition, now.value);
  if (lack !== undefined) return refuse('CP 2.2', lack);
  // The log first: if we stop between the two nothing was added, and it is added again.
  audit.append({ type: 'document-added', name, version, sha256: hexFromBytes(hash), actor });
  const id = db.transaction((tx) => {
    rememberTime(tx, now.value);
    return insertDocument(tx, edition);
  });
  context.checkpoint('document: recorded');
  return ok(id);
}

/**
 * CP 9.12: what people have seen does not become unseen when it is withdrawn, so that what comes next is a
 * change of it. The same version again is the mistaken upload put right.
 */
function announcedBefore(all: readonly DocumentRow[], version: string): readonly DocumentRow[] {
  return all.filter((edition) => edition.announced !== null && edition.version !== version);
}

function refuse(clause: string, reason: string): Result<never, OperationError> {
  return err({ code: 'document-refused', clause, reason });
}
