import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEdgeServer } from '../../workers/node/http-server.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** What the handlers get to see, told as the answer. */
async function echo(asked: Request): Promise<Response> {
  const body = asked.method === 'POST' ? (await asked.arrayBuffer()).byteLength : null;
  const { method, url, headers } = asked;
  return Response.json({ method, url, body, range: headers.get('range') });
}

async function listen(answer: (asked: Request) => Response | Promise<Response>): Promise<number> {
  const server = createEdgeServer(answer);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends these octets, and everything that comes back until the edge ends the connection. */
async function exchange(port: number, text: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    heard += piece;
  });
  socket.write(text, 'latin1');
  await once(socket, 'close').catch(() => undefined);
  return heard;
}

const ask = (port: number, line: string, more = '') =>
  exchange(port, `${line} HTTP/1.1\r\nHost: ocsp.example\r\nConnection: close\r\n${more}\r\n`);

describe('what the handlers see of a request', () => {
  it.each([
    ['/MEow%2b//AAA+/=', 'http://edge.invalid/MEow%2b//AAA+/='],
    ['//MEow', 'http://edge.invalid//MEow'],
    ['http://ocsp.example/MEow%2F?x', 'http://ocsp.example/MEow%2F?x'],
    ['ftp://ocsp.example/x', 'http://edge.invalid/'],
    ['*', 'http://edge.invalid/'],
  ])('REQ-3: the target %s is handed on as %s', async (target, url) => {
    const heard = await ask(await listen(echo), `GET ${target}`, 'Range: bytes=0-1\r\n');
    expect(JSON.parse(heard.slice(heard.indexOf('{')))).toMatchObject({
      ...{ method: 'GET', url, range: 'bytes=0-1' },
    });
  });

  it('REQ-8: TRACE, which the Fetch standard forbids, is handed on as a method like OPTIONS', async () => {
    expect(await ask(await listen(echo), 'TRACE /')).toContain('"method":"OPTIONS"');
  });

  it.each([
    [0, 0],
    [9_999, 9_999],
    [10_000, 10_000],
    [10_001, 10_001],
    [60_000, 10_001],
  ])('REQ-6: of a body of %i octets %i are handed on', async (sent, seen) => {
    const port = await listen(echo);
    const declared = `Content-Length: ${sent}\r\n\r\n${'0'.repeat(sent)}`;
    const whole = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${declared}`;
    expect(await exchange(port, whole)).toContain(`"body":${seen}`);
  });

  it('REQ-6: after a body that was too long the connection goes on with the next request', async () => {
    const port = await listen(echo);
    const long = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n${'0'.repeat(20_000)}`;
    const next = 'GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const heard = await exchange(port, long + next);
    expect(heard).toContain('"body":10001');
    expect(heard).toContain('"url":"http://edge.invalid/next"');
  });

  it('REQ-6: a body that does not end is cut off', async () => {
    const port = await listen(echo);
    const outgoing = request({ port, method: 'POST' });
    const ended = once(outgoing, 'close');
    outgoing.on('error', () => undefined).on('response', (answer) => answer.resume());
    const piece = Buffer.alloc(1 << 20, 0x30);
    let sent = 0;
    const more = () => {
      while (!outgoing.destroyed && sent < 200) {
        sent++;
        if (!outgoing.write(piece)) return;
      }
    };
    outgoing.on('drain', more);
    more();
    await ended;
    expect(sent).toBeLessThan(200);
  });
});

describe('what is no request', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n00',
      '400',
    ],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    [
      'headers of 20,000 octets',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431',
    ],
  ])('RFC 9112: %s is refused by the server itself', async (_, text, status) => {
    let asked = 0;
    const port = await listen((request) => {
      asked++;
      return echo(request);
    });
    expect(await exchange(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(asked).toBe(0);
  });

  it('RFC 9110 9.3.6: CONNECT ends the connection', async () => {
    expect(await exchange(await listen(echo), 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  });
});

describe('what is sent', () => {
  it('HTTP-1: a body without a declared length gets one', async () => {
    const heard = await ask(await listen(() => new Response('four')), 'GET /');
    expect(heard.toLowerCase()).toContain('content-length: 4\r\n');
    expect(heard.toLowerCase()).not.toContain('transfer-encoding');
  });

  it('HTTP-2: Date is the one of the handler, and only once', async () => {
    const date = 'Sat, 01 Jan 2000 00:00:00 GMT';
    const answer = () => new Response('x', { headers: { Date: date } });
    const heard = await ask(await listen(answer), 'GET /');
    expect(heard.match(/^date: .*$/gim)).toEqual([expect.stringContaining(date)]);
  });

  it('ADR 1: a long body that breaks off ends the connection short of its length', async () => {
    const length = 3 << 20;
    const answer = () => {
      let pieces = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (pieces++ === 2) controller.error(new Error('chunk'));
          else controller.enqueue(new Uint8Array(1 << 20));
        },
      });
      return new Response(body, { headers: { 'content-length': String(length) } });
    };
    const outgoing = request({ port: await listen(answer) }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    await expect(incoming.resume().toArray()).rejects.toThrow('aborted');
  });

  it('ADR 1: a handler that throws after all costs its own connection, not the edge', async () => {
    const port = await listen(({ url }) => {
      if (url.endsWith('/bad')) throw new Error('bug');
      return new Response('fine');
    });
    expect(await ask(port, 'GET /bad')).toBe('');
    expect(await ask(port, 'GET /good')).toContain('fine');
  });
});
