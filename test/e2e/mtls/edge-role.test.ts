import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Agent, request } from 'node:https';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { err, ok } from '../../../shared/result.ts';
import { openEdgePort } from '../../../signer/api/edge-handler.ts';
import { EDGE_ROUTES } from '../../../signer/api/edge-routes.ts';
import { ROUTES } from '../../../signer/api/routes.ts';
import type { EdgeOperations } from '../../../signer/operations/edge-operations.ts';
import { spkiFingerprint } from '../../../signer/operators/client-certificate.ts';
import { describeWithOpenSSL } from '../../support/openssl.ts';
import { agentOf, ask, openSocket } from './clients.ts';
import { type Identity, issue, makeOperatorPKI, type OperatorPKI } from './operator-pki.ts';
import { type SignerUnderTest, startSigner } from './signer-under-test.ts';

const CLIENT = 'extendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:FALSE\n';
/** More than sockets buffer, so that an answer which nobody reads stays under way. */
const BLOB = new Uint8Array(4 << 20).fill(7);
const HASH = createHash('sha256').update(BLOB).digest('hex');
const NOTE = new TextEncoder().encode('note');

let pki: OperatorPKI;
let edge: Identity;
let second: Identity;
let unlisted: Identity;
let signer: SignerUnderTest;

let blobsRead = 0;

const operations: EdgeOperations = {
  readHead: () => ok({ note: NOTE, headHash: new Uint8Array(32).fill(1) }),
  answerOCSP: async () => err({ code: 'live-status-unknown' }),
  hasBlob: (hash) => hash === HASH,
  readBlob: (hash) => {
    blobsRead += 1;
    return hash === HASH ? ok(BLOB) : err({ code: 'blob-unknown' });
  },
};

function edgeCertificate(name: string): Identity {
  return issue(pki.scratch, pki.ca, {
    ...{ name, subject: `/OU=inkan-edge/CN=${name}`, extensions: CLIENT },
  });
}

function keyOf({ certificate }: Identity): string {
  return spkiFingerprint(new X509Certificate(readFileSync(certificate)));
}

async function start(): Promise<void> {
  pki = makeOperatorPKI();
  [edge, second, unlisted] = [
    edgeCertificate('e-1'),
    edgeCertificate('e-2'),
    edgeCertificate('e-3'),
  ];
  const port = openEdgePort([keyOf(edge), keyOf(second)], operations);
  signer = await startSigner(pki, { edge: port });
}

const end = (): Promise<void> => signer.listener.close();

interface Octets {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

function get(agent: Agent, path: string, headers: Record<string, string> = {}): Promise<Octets> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, signer.listener.url), { agent, headers });
    asked.once('error', reject).once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', () => {
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, body: Buffer.concat(parts) });
      });
    });
    asked.end();
  });
}

/** A path of this route, whatever stands for its parameters. */
function pathOf({ path }: { readonly path: string }): string {
  return path.replace('{hash}', HASH).replace(/\{\w+\}/g, '7');
}

