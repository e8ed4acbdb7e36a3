import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds, isoText } from '../../../../shared/time.ts';
import { revocationsView } from '../../../../signer/operations/revocation-request-view.ts';
import { promiseEpoch } from '../../../../signer/publisher/promise-epoch.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { type PublisherUnderTest, startPublisher } from '../publisher/publisher-under-test.ts';
import { approved, created, goodCertificate, step, view } from './register-under-test.ts';

const SUB_CA = 'time-stamping-ca';

let test: PublisherUnderTest;

beforeAll(async () => {
  test = await startPublisher();
  must(await test.publisher.publish('changes'), 'first epoch');
}, 60_000);
afterAll(() => test.close());

/** The deadline to be at the edge, as `show` tells it. */
const atTheEdge = (number: number) =>
  view(test, number).deadlines.find(({ duty }) => duty === 'publish');

async function executed(): Promise<number> {
  const number = await approved(test, { serialNumber: goodCertificate(test) });
  await test.settle(SUB_CA);
  must(await step(test, number, 'execute'), 'execute');
  return number;
}

describe('from a revocation to the edge', () => {
  it('RSP-10: the deadline runs until the epoch that carries it is published, and says when', async () => {
    const number = await executed();
    const recorded = test.context.clock();
    expect(atTheEdge(number)).toMatchObject({
      met: null,
      due: isoText(addSeconds(recorded, 86_400)),
    });
    test.setClock(recorded + 3_600);
    expect(atTheEdge(number)).toMatchObject({ met: null, hoursLeft: 23 });
    await test.settle(SUB_CA);
    expect(atTheEdge(number)?.met).toBeNull();
    const epoch = must(await test.publisher.publish('changes'), 'publish');
    expect(atTheEdge(number)?.met).toBe(isoText(test.context.clock()));
    expect(view(test, number)).toMatchObject({
      publication: { state: 'published' },
      nextDeadline: null,
    });
    expect(view(test, number).events.at(-1)).toMatchObject({
      step: 'publish',
      person: null,
      note: `epoch ${epoch}`,
    });
  });

  it('RSP-10: an epoch without its signatures does not end it', async () => {
    const number = await executed();
    must(await test.publisher.publish('renew'), 'an epoch that cannot carry it');
    expect(atTheEdge(number)?.met).toBeNull();
    await test.settle(SUB_CA);
    must(await test.publisher.publish('changes'), 'the epoch that does');
    expect(atTheEdge(number)?.met).not.toBeNull();
  });

  it('RSP-10: a promised epoch that the store does not take does not end it', async () => {
    const number = await executed();
    await test.settle(SUB_CA);
    must(await promiseEpoch(test.context, test.publication, 7_200, 'changes'), 'promise');
    const later = await executed();
    test.kv.faults.push({ error: { code: 'kv-unreachable', reason: 'away' }, persisted: 'lost' });
    expect((await test.publisher.publish('changes')).ok).toBe(false);
    expect(atTheEdge(number)?.met).toBeNull();
    must(await test.publisher.publish('changes'), 'again');
    expect(atTheEdge(number)?.met).not.toBeNull();
    // Its facts were not settled when that epoch was promised.
    expect(atTheEdge(later)?.met).toBeNull();
    await test.settle(SUB_CA);
    must(await test.publisher.publish('changes'), 'the next');
    expect(atTheEdge(later)?.met).not.toBeNull();
  });

  it('RSP-10: an emergency owes it too', async () => {
    const serialNumber = goodCertificate(test);
    const input = { serialNumber, reason: 'keyCompromise' } as const;
    const { request } = must(revokeCertificate(test.context, input, 'carol'), 'revoke');
    expect(revocationsView(test.context).deadlines).toContainEqual(
      expect.objectContaining({ request, duty: 'publish', hoursLeft: 24 }),
    );
    await test.settle(SUB_CA);
    must(await test.publisher.publish('changes'), 'publish');
    expect(atTheEdge(request)?.met).not.toBeNull();
  });
});

describe('status', () => {
  it('OPS-1: it counts what is open and shows the deadlines that come first, passed ones before all', async () => {
    const before = revocationsView(test.context).open;
    const first = created(test, { ground: 'misuse' });
    test.setClock(test.context.clock() + 6 * 86_400);
    const second = created(test, { ground: 'misuse' });
    const { open, deadlines } = revocationsView(test.context);
    expect(open).toBe(before + 2);
    const mine = deadlines.filter(({ request }) => request >= first);
    expect(mine.map(({ request, duty, hoursLeft }) => [request, duty, hoursLeft])).toEqual([
      [first, 'investigate', -120],
      [first, 'revoke-should', -120],
      [first, 'revoke', -24],
      [second, 'investigate', 24],
      [second, 'revoke-should', 24],
      [second, 'revoke', 120],
    ]);
    must(await step(test, first, 'cancel', undefined, { note: 'not warranted' }), 'cancel');
    expect(revocationsView(test.context).open).toBe(before + 1);
  });
});
