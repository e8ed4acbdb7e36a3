import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DemoLayout,
  demoLayout,
  edgeURL,
  HOST,
  kvURL,
} from '../../signer/demo/demo-layout.ts';
import { demoPolicy } from '../../signer/demo/demo-policy.ts';
import { bundleWorker, startEdge } from '../../signer/demo/edge.ts';
import { endProcess } from '../../signer/demo/signer-process.ts';

const CLI = join(import.meta.dirname, '../../signer/cli.ts');

export interface CommandEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A signer that runs, until `end` or until it ends by itself. */
export interface RunningSigner {
  readonly pid: number;
  readonly log: () => string;
  /** Resolves with the exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  end(): Promise<void>;
}

/** A CA of its own in a temporary directory: real `inkan` processes, and a real edge when asked for. */
export interface RunningCA {
  readonly layout: DemoLayout;
  readonly edge: string;
  readonly publicationKey: string;
  /** Any `inkan` command with --state and --json. */
  inkan(...args: readonly string[]): Promise<CommandEnd>;
  /** The same, which must succeed (or be `due`, exit code 5); answers its JSON. */
  inkanJSON<T>(...args: readonly string[]): Promise<T>;
  startSigner(environment?: Readonly<Record<string, string>>): Promise<RunningSigner>;
  startEdge(): Promise<ChildProcess>;
  file(name: string): string;
  close(): Promise<void>;
}

export interface CAOptions {
  /** `fast`: every key P-256 or P-384 instead of the policy's RSA; `policy`: as CP 5.08 has them. */
  readonly keys: 'fast' | 'policy';
  readonly headRereadSeconds?: number;
  /** Base URL of another KV than the local edge's. */
  readonly kvUrl?: string;
  readonly initArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The last word on the policy's JSON before `init` reads it. */
  readonly changePolicy?: (policy: PolicyJSON) => void;
}

/** What tests change of a policy file. */
export interface PolicyJSON {
  readonly authorities: Record<string, object>;
  readonly profiles: Record<string, Record<string, unknown>>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The demo's policy; `fast` puts EC keys in place of RSA so that a test takes milliseconds. */
function policyText(edge: string, { keys, changePolicy }: CAOptions): string {
  const policy: PolicyJSON = JSON.parse(demoPolicy(edge));
  for (const profile of keys === 'fast' ? Object.values(policy.profiles) : []) {
    profile['key'] = { value: { kind: 'ec', namedCurves: ['P-256'] }, source: 'test: fast keys' };
    profile['signatureAlgorithm'] = { value: 'ecdsa-with-SHA256', source: 'test: fast keys' };
  }
  if (keys === 'fast') makeTestPolicy(policy);
  // `certificate issue` is quicker; tests of applications ask for them again.
  for (const authority of Object.values(policy.authorities))
    Object.assign(authority, { applications: { value: 'optional', source: 'test' } });
  changePolicy?.(policy);
  return JSON.stringify(policy);
}

/**
 * CSBR and the CP ask for RSA: a policy with quick keys is nobody's but this test's own. Nothing has
 * to be stated of a subject, and it may be used again.
 */
export function makeTestPolicy({ authorities }: Pick<PolicyJSON, 'authorities'>): void {
  const source = 'test: fast keys';
  const subscribers = {
    names: { value: 'cp-7.1.4', source },
    organisationsOnly: { value: false, source },
    uniqueSubjects: { value: false, source },
  };
  for (const authority of Object.values(authorities))
    Object.assign(authority, { scope: undefined, signatureAlgorithms: undefined, subscribers });
}

/** Any `inkan` command, to its end. */
export async function runInkan(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}

let bundle: Promise<string> | undefined;

/** Runs `inkan init`; neither signer nor edge is started yet. */
export async function makeCA(options: CAOptions): Promise<RunningCA> {
  const layout = demoLayout(mkdtempSync(join(tmpdir(), 'inkan-ca-')));
  const ports = { edge: await freePort(), signer: await freePort() };
  for (const directory of [layout.demo, layout.edge])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(layout.demo, name);
  writeFileSync(file('policy.json'), policyText(edgeURL(ports), options));
  writeFileSync(file('passphrase'), 'test passphrase\n', { mode: 0o600 });
  const environment = options.environment ?? {};
  const common = ['--state', layout.signer, '--json'];
  const init = await runInkan(
    [
      'init',
      ...common,
      '--policy',
      file('policy.json'),
      '--passphrase-file',
      file('passphrase'),
      '--listen',
      `${HOST}:${ports.signer}`,
      '--kv-url',
      options.kvUrl ?? kvURL(ports),
      '--publication-name',
      'test.example/snapshot',
      ...(options.initArguments ?? []),
    ],
    environment,
  );
  if (init.status !== 0) throw new Error(`inkan init: ${init.stderr}`);
  const { publicationKey } = JSON.parse(init.stdout);
  const children: ChildProcess[] = [];
  const inkan = (...args: readonly string[]) => runInkan([...args, ...common], environment);
  return {
    layout,
    edge: edgeURL(ports),
    publicationKey,
    inkan,
    inkanJSON: async (...args) => {
      const end = await inkan(...args);
      if (end.status !== 0 && end.status !== 5)
        throw new Error(`inkan ${args.join(' ')}: ${end.status} ${end.stderr}`);
      return JSON.parse(end.stdout);
    },
    startSigner: async (extra = {}) => {
      const signer = await startServe(layout, { ...environment, ...extra });
      children.unshift(signer.child);
      return signer.running;
    },
    startEdge: async () => {
      // Built once for all CAs of a test file, in a directory that outlives each of them.
      bundle ??= bundleWorker(demoLayout(mkdtempSync(join(tmpdir(), 'inkan-bundle-'))));
      const script = await bundle;
      const edge = await startEdge(layout, ports, {
        script,
        publicationKey,
        headRereadSeconds: options.headRereadSeconds ?? 1,
      });
      children.push(edge);
      return edge;
    },
    file,
    close: async () => {
      for (const child of children) await endProcess(child);
      rmSync(layout.base, { recursive: true, force: true });
    },
  };
}

async function startServe(
  layout: DemoLayout,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly child: ChildProcess; readonly running: RunningSigner }> {
  const child = spawn(process.execPath, [CLI, 'serve', '--state', layout.signer], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let log = '';
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  await new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('"type":"signer-ready"')) resolve();
    });
    void ended.then(() => resolve());
  });
  const running = { pid: child.pid ?? 0, log: () => log, ended, end: () => endProcess(child) };
  return { child, running };
}
