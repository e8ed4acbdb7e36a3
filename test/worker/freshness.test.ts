import { createExecutionContext, createScheduledController } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { addSeconds, unixSeconds } from '../../shared/time.ts';
import { sendAlarms } from '../../workers/alarm-webhook.ts';
import { surveyFreshness } from '../../workers/freshness.ts';
import worker from '../../workers/index.ts';
import { createMonitoring } from '../../workers/monitoring.ts';
import { createOutcomeExport } from '../../workers/outcome-export.ts';
import {
  createIssuer,
  createPublisher,
  DAY,
  HOUR,
  NOW,
  serial,
  type TestContent,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { createCA, repositoryContent } from '../support/repository-snapshot.ts';
import { type Edge, openEdge, TestStore } from './edge.ts';
import { KV } from './platform.ts';

let publisher: TestPublisher;
let issuer: TestIssuer;
let store: TestStore;
let edge: Edge;

beforeEach(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
  store = new TestStore();
  edge = openEdge(publisher, { stores: [store] });
});

const crl = (nextUpdate: number) => ({
  ...({ path: '/ca.crl', mediaType: 1, bytes: new Uint8Array(9) } as const),
  ...{ thisUpdate: addSeconds(NOW, -DAY), nextUpdate: unixSeconds(nextUpdate) },
});

function content(ocspRunway: number, crlRunway: number, shardBits = 0): TestContent {
  const certificate = (text: string, nextUpdate: number) => ({
    ...{ serialNumber: serial(text), thisUpdate: addSeconds(NOW, -HOUR) },
    nextUpdate: addSeconds(NOW, nextUpdate),
  });
  const certificates = [certificate('1001', 9 * DAY), certificate('1002', ocspRunway)];
  return {
    populations: [{ issuer, certificates, shardBits }],
    files: [crl(NOW + crlRunway)],
  };
}

const label = () =>
  [...new Uint8Array(issuer.identity.sha1.issuerKeyHash)]
    .map((octet) => octet.toString(16).padStart(2, '0'))
    .join('');

describe('what is about to run out', () => {
  it('RSP-9: the earliest nextUpdate of each artifact, the shortest runway first', async () => {
    await store.publish(publisher, content(9 * HOUR, 300 * DAY));
    const { head, artifacts, alarms } = await surveyFreshness(edge.deps);
    expect(head?.epoch).toBe(1);
    expect(artifacts.map(({ artifact, runwaySeconds }) => [artifact, runwaySeconds])).toEqual([
      [`ocsp ${label()}`, 9 * HOUR],
      ['/ca.crl', 300 * DAY],
    ]);
    expect(alarms).toEqual([]);
  });

  it('RSP-9: less than 8 hours of OCSP, less than 7 days of CRL, and an old head are alarms', async () => {
    await store.publish(publisher, content(8 * HOUR - 1, 7 * DAY - 1));
    edge.now = addSeconds(edge.now, 2 * HOUR);
    const { alarms } = await surveyFreshness(edge.deps);
    expect(alarms.map(({ alarm }) => alarm)).toEqual(['head-expired', 'runs-out', 'runs-out']);
  });

  it('ADR 1: without a snapshot that is the alarm', async () => {
    const { head, alarms } = await surveyFreshness(edge.deps);
    expect([head, alarms]).toEqual([null, [{ alarm: 'no-snapshot' }]]);
  });

  it('CRL-4: among so many files that they fill pages the catalogue tells which are CRLs', async () => {
    const ca = await createCA('root', 'Test Root', NOW);
    const whole = await repositoryContent({ ca, now: NOW, issued: [] });
    await store.publish(publisher, { ...whole, filePageBits: 1 });
    const { artifacts, alarms } = await surveyFreshness(edge.deps);
    const crls = artifacts.filter(({ artifact }) => artifact === '/root.crl');
    expect(crls.map(({ runwaySeconds }) => runwaySeconds)).toEqual([364 * DAY]);
    expect(alarms.filter(({ alarm }) => alarm === 'crls-unknown')).toEqual([]);
  });

  it('CRL-4: without a catalogue it is an alarm that nobody watches them', async () => {
    await store.publish(publisher, { ...content(9 * HOUR, DAY), filePageBits: 1 });
    const { artifacts, alarms } = await surveyFreshness(edge.deps);
    expect(artifacts.map(({ artifact }) => artifact)).toEqual([`ocsp ${label()}`]);
    expect(alarms).toEqual([{ alarm: 'crls-unknown' }]);
  });

  it('ADR 1: shards that no store gives are counted', async () => {
    await store.publish(publisher, content(9 * HOUR, 300 * DAY));
    const [root] = [...store.blobs.keys()].slice(-1);
    for (const name of store.blobs.keys()) if (name !== root) store.blobs.delete(name);
    const { alarms } = await surveyFreshness(edge.deps);
    expect(alarms).toEqual([{ alarm: 'shards-unavailable', issuer: label(), shards: 1 }]);
  });

  it('ADR 1: a run reads a bounded number of shards, and the runs go round', async () => {
    await store.publish(publisher, content(9 * HOUR, 300 * DAY, 8));
    const seen = new Set<number>();
    const { readShardAt } = edge.deps.shards;
    const deps = {
      ...edge.deps,
      shards: {
        ...edge.deps.shards,
        readShardAt: (...[of, place]: Parameters<typeof readShardAt>) => {
          seen.add(place);
          return readShardAt(of, place);
        },
      },
    };
    await surveyFreshness(deps);
    expect(seen.size).toBe(48);
    for (let run = 0; run < 16; run++) {
      edge.now = addSeconds(edge.now, 300);
      await surveyFreshness(deps);
    }
    expect(seen.size).toBe(256);
  });
});

