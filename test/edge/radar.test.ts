import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../shared/result.ts';
import { findAuthority } from '../../signer/database/authority-table.ts';
import { identityOf } from '../../signer/issuance/public-key.ts';
import type { Operations } from '../../signer/operations/operations.ts';
import type { RadarDeps } from '../../signer/operations/radar-operations.ts';
import { signerOperations } from '../../signer/operations/signer-operations.ts';
import { type RunningEdge, startEdge } from '../../workers/node/edge.ts';
import { createPublisher } from '../support/edge-snapshot.ts';
import { NO_OPERATORS } from '../support/no-operators.ts';
import { certID, ocspRequest, SHA1_OID, single } from '../support/ocsp-requests.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import {
  type PublisherUnderTest,
  startPublisher,
} from '../unit/signer/publisher/publisher-under-test.ts';

const NEVER = new Uint8Array([0x01, 0xa2, 0x33]);

let test: PublisherUnderTest;
let directory: string;
let edge: RunningEdge;
let other: RunningEdge;
let liar: ReturnType<typeof createServer>;
let answer: (response: ServerResponse) => void = () => undefined;
let authorization: string | undefined;

function deps(radar?: RadarDeps) {
  return { publishWait: 1, sleep: () => new Promise<void>(() => undefined), radar };
}

const operationsFor = (...edges: readonly string[]): Operations => {
  const radar = { edges, alertPerHour: 3, signer: test.publication, fetch };
  return signerOperations(test.context, test.publisher, { ...deps(radar), ...NO_OPERATORS });
};

/** Over the store of the publisher as files, with the signer's clock. */
function start(publicationKey: RadarDeps['signer']['key']): Promise<RunningEdge> {
  const options = {
    publicationKey,
    sources: [{ kind: 'directory', path: directory }] as const,
    listen: { host: '127.0.0.1', port: 0 },
    ...{ headRereadSeconds: 30, memoMaxBytes: 1 << 20 },
  };
  const world = { clock: test.context.clock, fetch, report: () => undefined };
  return startEdge(options, world).then((started) => must(started, 'the edge'));
}

/** How often the edge is asked for a serial number of the sub-CA that was never assigned. */
async function askFor(times: number): Promise<void> {
  const row = findAuthority(test.context.db, 'time-stamping-ca');
  if (!row) throw new Error('no sub-CA');
  const { issuerNameHash: nameHash, issuerKeyHash: keyHash } = identityOf(row).sha1;
  const asked = ocspRequest({
    list: [single(certID({ oid: SHA1_OID, nameHash, keyHash, serial: NEVER }))],
  });
  for (let i = 0; i < times; i++) {
    await (await fetch(edge.url, { method: 'POST', body: asked.slice() })).arrayBuffer();
  }
}

const liarURL = () => `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;

async function prepare(): Promise<void> {
  test = await startPublisher();
  must(await test.publisher.publish('changes'), 'first epoch');
  directory = mkdtempSync(join(tmpdir(), 'inkan-radar-'));
  mkdirSync(join(directory, 'blob'));
  for (const [key, value] of test.kv.values) writeFileSync(join(directory, key), value);
  edge = await start(test.publication.key);
  other = await start((await createPublisher()).key);
  liar = createServer((request, response) => {
    authorization = request.headers.authorization;
    answer(response);
  });
  await once(liar.listen(0, '127.0.0.1'), 'listening');
}

async function end(): Promise<void> {
  for (const running of [edge, other]) await running?.close();
  liar?.close();
  liar?.closeAllConnections();
  await test?.close();
  rmSync(directory, { recursive: true });
}

describeWithOpenSSL('the signer reads the radar of an edge', () => {
  beforeAll(prepare, 60_000);
  afterAll(end);

  it('REQ-24: two queries stay below the threshold of three, the third is an alert', async () => {
    const operations = operationsFor(edge.url);
    const none = must(await operations.readRadar({ hours: 24 }), 'read');
    expect(none).toMatchObject({ alert: false, issuers: [], edges: [{ failure: null }] });
    await askFor(2);
    const two = must(await operations.readRadar({ hours: 24 }), 'read');
    expect(two).toMatchObject({
      ...{ alert: false, alertPerHour: 3 },
      issuers: [{ authority: 'time-stamping-ca', total: 2, alert: false }],
    });
    expect(two.issuers[0]?.serials).toEqual([{ serialNumber: '01a233', count: 2 }]);
    await askFor(1);
    const three = must(await operations.readRadar({ hours: 1 }), 'read');
    expect(three).toMatchObject({ alert: true, issuers: [{ total: 3, mostInAnHour: 3 }] });
  });

  it('REQ-24: one edge that tells nothing does not keep the others from telling', async () => {
    const operations = operationsFor('http://127.0.0.1:1', edge.url);
    const read = must(await operations.readRadar({ hours: 24 }), 'read');
    expect(read.edges[0]?.failure).toContain('fetch failed');
    expect(read.edges[1]).toEqual({ url: edge.url, failure: null });
    expect(read.issuers).toHaveLength(1);
  });
});

describeWithOpenSSL('an edge that tells nothing, or lies', () => {
  beforeAll(prepare, 60_000);
  afterAll(end);

  it('REQ-24: an edge that pins another publication key tells us nothing', async () => {
    const read = must(await operationsFor(other.url).readRadar({ hours: 1 }), 'read');
    expect(read.edges[0]?.failure).toContain('refused our publication key');
  });

  it.each<readonly [string, (response: ServerResponse) => void]>([
    ['not a report', (response) => response.end('<html>')],
    ['not a report', (response) => response.end('{"hours":[{"hour":-1}]}')],
    [
      'not a report',
      (response) =>
        response.end(`{"hours":[{"hour":0,"issuer":"${'A'.repeat(40)}","total":0,"serials":[]}]}`),
    ],
    ['HTTP 302', (response) => response.writeHead(302, { location: edge.url }).end()],
    ['HTTP 500', (response) => response.writeHead(500).end('x')],
    ['no radar', (response) => response.writeHead(404).end('x')],
    ['too long', (response) => response.end(Buffer.alloc(9 << 20, 0x20))],
    ['fetch failed', (response) => response.destroy()],
  ])('REQ-24: an edge that lies is told of as: %s', async (failure, lie) => {
    answer = lie;
    const read = must(await operationsFor(liarURL()).readRadar({ hours: 1 }), 'read');
    expect(read.edges[0]?.failure).toContain(failure);
    expect(read.issuers).toEqual([]);
  });

  it('REQ-24: what lets the signer in is a note for one target and on record, no secret', async () => {
    answer = (response) => response.end('{"hours":[]}');
    await operationsFor(liarURL()).readRadar({ hours: 2 });
    const note = Buffer.from((authorization ?? '').replace('Inkan ', ''), 'base64').toString();
    expect(note).toMatch(
      /^test\.example\/snapshot\nrequest GET \/radar\.json\?since=\d+00\ntime \d+\n\n— test\.example\/snapshot \S+\n$/,
    );
  });

  it('REQ-24: without edges in the configuration it says so', async () => {
    const operations = signerOperations(test.context, test.publisher, {
      ...deps(),
      ...NO_OPERATORS,
    });
    expect(await operations.readRadar({ hours: 1 })).toEqual({
      ok: false,
      error: { code: 'radar-not-configured' },
    });
  });
});
