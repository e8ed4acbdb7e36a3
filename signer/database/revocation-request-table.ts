import type { CRLReason } from '../../shared/policy/crl-reasons.ts';
import { BugError } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { GROUND_NAMES, type GroundName } from '../revocation/grounds.ts';
import { REQUEST_STATES, type RequestState, STATE_AFTER } from '../revocation/request-state.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { reasonColumn } from './revocation-table.ts';
import { integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

export type RequestOrigin = 'request' | 'emergency' | 'earlier';
export type RequestTarget = 'certificate' | 'authority';

/** One line of the register; it never changes. */
export interface RequestRow {
  /** Its number in the register, from 1. */
  readonly number: number;
  readonly origin: RequestOrigin;
  readonly target: RequestTarget;
  readonly authorityId: number;
  readonly certificateId: number;
  readonly reason: CRLReason;
  readonly revocationDate: UnixSeconds | null;
  readonly ground: GroundName | null;
  readonly requestedBy: string;
  readonly channel: string;
  readonly verification: string | null;
  readonly description: string;
  readonly evidence: string | null;
  readonly receivedAt: UnixSeconds;
  readonly wantedAt: UnixSeconds | null;
  readonly recordedAt: UnixSeconds;
  readonly recordedBy: string;
  readonly recordedByKey: string | null;
}

function oneOf<T extends string>(names: readonly T[], name: string): T {
  const found = names.find((candidate) => candidate === name);
  if (found === undefined) throw new BugError(`${name} in the register of revocations`);
  return found;
}

function groundColumn(row: Row, name: string): GroundName {
  return oneOf(GROUND_NAMES, textColumn(row, name));
}

function requestFromRow(row: Row): RequestRow {
  return {
    number: integerColumn(row, 'id'),
    origin: oneOf(['request', 'emergency', 'earlier'], textColumn(row, 'origin')),
    target: oneOf(['certificate', 'authority'], textColumn(row, 'target')),
    authorityId: integerColumn(row, 'authority_id'),
    certificateId: integerColumn(row, 'certificate_id'),
    reason: reasonColumn(row, 'reason'),
    revocationDate: nullableColumn(row, 'revocation_date', timeColumn),
    ground: nullableColumn(row, 'ground', groundColumn),
    requestedBy: textColumn(row, 'requested_by'),
    channel: textColumn(row, 'channel'),
    verification: nullableColumn(row, 'verification', textColumn),
    description: textColumn(row, 'description'),
    evidence: nullableColumn(row, 'evidence', textColumn),
    receivedAt: timeColumn(row, 'received_at'),
    wantedAt: nullableColumn(row, 'wanted_at', timeColumn),
    recordedAt: timeColumn(row, 'recorded_at'),
    recordedBy: textColumn(row, 'recorded_by'),
    recordedByKey: nullableColumn(row, 'recorded_by_key', textColumn),
  };
}

/** Its number; it is due from now on. */
export function insertRequest(tx: Transaction, request: Omit<RequestRow, 'number'>): number {
  const { id } = tx.run(
    `INSERT INTO revocation_request (origin, target, authority_id, certificate_id, reason, revocation_date, ground,
       requested_by, channel, verification, description, evidence, received_at, wanted_at, recorded_at, recorded_by,
       recorded_by_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    request.origin,
    request.target,
    request.authorityId,
    request.certificateId,
    request.reason,
    request.revocationDate,
    request.ground,
    request.requestedBy,
    request.channel,
    request.verification,
    request.description,
    request.evidence,
    request.receivedAt,
    request.wantedAt,
    request.recordedAt,
    request.recordedBy,
    request.recordedByKey,
  );
  tx.run('INSERT INTO revocation_due (request_id) VALUES (?)', id);
  return id;
}

/** What the next request will be numbered. */
export function nextRequestNumber(db: Reader): number {
  const row = db.get('SELECT coalesce(max(id), 0) + 1 AS next FROM revocation_request');
  return row ? integerColumn(row, 'next') : 1;
}

export function requestByNumber(db: Reader, number: number): RequestRow | undefined {
  const row = db.get('SELECT * FROM revocation_request WHERE id = ?', number);
  return row && requestFromRow(row);
}

/** The rank of a request's state, as `stateOf` has it, in SQL. */
const STATE_RANK = `coalesce((SELECT max(CASE e.step ${Object.entries(STATE_AFTER)
  .map(([step, state]) => `WHEN '${step}' THEN ${REQUEST_STATES.indexOf(state)}`)
  .join(' ')} ELSE 0 END) FROM revocation_event e WHERE e.request_id = r.id), 0)`;

export interface RequestFilter {
  readonly state: RequestState | null;
  /** Only those that are neither cancelled nor published. */
  readonly open: boolean;
  readonly certificateId: number | null;
  /** Only numbers below this one. */
  readonly before: number | null;
  readonly limit: number;
}

/** States of which every request is among the due ones, so that the closed ones need not be looked through. */
const OPEN_STATES: readonly RequestState[] = [
  'received',
  'investigating',
  'approved',
  'scheduled',
  'executing',
];

/** From where a list is read, so that a few need not be looked for among all. */
function sourceOf({ state, open, certificateId }: RequestFilter): string {
  if (certificateId !== null) return 'revocation_request r WHERE r.certificate_id = ?2';
  if (open || (state !== null && OPEN_STATES.includes(state)))
    return 'revocation_due d JOIN revocation_request r ON r.id = d.request_id WHERE ?2 IS NULL';
  if (state === 'cancelled')
    return "revocation_event c JOIN revocation_request r ON r.id = c.request_id WHERE c.step = 'cancel' AND ?2 IS NULL";
  return 'revocation_request r WHERE ?2 IS NULL';
}

/** The newest first. */
export function listRequests(db: Reader, filter: RequestFilter): readonly RequestRow[] {
  const { state, open, certificateId, before, limit } = filter;
  return db
    .all(
      `SELECT r.* FROM ${sourceOf(filter)} AND (?1 IS NULL OR r.id < ?1)
         AND (?3 IS NULL OR ${STATE_RANK} = ?3)
         AND (?4 = 0 OR EXISTS (SELECT 1 FROM revocation_due o WHERE o.request_id = r.id))
       ORDER BY r.id DESC LIMIT ?5`,
      before,
      certificateId,
      state === null ? null : REQUEST_STATES.indexOf(state),
      open ? 1 : 0,
      limit,
    )
    .map(requestFromRow);
}
