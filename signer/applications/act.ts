import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import {
  type ApplicationEvent,
  type ApplicationRow,
  applicationById,
  applicationEvents,
  insertApplicationEvent,
} from '../database/application-table.ts';
import { requestById } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor } from '../operations/operations.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { allowedAt, stateAt, TRANSITIONS, type Transition } from './states.ts';

type Outcome<T> = Result<T, OperationError>;

/** An application as it stands, with what happened to it. */
export interface ApplicationRecord {
  readonly application: ApplicationRow;
  readonly events: readonly ApplicationEvent[];
  /** The last of them. */
  readonly last: ApplicationEvent;
  readonly now: UnixSeconds;
}

export function applicationNamed(context: SignerContext, id: number): Outcome<ApplicationRecord> {
  const application = applicationById(context.db, id);
  const events = applicationEvents(context.db, id);
  const last = events.at(-1);
  if (!application || !last) return err({ code: 'application-unknown', application: String(id) });
  return ok({ application, events, last, now: context.clock() });
}

/** Whether the state allows it; says which transitions it does allow. */
export function checkTransition(record: ApplicationRecord, transition: Transition): Outcome<true> {
  const allowed = allowedAt(record.last, record.now);
  return allowed.includes(transition) ? ok(true) : err(refusal(record, transition));
}

/** `reason` completes "the application is <state>, which …". */
export function refusal(
  { application, last, now }: ApplicationRecord,
  transition: Transition,
  reason?: string,
): OperationError {
  return {
    code: 'transition-refused',
    application: application.id,
    state: stateAt(last, now),
    transition,
    allowed: allowedAt(last, now),
    ...(reason === undefined ? {} : { reason }),
  };
}

export interface Act {
  readonly transition: Transition;
  /** Fields in a fixed order: it is compared as JSON. */
  readonly evidence: object;
  /** What must hold besides the state. */
  readonly check?: (record: ApplicationRecord) => Outcome<unknown>;
  /** What is written with the event. */
  readonly store?: (tx: Transaction, record: ApplicationRecord) => void;
}

/**
 * One transition: audit, then its event and what belongs to it in one transaction. The same act by
 * the same person on the same evidence, as the last one, is done already: a repetition after a crash
 * or a lost answer changes nothing.
 */
export function actOnApplication(
  context: SignerContext,
  id: number,
  act: Act,
  actor: Actor,
): Outcome<true> {
  const time = signingTime(context);
  if (!time.ok) return time;
  const found = applicationNamed(context, id);
  if (!found.ok) return found;
  const record = { ...found.value, now: time.value };
  const state = TRANSITIONS[act.transition];
  const evidence = JSON.stringify(act.evidence);
  if (isRepetition(record, { state, evidence, actorKey: actor.spkiSha256 })) return ok(true);
  const allowed = checkTransition(record, act.transition);
  if (!allowed.ok) return allowed;
  const checked = act.check?.(record);
  if (checked?.ok === false) return checked;
  auditApplication(context, record.application, state, evidence, actor);
  // If we stop here the line stands alone, and the act is asked for again.
  context.checkpoint('application: audited');
  context.db.transaction((tx) => {
    insertApplicationEvent(tx, id, {
      state,
      recordedAt: time.value,
      actor: actor.name,
      actorKey: actor.spkiSha256,
      evidence,
      certificateId: null,
    });
    act.store?.(tx, record);
    rememberTime(tx, time.value);
  });
  context.checkpoint('application: recorded');
  return ok(true);
}

/** `published` follows an acceptance by itself. */
function isRepetition(
  { events }: ApplicationRecord,
  wanted: Pick<ApplicationEvent, 'state' | 'evidence' | 'actorKey'>,
): boolean {
  const last = events.filter(({ state }) => state !== 'published').at(-1);
  return (
    last?.state === wanted.state &&
    last.evidence === wanted.evidence &&
    last.actorKey === wanted.actorKey
  );
}

function auditApplication(
  context: SignerContext,
  application: ApplicationRow,
  state: string,
  evidence: string,
  actor: Actor,
): void {
  const request = requestById(context.db, application.requestId);
  context.audit.append({
    type: 'application',
    application: application.id,
    state,
    requestSha256: hexFromBytes(request.sha256),
    evidenceSha256: hexFromBytes(sha256(new TextEncoder().encode(evidence))),
    actor: actor.name,
  });
}
