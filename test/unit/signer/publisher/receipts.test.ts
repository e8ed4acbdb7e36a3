import { beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../../../shared/result.ts';
import { latestEpoch, promisedEpochs } from '../../../../signer/database/epoch-table.ts';
import {
  type PublisherUnderTest,
  publishedHead,
  publisherOver,
  startPublisher,
} from './publisher-under-test.ts';

let test: PublisherUnderTest;

beforeEach(async () => {
  test = await startPublisher();
});

/** A store that says it took them and keeps nothing of what `lost` says. */
function lose(lost: (key: string) => boolean): void {
  const put = test.kv.putAll.bind(test.kv);
  test.kv.putAll = (pairs) => put(pairs.filter(({ key }) => !lost(key)));
}

const numbers = () => promisedEpochs(test.context.db).map(({ number }) => number);

describe('a store that lies', () => {
  it('KV: blobs that it said it took and dropped are noticed before any head names them', async () => {
    lose((key) => key.startsWith('blob/'));
    const outcome = await test.publisher.publish('changes');
    expect(outcome).toMatchObject({ ok: false, error: { error: { code: 'kv-lost' } } });
    expect(test.kv.values.has('head')).toBe(false);
    expect(numbers()).toEqual([1]);
    test.kv.putAll = Object.getPrototypeOf(test.kv).putAll;
    expect(await test.publisher.publish('changes')).toEqual(ok(1));
    expect(publishedHead(test).epoch).toBe(1);
    expect(numbers()).toEqual([]);
  });

  it('KV: a head that it said it took and dropped stays due and is the next to be written', async () => {
    lose((key) => key === 'head');
    const outcome = await test.publisher.publish('changes');
    expect(outcome).toMatchObject({ ok: false, error: { error: { code: 'kv-stale' } } });
    expect(test.publisher.isDue()).toBe(true);
    test.kv.putAll = Object.getPrototypeOf(test.kv).putAll;
    expect(await test.publisher.publish('changes')).toEqual(ok(1));
    expect(publishedHead(test).epoch).toBe(1);
  });

  it('KV: an old head that it shows for a moment is waited for, and for longer is not believed', async () => {
    await test.publisher.publish('changes');
    const old = test.kv.values.get('head') ?? null;
    let looks = 0;
    test.kv.shown = (key) => (key === 'head' && ++looks < 3 ? ok(old) : undefined);
    expect(await test.publisher.publish('renew')).toEqual(ok(2));
    expect(looks).toBe(3);
    test.kv.shown = (key) => (key === 'head' ? ok(old) : undefined);
    const outcome = await test.publisher.publish('renew');
    expect(outcome).toMatchObject({ ok: false, error: { error: { code: 'kv-stale' } } });
    expect(numbers()).toEqual([3]);
  });
});

describe('a state that is not the last one', () => {
  it('ADR 21: nothing is written below a head of a later epoch that this key signed', async () => {
    await test.publisher.publish('changes');
    const { db } = test.context;
    db.transaction((tx) => {
      tx.run('DELETE FROM audit_witness');
      tx.run('UPDATE epoch SET number = 0 WHERE number = 1');
    });
    const again = await publisherOver(test.context, 1_800, test.publication, test.kv);
    const calls = test.kv.calls.length;
    expect(await again.publisher.publish('renew')).toMatchObject({
      ok: false,
      error: { code: 'state-behind', published: 1, recorded: 0, how: 'behind' },
    });
    expect(test.kv.calls.length).toBe(calls);
    expect(latestEpoch(db)?.number).toBe(0);
  });

  it('ADR 21: nothing is written beside a head of the same epoch that this state did not promise', async () => {
    await test.publisher.publish('changes');
    const { db } = test.context;
    db.transaction((tx) => {
      tx.run('UPDATE epoch SET head_hash = zeroblob(32) WHERE number = 1');
    });
    const again = await publisherOver(test.context, 1_800, test.publication, test.kv);
    expect(await again.publisher.publish('renew')).toMatchObject({
      ok: false,
      error: { code: 'state-behind', how: 'fork' },
    });
  });

  it('KV: a head that somebody else put there is written over', async () => {
    test.kv.values.set('head', new TextEncoder().encode('nonsense\n'));
    expect(await test.publisher.publish('changes')).toEqual(ok(1));
    expect(publishedHead(test).epoch).toBe(1);
  });
});
