import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoLayout } from '../../signer/demo/demo-layout.ts';
import { bundleWorker } from '../../signer/demo/edge.ts';
import { type Hierarchy, type IssuedTSA, startHierarchy } from '../support/hierarchy.ts';
import { describeWithOpenSSL, ocspRequestByOpenSSL, ScratchDirectory } from '../support/openssl.ts';
import {
  type ClientFiles,
  clientCertificate,
  configureEdges,
  startSignerBoundEdge,
} from '../support/signer-bound-edge.ts';

const TRY_LATER = '30030a0103';
const scratch = new ScratchDirectory();

let pki: Hierarchy;
let tsa: IssuedTSA;
let script: string;
let edge: ClientFiles;
const started: Miniflare[] = [];

async function bind(client: ClientFiles | undefined): Promise<Miniflare> {
  const bound = await startSignerBoundEdge(pki.ca, script, client);
  started.push(bound);
  return bound;
}

/** The octets that the edge answers about the TSA's certificate. */
async function ask(worker: Miniflare): Promise<string> {
  const about = ['-issuer', pki.subCA, '-cert', tsa.pem, '-no_nonce'];
  const body = ocspRequestByOpenSSL(scratch, about);
  const answer = await worker.dispatchFetch('http://ocsp.example/', { method: 'POST', body });
  return Buffer.from(await answer.arrayBuffer()).toString('hex');
}

async function crl(worker: Miniflare): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await worker.dispatchFetch('http://crl.example/crl/time-stamping-ca.crl');
  return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString('hex') };
}

beforeAll(async () => {
  pki = await startHierarchy({ keys: 'fast' });
  tsa = await pki.issue('tsa');
  script = await bundleWorker(demoLayout(mkdtempSync(join(tmpdir(), 'inkan-bundle-'))));
  edge = clientCertificate(pki.ca, 'edge', '/OU=inkan-edge/CN=edge-1');
  // A signer that published before there was an edge to let in.
  await pki.signer.end();
  configureEdges(pki.ca, { clients: [edge.spkiSha256] });
  await pki.ca.startSigner();
});
afterAll(async () => {
  for (const worker of started) await worker.dispose();
  await pki.close();
});

describeWithOpenSSL('the signer as a store', () => {
  it('ADR 17: with KV empty the edge answers from the signer over mTLS', async () => {
    const worker = await bind(edge);
    await expect.poll(() => ask(worker), { timeout: 30_000 }).toMatch(/^3082/);
    expect((await crl(worker)).status).toBe(200);
  });

  it('ADR 17: with KV full of lies the edge answers from the signer', async () => {
    const worker = await bind(edge);
    const kv = await worker.getKVNamespace('SNAPSHOT');
    await kv.put('head', 'forged');
    expect(await ask(worker)).toMatch(/^3082/);
  });

  it('ADR 17: an edge bound to the signer learns of a revocation', async () => {
    const worker = await bind(edge);
    const before = await ask(worker);
    await pki.revoke(tsa.serialNumber, 'superseded');
    await expect.poll(() => ask(worker), { timeout: 30_000 }).not.toBe(before);
    // RevokedInfo: revocationTime, then superseded (4).
    expect(await ask(worker)).toMatch(/a0030a0104/);
  });

  it.each([
    ["an operator's certificate", () => clientCertificate(pki.ca, 'bob', '/CN=bob')],
    [
      'the certificate of an edge that is not listed',
      () => clientCertificate(pki.ca, 'edge-2', '/OU=inkan-edge/CN=edge-2'),
    ],
    ['no certificate', () => undefined],
  ])('ADR 17: with %s the edge gets nothing from the signer', async (_who, client) => {
    const worker = await bind(client());
    expect(await ask(worker)).toBe(TRY_LATER);
    expect((await crl(worker)).status).toBe(503);
  });
});
