import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import type { Identity, OperatorPKI } from './operator-pki.ts';
import type { SignerUnderTest } from './signer-under-test.ts';

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Record<string, unknown>;
}

/** An agent that holds one connection open between requests. */
export function agentOf(pki: OperatorPKI, identity: Identity | undefined): Agent {
  return new Agent({ ...tlsOf(pki, identity), keepAlive: true, maxSockets: 1 });
}

function tlsOf(pki: OperatorPKI, identity: Identity | undefined) {
  return {
    ca: readFileSync(pki.ca.certificate),
    ...(identity && { cert: readFileSync(identity.certificate), key: readFileSync(identity.key) }),
  };
}

/** One request with Node's client; rejects when the connection ends without an answer. */
export function ask(
  signer: SignerUnderTest,
  agent: Agent,
  path: string,
  options: RequestOptions & { readonly body?: string | Uint8Array } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const request = httpsRequest(new URL(path, signer.listener.url), { agent, ...rest });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          body: JSON.parse(text) as Record<string, unknown>,
        }),
      );
    });
    request.end(body);
  });
}

/** A JSON POST. */
export function post(
  signer: SignerUnderTest,
  agent: Agent,
  path: string,
  body: string,
): Promise<Reply> {
  const headers = { 'Content-Type': 'application/json' };
  return ask(signer, agent, path, { method: 'POST', headers, body });
}

/** A TLS connection whose handshake has finished on the client's side. */
export function openSocket(
  signer: SignerUnderTest,
  pki: OperatorPKI,
  identity: Identity | undefined,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port: signer.listener.port,
      host: '127.0.0.1',
      ...tlsOf(pki, identity),
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Everything the other side says until it closes. */
export function untilClosed(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (part: Buffer) => {
      text += part.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(text));
  });
}

/** `openssl s_client`, which is given `input` and half a second to hear the answer. */
export function sClient(
  signer: SignerUnderTest,
  args: readonly string[],
  input = '',
): Promise<{ readonly status: number | null; readonly text: string }> {
  const connection = ['-connect', `127.0.0.1:${signer.listener.port}`, '-ign_eof'];
  return new Promise((resolve) => {
    const child = spawn('openssl', ['s_client', ...connection, ...args]);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1').on('data', (part: string) => {
        text += part;
      });
    }
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('close', (status) => resolve({ status, text }));
  });
}

export const STATUS_REQUEST =
  'GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
