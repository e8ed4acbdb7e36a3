import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { unixSeconds } from '../../shared/time.ts';
import type { CRLView } from '../operations/views.ts';
import { ensureCertificates, ensureState, ROOT, SUB_CA, serialOf } from './demo-ca.ts';
import { ensureDocuments } from './demo-documents.ts';
import {
  DEFAULT_PORTS,
  DemoError,
  type DemoLayout,
  type DemoPorts,
  demoLayout,
  edgeURL,
  HOST,
} from './demo-layout.ts';
import { chosenPorts } from './demo-ports.ts';
import { TLS_CA } from './demo-tls.ts';
import { bundleWorker, startEdge } from './edge.ts';
import { endProcess, inkan, startSigner } from './signer-process.ts';
import { writeTargets } from './targets.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

const HELP = `npm start: a demo CA, its signer and its edge, all on this machine.

Usage: npm start [-- OPTIONS]
  --dir DIR             where it keeps everything (default .inkan in the repository)
  --edge-port PORT      at the first start only: it stands in the certificates (default ${DEFAULT_PORTS.edge})
  --signer-port PORT    at the first start only (default ${DEFAULT_PORTS.signer})
  --head-reread SECONDS how often the edge looks for a new epoch (default 2; 30 in production)
  --help

Ctrl-C stops everything; the next start goes on with the same CA.
Examples:
  npm start
  npm start -- --dir /tmp/other-demo --edge-port 9780 --signer-port 9781
`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Settings {
  readonly layout: DemoLayout;
  readonly ports: DemoPorts;
  readonly headRereadSeconds: number;
}

function port(text: string | undefined, standard: number): number {
  const value = text === undefined ? standard : Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new DemoError(`${text} is not a port`, 'Name one from 1 to 65535.');
}

function settings(): Settings | null {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      'edge-port': { type: 'string' },
      'signer-port': { type: 'string' },
      'head-reread': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return null;
  const layout = demoLayout(resolve(values.dir ?? join(REPOSITORY, '.inkan')));
  mkdirSync(layout.demo, { recursive: true, mode: 0o700 });
  const wanted = {
    edge: port(values['edge-port'], DEFAULT_PORTS.edge),
    signer: port(values['signer-port'], DEFAULT_PORTS.signer),
  };
  const asked = values['edge-port'] !== undefined || values['signer-port'] !== undefined;
  return {
    layout,
    ports: chosenPorts(layout, wanted, asked),
    headRereadSeconds: Number(values['head-reread'] ?? 2),
  };
}

/** Refuses before anything is made or started. */
async function checkPorts({ edge, signer }: DemoPorts): Promise<void> {
  for (const [name, number] of [
    ['edge', edge],
    ['signer', signer],
  ] as const) {
    await new Promise<void>((free, taken) => {
      const probe = createServer();
      probe.once('error', () => {
        const remedy = `End what uses it, or start another demo: npm start -- --dir DIR --${name}-port PORT`;
        taken(new DemoError(`port ${number} on ${HOST} is taken`, remedy));
      });
      probe.listen(number, HOST, () => probe.close(() => free()));
    });
  }
}

async function run(
  { layout, ports, headRereadSeconds }: Settings,
  stop: AbortSignal,
): Promise<void> {
  const children: ChildProcess[] = [];
  const step = <T>(act: () => Promise<T>) => {
    if (stop.aborted) throw new Stop();
    return Promise.race([act(), stopped(stop)]);
  };
  try {
    await checkPorts(ports);
    const first = !existsSync(layout.signer);
    say(
      first ? `making a demo CA in ${layout.base}` : `going on with the demo CA in ${layout.base}`,
    );
    // Not given up half-way: the state directory and the key pinned beside it belong together.
    const publicationKey = await ensureState(layout, ports, clock);
    const script = await step(() => bundleWorker(layout));
    const began = (child: ChildProcess) => void children.unshift(child);
    await step(() =>
      startEdge(layout, ports, { script, publicationKey, headRereadSeconds }, began),
    );
    say('edge is up');
    await step(() => startSigner(layout, began));
    say('signer is up');
    await step(() => ensureCertificates(layout, clock, say));
    await step(() => ensureDocuments(layout, clock(), say));
    await step(() => fillEdge(layout, ports));
    await step(() => waitForNewest(layout, ports, headRereadSeconds));
    await step(() => writeTargets(layout, ports));
    printCommands(layout, ports);
    await step(() => firstToEnd(children));
  } finally {
    // The signer first, so that it does not publish into an edge that is gone.
    for (const child of children) await endProcess(child);
  }
}

