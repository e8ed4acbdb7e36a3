import { addSeconds, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { GROUNDS, type GroundName, termOf } from './grounds.ts';
import { type RequestEvent, timeOf } from './request-state.ts';

/** OPS-2; RSP-10: for an investigation to begin, and for a revocation to reach the edge. */
const WITHIN_A_DAY: Seconds = 86_400;

export interface Deadline {
  /** `revoke-should` is a wish of the same clause; the others are duties. */
  readonly duty: 'investigate' | 'revoke-should' | 'revoke' | 'publish';
  readonly source: string;
  readonly due: UnixSeconds;
  /** When it was done; null: not yet. */
  readonly met: UnixSeconds | null;
}

export interface TimedRequest {
  readonly ground: GroundName | null;
  /** The certificate of a CA, or a whole authority. */
  readonly isCA: boolean;
  readonly receivedAt: UnixSeconds;
  readonly wantedAt: UnixSeconds | null;
}

/**
 * OPS-1, OPS-2, RSP-10 and CON-7: every deadline of a request, from its receipt; nothing is owed for one
 * that was cancelled. A request for a day to come, where its ground allows one, is one made on that day.
 */
export function deadlinesOf(
  request: TimedRequest,
  events: readonly RequestEvent[],
): readonly Deadline[] {
  const { receivedAt } = request;
  const investigated = timeOf(events, 'investigate', 'approve', 'begin', 'execute', 'cancel');
  const begun: Deadline = {
    duty: 'investigate',
    source: 'CSBR 4.9.5, OPS-2',
    due: addSeconds(receivedAt, WITHIN_A_DAY),
    met: investigated,
  };
  if (timeOf(events, 'cancel') !== null) return [begun];
  return [begun, ...revocationDeadlines(request, events), ...publicationDeadline(events)];
}

function revocationDeadlines(
  { ground, isCA, receivedAt, wantedAt }: TimedRequest,
  events: readonly RequestEvent[],
): readonly Deadline[] {
  if (ground === null) return [];
  const { should, must, source } = termOf(ground, isCA);
  const from = GROUNDS[ground].plannable && wantedAt !== null ? wantedAt : receivedAt;
  const met = timeOf(events, 'execute');
  const wish = should === null ? [] : [{ duty: 'revoke-should' as const, within: should }];
  return [...wish, { duty: 'revoke' as const, within: must }].map(({ duty, within }) => ({
    duty,
    source,
    due: addSeconds(from, within),
    met,
  }));
}

/** From the first fact that was recorded until the store has the epoch that carries it. */
function publicationDeadline(events: readonly RequestEvent[]): readonly Deadline[] {
  const recorded = timeOf(events, 'begin', 'execute');
  if (recorded === null) return [];
  const due = addSeconds(recorded, WITHIN_A_DAY);
  return [{ duty: 'publish', source: 'CP 4.9.10, RSP-10', due, met: timeOf(events, 'publish') }];
}

/** Those that are still to be met, the soonest first. */
export function openDeadlines(deadlines: readonly Deadline[]): readonly Deadline[] {
  return deadlines.filter(({ met }) => met === null).sort((a, b) => a.due - b.due);
}
