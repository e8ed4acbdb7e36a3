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
  readonly status: number;
}

const { url, seconds, connections, requests, status }: Settings = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
);
const octets = requests.map((text) => Buffer.from(text, 'base64'));
const { hostname, port } = new URL(url);
const began = performance.now();
const end = began + seconds * 1000;

let next = 0;
/** Milliseconds of each. */
const times: number[] = [];
let failures = 0;

/** How many octets the answer at the beginning of `bytes` has; undefined while its head is not whole. */
function answerLength(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  // RFC 9110 15.4.5: whatever its head says.
  if (bytes.toString('latin1', 9, 12) === '304') return head + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head + 2));
  return head + 4 + Number(length?.[1] ?? 0);
}

function askForever(): Promise<void> {
  const socket = connect(Number(port), hostname).setNoDelay();
  let held: Buffer = Buffer.alloc(0);
  let asked = 0;
  const ask = () => {
    const request = octets[next++ % octets.length];
    asked = performance.now();
    if (request && asked < end) socket.write(request);
    else socket.destroy();
  };
  socket.on('connect', ask);
  socket.on('data', (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const length = answerLength(held);
    if (length === undefined || held.length < length) return;
    times.push(performance.now() - asked);
    if (held.toString('latin1', 9, 12) !== String(status)) failures += 1;
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
const answer = {
  requestsPerSecond: times.length / ((performance.now() - began) / 1000),
  requests: times.length,
  p99Microseconds: Math.round(
    (times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0) * 1000,
  ),
  failures,
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