class Stop extends Error {}

function stopped(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Stop());
    if (stop.aborted) end();
    stop.addEventListener('abort', end, { once: true });
  });
}

function firstToEnd(children: readonly ChildProcess[]): Promise<never> {
  return new Promise((_, reject) => {
    for (const child of children) {
      child.once('exit', (code) =>
        reject(new DemoError(`a part of the demo ended (${code})`, 'See demo/signer.log.')),
      );
    }
  });
}

/** A KV that was deleted is written again: everything in it follows from the signer's database. */
async function fillEdge(layout: DemoLayout, ports: DemoPorts): Promise<void> {
  if (await edgeServes(ports, SUB_CA, 50)) return;
  say('the edge has no snapshot: publishing everything');
  await inkan(layout, ['publish', '--everything']);
  if (await edgeServes(ports, SUB_CA, 300)) return;
  throw new DemoError('the edge does not serve the CRL', `See ${join(layout.demo, 'signer.log')}.`);
}

/** Whether the edge serves this authority's CRL, and this one if asked, within so many tenths of a second. */
async function edgeServes(
  ports: DemoPorts,
  authority: string,
  tries: number,
  sha256?: string,
): Promise<boolean> {
  for (let tried = 0; tried < tries; tried++) {
    const crl = await fetch(`${edgeURL(ports)}/crl/${authority}.crl`).catch(() => undefined);
    const isAsked = sha256 === undefined || crl?.headers.get('etag') === `"${sha256}"`;
    if (crl?.status === 200 && isAsked) return true;
    await sleep(100);
  }
  return false;
}

/** Until the edge has looked for the last epoch: what is printed then is true at once. */
async function waitForNewest(
  layout: DemoLayout,
  ports: DemoPorts,
  headRereadSeconds: number,
): Promise<void> {
  for (const authority of [TLS_CA, SUB_CA]) {
    const { sha256 } = await inkan<CRLView>(layout, ['crl', 'show', authority]);
    if (await edgeServes(ports, authority, 10 * headRereadSeconds + 300, sha256)) continue;
    throw new DemoError(
      `the edge does not serve the last CRL of ${authority}`,
      'See demo/signer.log.',
    );
  }
}

/** As a shell reads it back: paths may have spaces. */
function shellWord(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function printCommands(layout: DemoLayout, ports: DemoPorts): void {
  const file = (name: string) => shellWord(relative(process.cwd(), join(layout.demo, name)));
  const ask = (certificate: string) =>
    `openssl ocsp -issuer ${file(`${SUB_CA}.pem`)} -cert ${file(certificate)} -url ${edgeURL(ports)} -CAfile ${file(`${ROOT}.pem`)} -verify_other ${file(`${SUB_CA}.pem`)} -no_nonce`;
  const state =
    layout.base === join(REPOSITORY, '.inkan') ? '' : ` --state ${shellWord(layout.signer)}`;
  say(`
edge    ${edgeURL(ports)}         OCSP, CRLs and CA certificates out of Workers KV (workerd);
                                     in a browser the repository, and a page that checks certificates
signer  https://${HOST}:${ports.signer}        mTLS only; state in ${relative(process.cwd(), layout.signer)}
files   ${file('targets.json')}    where a client finds everything

Is TSA 01 good?
  ${ask('tsa-01.pem')}

Is TSA 03 revoked?
  ${ask('tsa-03.pem')}

Revoke TSA 01, then ask the first question again:
  npx inkan certificate revoke ${serialOf(layout, 'tsa-01')} --reason keyCompromise${state}

Ctrl-C stops everything.`);
}

const clock = () => unixSeconds(Math.floor(Date.now() / 1000));
const stop = new AbortController();
// A second signal is the same one passed on by npm; ending in order takes a moment.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

try {
  const chosen = settings();
  if (chosen === null) say(HELP);
  else await run(chosen, stop.signal);
} catch (error) {
  if (error instanceof Stop) {
    say('stopped');
    // A step that was under way may still wait for the edge; what it made is kept.
    process.exit(0);
  } else if (error instanceof DemoError || (error instanceof TypeError && 'code' in error)) {
    process.stderr.write(`inkan: ${error.message}\n`);
    if (error instanceof DemoError) process.stderr.write(`  ${error.remedy}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
