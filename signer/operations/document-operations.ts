import { hexFromBytes } from '../../shared/bytes.ts';
import { BugError, err, ok } from '../../shared/result.ts';
import { MEDIA_TYPES } from '../../shared/snapshot/file.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import {
  allDocuments,
  type DocumentRow,
  documentById,
  editionsOf,
} from '../database/document-table.ts';
import { latestPublishedEpoch } from '../database/epoch-table.ts';
import { addDocument } from '../documents/add-document.ts';
import { documentDay, objectionsUntil } from '../documents/document-day.ts';
import { withdrawDocument } from '../documents/withdraw-document.ts';
import type { SignerContext } from '../signer-context.ts';
import type { DocumentListView, DocumentOperations, DocumentView } from './document-views.ts';
import type { OperationTools } from './operation-tools.ts';
import type { PublicationView } from './views.ts';

export function documentOperations(tools: OperationTools): DocumentOperations {
  const { context, bringOut, auditRefusal } = tools;
  const { db } = context;
  return {
    addDocument: async (input, actor) => {
      const added = addDocument(context, input, actor.name);
      auditRefusal('document add', actor, added);
      return added.ok ? ok(viewById(context, added.value, await bringOut([]))) : added;
    },
    listDocuments: async () => ok(listView(context, allDocuments(db))),
    showDocument: async (name) => {
      const editions = editionsOf(db, name);
      return editions.length === 0
        ? err({ code: 'document-unknown', name, version: null })
        : ok(listView(context, editions));
    },
    withdrawDocument: async (input, actor) => {
      const withdrawn = withdrawDocument(context, input, actor.name);
      auditRefusal('document withdraw', actor, withdrawn);
      return withdrawn.ok ? ok(viewById(context, withdrawn.value, await bringOut([]))) : withdrawn;
    },
  };
}

function listView(context: SignerContext, rows: readonly DocumentRow[]): DocumentListView {
  return {
    folder: context.policy.documents?.url.value ?? null,
    documents: rows.map((row) => documentView(context, row, null)),
  };
}

function viewById(context: SignerContext, id: number, told: PublicationView): DocumentView {
  const row = documentById(context.db, id);
  if (!row) throw new BugError('a document that was just recorded');
  return documentView(context, row, told);
}

/** `told` is what publishing said a moment ago, if it was tried. */
function documentView(
  context: SignerContext,
  row: DocumentRow,
  told: PublicationView | null,
): DocumentView {
  const now = context.clock();
  const until = objectionsUntil(context.policy, row.change, row.announced?.at);
  const state = stateOf(context, row, now);
  return {
    name: row.name,
    version: row.version,
    state,
    kind: row.kind,
    title: row.title,
    language: row.language,
    effective: row.effective,
    announced: row.announced && isoText(row.announced.at),
    change: row.change,
    objectionsUntil: until === undefined ? null : isoText(until),
    objectionsOpen: state === 'announced' && until !== undefined && now <= until,
    url: new URL(row.path, context.policy.documents?.url.value ?? 'http://repository.invalid').href,
    type: MEDIA_TYPES[row.mediaType],
    bytes: row.length,
    sha256: hexFromBytes(row.sha256),
    addedAt: isoText(row.addedAt),
    addedBy: row.addedBy,
    withdrawn: row.withdrawn && {
      at: isoText(row.withdrawn.at),
      by: row.withdrawn.by,
      reason: row.withdrawn.reason,
    },
    publication: publicationOf(context, row, state, told),
  };
}

function stateOf(
  { policy }: SignerContext,
  { withdrawn, announced, change, effective }: DocumentRow,
  now: UnixSeconds,
): DocumentView['state'] {
  if (withdrawn) return 'withdrawn';
  if (announced) return 'announced';
  return change && effective < documentDay(policy, now) ? 'too-late' : 'waiting';
}

function publicationOf(
  { db }: SignerContext,
  { announced, withdrawn }: DocumentRow,
  state: DocumentView['state'],
  told: PublicationView | null,
): PublicationView {
  const published = latestPublishedEpoch(db)?.number ?? 0;
  // What no epoch ever carried is out of the repository as it is.
  const never = withdrawn !== null && announced === null;
  const epoch = never ? published : withdrawn ? withdrawn.epoch : (announced?.epoch ?? null);
  if (epoch !== null && epoch <= published) return { state: 'published', epoch };
  const reason =
    state === 'too-late'
      ? 'its day has passed; withdraw it and add it with a later one'
      : (told?.reason ?? 'its epoch is not in the store yet');
  return { state: 'due', epoch: published, reason };
}
