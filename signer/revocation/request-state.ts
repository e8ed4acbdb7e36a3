import type { UnixSeconds } from '../../shared/time.ts';

/** What can happen to a request, each once but `note`; in the order in which it can. */
export const STEPS = [
  'investigate',
  'approve',
  'schedule',
  'begin',
  'execute',
  'publish',
  'cancel',
  'note',
] as const;
export type Step = (typeof STEPS)[number];

/** In rising order; a request only ever goes up. */
export const REQUEST_STATES = [
  'received',
  'investigating',
  'approved',
  'scheduled',
  'executing',
  'executed',
  'cancelled',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** To which state a step leads; those that are not here change nothing. */
export const STATE_AFTER: Partial<Readonly<Record<Step, RequestState>>> = {
  investigate: 'investigating',
  approve: 'approved',
  schedule: 'scheduled',
  begin: 'executing',
  execute: 'executed',
  cancel: 'cancelled',
};

/** Steps that a person can ask for. */
export const ASKED_STEPS = ['investigate', 'approve', 'execute', 'cancel', 'note'] as const;
export type AskedStep = (typeof ASKED_STEPS)[number];

/** CP 4.9.13: from `executing` on there is no way back. */
const ALLOWED: Readonly<Record<RequestState, readonly AskedStep[]>> = {
  received: ['investigate', 'approve', 'cancel', 'note'],
  investigating: ['approve', 'cancel', 'note'],
  approved: ['execute', 'cancel', 'note'],
  scheduled: ['cancel', 'note'],
  executing: ['execute', 'note'],
  executed: ['note'],
  cancelled: ['note'],
};

export function allowedSteps(state: RequestState): readonly AskedStep[] {
  return ALLOWED[state];
}

export interface RequestEvent {
  readonly step: Step;
  readonly at: UnixSeconds;
  /** null: the signer itself. */
  readonly person: string | null;
  readonly note: string | null;
  /** With an approval: how the request was verified, when that was not said before (CP 3.4). */
  readonly verification: string | null;
}

/** The state follows from the events alone. */
export function stateOf(events: readonly Pick<RequestEvent, 'step'>[]): RequestState {
  const ranks = events.map(({ step }) => rankOf(STATE_AFTER[step] ?? 'received'));
  return REQUEST_STATES[Math.max(0, ...ranks)] ?? 'received';
}

function rankOf(state: RequestState): number {
  return REQUEST_STATES.indexOf(state);
}

/** When a step was done; null: not yet. */
export function timeOf(
  events: readonly RequestEvent[],
  ...steps: readonly Step[]
): UnixSeconds | null {
  return events.find(({ step }) => steps.includes(step))?.at ?? null;
}
