import { describe, expect, it } from 'vitest';
import { ocspPolicyOf } from '../../../../shared/policy/certificate-policy.ts';
import { type UnixSeconds, unixSeconds } from '../../../../shared/time.ts';
import {
  type RefreshPolicy,
  refreshAge,
  renewalThresholds,
  responderIsDue,
  responseValidity,
} from '../../../../signer/presigning/plan.ts';

/**
 * A year of the plan alone: keys whose answers are of different age, a signer that looks at its own
 * intervals and is away for as long as the policy allows, and at the end the end of the CA. What the
 * signer keeps is what is on disk, so a restart is an absence like any other.
 */

const HOUR = 3_600;
const DAY = 86_400;
const START = 1_795_406_400;
const YEAR = 365 * DAY;
const KEYS = 40;

/** Numerical Recipes' generator: the same year each time. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Answer {
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly responder: number;
}

/** RSP-9 in its own words: the last moment at which this answer may still stand. */
function deadline({ thisUpdate, nextUpdate }: Answer): number {
  const validity = nextUpdate - thisUpdate;
  if (validity < 16 * HOUR) return thisUpdate + validity / 2;
  return Math.min(nextUpdate - 8 * HOUR, thisUpdate + 4 * DAY);
}

interface Year {
  /** Answers that were replaced after the deadline, or still stood when it had passed. */
  late: number;
  /** The greatest share of the time up to the deadline that was used. */
  closest: number;
  renewals: number;
  responders: number;
  /** Answers that outlive their responder, or are valid for less than 8 hours. */
  wrong: number;
  /** Answers shorter than the policy's, before the last days of the CA. */
  cutShort: number;
}

interface World {
  readonly policy: RefreshPolicy;
  /** Seconds that a responder lives. */
  readonly responderLife: number;
  /** The longest absence; the rest of the tolerance is the interval of looking. */
  readonly awayMost: number;
  readonly lookEvery: number;
  readonly seed: number;
}

function policyOf(validity: number, refreshAfter: number): RefreshPolicy {
  const source = 'test';
  return {
    ocsp: {
      validitySeconds: { value: validity, source },
      refreshAfterSeconds: { value: refreshAfter, source },
    },
  } as RefreshPolicy;
}

class Simulation {
  readonly year: Year = { late: 0, closest: 0, renewals: 0, responders: 0, wrong: 0, cutShort: 0 };
  readonly #world: World;
  readonly #end = unixSeconds(START + YEAR);
  readonly #responders: UnixSeconds[] = [];
  readonly #answers: Answer[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  run(): Year {
    const { lookEvery, awayMost, seed } = this.#world;
    const random = chance(seed);
    const last = this.#end - 8 * HOUR;
    for (let now = START; now <= last; ) {
      this.#look(unixSeconds(now), random);
      // Before the end of the CA windows are shorter, and so is what the plan can bear.
      const share = Math.min(
        1,
        (this.#end - now) / (4 * ocspPolicyOf(this.#world.policy).validitySeconds.value),
      );
      const away = random() < 0.03 ? Math.floor(Math.sqrt(random()) * awayMost * share) : 0;
      now += Math.max(1, Math.floor(random() * lookEvery * share)) + away;
    }
    // The moment from which nothing can be replaced: only answers of under 16 h may still stand.
    this.#judge(last + 1);
    return this.year;
  }

