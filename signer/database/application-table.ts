import { hexFromBytes } from '../../shared/bytes.ts';
import { type CRLReason, crlReasonFromNumber } from '../../shared/policy/crl-reasons.ts';
import { BugError } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { APPLICATION_STATES, type ApplicationState } from '../applications/states.ts';
import type { OptionalExtension } from '../issuance/optional-extensions.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

export type ApplicationKind = 'new' | 'rekey' | 'change';

/** What the applicant gave; it never changes. */
export interface ApplicationRow {
  readonly id: number;
  readonly kind: ApplicationKind;
  readonly authorityId: number;
  readonly profile: string;
  /** DER of the Name. */
  readonly subject: Uint8Array;
  readonly subjectAltNames: readonly string[];
  readonly leaveOut: readonly OptionalExtension[];
  readonly organisation: string;
  readonly agent: string;
  readonly requestId: number;
  /** SHA-256 of what was asked. */
  readonly inputSha256: Uint8Array;
  readonly predecessorId: number | null;
  readonly revocationReason: CRLReason | null;
  readonly receivedAt: UnixSeconds;
}

export interface ApplicationEvent {
  readonly state: ApplicationState;
  readonly recordedAt: UnixSeconds;
  readonly actor: string;
  /** Lower-case hexadecimal SHA-256 of the actor's key. */
  readonly actorKey: string;
  /** JSON. */
  readonly evidence: string;
  /** Exactly when the state is `issued`. */
  readonly certificateId: number | null;
}

function kindColumn(row: Row): ApplicationKind {
  const kind = textColumn(row, 'kind');
  return kind === 'rekey' || kind === 'change' ? kind : 'new';
}

/** A column with one of the states. */
export function applicationStateColumn(row: Row, name: string): ApplicationState {
  const text = textColumn(row, name);
  const state = APPLICATION_STATES.find((known) => known === text);
  if (state === undefined) throw new BugError(`${text} is no state of an application`);
  return state;
}

function reasonColumn(row: Row, name: string): CRLReason {
  const reason = crlReasonFromNumber(integerColumn(row, name));
  if (reason === undefined) throw new BugError(`${name} in the database is no reason of CP 7.2.2`);
  return reason;
}

export function applicationFromRow(row: Row): ApplicationRow {
  return {
    id: integerColumn(row, 'id'),
    kind: kindColumn(row),
    authorityId: integerColumn(row, 'authority_id'),
    profile: textColumn(row, 'profile'),
    subject: blobColumn(row, 'subject'),
    subjectAltNames: JSON.parse(textColumn(row, 'subject_alt_names')),
    leaveOut: JSON.parse(textColumn(row, 'leave_out')),
    organisation: textColumn(row, 'organisation'),
    agent: textColumn(row, 'agent'),
    requestId: integerColumn(row, 'request_id'),
    inputSha256: blobColumn(row, 'input_sha256'),
    predecessorId: nullableColumn(row, 'predecessor_id', integerColumn),
    revocationReason: nullableColumn(row, 'revocation_reason', reasonColumn),
    receivedAt: timeColumn(row, 'received_at'),
  };
}

/** The number that the next application gets; numbers are never used again. */
export function nextApplicationId(db: Reader): number {
  const row = db.get("SELECT seq + 1 AS next FROM sqlite_sequence WHERE name = 'application'");
  return row ? integerColumn(row, 'next') : 1;
}

export function insertApplication(tx: Transaction, application: ApplicationRow): void {
  tx.run(
    `INSERT INTO application (id, kind, authority_id, profile, subject, subject_key, subject_alt_names, leave_out,
       organisation, agent, request_id, input_sha256, predecessor_id, revocation_reason, received_at)
     VALUES (?1, ?2, ?3, ?4, ?5, name_key(?5), ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)`,
    application.id,
    application.kind,
    application.authorityId,
    application.profile,
    application.subject,
    JSON.stringify(application.subjectAltNames),
    JSON.stringify(application.leaveOut),
    application.organisation,
    application.agent,
    application.requestId,
    application.inputSha256,
    application.predecessorId,
    application.revocationReason,
    application.receivedAt,
  );
}

export function applicationById(db: Reader, id: number): ApplicationRow | undefined {
  const row = db.get('SELECT * FROM application WHERE id = ?', id);
  return row && applicationFromRow(row);
}

export function insertApplicationEvent(
  tx: Transaction,
  applicationId: number,
  event: ApplicationEvent,
): void {
  tx.run(
    `INSERT INTO application_event (application_id, state, recorded_at, actor, actor_key, evidence, certificate_id)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    applicationId,
    event.state,
    event.recordedAt,
    event.actor,
    event.actorKey,
    event.evidence,
    event.certificateId,
  );
}

/** Oldest first; never empty for an application that exists. */
export function applicationEvents(db: Reader, id: number): readonly ApplicationEvent[] {
  return db
    .all('SELECT * FROM application_event WHERE application_id = ? ORDER BY id', id)
    .map((row) => ({
      state: applicationStateColumn(row, 'state'),
      recordedAt: timeColumn(row, 'recorded_at'),
      actor: textColumn(row, 'actor'),
      actorKey: textColumn(row, 'actor_key'),
      evidence: textColumn(row, 'evidence'),
      certificateId: nullableColumn(row, 'certificate_id', integerColumn),
    }));
}

/** A document that was shown before is not written twice. */
export function insertApplicationDocument(
  tx: Transaction,
  applicationId: number,
  kind: string,
  sha256: Uint8Array,
): void {
  tx.run(
    'INSERT OR IGNORE INTO application_document (application_id, kind, sha256) VALUES (?, ?, ?)',
    applicationId,
    kind,
    sha256,
  );
}

/** Kind and SHA-256 in lower-case hexadecimal. */
export function applicationDocuments(
  db: Reader,
  id: number,
): readonly { readonly kind: string; readonly sha256: string }[] {
  return db
    .all(
      'SELECT kind, sha256 FROM application_document WHERE application_id = ? ORDER BY kind, sha256',
      id,
    )
    .map((row) => ({
      kind: textColumn(row, 'kind'),
      sha256: hexFromBytes(blobColumn(row, 'sha256')),
    }));
}
