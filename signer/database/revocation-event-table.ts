import { BugError } from '../../shared/result.ts';
import { type RequestEvent, STEPS, type Step } from '../revocation/request-state.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

function stepColumn(row: Row): Step {
  const name = textColumn(row, 'step');
  const step = STEPS.find((candidate) => candidate === name);
  if (!step) throw new BugError(`step ${name} in the register of revocations`);
  return step;
}

function eventFromRow(row: Row): RequestEvent {
  return {
    step: stepColumn(row),
    at: timeColumn(row, 'at'),
    person: nullableColumn(row, 'person', textColumn),
    note: nullableColumn(row, 'note', textColumn),
    verification: nullableColumn(row, 'verification', textColumn),
  };
}

/** In the order in which they happened. */
export function requestEvents(db: Reader, number: number): readonly RequestEvent[] {
  return db
    .all('SELECT * FROM revocation_event WHERE request_id = ? ORDER BY id', number)
    .map(eventFromRow);
}

/** A cancelled request is no longer due. */
export function insertEvent(
  tx: Transaction,
  number: number,
  event: RequestEvent & { readonly personKey?: string | null },
): void {
  tx.run(
    'INSERT INTO revocation_event (request_id, step, at, person, person_key, note, verification) VALUES (?, ?, ?, ?, ?, ?, ?)',
    number,
    event.step,
    event.at,
    event.person,
    event.personKey ?? null,
    event.note,
    event.verification,
  );
  if (event.step === 'cancel') tx.run('DELETE FROM revocation_due WHERE request_id = ?', number);
}

/** Other requests for this certificate that wait: with its revocation there is nothing left to do for them. */
export function otherOpenRequests(
  db: Reader,
  certificateId: number,
  number: number,
): readonly number[] {
  return db
    .all(
      `SELECT r.id FROM revocation_request r JOIN revocation_due d ON d.request_id = r.id
       WHERE r.certificate_id = ? AND r.target = 'certificate' AND r.id <> ?
         AND NOT EXISTS (SELECT 1 FROM revocation_event e WHERE e.request_id = r.id AND e.step IN ('begin', 'execute'))`,
      certificateId,
      number,
    )
    .map((row) => integerColumn(row, 'id'));
}
