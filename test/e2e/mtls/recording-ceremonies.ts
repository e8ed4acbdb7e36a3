import type { Result } from '../../../shared/result.ts';
import type { CeremonyOperations } from '../../../signer/operations/ceremony-operations.ts';
import type { CeremonyView } from '../../../signer/operations/ceremony-views.ts';
import type { Actor } from '../../../signer/operations/operations.ts';
import type { PublicationView } from '../../../signer/operations/views.ts';

const CEREMONY: CeremonyView = {
  id: '00112233445566778899aabbccddeeff',
  kind: 'signing',
  authority: 'root-ca',
  state: 'open',
  reason: 'revocation',
  requestedBy: 'alice',
  requestSha256: 'ff',
  createdAt: '2026-11-23T00:00:00Z',
  expiresAt: '2026-12-07T00:00:00Z',
  signedAt: null,
  endedAt: null,
  supersededBy: null,
  items: ['crl 4'],
  applications: [],
};

interface Call {
  readonly operation: keyof CeremonyOperations;
  readonly input?: unknown;
  readonly actor?: Actor;
}

const PUBLISHED: PublicationView = { state: 'published', epoch: 7 };

type Record = <T>(call: Call, value: T) => Promise<Result<T, never>>;

/** The part of `recordingOperations` that is about ceremonies. */
export function recordingCeremonies(record: Record): CeremonyOperations {
  return {
    exportCeremony: (input, actor) =>
      record(
        { operation: 'exportCeremony', input, actor },
        { ceremony: CEREMONY, superseded: null, leftOut: [], request: '{}\n' },
      ),
    listCeremonies: () => record({ operation: 'listCeremonies' }, [CEREMONY]),
    showCeremony: (input) =>
      record(
        { operation: 'showCeremony', input },
        { ceremony: CEREMONY, superseded: null, leftOut: [], request: '{}\n' },
      ),
    cancelCeremony: (input, actor) =>
      record({ operation: 'cancelCeremony', input, actor }, CEREMONY),
    importCeremony: (input, actor) =>
      record(
        { operation: 'importCeremony', input, actor },
        { ceremony: CEREMONY, authorities: ['root-ca'], publication: PUBLISHED },
      ),
  };
}
