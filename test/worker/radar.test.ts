import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeEdgeRequestText } from '../../shared/snapshot/edge-request.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { QueryBatch, Radar } from '../../workers/radar.ts';
import { createUnassignedQueries } from '../../workers/unassigned-queries.ts';
import {
  createIssuer,
  createPublisher,
  NOW,
  serial,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { bodyHex, type Edge, openEdge, publish, requestFor, UNAUTHORIZED } from './edge.ts';
import { newRadar } from './platform.ts';

const HOUR_OF_NOW = NOW - (NOW % 3600);

let publisher: TestPublisher;
let issuer: TestIssuer;
let radar: Radar;
let edge: Edge;

beforeAll(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
  await publish(publisher, {
    populations: [{ issuer, certificates: [{ serialNumber: serial('1001') }] }],
  });
});

beforeEach(() => {
  radar = newRadar();
  edge = openEdge(publisher, { radar });
});

const askFor = async (text: string) =>
  expect(await bodyHex(await edge.get(requestFor(issuer, serial(text))))).toBe(UNAUTHORIZED);

async function credentials(target: string, time: UnixSeconds, who = publisher): Promise<string> {
  const text = encodeEdgeRequestText({ origin: who.key.name, target, time });
  return `Inkan ${btoa(String.fromCharCode(...(await who.signText(text))))}`;
}

async function read(since: number, authorization?: string): Promise<Response> {
  const target = `/radar.json?since=${since}`;
  const headers = { authorization: authorization ?? (await credentials(target, edge.now)) };
  return edge.fetch(target, { headers });
}

describe('queries for serial numbers that were never assigned', () => {
  it('REQ-24: they reach the signer by issuer, hour and serial number, most first', async () => {
    for (const text of ['2001', '2002', '2002', '2002']) await askFor(text);
    edge.now = addSeconds(edge.now, 3600);
    await askFor('2001');
    const { hours } = await (await read(0)).json<{ hours: unknown }>();
    const label = [...new Uint8Array(issuer.identity.sha1.issuerKeyHash)]
      .map((octet) => octet.toString(16).padStart(2, '0'))
      .join('');
    expect(hours).toEqual([
      {
        ...{ hour: HOUR_OF_NOW, issuer: label, total: 4 },
        serials: [
          { serial: '2002', count: 3 },
          { serial: '2001', count: 1 },
        ],
      },
      {
        ...{ hour: HOUR_OF_NOW + 3600, issuer: label, total: 1 },
        serials: [{ serial: '2001', count: 1 }],
      },
    ]);
    const later = await (await read(HOUR_OF_NOW + 1)).json<{ hours: readonly unknown[] }>();
    expect(later.hours.length).toBe(1);
  });

  it('REQ-24: what assigned serial numbers are asked for is not counted', async () => {
    await edge.get(requestFor(issuer, serial('1001')));
    expect(await (await read(0)).json()).toEqual({ hours: [] });
  });

  it('REQ-24: counts of several isolates add up', async () => {
    for (let isolate = 0; isolate < 3; isolate++) {
      edge = openEdge(publisher, { radar });
      await askFor('2001');
      await edge.deps.queries.passOn(edge.now);
    }
    const { hours } = await (await read(0)).json<{ hours: readonly { total: number }[] }>();
    expect(hours.map(({ total }) => total)).toEqual([3]);
  });
});

describe('bounds', () => {
  const taken = async (count: number): Promise<readonly QueryBatch[]> => {
    let batches: readonly QueryBatch[] = [];
    const sink: Radar = {
      record: async (recorded) => {
        batches = recorded;
      },
      report: async () => [],
    };
    const queries = createUnassignedQueries(sink, edge.deps.monitoring);
    for (let i = 0; i < count; i++) queries.add('ab', i.toString(16), NOW);
    await queries.passOn(NOW);
    return batches;
  };

  it('REQ-24: an isolate keeps 512 serial numbers, and every query in the total', async () => {
    const [batch] = await taken(5_000);
    expect(batch?.issuers[0]?.total).toBe(5_000);
    expect(batch?.issuers[0]?.serials.length).toBe(512);
  });

  it('REQ-24: the object keeps 200 serial numbers of an hour and shows 20', async () => {
    const serials = Array.from({ length: 512 }, (_, i) => ({ serial: `s${i}`, count: i + 1 }));
    const issuers = [{ issuer: 'ab', total: 9_999, serials }];
    await radar.record([{ hour: unixSeconds(HOUR_OF_NOW), issuers }]);
    const [hour] = await radar.report(0);
    expect(hour?.total).toBe(9_999);
    expect(hour?.serials.length).toBe(20);
    expect(hour?.serials[0]).toEqual({ serial: 's511', count: 512 });
  });

  it('REQ-24: hours older than 35 days are dropped', async () => {
    const batch = (hour: number) => ({
      hour: unixSeconds(hour),
      issuers: [{ issuer: 'ab', total: 1, serials: [] }],
    });
    await radar.record([batch(HOUR_OF_NOW - 36 * 86_400)]);
    await radar.record([batch(HOUR_OF_NOW)]);
    expect((await radar.report(0)).map(({ hour }) => hour)).toEqual([HOUR_OF_NOW]);
  });

  it('REQ-24: an isolate passes on every 20 seconds at most, and only when there is something', async () => {
    const { queries } = edge.deps;
    expect(queries.due(edge.now)).toBe(false);
    await askFor('2001');
    expect(queries.due(edge.now)).toBe(true);
    await queries.passOn(edge.now);
    await askFor('2001');
    expect([queries.due(edge.now), queries.due(addSeconds(edge.now, 20))]).toEqual([false, true]);
  });

  it('REQ-24: a radar that fails is counted and disturbs no answer', async () => {
    const failing: Radar = {
      record: () => Promise.reject(new Error('down')),
      report: () => Promise.reject(new Error('down')),
    };
    edge = openEdge(publisher, { radar: failing });
    await askFor('2001');
    expect((await read(0)).status).toBe(503);
    expect(edge.deps.monitoring.count('radar-unavailable')).toBe(1);
  });
});

describe('who may read', () => {
  const target = '/radar.json?since=0';

  it.each([
    ['nobody', async (): Promise<string> => ''],
    ['garbage', async (): Promise<string> => 'Inkan AAAA'],
    ['another key', async (): Promise<string> => credentials(target, NOW, await createPublisher())],
    ['a note for another target', (): Promise<string> => credentials('/radar.json?since=1', NOW)],
    ['an old note', (): Promise<string> => credentials(target, addSeconds(NOW, -121))],
    ['a note from the future', (): Promise<string> => credentials(target, addSeconds(NOW, 121))],
    [
      'a signed head',
      async (): Promise<string> => {
        const head = { epoch: 1, rootHash: new Uint8Array(32) };
        return `Inkan ${btoa(String.fromCharCode(...(await publisher.signHead(head))))}`;
      },
    ],
  ] as const)('REQ-24: %s is refused', async (_, authorization) => {
    const response = await read(0, await authorization());
    expect([response.status, response.headers.get('cache-control')]).toEqual([
      401,
      'no-store, max-age=0',
    ]);
  });

  it('REQ-24: without RADAR the page says so, and to nobody but the signer', async () => {
    edge = openEdge(publisher);
    expect([(await read(0)).status, (await read(0, '')).status]).toEqual([404, 401]);
    expect((await edge.fetch('/radar.json')).status).toBe(400);
  });
});
