import { BugError } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { type ApplicationState, OPEN_STATES } from '../applications/states.ts';
import {
  type ApplicationRow,
  applicationFromRow,
  applicationStateColumn,
} from './application-table.ts';
import type { Reader } from './database.ts';
import { integerColumn, nullableColumn, timeColumn } from './row.ts';

const LAST_EVENT = `(SELECT max(id) FROM application_event WHERE application_id = a.id)`;
const OPEN = OPEN_STATES.map((state) => `'${state}'`).join(', ');

/** The application that is not decided yet and has this key, if there is one. */
export function openApplicationOfKey(
  db: Reader,
  spkiSha256: Uint8Array,
): ApplicationRow | undefined {
  const row = db.get(
    `SELECT a.* FROM certification_request q JOIN application a ON a.request_id = q.id
     JOIN application_event e ON e.id = ${LAST_EVENT}
     WHERE q.spki_sha256 = ? AND e.state IN (${OPEN})`,
    spkiSha256,
  );
  return row && applicationFromRow(row);
}

/** The one of this authority whose subject has this key (`nameKey`), other than `except`. */
export function openApplicationOfSubject(
  db: Reader,
  authorityId: number,
  subjectKey: string,
  except: number,
): ApplicationRow | undefined {
  const row = db.get(
    `SELECT a.* FROM application a JOIN application_event e ON e.id = ${LAST_EVENT}
     WHERE a.authority_id = ? AND a.subject_key = ? AND a.id <> ? AND e.state IN (${OPEN})`,
    authorityId,
    subjectKey,
    except,
  );
  return row && applicationFromRow(row);
}

/** The application under which a certificate was issued. */
export function applicationOfCertificate(db: Reader, certificateId: number): number | undefined {
  const row = db.get(
    'SELECT application_id FROM application_event WHERE certificate_id = ?',
    certificateId,
  );
  return row && integerColumn(row, 'application_id');
}

/** Applications to replace a certificate, oldest first. */
export function successorsOf(db: Reader, certificateId: number): readonly number[] {
  return db
    .all('SELECT id FROM application WHERE predecessor_id = ? ORDER BY id LIMIT 100', certificateId)
    .map((row) => integerColumn(row, 'id'));
}

export interface ApplicationFilter {
  readonly state: ApplicationState | null;
  /** id after which the page begins. */
  readonly afterId: number;
  readonly limit: number;
  /** What was delivered before this time counts as published. */
  readonly deliveredBefore: UnixSeconds;
}

const STATE_NOW = `CASE WHEN e.state = 'delivered' AND e.recorded_at < ?1 THEN 'published' ELSE e.state END`;

export function listApplications(
  db: Reader,
  { state, afterId, limit, deliveredBefore }: ApplicationFilter,
): readonly (ApplicationRow & { readonly state: ApplicationState })[] {
  return db
    .all(
      `SELECT a.*, ${STATE_NOW} AS state_now FROM application a
       JOIN application_event e ON e.id = ${LAST_EVENT}
       WHERE a.id > ?2 AND (?3 IS NULL OR ${STATE_NOW} = ?3) ORDER BY a.id LIMIT ?4`,
      deliveredBefore,
      afterId,
      state,
      limit,
    )
    .map((row) => ({
      ...applicationFromRow(row),
      state: applicationStateColumn(row, 'state_now'),
    }));
}

export interface ApplicationCounts {
  /** Received, screened or approved. */
  readonly open: number;
  /** Issued and not handed over. */
  readonly toDeliver: number;
  readonly complained: number;
  /** Delivered, no receipt, 14 days not over. */
  readonly receiptsDue: number;
  /** Delivered, no receipt, 14 days over without a complaint. */
  readonly receiptsElapsed: number;
  /** When the oldest was delivered whose 14 days are not over. */
  readonly oldestDelivery: UnixSeconds | null;
}

export function countApplications(db: Reader, deliveredBefore: UnixSeconds): ApplicationCounts {
  const row = db.get(
    `SELECT count(*) FILTER (WHERE e.state IN (${OPEN})) AS open,
       count(*) FILTER (WHERE e.state = 'issued') AS to_deliver,
       count(*) FILTER (WHERE e.state = 'complained') AS complained,
       count(*) FILTER (WHERE e.state = 'delivered' AND e.recorded_at >= ?1) AS due,
       count(*) FILTER (WHERE e.state = 'delivered' AND e.recorded_at < ?1) AS elapsed,
       min(e.recorded_at) FILTER (WHERE e.state = 'delivered' AND e.recorded_at >= ?1) AS oldest
     FROM application a JOIN application_event e ON e.id = ${LAST_EVENT}`,
    deliveredBefore,
  );
  if (!row) throw new BugError('no counts');
  return {
    open: integerColumn(row, 'open'),
    toDeliver: integerColumn(row, 'to_deliver'),
    complained: integerColumn(row, 'complained'),
    receiptsDue: integerColumn(row, 'due'),
    receiptsElapsed: integerColumn(row, 'elapsed'),
    oldestDelivery: nullableColumn(row, 'oldest', timeColumn),
  };
}
