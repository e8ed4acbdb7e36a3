import { addSeconds, isoText, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { crlIsDue } from '../crl/sign-crl.ts';
import { activeAuthorities } from '../database/authority-table.ts';
import { pendingCeremony } from '../database/ceremony-table.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import {
  revocationsLeftOut,
  waitingIssuances,
  waitingRevocations,
} from '../database/offline-facts.ts';
import { hasEnded } from '../issuance/authority-end.ts';
import { type ActiveAuthority, activeAuthority } from '../issuance/issuer.ts';
import type { SignerContext } from '../signer-context.ts';
import type { CeremonyError } from './ceremony-error.ts';
import { responderDuty } from './responder-duty.ts';

/** CSBR 4.9.7, CP 4.9.8; RSP-10: from the recording of a revocation or an issuance to the edge. */
const CLOCK_SECONDS: Seconds = 86_400;

interface DutyCeremony {
  readonly id: string;
  readonly state: 'open' | 'signed';
  /** Revocations recorded after its export: its CRL does not list them. */
  readonly leftOut: number;
}

/** Why an offline key is needed, the most urgent first of one authority. */
export interface CeremonyDuty {
  readonly authority: string;
  readonly why: 'revocation' | 'issuance' | 'crl-renewal' | 'responder';
  /** Facts behind it; 1 for what is renewed. */
  readonly count: number;
  readonly since: UnixSeconds;
  readonly due: UnixSeconds;
  /** The ceremony that is under way, by its id, and how far it is. */
  readonly ceremony: DutyCeremony | null;
}

export function isOverdue({ due }: CeremonyDuty, now: UnixSeconds): boolean {
  return now >= due;
}

/** Every duty of every offline authority, the one that is due first at the front. */
export function ceremonyDuties(context: SignerContext, now: UnixSeconds): readonly CeremonyDuty[] {
  const duties = activeAuthorities(context.db).flatMap((row) => {
    const authority = row.custody === 'offline' ? activeAuthority(context, row) : undefined;
    return authority ? dutiesOf(context, authority, now) : [];
  });
  return duties.sort((a, b) => a.due - b.due);
}

function dutiesOf(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): readonly CeremonyDuty[] {
  const { db } = context;
  const { id, name } = authority.row;
  // Nobody could verify what it signs from here on.
  if (hasEnded(authority, now)) return [];
  const pending = pendingCeremony(db, id);
  const ceremony: DutyCeremony | null = pending
    ? {
        id: pending.bundleId,
        state: pending.state === 'open' ? 'open' : 'signed',
        leftOut: revocationsLeftOut(db, id, pending.id),
      }
    : null;
  const duties: CeremonyDuty[] = [];
  const add = (why: CeremonyDuty['why'], count: number, since: UnixSeconds, due: UnixSeconds) =>
    duties.push({ authority: name, why, count, since, due, ceremony });
  for (const [why, { count, since }] of [
    ['revocation', waitingRevocations(db, id)],
    ['issuance', waitingIssuances(db, id)],
  ] as const) {
    if (since !== null) add(why, count, since, addSeconds(since, CLOCK_SECONDS));
  }
  const crl = latestCRLTimes(db, id);
  if (crl && crlIsDue(context, authority, now))
    add('crl-renewal', 1, crl.thisUpdate, crl.nextUpdate);
  const responder = responderDuty(db, authority, now);
  if (responder) add('responder', 1, responder.since, responder.due);
  return duties;
}

const WHY_TEXT: Readonly<Record<CeremonyDuty['why'], string>> = {
  revocation: 'revocations wait for the CRL that lists them',
  issuance: 'certificates wait for the CRL that follows them',
  'crl-renewal': 'the CRL runs out',
  responder: 'a new responder is needed',
};

/** What an operation on this authority is told when its facts have to wait for a ceremony. */
export function ceremonyDue(
  context: SignerContext,
  authorityId: number,
): Extract<CeremonyError, { code: 'ceremony-due' }> | null {
  const row = activeAuthorities(context.db).find(({ id }) => id === authorityId);
  const authority = row?.custody === 'offline' ? activeAuthority(context, row) : undefined;
  const [duty] = authority
    ? dutiesOf(context, authority, context.clock()).filter(
        ({ why }) => why === 'revocation' || why === 'issuance',
      )
    : [];
  if (!duty) return null;
  const { authority: name, due, count, why, ceremony } = duty;
  const again = ceremony?.leftOut ? `; bundle ${ceremony.id} was made before, export again` : '';
  const reason = `a ceremony of ${name} is due before ${isoText(due)}: ${count} ${WHY_TEXT[why]}${again}`;
  return { code: 'ceremony-due', authority: name, due: isoText(due), reason };
}

/** An alarm is repeated this often while it lasts. */
const ALARM_EVERY_SECONDS: Seconds = 3_600;

/** Logs `ceremony-overdue` for each duty past its time: at once, then every hour. */
export function ceremonyAlarm(
  context: SignerContext,
  log: (event: { readonly type: string }) => void,
): () => void {
  const rungAt = new Map<string, UnixSeconds>();
  return () => {
    const now = context.clock();
    for (const duty of ceremonyDuties(context, now)) {
      const { authority, why, count, since, due } = duty;
      const key = `${authority} ${why}`;
      const last = rungAt.get(key);
      if (!isOverdue(duty, now) || (last !== undefined && now < last + ALARM_EVERY_SECONDS))
        continue;
      rungAt.set(key, now);
      const facts = { authority, why, count, since: isoText(since), due: isoText(due) };
      log({ type: 'ceremony-overdue', ...facts } as { type: string });
    }
  };
}
