import type { Result } from '../../../shared/result.ts';
import type { Actor } from '../../../signer/operations/actor.ts';
import type {
  DocumentOperations,
  DocumentView,
} from '../../../signer/operations/document-views.ts';

const DOCUMENT: DocumentView = {
  ...{ name: 'tsa-cp', version: '5.09', state: 'announced', kind: 'certificate-policy' },
  ...{ title: 'Time Stamp CP', language: 'ja', effective: '2026-12-01' },
  announced: '2026-11-23T00:00:00Z',
  change: { kind: 'minor', summary: 'Contact address' },
  objectionsUntil: '2026-11-30T00:00:00Z',
  objectionsOpen: true,
  url: 'http://repo.example/documents/tsa-cp-5.09.pdf',
  ...{ type: 'application/pdf', bytes: 9, sha256: 'aa' },
  ...{ addedAt: '2026-11-23T00:00:00Z', addedBy: 'alice', withdrawn: null },
  publication: { state: 'published', epoch: 7 },
};

interface Call {
  readonly operation: keyof DocumentOperations;
  readonly input?: unknown;
  readonly actor?: Actor;
}

type Record = <T>(call: Call, value: T) => Promise<Result<T, never>>;

/** The documents of the repository, as `recordingOperations` has the rest. */
export function recordingDocuments(record: Record): DocumentOperations {
  const list = { folder: 'http://repo.example/documents', documents: [DOCUMENT] };
  return {
    addDocument: (input, actor) => record({ operation: 'addDocument', input, actor }, DOCUMENT),
    listDocuments: () => record({ operation: 'listDocuments' }, list),
    showDocument: (input) => record({ operation: 'showDocument', input }, list),
    withdrawDocument: (input, actor) =>
      record({ operation: 'withdrawDocument', input, actor }, DOCUMENT),
  };
}
