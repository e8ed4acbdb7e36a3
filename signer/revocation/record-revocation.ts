import type { CertificateRow } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { insertCause } from '../database/revocation-due-table.ts';
import { insertEvent, otherOpenRequests } from '../database/revocation-event-table.ts';
import { insertRevocation, type Revocation } from '../database/revocation-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';

/**
 * ADR 4: the fact, its mark, and the request that it came from, in the caller's transaction. Other
 * requests for the same certificate are closed with it: nothing is left for them to do.
 */
export function recordRevocation(
  tx: Transaction,
  certificate: CertificateRow,
  revocation: Revocation,
  by: { readonly request: number; readonly person: string },
): void {
  insertRevocation(tx, certificate, revocation, by.person);
  insertCause(tx, certificate.id, by.request);
  markUnsettled(tx, certificate.authorityId, certificate.id);
  for (const other of otherOpenRequests(tx, certificate.id, by.request)) {
    insertEvent(tx, other, {
      step: 'cancel',
      at: revocation.recordedAt,
      person: null,
      note: `revoked by request ${by.request}`,
      verification: null,
    });
  }
}
