import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kvURL } from '../../signer/demo/demo-layout.ts';
import { endProcess } from '../../signer/demo/signer-process.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import { makeCA, type RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  issue,
  revokeArguments,
  SUB_CA,
  until,
  untilPublished,
} from './fault-ca.ts';
import { askOCSP, fetchCRL } from './relying-party.ts';

/** Whoever holds the KV token: reads and writes any value, and has no other power. */
class Attacker {
  readonly #url: string;

  constructor(ca: RunningCA) {
    this.#url = kvURL({ edge: Number(new URL(ca.edge).port), signer: 0 });
  }

  async keys(): Promise<readonly string[]> {
    const answer = await fetch(`${this.#url}/keys?limit=1000`);
    const { result }: { result: readonly { readonly name: string }[] } = JSON.parse(
      await answer.text(),
    );
    return result.map(({ name }) => name);
  }

  async read(key: string): Promise<Uint8Array> {
    const answer = await fetch(`${this.#url}/values/${encodeURIComponent(key)}`);
    if (answer.status !== 200) throw new Error(`${key}: HTTP ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  async write(key: string, value: Uint8Array): Promise<void> {
    const pair = { key, value: Buffer.from(value).toString('base64'), base64: true };
    const answer = await fetch(`${this.#url}/bulk`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify([pair]),
    });
    if (answer.status !== 200) throw new Error(`${key}: HTTP ${answer.status}`);
  }

  /** Every blob of the store that is an OCSP shard (docs/formats.md 7). */
  async shards(): Promise<ReadonlyMap<string, Uint8Array>> {
    const shards = new Map<string, Uint8Array>();
    for (const key of await this.keys()) {
      const value = key.startsWith('blob/') ? await this.read(key) : new Uint8Array(0);
      if (Buffer.from(value.subarray(0, 4)).toString('latin1') === 'INKS') shards.set(key, value);
    }
    return shards;
  }
}

/** Several times the interval at which the edge looks for a head. */
const WATCH_MILLISECONDS = 5_000;

describeWithOpenSSL('a stolen KV token', () => {
  let ca: RunningCA;
  let attacker: Attacker;
  let serial = '';
  let edge: Awaited<ReturnType<RunningCA['startEdge']>>;
  /** What stood in the store while the certificate was good: all of it genuine, and signed. */
  let goodHead: Uint8Array;
  let goodShards: ReadonlyMap<string, Uint8Array>;
  let revokedHead: Uint8Array;

  async function answersFor(milliseconds: number): Promise<ReadonlySet<string>> {
    const answers = new Set<string>();
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      answers.add(askOCSP(ca, SUB_CA, serial).replace(/ \d+$/, ''));
      await sleep(100);
    }
    return answers;
  }

  /** The genuine answers of before, under the names of all that there are now. */
  async function overwriteShards(): Promise<void> {
    const [genuine = new Uint8Array(0)] = [...goodShards.values()].slice(-1);
    for (const key of (await attacker.shards()).keys()) await attacker.write(key, genuine);
  }

  beforeAll(async () => {
    ca = await makeCA({ keys: 'fast' });
    edge = await ca.startEdge();
    attacker = new Attacker(ca);
    await ca.startSigner();
    await createHierarchy(ca);
    serial = await issue(ca, 'TSA 01');
    await untilPublished(ca);
    await until(() => expect(askOCSP(ca, SUB_CA, serial)).toBe('good'));
    goodHead = await attacker.read('head');
    goodShards = await attacker.shards();
    await ca.inkanJSON(...revokeArguments(serial));
    await untilPublished(ca);
    await until(() => expect(askOCSP(ca, SUB_CA, serial)).toMatch(/^revoked/));
    revokedHead = await attacker.read('head');
  });
  afterAll(() => ca.close());

  it('ADR 1 snapshot: overwriting blobs and rolling back the head never make a running edge say good', async () => {
    await overwriteShards();
    await attacker.write('head', goodHead);
    expect(await answersFor(WATCH_MILLISECONDS)).toEqual(new Set(['revoked keyCompromise']));
    expect([...(await fetchCRL(ca, SUB_CA)).entries.keys()]).toEqual([serial]);
  });

  it('ADR 1 snapshot: an edge that remembers nothing answers tryLater to overwritten blobs, not good', async () => {
    await attacker.write('head', revokedHead);
    await endProcess(edge);
    edge = await ca.startEdge();
    expect(await answersFor(WATCH_MILLISECONDS)).toEqual(new Set(['trylater']));
  });

  it('ADR 1 snapshot: publishing everything again repairs what was overwritten', async () => {
    await ca.inkanJSON('publish', '--everything');
    await until(() => expect(askOCSP(ca, SUB_CA, serial)).toMatch(/^revoked/));
  });
});
