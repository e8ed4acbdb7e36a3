import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import process from 'node:process';

/**
 * Where wrk is missing: raw sockets, each with one request at a time. Started by `load.ts` with the
 * path of a JSON file; writes one line of JSON.
 */
interface Settings {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Octets of whole requests in base64. */
  readonly requests: readonly string[];
}

const { url, seconds, connections, requests }: Settings = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
);
const octets = requests.map((text) => Buffer.from(text, 'base64'));
const { hostname, port } = new URL(url);
const began = performance.now();
const end = began + seconds * 1000;

let next = 0;
let answered = 0;
let failures = 0;

/** How many octets the answer at the beginning of `bytes` has; undefined while its head is not whole. */
function answerLength(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head + 2));
  return head + 4 + Number(length?.[1] ?? 0);
}

function askForever(): Promise<void> {
  const socket = connect(Number(port), hostname).setNoDelay();
  let held: Buffer = Buffer.alloc(0);
  const ask = () => {
    const request = octets[next++ % octets.length];
    if (request && performance.now() < end) socket.write(request);
    else socket.destroy();
  };
  socket.on('connect', ask);
  socket.on('data', (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const length = answerLength(held);
    if (length === undefined || held.length < length) return;
    answered += 1;
    if (held.toString('latin1', 9, 12) !== '200') failures += 1;
    held = held.subarray(length);
    ask();
  });
  return new Promise((resolve) => {
    socket.once('error', () => {
      failures += 1;
    });
    socket.once('close', () => {
      if (performance.now() < end) failures += 1;
      resolve();
    });
  });
}

await Promise.all(Array.from({ length: connections }, askForever));
const requestsPerSecond = answered / ((performance.now() - began) / 1000);
process.stdout.write(`${JSON.stringify({ requestsPerSecond, requests: answered, failures })}\n`);
