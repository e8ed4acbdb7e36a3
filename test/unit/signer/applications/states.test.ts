import { describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../../shared/time.ts';
import {
  APPLICATION_STATES,
  type ApplicationState,
  allowedAt,
  complaintDeadline,
  deliveredBefore,
  isAcceptedBySilence,
  stateAt,
  TRANSITIONS,
  type Transition,
} from '../../../../signer/applications/states.ts';

const at = (text: string) => unixSeconds(Date.parse(text) / 1000);

const NOW = at('2026-11-23T03:00:00Z');

/** CP 4.1 to 4.4: every arrow that there is. */
const ARROWS: readonly (readonly [ApplicationState, Transition])[] = [
  ['received', 'screen'],
  ['received', 'withdraw'],
  ['screened', 'screen'],
  ['screened', 'approve'],
  ['screened', 'reject'],
  ['screened', 'withdraw'],
  ['approved', 'issue'],
  ['approved', 'reject'],
  ['approved', 'withdraw'],
  ['issued', 'deliver'],
  ['delivered', 'accept'],
  ['delivered', 'complain'],
  ['complained', 'accept'],
];

describe('states of an application', () => {
  const everything = APPLICATION_STATES.flatMap((state) =>
    (Object.keys(TRANSITIONS) as Transition[]).map((transition) => [state, transition] as const),
  );

  it.each(everything)('CP 4.1 to 4.4: %s, %s: allowed only along an arrow', (state, transition) => {
    const isArrow = ARROWS.some(([from, how]) => from === state && how === transition);
    expect(allowedAt({ state, recordedAt: NOW }, NOW).includes(transition)).toBe(isArrow);
  });
});

describe('14 days', () => {
  // Sent on 2026-11-23 in Japan, at noon, at its first and at its last second.
  const DAY = ['2026-11-23T03:00:00Z', '2026-11-22T15:00:00Z', '2026-11-23T14:59:59Z'] as const;

  it.each(DAY)(
    'CP 4.4.1: sent at %s, complaints end with the 14th day after it in Japan',
    (sent) => {
      expect(complaintDeadline(at(sent))).toBe(at('2026-12-07T14:59:59Z'));
      expect(complaintDeadline(at(sent)) - at(sent)).toBeGreaterThanOrEqual(14 * 86_400);
    },
  );

  it.each(DAY)('CP 4.4.1: sent at %s, it is delivered until then and published after', (sent) => {
    const delivered = { state: 'delivered', recordedAt: at(sent) } as const;
    const last = complaintDeadline(at(sent));
    expect(stateAt(delivered, last)).toBe('delivered');
    expect(allowedAt(delivered, last)).toEqual(['accept', 'complain']);
    const after = unixSeconds(last + 1);
    expect(stateAt(delivered, after)).toBe('published');
    // The receipt may be late, the complaint not.
    expect(allowedAt(delivered, after)).toEqual(['accept']);
    expect(delivered.recordedAt < deliveredBefore(after)).toBe(true);
    expect(delivered.recordedAt < deliveredBefore(last)).toBe(false);
  });

  it('CP 4.4.1: a complaint that was made does not become an acceptance with time', () => {
    const complained = { state: 'complained', recordedAt: NOW } as const;
    expect(isAcceptedBySilence(complained, unixSeconds(NOW + 365 * 86_400))).toBe(false);
  });
});
