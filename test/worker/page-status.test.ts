import { beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../shared/time.ts';
import { createPublisher, DAY, HOUR, NOW, type TestPublisher } from '../support/edge-snapshot.ts';
import { createCA, repositoryContent, type TestCA } from '../support/repository-snapshot.ts';
import { type Edge, openEdge, TestStore } from './edge.ts';
import { seePage } from './page-texts.ts';

let publisher: TestPublisher;
let ca: TestCA;
let store: TestStore;
let edge: Edge;

const ISSUED = [
  { serialNumber: '1001', subject: 'CN=TSA 1', certStatus: { status: 'good' } },
] as const;

beforeEach(async () => {
  publisher = await createPublisher();
  ca = await createCA('root', 'Test Root', NOW);
  store = new TestStore();
  await store.publish(publisher, await repositoryContent({ ca, now: NOW, issued: ISSUED }));
  edge = openEdge(publisher, { stores: [store] });
});

const see = (language = 'en') => seePage(edge.fetch(`/status.html?lang=${language}`));

describe('the status of what is served', () => {
  it('RSP-9: how long everything stays valid, the issuer by its name, what runs out first', async () => {
    const { html, text } = await see();
    expect(text).toContain('Everything served here is valid');
    const rows = [...html.matchAll(/<th scope="row">(.*?)<\/tr>/gs)].map(([row]) =>
      row
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    expect(rows).toEqual([
      'OCSP answers of Test Root 30 Nov 2026, 01:13 UTC 6 days 23 hours',
      '/root.crl 22 Nov 2027, 02:13 UTC 364 days',
    ]);
  });

  it('ADR 1: the epoch, its age and when a newer one is due', async () => {
    const { text } = await see();
    expect(text).toContain('Epoch 1 ');
    expect(text).toContain('Age 1 minute');
    expect(text).toContain('A newer one is due before 23 November 2026, 04:12:20 UTC');
    expect((await see('ja')).text).toContain('経過時間 1分');
  });

  it('RSP-9: what runs out, and a snapshot that is overdue, are said first', async () => {
    edge.now = addSeconds(NOW, 7 * DAY - 2 * HOUR);
    const { text } = await see();
    expect(text).toContain('This needs attention:');
    expect(text).toContain('A newer snapshot should long have come.');
    expect(text).toContain('OCSP answers of Test Root: valid for 1 hour more.');
    edge.now = addSeconds(NOW, 7 * DAY);
    expect((await see()).text).toContain('no longer valid, and therefore not served');
    expect((await see('ja')).text).toContain('有効期限が過ぎたため、提供していません');
  });
});

describe('how a change came here', () => {
  it('ADR 15: after a cold start nothing is claimed', async () => {
    expect((await see()).text).toContain('nothing was measured');
  });

  it('ADR 15: from the time in the head to the reading that found it, with the one before', async () => {
    await see();
    edge.now = addSeconds(NOW, 100);
    const content = await repositoryContent({ ca, now: NOW, issued: ISSUED });
    await store.publish(publisher, content, { epoch: 2, time: addSeconds(NOW, 90) });
    edge.now = addSeconds(NOW, 131);
    const { text } = await see();
    expect(text).toContain('Made by the signer 23 November 2026, 02:14:50 UTC');
    expect(text).toContain('Not yet here 23 November 2026, 02:13:20 UTC');
    expect(text).toContain('Found here 23 November 2026, 02:15:31 UTC');
    expect(text).toContain('From made to found 41 seconds');
  });

  it('ADR 15: reading the same head again is no arrival', async () => {
    await see();
    edge.now = addSeconds(NOW, 40);
    expect((await see()).text).toContain('nothing was measured');
  });
});
