import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds } from '../../../../shared/time.ts';
import {
  listRequests,
  type RequestFilter,
} from '../../../../signer/database/revocation-request-table.ts';
import { REQUEST_STATES, type RequestState } from '../../../../signer/revocation/request-state.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { type PublisherUnderTest, startPublisher } from '../publisher/publisher-under-test.ts';
import { approved, BOB, created, goodCertificate, step } from './register-under-test.ts';

let test: PublisherUnderTest;
/** One request of each state that stays as it is. */
const made = new Map<RequestState | 'published', number>();
let serialNumber = '';

beforeAll(async () => {
  test = await startPublisher();
  const cancelled = created(test);
  must(await step(test, cancelled, 'cancel', BOB, { note: 'x' }), 'cancel');
  serialNumber = goodCertificate(test);
  const input = { serialNumber, reason: 'superseded' } as const;
  const { request: published } = must(revokeCertificate(test.context, input, 'x'), 'revoke');
  await test.settle('time-stamping-ca');
  must(await test.publisher.publish('changes'), 'publish');
  const investigating = created(test);
  must(await step(test, investigating, 'investigate'), 'investigate');
  const scheduled = await approved(test, { wantedAt: addSeconds(test.context.clock(), 86_400) });
  must(await step(test, scheduled, 'execute'), 'schedule');
  const executed = await approved(test);
  must(await step(test, executed, 'execute'), 'execute');
  made.set('cancelled', cancelled).set('published', published).set('scheduled', scheduled);
  made.set('investigating', investigating).set('executed', executed);
  made.set('received', created(test)).set('approved', await approved(test));
}, 60_000);
afterAll(() => test.close());

const ALL: RequestFilter = {
  state: null,
  open: false,
  certificateId: null,
  before: null,
  limit: 99,
};

const listed = (filter: Partial<RequestFilter>) =>
  listRequests(test.context.db, { ...ALL, ...filter }).map(({ number }) => number);

const numbers = (...states: readonly (RequestState | 'published')[]) =>
  states.map((state) => made.get(state) ?? 0).sort((a, b) => b - a);

describe('the list of requests', () => {
  it('CP 4.9.3: it has all of them, the newest first, in pages that do not overlap', () => {
    const all = numbers(...made.keys());
    expect(listed({})).toEqual(all);
    const first = listed({ limit: 3 });
    const rest = listed({ before: first.at(-1) ?? null });
    expect([...first, ...rest]).toEqual(all);
  });

  it.each(REQUEST_STATES)('CP 4.9.3: of those that are %s it has all and no others', (state) => {
    const expected = {
      received: numbers('received'),
      investigating: numbers('investigating'),
      approved: numbers('approved'),
      scheduled: numbers('scheduled'),
      executing: [],
      executed: numbers('executed', 'published'),
      cancelled: numbers('cancelled'),
    };
    expect(listed({ state })).toEqual(expected[state]);
  });

  it('RSP-10: open are those that are neither cancelled nor published', () => {
    const open = ['received', 'investigating', 'approved', 'scheduled', 'executed'] as const;
    expect(listed({ open: true })).toEqual(numbers(...open));
    expect(listed({ open: true, state: 'executed' })).toEqual(numbers('executed'));
    expect(listed({ open: true, state: 'cancelled' })).toEqual([]);
  });

  it('CP 4.9.3: those for one certificate', () => {
    const row = test.context.db.get(`SELECT id FROM certificate WHERE serial = x'${serialNumber}'`);
    const certificateId = Number(row?.['id']);
    expect(listed({ certificateId })).toEqual(numbers('published'));
    expect(listed({ certificateId, open: true })).toEqual([]);
    expect(listed({ certificateId, state: 'executed' })).toEqual(numbers('published'));
  });
});
