import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader } from './database.ts';
import { integerColumn, textColumn } from './row.ts';

/** Which applications are in a ceremony that may still be answered, and which wait for one. */

const OPEN = `SELECT c.request_id, k.bundle_id FROM ceremony k
  JOIN ceremony_item i ON i.ceremony_id = k.id JOIN certificate c ON c.id = i.certificate_id
  WHERE k.state = 'open' AND k.expires_at >= ?1 AND c.request_id IS NOT NULL`;

/** Id of the open ceremony that is to sign the certificate of this request (its row's id); else null. */
export function openCeremonyOfRequest(
  db: Reader,
  requestId: number,
  now: UnixSeconds,
): string | null {
  const row = db.get(`${OPEN} AND c.request_id = ?2`, now, requestId);
  return row ? textColumn(row, 'bundle_id') : null;
}

/** Number of the application that this request (its row's id) belongs to. */
export function applicationOfRequest(db: Reader, requestId: number): number | undefined {
  const row = db.get('SELECT id FROM application WHERE request_id = ?', requestId);
  return row && integerColumn(row, 'id');
}

export interface ApplicationToSign {
  readonly application: number;
  readonly authority: string;
  /** Id of the open ceremony that has it; null: it waits for an export. */
  readonly ceremony: string | null;
}

/** Approved applications under authorities whose key is offline, oldest first, at most `limit`. */
export function applicationsToSign(
  db: Reader,
  now: UnixSeconds,
  limit: number,
): readonly ApplicationToSign[] {
  const open = new Map(
    db
      .all(OPEN, now)
      .map((row) => [integerColumn(row, 'request_id'), textColumn(row, 'bundle_id')]),
  );
  return db
    .all(
      `SELECT a.id, a.request_id, y.name FROM application a JOIN authority y ON y.id = a.authority_id
       JOIN application_event e ON e.id = (SELECT max(id) FROM application_event WHERE application_id = a.id)
       WHERE y.custody = 'offline' AND e.state = 'approved' ORDER BY a.id LIMIT ?`,
      limit,
    )
    .map((row) => ({
      application: integerColumn(row, 'id'),
      authority: textColumn(row, 'name'),
      ceremony: open.get(integerColumn(row, 'request_id')) ?? null,
    }));
}