describe('pages for monitors', () => {
  it('ADR 1: /healthz is 200 while the head is current, else 503', async () => {
    expect((await edge.fetch('/healthz')).status).toBe(503);
    await store.publish(publisher, content(9 * HOUR, 300 * DAY));
    edge.now = addSeconds(edge.now, 10);
    const healthy = await edge.fetch('/healthz');
    expect([healthy.status, await healthy.text()]).toEqual([200, 'ok, epoch 1\n']);
    for (const path of ['/healthz', '/status.json']) {
      const head = await edge.fetch(path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
    edge.now = addSeconds(edge.now, 2 * HOUR);
    expect((await edge.fetch('/healthz')).status).toBe(503);
  });

  it('ADR 1: /status.json shows the survey and the counters, and reads again after 30 s', async () => {
    await store.publish(publisher, content(9 * HOUR, 300 * DAY));
    await edge.fetch('/unknown.crl');
    const response = await edge.fetch('/status.json');
    expect(response.headers.get('content-type')).toBe('application/json');
    const status = await response.json<{
      head: { epoch: number };
      counts: Record<string, number>;
    }>();
    expect(status.head.epoch).toBe(1);
    expect(status.counts['file-unknown']).toBe(1);
    const reads = { ...edge.reads };
    await edge.fetch('/status.json');
    expect(edge.reads).toEqual(reads);
  });
});

describe('alarms', () => {
  it('ADR 1: they are posted as JSON; a webhook that fails is no error', async () => {
    const freshness = await surveyFreshness(edge.deps);
    const posted: unknown[] = [];
    const taken = await sendAlarms('https://hook.example/', freshness, async (url, init) => {
      posted.push(url, JSON.parse(String(init.body)).alarms);
      return new Response(null, { status: 204 });
    });
    expect([taken, posted]).toEqual([true, ['https://hook.example/', [{ alarm: 'no-snapshot' }]]]);
    const down = () => Promise.reject(new Error('down'));
    expect(await sendAlarms('https://hook.example/', freshness, down)).toBe(false);
    const quiet = { ...freshness, alarms: [] };
    expect(await sendAlarms('https://hook.example/', quiet, down)).toBe(true);
  });

  it('ADR 1: the cron runs also without a webhook', async () => {
    const env = { SNAPSHOT: KV, PUBLICATION_KEY: publisher.vkey };
    const controller = createScheduledController({
      scheduledTime: new Date(),
      cron: '*/5 * * * *',
    });
    await expect(
      worker.scheduled?.(controller, env, createExecutionContext()),
    ).resolves.toBeUndefined();
  });
});

describe('counters', () => {
  it('ADR 1: the sink gets by how much each rose, and nothing twice', () => {
    const points: unknown[] = [];
    const monitoring = createMonitoring(() => undefined);
    const outcomes = createOutcomeExport((...point) => points.push(point), monitoring);
    for (let i = 0; i < 3; i++) monitoring.outcome('ocsp-good');
    monitoring.asked('sha1');
    outcomes.passOn(NOW);
    monitoring.outcome('ocsp-good');
    expect([outcomes.due(NOW), outcomes.due(addSeconds(NOW, 15))]).toEqual([false, true]);
    outcomes.passOn(NOW);
    expect(points).toEqual([
      ['ocsp-good', 3],
      ['certid-sha1', 1],
      ['ocsp-good', 1],
    ]);
    expect(createOutcomeExport(undefined, monitoring).due(NOW)).toBe(false);
  });
});