  #look(now: UnixSeconds, random: () => number): void {
    const { policy, responderLife } = this.#world;
    this.#judge(now);
    const newest = this.#responders.at(-1);
    const known = newest === undefined ? undefined : { notAfter: newest };
    if (responderIsDue(policy, known, this.#end, now)) {
      this.#responders.push(unixSeconds(Math.min(now + responderLife - 1, this.#end)));
      this.year.responders += 1;
    }
    // New certificates come now and then, so that answers are of every age.
    if (this.#answers.length < KEYS && random() < 0.3) this.#answers.push(this.#sign(now));
    const inUse = this.#answers.map(({ responder }) => this.#responders[responder] ?? this.#end);
    const firstEnd = unixSeconds(Math.min(this.#end, ...inUse));
    for (const threshold of renewalThresholds(policy, now, firstEnd)) this.#renew(threshold, now);
  }

  #renew(madeBy: UnixSeconds, now: UnixSeconds): void {
    for (const [i, answer] of this.#answers.entries()) {
      if (answer.thisUpdate > madeBy) continue;
      this.#answers[i] = this.#sign(now);
      this.year.renewals += 1;
    }
  }

  #sign(now: UnixSeconds): Answer {
    const { policy } = this.#world;
    const responder = this.#responders.length - 1;
    const end = this.#responders[responder] ?? now;
    const validity = responseValidity(policy, now, end);
    if (validity < 8 * HOUR || now + validity > end) this.year.wrong += 1;
    const whole = ocspPolicyOf(policy).validitySeconds.value;
    if (validity < whole && now < this.#end - whole) this.year.cutShort += 1;
    return { thisUpdate: now, nextUpdate: unixSeconds(now + validity), responder };
  }

  /** At any moment is as good as just before something is done: answers only change then. */
  #judge(now: number): void {
    for (const answer of this.#answers) {
      const last = deadline(answer);
      if (now > last) this.year.late += 1;
      const used = (now - answer.thisUpdate) / (last - answer.thisUpdate);
      this.year.closest = Math.max(this.year.closest, used);
    }
  }
}

/** validity, refreshed after, life of a responder. */
const POLICIES: readonly (readonly [string, number, number, number])[] = [
  ['8 h, the floor', 8 * HOUR, 2 * HOUR, DAY + 1],
  ['a second under 16 h', 16 * HOUR - 1, 5 * HOUR, 3 * DAY],
  ['16 h', 16 * HOUR, 5 * HOUR, 3 * DAY],
  ['4 d', 4 * DAY, 2 * DAY, 30 * DAY],
  ['7 d, as RootCA3', 7 * DAY, 3 * DAY, 45 * DAY],
  ['10 d less a second, the ceiling', 10 * DAY - 1, 3 * DAY, 45 * DAY],
];

function worldOf(validity: number, refreshAfter: number, responderLife: number): World {
  const policy = policyOf(validity, refreshAfter);
  const deadlineAge = validity < 16 * HOUR ? validity / 2 : Math.min(validity - 8 * HOUR, 4 * DAY);
  const tolerance = deadlineAge - refreshAge(policy, validity);
  const lookEvery = Math.floor(tolerance / 10);
  return { policy, responderLife, lookEvery, awayMost: tolerance - lookEvery, seed: validity };
}

describe.each(POLICIES)('a year of responses that are valid %s', (_name, validity, after, life) => {
  const year = new Simulation(worldOf(validity, after, life)).run();

  it('RSP-9: no answer stands after nextUpdate - 8 h, thisUpdate + 4 d or half its validity', () => {
    expect(year.late).toBe(0);
    expect(year.closest).toBeLessThanOrEqual(1);
  });

  it('RSP-9: the absences were long enough to show it', () => {
    expect(year.renewals).toBeGreaterThan(KEYS * 20);
    expect(year.closest).toBeGreaterThan(0.9);
  });

  it('RSP-8, RSP-21: every answer is valid for 8 hours at least and ends before its responder', () => {
    expect(year.wrong).toBe(0);
  });

  it('RSP-36: responders follow each other so early that no answer is cut short before the end of the CA', () => {
    expect(year.cutShort).toBe(0);
    expect(year.responders).toBeGreaterThanOrEqual(Math.floor(YEAR / life));
  });
});

describe('a signer that is away for longer than the policy allows', () => {
  it('RSP-9: is late, and the simulation sees it', () => {
    const world = worldOf(7 * DAY, 3 * DAY, 45 * DAY);
    const year = new Simulation({ ...world, awayMost: 2 * world.awayMost }).run();
    expect(year.late).toBeGreaterThan(0);
  });
});
