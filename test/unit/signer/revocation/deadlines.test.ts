import { describe, expect, it } from 'vitest';
import { addSeconds, unixSeconds } from '../../../../shared/time.ts';
import { deadlinesOf, openDeadlines } from '../../../../signer/revocation/deadlines.ts';
import { GROUND_NAMES, type GroundName } from '../../../../signer/revocation/grounds.ts';
import {
  allowedSteps,
  REQUEST_STATES,
  type RequestEvent,
  type Step,
  stateOf,
} from '../../../../signer/revocation/request-state.ts';

const RECEIVED = unixSeconds(1_795_400_000);
const HOUR = 3_600;

const event = (step: Step, hours: number): RequestEvent => ({
  step,
  at: addSeconds(RECEIVED, hours * HOUR),
  person: 'alice',
  note: null,
  verification: null,
});

function deadlines(
  ground: GroundName | null,
  events: readonly RequestEvent[] = [],
  more: { readonly isCA?: boolean; readonly wantedInHours?: number } = {},
): Readonly<Record<string, { readonly hours: number; readonly met: number | null }>> {
  const { isCA = false, wantedInHours } = more;
  const wantedAt = wantedInHours === undefined ? null : addSeconds(RECEIVED, wantedInHours * HOUR);
  const request = { ground, isCA, receivedAt: RECEIVED, wantedAt };
  const hoursOf = (at: number) => (at - RECEIVED) / HOUR;
  return Object.fromEntries(
    deadlinesOf(request, events).map(({ duty, due, met }) => [
      duty,
      { hours: hoursOf(due), met: met === null ? null : hoursOf(met) },
    ]),
  );
}

const WITHIN_24_HOURS: readonly GroundName[] = [
  'subscriber-request',
  'request-not-authorised',
  'key-compromise',
  'key-easily-computed',
  'key-method-flawed',
  'suspect-code',
];

describe('deadlines', () => {
  it.each(GROUND_NAMES)(
    'OPS-1: for %s a subscriber certificate is revoked in its time',
    (ground) => {
      const { revoke, 'revoke-should': should } = deadlines(ground);
      if (WITHIN_24_HOURS.includes(ground)) {
        expect([revoke?.hours, should?.hours]).toEqual([24, undefined]);
      } else {
        expect([revoke?.hours, should?.hours]).toEqual([120, 24]);
      }
    },
  );

  it.each(GROUND_NAMES)('OPS-1: for %s the certificate of a CA is revoked in 7 days', (ground) => {
    expect(deadlines(ground, [], { isCA: true })['revoke']?.hours).toBe(168);
  });

  it('OPS-2: the investigation begins in 24 hours, whatever the ground', () => {
    for (const ground of GROUND_NAMES)
      expect(deadlines(ground)['investigate']).toEqual({ hours: 24, met: null });
  });

  it('OPS-2: it has begun with an investigation, an approval or a cancellation', () => {
    for (const step of ['investigate', 'approve', 'cancel'] as const)
      expect(deadlines('misuse', [event(step, 3)])['investigate']?.met).toBe(3);
    expect(deadlines('misuse', [event('note', 3)])['investigate']?.met).toBeNull();
  });

  it('RSP-10: from the revocation on 24 hours run until it is at the edge', () => {
    const executed = [event('approve', 1), event('execute', 5)];
    expect(deadlines('misuse', [event('approve', 1)])['publish']).toBeUndefined();
    expect(deadlines('misuse', executed)['publish']).toEqual({ hours: 29, met: null });
    const out = [...executed, event('publish', 6)];
    expect(deadlines('misuse', out)['publish']).toEqual({ hours: 29, met: 6 });
  });

  it('RSP-10: an authority that is being ended owes it from its first revocation', () => {
    const ending = [event('begin', 5), event('execute', 9)];
    expect(deadlines('service-ended', ending)['publish']?.hours).toBe(29);
  });

  it('CON-7: a request for a day to come counts from that day, if its ground allows one', () => {
    const more = { wantedInHours: 200 };
    expect(deadlines('subscriber-request', [], more)['revoke']?.hours).toBe(224);
    expect(deadlines('misuse', [], { wantedInHours: 50 })['revoke']?.hours).toBe(120);
  });

  it('OPS-1: nothing is owed for a request that was cancelled, or whose ground nobody knows', () => {
    const cancelled = deadlines('key-compromise', [event('cancel', 2)]);
    expect(Object.keys(cancelled)).toEqual(['investigate']);
    expect(Object.keys(deadlines(null, [event('execute', 0)]))).toEqual(['investigate', 'publish']);
  });

  it('OPS-1: what is open comes in the order of its time', () => {
    const request = {
      ground: 'misuse',
      isCA: false,
      receivedAt: RECEIVED,
      wantedAt: null,
    } as const;
    const open = openDeadlines(deadlinesOf(request, [event('investigate', 1)]));
    expect(open.map(({ duty }) => duty)).toEqual(['revoke-should', 'revoke']);
  });
});

describe('states', () => {
  it.each([
    [[], 'received'],
    [['note'], 'received'],
    [['investigate'], 'investigating'],
    [['investigate', 'approve'], 'approved'],
    [['approve', 'schedule', 'note'], 'scheduled'],
    [['approve', 'begin'], 'executing'],
    [['approve', 'begin', 'execute'], 'executed'],
    [['approve', 'execute', 'publish', 'note'], 'executed'],
    [['approve', 'cancel', 'note'], 'cancelled'],
  ] as const)('CP 4.9.3: after %j a request is %s', (steps, state) => {
    expect(stateOf(steps.map((step) => ({ step })))).toBe(state);
  });

  it('CP 4.9.13: from the first revocation on no state allows to cancel', () => {
    const cancelled = REQUEST_STATES.filter((state) => allowedSteps(state).includes('cancel'));
    expect(cancelled).toEqual(['received', 'investigating', 'approved', 'scheduled']);
  });

  it('OPS-1: only what was approved, or was interrupted, is executed', () => {
    const executed = REQUEST_STATES.filter((state) => allowedSteps(state).includes('execute'));
    expect(executed).toEqual(['approved', 'executing']);
  });
});
