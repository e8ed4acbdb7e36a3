import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** The requests of a round, in this order and then again from the first. */
export interface Load {
  readonly method: 'GET' | 'POST';
  /** Request targets of GETs; bodies of POSTs, which go to `/`. */
  readonly requests: readonly (string | Uint8Array)[];
  /** Status of every answer; default 200. */
  readonly status?: number;
  /** Further lines of the head, each with its line end. */
  readonly fields?: string;
}

export interface LoadAnswer {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** 99 of 100 requests were answered in less. */
  readonly p99Microseconds: number;
  /** Answers of another status (wrk: of 400 and more), and connections that broke. */
  readonly failures: number;
}

export interface LoadGenerator {
  /** For the table. */
  readonly name: string;
  run(url: string, load: Load, seconds: number): Promise<LoadAnswer>;
}

/** Keep-alive connections, each with one request at a time. */
export const CONNECTIONS = 32;

/** wrk if it is installed, else raw sockets of Node.js; either is a process of its own. */
export function loadGenerator(directory: string): LoadGenerator {
  const wrk = spawnSync('wrk', ['--version']).error === undefined;
  return {
    name: wrk ? 'wrk' : 'Node.js sockets (wrk is not installed)',
    run: async (url, load, seconds) => {
      const output = await (wrk ? runWrk : runNode)(directory, url, load, seconds);
      const answer: LoadAnswer = JSON.parse(output);
      if (answer.failures > 0 || answer.requests === 0) {
        throw new Error(`${load.method} ${url}: ${answer.failures} of ${answer.requests} failed`);
      }
      return answer;
    },
  };
}

/** The octets of each request as they go over the wire. */
export function requestOctets(
  url: string,
  { method, requests, fields: more = '' }: Load,
): readonly Uint8Array[] {
  const { host } = new URL(url);
  return requests.map((request) => {
    const [target, body] = typeof request === 'string' ? [request, undefined] : ['/', request];
    const fields = body
      ? `Content-Type: application/ocsp-request\r\nContent-Length: ${body.length}\r\n`
      : '';
    const head = Buffer.from(
      `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}${fields}\r\n`,
    );
    return body ? Buffer.concat([head, body]) : head;
  });
}

/** wrk runs this for every request; the octets are made before it starts. */
function luaScript(requests: readonly Uint8Array[]): string {
  const literal = (bytes: Uint8Array) =>
    `"${Array.from(bytes, (octet) => `\\${String(octet).padStart(3, '0')}`).join('')}"`;
  return `local requests = {
${requests.map(literal).join(',\n')}
}
local at = 0
request = function()
  at = at % #requests + 1
  return requests[at]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requestsPerSecond":%f,"requests":%d,"p99Microseconds":%d,"failures":%d}\\n',
    summary.requests / summary.duration * 1e6, summary.requests, latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}

async function runWrk(
  directory: string,
  url: string,
  load: Load,
  seconds: number,
): Promise<string> {
  const script = join(directory, `${load.method}-${new URL(url).port}.lua`);
  writeFileSync(script, luaScript(requestOctets(url, load)));
  const options = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '-s', script];
  const output = await outputOf('wrk', [...options, url]);
  return output.trim().split('\n').at(-1) ?? '';
}

async function runNode(
  directory: string,
  url: string,
  load: Load,
  seconds: number,
): Promise<string> {
  const file = join(directory, `${load.method}.json`);
  const requests = requestOctets(url, load).map((bytes) => Buffer.from(bytes).toString('base64'));
  writeFileSync(
    file,
    JSON.stringify({
      url,
      seconds,
      connections: CONNECTIONS,
      requests,
      status: load.status ?? 200,
    }),
  );
  return outputOf(process.execPath, [join(import.meta.dirname, 'load-process.ts'), file]);
}

function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`${program} ended with ${status}`));
    });
  });
}
