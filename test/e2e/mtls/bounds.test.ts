import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { describeWithOpenSSL } from '../../support/openssl.ts';
import { agentOf, ask, openSocket, post, untilClosed } from './clients.ts';
import { makeOperatorPKI, type OperatorPKI } from './operator-pki.ts';
import { type SignerUnderTest, startSigner } from './signer-under-test.ts';

let pki: OperatorPKI;
let signer: SignerUnderTest;

function prepare(): void {
  pki ??= makeOperatorPKI();
}

const end = (): Promise<void> => signer.listener.close();

describeWithOpenSSL('what one client can take', () => {
  beforeAll(prepare);
  afterEach(end);

  it('ADR 5: a body of more than 64 kB is refused, announced or not, and no operation runs', async () => {
    signer = await startSigner(pki);
    const body = JSON.stringify({ authority: 'a'.repeat(70_000) });
    const announced = await post(signer, agentOf(pki, pki.operator), '/v1/authorities', body);
    expect(announced.body['type']).toBe('urn:inkan:problem:body-too-large');
    const chunked = await ask(signer, agentOf(pki, pki.operator), '/v1/authorities', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
      body,
    });
    expect(chunked.status).toBe(413);
    expect(signer.calls).toEqual([]);
  });

  it('ADR 5: a header that comes too slowly ends the connection', async () => {
    signer = await startSigner(pki, { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
    const socket = await openSocket(signer, pki, pki.operator);
    const heard = untilClosed(socket);
    socket.write('GET /v1/status HTTP/1.1\r\nHost: a\r\n');
    expect(await heard).toContain('urn:inkan:problem:request-timeout');
    expect(signer.events).toContainEqual({ type: 'http-refused', code: 'request-timeout' });
    expect(signer.calls).toEqual([]);
  });

  it('ADR 5: a body that comes too slowly ends the connection', async () => {
    signer = await startSigner(pki, { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
    const socket = await openSocket(signer, pki, pki.operator);
    const heard = untilClosed(socket);
    const head = 'POST /v1/publications HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    socket.write(`${head}Content-Length: 2\r\n\r\n{`);
    expect(await heard).not.toContain('HTTP/1.1 2');
    expect(signer.calls).toEqual([]);
  });

  it('ADR 5: a header of more than 8 kB is refused', async () => {
    signer = await startSigner(pki);
    const reply = await ask(signer, agentOf(pki, pki.operator), '/v1/status', {
      headers: { 'X-Long': 'a'.repeat(10_000) },
    });
    expect(reply.body['type']).toBe('urn:inkan:problem:header-too-large');
    expect(signer.calls).toEqual([]);
  });

  it('ADR 5: a refused client cannot keep its connection', async () => {
    signer = await startSigner(pki, { limits: { refusedLingerMs: 100 } });
    const socket = await openSocket(signer, pki, undefined);
    expect(await untilClosed(socket)).toBe('');
  });

  it('ADR 5: a connection above the limit is closed, and those that are open go on', async () => {
    signer = await startSigner(pki, { limits: { maxConnections: 1 } });
    const agent = agentOf(pki, pki.operator);
    await ask(signer, agent, '/v1/status');
    await expect(openSocket(signer, pki, pki.secondOperator)).rejects.toThrow();
    expect((await ask(signer, agent, '/v1/status')).status).toBe(200);
    expect(signer.events).toContainEqual({ type: 'connection-refused', maxConnections: 1 });
  });
});

describeWithOpenSSL('how a request ends', () => {
  beforeAll(prepare);
  afterEach(end);

  it('ADR 5: a POST that a web page can send across origins is refused', async () => {
    signer = await startSigner(pki);
    const agent = agentOf(pki, pki.operator);
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const headers = contentType === '' ? {} : { 'Content-Type': contentType };
      const path = '/v1/publications';
      const reply = await ask(signer, agent, path, { method: 'POST', headers, body: '{}' });
      expect(reply.status).toBe(415);
    }
    const preflight = await ask(signer, agent, '/v1/publications', { method: 'OPTIONS' });
    expect(preflight.status).toBe(405);
    expect(signer.calls).toEqual([]);
  });

  it('ADR 5: a bug is answered without its words, and logged with them', async () => {
    const status = () => Promise.reject(new Error('secret inside'));
    signer = await startSigner(pki, { operations: { status } });
    const reply = await ask(signer, agentOf(pki, pki.operator), '/v1/status');
    expect(reply.status).toBe(500);
    expect(JSON.stringify(reply.body)).not.toContain('secret inside');
    const failed = signer.events.find(({ type }) => type === 'request-failed');
    expect(JSON.stringify(failed)).toContain('secret inside');
  });

  it('ADR 5: close lets a request under way end and takes no new connection', async () => {
    const calls: string[] = [];
    const status = async () => {
      calls.push('begun');
      await sleep(100);
      return { ok: false, error: { code: 'crl-missing', authority: 'a' } } as const;
    };
    signer = await startSigner(pki, { operations: { status }, limits: { closeGraceMs: 5_000 } });
    const asked = ask(signer, agentOf(pki, pki.operator), '/v1/status');
    while (calls.length === 0) await sleep(5);
    const closed = signer.listener.close();
    await expect(openSocket(signer, pki, pki.operator)).rejects.toThrow();
    expect((await asked).body['code']).toBe('crl-missing');
    await closed;
  });
});
