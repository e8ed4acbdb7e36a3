import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess } from '../../signer/demo/signer-process.ts';
import { eventually, type Hierarchy, startHierarchy } from '../support/hierarchy.ts';
import { describeWithTools } from '../support/tools.ts';

const DOCS = join(import.meta.dirname, '../../docs');

let pki: Hierarchy;
let edge: ChildProcess;
let url = '';
/** Serial number. */
let watched = '';

beforeAll(async () => {
  pki = await startHierarchy({ keys: 'fast', edge: 'none' });
  edge = await pki.ca.startEdge();
  await pki.signer.end();
  const file = join(pki.ca.layout.signer, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, metrics: { port: 0 } }), { mode: 0o600 });
  const signer = await pki.ca.startSigner();
  url = /"type":"metrics-listening","url":"([^"]+)"/.exec(signer.log())?.[1] ?? '';
});
afterAll(() => pki?.close());

const scrape = async () => (await fetch(url)).text();

/** The value of a sample, which is given as it stands in the text. */
function valueIn(text: string, sample: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? Number.NaN : Number(line.slice(sample.length + 1));
}

const namesIn = (text: string) => new Set(text.match(/\binkan_[a-z_]+/g));

describeWithTools('the metrics of a signer that runs', ['openssl'], () => {
  it('ADR 22: it listens on this machine alone when no address is named, and to GET alone', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect((await fetch(url)).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await fetch(url.replace('/metrics', '/v1/status'))).status).toBe(404);
  });

  it('ADR 22: signatures are counted by key, writes of the store by outcome', async () => {
    const signed = (text: string) =>
      [...text.matchAll(/inkan_signatures_total\{key="[^"]+",outcome="signed"\} (\d+)/g)]
        .map(([, value]) => Number(value))
        .reduce((sum, value) => sum + value, 0);
    const written = 'inkan_store_writes_total{outcome="acknowledged"}';
    const before = await scrape();
    watched = (await pki.issue('watched')).serialNumber;
    const after = await scrape();
    // The certificate, two responses and the head at least.
    expect(signed(after)).toBeGreaterThanOrEqual(signed(before) + 4);
    expect(valueIn(after, written)).toBeGreaterThan(valueIn(before, written) || 0);
    expect(valueIn(after, 'inkan_epoch')).toBeGreaterThan(valueIn(before, 'inkan_epoch'));
    const good = 'inkan_certificates{status="good"}';
    expect(valueIn(after, good)).toBe(valueIn(before, good) + 1);
  });

  it('architecture 3.7: the runway of each artifact is there, and the ends of what the service needs', async () => {
    const text = await scrape();
    const now = valueIn(text, 'inkan_clock_time_seconds');
    for (const artifact of ['ocsp', 'crl', 'responder']) {
      const sample = `inkan_valid_until_seconds{artifact="${artifact}",authority="time-stamping-ca"}`;
      expect(valueIn(text, sample)).toBeGreaterThan(now);
    }
    for (const [kind, name] of [
      ['tls', 'server'],
      ['authority', 'time-stamping-ca'],
      ['responder', 'time-stamping-ca'],
    ])
      expect(
        valueIn(text, `inkan_certificate_not_after_seconds{kind="${kind}",name="${name}"}`),
      ).toBeGreaterThan(now);
  });

  it('ADR 22: a store that is gone shows as what waits, since when, and why', async () => {
    const waits = async () => valueIn(await scrape(), 'inkan_outbox_since_seconds');
    await eventually(async () => Number.isNaN(await waits()));
    await endProcess(edge);
    const { publication } = await pki.revoke(watched, 'superseded');
    expect(publication.state).toBe('due');
    await eventually(async () => (await waits()) > 0);
    const text = await scrape();
    expect(valueIn(text, 'inkan_publish_failing')).toBe(1);
    expect(valueIn(text, 'inkan_outbox_depth')).toBeGreaterThan(0);
    expect(valueIn(text, 'inkan_store_writes_total{outcome="kv-unreachable"}')).toBeGreaterThan(0);
    const failed = 'inkan_troubles_total{level="error",type="schedule-failed"}';
    await eventually(async () => valueIn(await scrape(), failed) > 0);
  });

  it('ADR 22: no subject, serial number or person is among the labels', async () => {
    const text = await scrape();
    expect(text).not.toMatch(/watched|operator|CN=|[0-9a-f]{16}/);
  });
});

describe('what is written about the metrics', () => {
  it.each(['watching/alerts.yml', 'watching/grafana-dashboard.json'])(
    'ADR 22: docs/%s names metrics that the signer has',
    async (file) => {
      const there = namesIn(await scrape());
      const named = namesIn(readFileSync(join(DOCS, file), 'utf8'));
      expect(named.size).toBeGreaterThan(8);
      expect([...named].filter((name) => !there.has(name))).toEqual([]);
    },
  );

  it('ADR 22: docs/operations.md lists every metric, and no other', async () => {
    const there = [...namesIn(await scrape())];
    const text = readFileSync(join(DOCS, 'operations.md'), 'utf8');
    const listed = Array.from(text.matchAll(/^\| `(inkan_[a-z_]+)` \|/gm), ([, name]) => name);
    expect(listed.sort()).toEqual(there.sort());
  });

  it('ADR 22: the dashboard is one, each panel with its place, its data and its title', () => {
    const text = readFileSync(join(DOCS, 'watching/grafana-dashboard.json'), 'utf8');
    const { panels } = JSON.parse(text);
    expect(panels.length).toBeGreaterThan(9);
    for (const { title, targets, gridPos } of panels) {
      expect([typeof title, targets.length > 0, gridPos.w]).toEqual(['string', true, 12]);
    }
  });
});