describeWithOpenSSL('what an edge may ask for', () => {
  beforeAll(start);
  afterAll(end);

  it('ADR 17: an edge reads head and blobs, and a cache may keep what never changes', async () => {
    const agent = agentOf(pki, edge);
    const head = await get(agent, '/v1/snapshot/head');
    expect(head.status).toBe(200);
    expect(head.body.equals(NOTE)).toBe(true);
    expect(head.headers['cache-control']).toBe('no-cache');
    const blob = await get(agent, `/v1/snapshot/blob/${HASH}`);
    expect(createHash('sha256').update(blob.body).digest('hex')).toBe(HASH);
    expect(blob.headers['cache-control']).toContain('immutable');
    const again = { 'If-None-Match': String(blob.headers['etag']) };
    expect(await get(agent, `/v1/snapshot/blob/${HASH}`, again)).toMatchObject({ status: 304 });
    expect((await get(agent, `/v1/snapshot/blob/${'0'.repeat(64)}`)).status).toBe(404);
  });

  it('ADR 17: the path is the tag: a blob that the edge has already is not read again', async () => {
    const agent = agentOf(pki, edge);
    const ask = (hash: string, tag: string) =>
      get(agent, `/v1/snapshot/blob/${hash}`, { 'If-None-Match': `"${tag}"` });
    const before = blobsRead;
    const same = await ask(HASH, HASH);
    expect([same.status, same.headers['etag'], same.body.length]).toEqual([304, `"${HASH}"`, 0]);
    expect(same.headers['cache-control']).toContain('immutable');
    expect(blobsRead).toBe(before);
    const other = '0'.repeat(64);
    expect((await ask(HASH, other)).status).toBe(200);
    // RFC 9110 13.2.1: what would have been 404 is no 304.
    expect((await ask(other, other)).status).toBe(404);
    expect(blobsRead).toBe(before + 2);
  });

  it.each(ROUTES.map(({ method, path }) => [method, path] as const))(
    'ADR 17: an edge is refused %s %s, and no operation runs',
    async (method, path) => {
      const reply = await ask(signer, agentOf(pki, edge), pathOf({ path }), { method });
      expect(reply.status).toBe(403);
      expect(reply.body['code']).toBe('role-forbidden');
      expect(signer.calls).toEqual([]);
    },
  );

  it.each(EDGE_ROUTES.map(({ method, path }) => [method, path] as const))(
    'ADR 17: an operator is refused %s %s',
    async (method, path) => {
      const reply = await ask(signer, agentOf(pki, pki.operator), pathOf({ path }), { method });
      expect([reply.status, reply.body['code']]).toEqual([403, 'role-forbidden']);
    },
  );

  it.each(['/v1/snapshot', '/v1/snapshot/blob/', `/v1/snapshot/blob/${HASH.toUpperCase()}`, '/'])(
    'ADR 17: %s is no route of an edge',
    async (path) => {
      expect((await ask(signer, agentOf(pki, edge), path)).status).toBe(404);
    },
  );
});

describeWithOpenSSL('who is an edge', () => {
  beforeAll(start);
  afterAll(end);

  it("ADR 17: an edge's certificate whose key is not listed is nobody, not an operator", async () => {
    const agent = agentOf(pki, unlisted);
    for (const path of ['/v1/snapshot/head', '/v1/status']) {
      const reply = await ask(signer, agent, path);
      expect(reply.body['code']).toBe('client-certificate-unlisted');
      expect(reply.status).toBe(403);
    }
    expect(signer.calls).toEqual([]);
  });

  it('ADR 17: a listed key is an edge whatever its certificate says', async () => {
    const listed = openEdgePort([keyOf(pki.operator)], operations);
    const other = await startSigner(pki, { edge: listed });
    const reply = await ask(other, agentOf(pki, pki.operator), '/v1/status');
    await other.listener.close();
    expect(reply.body['code']).toBe('role-forbidden');
  });

  it('ADR 17: connections of edges leave room for operators', async () => {
    const port = openEdgePort([keyOf(edge)], operations);
    const limits = { maxConnections: 4, maxEdgeConnections: 2 };
    const other = await startSigner(pki, { edge: port, limits });
    const opened = await Promise.all([1, 2, 3].map(() => openSocket(other, pki, edge)));
    await expect.poll(() => opened.filter(({ closed }) => closed).length).toBe(1);
    expect((await ask(other, agentOf(pki, pki.operator), '/v1/status')).status).toBe(200);
    for (const socket of opened) socket.destroy();
    await other.listener.close();
  });

  it('ADR 17: an edge that does not read its answers leaves room for the others', async () => {
    const slow = Array.from({ length: 8 }, () => agentOf(pki, edge));
    const open = slow.map((agent) => unread(agent, `/v1/snapshot/blob/${HASH}`));
    await Promise.all(open.map(({ answered }) => answered));
    const busy = await ask(signer, agentOf(pki, edge), `/v1/snapshot/blob/${HASH}`);
    expect([busy.status, busy.body['code']]).toEqual([503, 'edge-busy']);
    expect((await get(agentOf(pki, second), `/v1/snapshot/blob/${HASH}`)).status).toBe(200);
    for (const { end: hangUp } of open) hangUp();
    const again = async () => (await get(agentOf(pki, edge), '/v1/snapshot/head')).status;
    await expect.poll(again, { timeout: 10_000 }).toBe(200);
  });
});

/** Asks and reads the header of the answer only. */
function unread(agent: Agent, path: string): { answered: Promise<void>; end: () => void } {
  const asked = request(new URL(path, signer.listener.url), { agent });
  const answered = new Promise<void>((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      response.on('error', () => undefined);
      asked.on('error', () => undefined);
      resolve();
    });
  });
  asked.end();
  return { answered, end: () => asked.destroy() };
}
