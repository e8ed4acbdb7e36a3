import type { UnixSeconds } from '../../../shared/time.ts';
import type { Requirement } from '../requirement.ts';
import { readInstant } from './instant.ts';
import type { ResponseCandidate } from './response-candidate.ts';
import type { SingleResponseFields } from './response-data-fields.ts';

/** 8 hours; and 10 days less a second, because both ends count. */
const VALIDITY_LEAST = 28_800;
const VALIDITY_MOST = 863_999;

interface Window {
  readonly producedAt: UnixSeconds;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
}

function windowOf({ fields }: ResponseCandidate, single: SingleResponseFields): Window | undefined {
  const producedAt = readInstant(fields.producedAt);
  const thisUpdate = readInstant(single.thisUpdate);
  const nextUpdate = single.nextUpdate === null ? undefined : readInstant(single.nextUpdate);
  if (producedAt === undefined || thisUpdate === undefined || nextUpdate === undefined)
    return undefined;
  return { producedAt, thisUpdate, nextUpdate };
}

/** The first fault of any SingleResponse whose times can be read; RSP-5 and RSP-6 tell of the others. */
function checkWindows(
  check: (window: Window, candidate: ResponseCandidate) => string | null,
): Requirement<ResponseCandidate>['check'] {
  return (candidate) => {
    for (const single of candidate.fields.responses) {
      const window = windowOf(candidate, single);
      const fault = window ? check(window, candidate) : null;
      if (fault !== null) return fault;
    }
    return null;
  };
}

export const timeFormRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-5',
  source: 'RFC 9919 3.2.4; RFC 5280 4.1.2.5.2',
  level: 'error',
  check: ({ fields }) => {
    const times = fields.responses.flatMap(({ thisUpdate, nextUpdate, certStatus }) => [
      thisUpdate,
      ...(nextUpdate === null ? [] : [nextUpdate]),
      ...(certStatus.status === 'revoked' ? [certStatus.revocationTime] : []),
    ]);
    return [fields.producedAt, ...times].every((der) => readInstant(der) !== undefined)
      ? null
      : 'a time is not YYYYMMDDHHMMSSZ';
  },
};

export const nextUpdateRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-6',
  source: 'RFC 9919 3.2.4',
  level: 'error',
  check: ({ fields }) =>
    fields.responses.every(({ nextUpdate }) => nextUpdate !== null) ? null : 'nextUpdate is absent',
};

export const thisUpdateRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-7',
  source: 'RFC 6960 2.4, 4.2.2.1; CON-18',
  level: 'error',
  check: checkWindows(({ producedAt, thisUpdate }, { now }) => {
    if (thisUpdate !== producedAt) return 'thisUpdate is not producedAt';
    return now === null || thisUpdate <= now ? null : 'thisUpdate lies in the future';
  }),
};

export const validityRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-8',
  source: 'CP 4.9.10 items 1 and 2',
  level: 'error',
  check: checkWindows(({ thisUpdate, nextUpdate }) => {
    const validity = nextUpdate - thisUpdate;
    if (validity < VALIDITY_LEAST) return `valid for ${validity} s, less than 8 hours`;
    return validity <= VALIDITY_MOST ? null : `valid for ${validity} s, more than 10 days`;
  }),
};

export const responderOutlivesRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-21',
  source: 'RFC 6960 3.2 item 4',
  level: 'error',
  check: checkWindows(({ thisUpdate, nextUpdate }, { responder }) => {
    if (responder === null) return null;
    if (thisUpdate < responder.notBefore) return 'thisUpdate lies before the responder certificate';
    return nextUpdate <= responder.notAfter
      ? null
      : 'nextUpdate outlives the responder certificate';
  }),
};
