import type { Seconds, UnixSeconds } from '../../shared/time.ts';
import { unixSeconds } from '../../shared/time.ts';

/** Where an application stands, in the order of CP 4.1 to 4.4. */
export const APPLICATION_STATES = [
  'received',
  'screened',
  'approved',
  'rejected',
  'issued',
  'delivered',
  'accepted',
  'complained',
  'published',
  'withdrawn',
] as const;
export type ApplicationState = (typeof APPLICATION_STATES)[number];

/** What a person can do with an application; each leads to the state beside it. */
export const TRANSITIONS: Readonly<Record<Transition, ApplicationState>> = {
  screen: 'screened',
  approve: 'approved',
  reject: 'rejected',
  withdraw: 'withdrawn',
  issue: 'issued',
  deliver: 'delivered',
  accept: 'accepted',
  complain: 'complained',
};
export type Transition =
  | 'screen'
  | 'approve'
  | 'reject'
  | 'withdraw'
  | 'issue'
  | 'deliver'
  | 'accept'
  | 'complain';

/**
 * `screen` may be repeated while nothing is decided. Once issued an application cannot be withdrawn:
 * the certificate exists, and ends by revocation. A complaint ends by the receipt of what was
 * complained of, or by a change of the certificate, which is an application of its own (CP 4.8).
 */
const ALLOWED: Readonly<Record<ApplicationState, readonly Transition[]>> = {
  received: ['screen', 'withdraw'],
  screened: ['screen', 'approve', 'reject', 'withdraw'],
  approved: ['issue', 'reject', 'withdraw'],
  rejected: [],
  issued: ['deliver'],
  delivered: ['accept', 'complain'],
  accepted: [],
  complained: ['accept'],
  published: [],
  withdrawn: [],
};

/** States in which nothing was decided for good: key and subject are taken. */
export const OPEN_STATES: readonly ApplicationState[] = ['received', 'screened', 'approved'];

const DAY: Seconds = 86_400;
/** Days are those of Japan, where the CP is at home: UTC+9 all year. */
const JAPAN: Seconds = 9 * 3_600;
const COMPLAINT_DAYS = 14;

function startOfDay(time: UnixSeconds): number {
  return Math.floor((time + JAPAN) / DAY) * DAY - JAPAN;
}

/**
 * CP 4.4.1: complaints are made within 14 days of the day of sending, which does not count itself;
 * the last second of the last of them.
 */
export function complaintDeadline(deliveredAt: UnixSeconds): UnixSeconds {
  return unixSeconds(startOfDay(deliveredAt) + (COMPLAINT_DAYS + 1) * DAY - 1);
}

/** What was delivered before this time is past its deadline. */
export function deliveredBefore(now: UnixSeconds): UnixSeconds {
  return unixSeconds(Math.max(0, startOfDay(now) - COMPLAINT_DAYS * DAY));
}

/** The last event that was recorded. */
export interface LastEvent {
  readonly state: ApplicationState;
  readonly recordedAt: UnixSeconds;
}

/** Delivered, and 14 days without a complaint: it counts as accepted, whoever looks and whenever. */
export function isAcceptedBySilence({ state, recordedAt }: LastEvent, now: UnixSeconds): boolean {
  return state === 'delivered' && recordedAt < deliveredBefore(now);
}

/** What is accepted is published: its file went out before it was handed over (OPS-4). */
export function stateAt(last: LastEvent, now: UnixSeconds): ApplicationState {
  return isAcceptedBySilence(last, now) ? 'published' : last.state;
}

/** A receipt may still come after 14 days, a complaint not. */
export function allowedAt(last: LastEvent, now: UnixSeconds): readonly Transition[] {
  return isAcceptedBySilence(last, now) ? ['accept'] : ALLOWED[last.state];
}
