import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { demoLayout } from '../../signer/demo/demo-layout.ts';
import { bundleWorker } from '../../signer/demo/edge.ts';
import { type Hierarchy, type IssuedTSA, startHierarchy } from '../support/hierarchy.ts';
import {
  describeWithOpenSSL,
  ocspRequestByOpenSSL,
  openssl,
  opensslOk,
  ScratchDirectory,
} from '../support/openssl.ts';
import {
  type ClientFiles,
  clientCertificate,
  configureEdges,
  startSignerBoundEdge,
} from '../support/signer-bound-edge.ts';

const SUB_CA = 'time-stamping-ca';
const UNAUTHORIZED = '30030a0106';
const scratch = new ScratchDirectory();
const started: Miniflare[] = [];

let pki: Hierarchy;
let early: IssuedTSA;
let late: IssuedTSA;
let script: string;
let client: ClientFiles;
/** Reads the head once an hour, so that what happens later is not here. */
let slow: Miniflare;

/** SHA-1 of the CA's key as openssl prints it. */
function keyHash(): string {
  const { text } = opensslOk(['x509', '-in', pki.subCA, '-noout', '-ocspid']);
  return /Public key OCSP hash: ([0-9A-F]{40})/.exec(text)?.[1] ?? '';
}

async function bind(
  bindings: Readonly<Record<string, string>>,
  livePerMinute?: number,
): Promise<Miniflare> {
  const edge = await startSignerBoundEdge(pki.ca, script, client, bindings, livePerMinute);
  started.push(edge);
  return edge;
}

/** Asks as `openssl ocsp` does, and has it judge the answer. */
async function ask(edge: Miniflare, about: readonly IssuedTSA[], ...more: readonly string[]) {
  const certs = about.flatMap(({ pem }) => ['-cert', pem]);
  const request = ocspRequestByOpenSSL(scratch, ['-issuer', pki.subCA, ...certs, ...more]);
  const init = { method: 'POST', body: request };
  const answer = await edge.dispatchFetch('http://ocsp.example/', init);
  const response = new Uint8Array(await answer.arrayBuffer());
  const judged = openssl([
    ...['ocsp', '-reqin', scratch.write('live.req', request)],
    ...['-respin', scratch.write('live.resp', response), '-resp_text', '-CAfile', pki.chain],
  ]);
  return { hex: Buffer.from(response).toString('hex'), text: judged.text };
}

beforeAll(async () => {
  // As CP 5.08 has them: RSA responders, sha384WithRSAEncryption.
  pki = await startHierarchy({ keys: 'policy' });
  early = await pki.issue('early');
  script = await bundleWorker(demoLayout(mkdtempSync(join(tmpdir(), 'inkan-bundle-'))));
  client = clientCertificate(pki.ca, 'edge', '/OU=inkan-edge/CN=edge-1');
  await pki.signer.end();
  const live = { authorities: [SUB_CA], answersPerSecond: 20 };
  configureEdges(pki.ca, { clients: [client.spkiSha256], live });
  await pki.ca.startSigner();
  slow = await bind({ LIVE_ISSUERS: keyHash(), HEAD_REREAD_SECONDS: '3600' });
  const stored = async () =>
    expect((await ask(slow, [early], '-no_nonce')).text).toContain('Response verify OK');
  await vi.waitFor(stored, { timeout: 30_000, interval: 500 });
  late = await pki.issue('late');
});
afterAll(async () => {
  for (const edge of started) await edge.dispose();
  await pki.close();
});

describeWithOpenSSL('live answers from end to end', () => {
  it('ADR 17: a certificate that this edge has not heard of is good, and openssl verifies it', async () => {
    const { text } = await ask(slow, [late], '-no_nonce');
    expect(text).toContain('Response verify OK');
    expect(text).toContain('Cert Status: good');
    expect(text).toContain('sha384WithRSAEncryption');
  });

  it('RFC 9654 2.1: openssl finds its nonce in the answer', async () => {
    const { text } = await ask(slow, [early]);
    expect(text).toContain('Response verify OK');
    expect(text).not.toMatch(/no nonce in response|Nonce Verify error/);
  });

  it('RFC 6960 4.2.2.3: openssl reads both certificates in one response', async () => {
    const { text } = await ask(slow, [early, late]);
    expect(text).toContain('Response verify OK');
    expect(text.match(/Cert Status: good/g)).toHaveLength(2);
  });

  it('ADR 17: whoever sends a nonce learns of a revocation before this edge reads another head', async () => {
    await pki.revoke(early.serialNumber, 'superseded');
    const asked = async () => (await ask(slow, [early])).text;
    await expect.poll(asked, { timeout: 30_000 }).toContain('Cert Status: revoked');
    expect((await ask(slow, [early], '-no_nonce')).text).toContain('Cert Status: good');
  });

  it('ADR 17: without LIVE_ISSUERS an edge has what is stored', async () => {
    const off = await bind({ HEAD_REREAD_SECONDS: '3600' });
    expect((await ask(off, [early, late])).hex).toBe(UNAUTHORIZED);
    expect((await ask(off, [late])).text).toContain('no nonce in response');
  });

  it('ADR 17: the platform’s own limit of a location holds', async () => {
    const limited = await bind({ LIVE_ISSUERS: keyHash(), HEAD_REREAD_SECONDS: '3600' }, 1);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push((await ask(limited, [late, early])).hex);
    // A minute of the limiter may end between two of them.
    const refused = answers.filter((hex) => hex === UNAUTHORIZED).length;
    expect(refused).toBeGreaterThanOrEqual(2);
    expect(refused).toBeLessThan(4);
  });

  it('ADR 17: a new responder is believed by those whose snapshot has it, and by no others', async () => {
    await pki.ca.inkanJSON('responder', 'rotate', SUB_CA);
    expect((await ask(slow, [early, late])).hex).toBe(UNAUTHORIZED);
    const quick = await bind({ LIVE_ISSUERS: keyHash() });
    const both = async () => (await ask(quick, [early, late])).text;
    await expect.poll(both, { timeout: 30_000 }).toContain('Response verify OK');
  });
});
