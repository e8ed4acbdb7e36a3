import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { eventually } from '../../support/hierarchy.ts';

export const REPOSITORY = resolve(import.meta.dirname, '../../..');
const START = join(REPOSITORY, 'signer/demo/start.ts');

export interface DemoOptions {
  readonly directory: string;
  readonly edgePort?: number;
  readonly signerPort?: number;
}

/** What `npm start` runs, in a process group of its own, as a shell's foreground job is. */
export interface DemoProcess {
  /** All that it has written so far. */
  readonly output: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Until it writes this; false when it ends before. */
  says(text: string): Promise<boolean>;
  /** Ctrl-C: SIGINT to every process of the group; resolves like `ended`. */
  interrupt(): Promise<number | NodeJS.Signals>;
  /** SIGTERM to `npm start` itself, as a supervisor sends it. */
  terminate(): void;
  /** Command lines of all processes that descend from it and still run. */
  left(): readonly string[];
}

const QUIET_TOOLS = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

const running = new Map<ChildProcess, Promise<unknown>>();

/** Ends what a failed test has left running. */
export async function endAllDemos(): Promise<void> {
  for (const [child, ended] of running) {
    child.kill('SIGTERM');
    await ended;
  }
}

export function startDemo({ directory, edgePort, signerPort }: DemoOptions): DemoProcess {
  const mark = `INKAN_TEST_MARK=${randomUUID()}`;
  const ports = [
    ...(edgePort === undefined ? [] : ['--edge-port', String(edgePort)]),
    ...(signerPort === undefined ? [] : ['--signer-port', String(signerPort)]),
  ];
  const [name = '', value] = mark.split('=');
  const child = spawn(
    process.execPath,
    [START, '--dir', directory, '--head-reread', '1', ...ports],
    {
      cwd: REPOSITORY,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment(), ...QUIET_TOOLS, [name]: value },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((done) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      done(code ?? signal ?? 1);
    });
  });
  running.set(child, ended);
  const hasEnded = () => !running.has(child);
  return {
    output: () => output,
    ended,
    says: async (text) => {
      await eventually(() => output.includes(text) || hasEnded());
      return output.includes(text);
    },
    interrupt: () => {
      if (child.pid !== undefined && !hasEnded()) process.kill(-child.pid, 'SIGINT');
      return ended;
    },
    terminate: () => void child.kill('SIGTERM'),
    left: () => processesWith(mark),
  };
}

/** Ours without what vitest adds for its own children. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_)/.test(name));
  return Object.fromEntries(kept);
}

/** Descendants inherit the environment, whatever group or parent they have in the end. */
function processesWith(mark: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) throw new Error('this test needs /proc');
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) return [];
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()];
    } catch {
      return []; // It has ended, or belongs to someone else.
    }
  });
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

export interface ShellRun {
  readonly status: number;
  readonly stdout: string;
  /** Standard output and standard error as a terminal shows them. */
  readonly text: string;
}

/** What a person gets who copies a command into a shell at the repository's root. */
export function shell(command: string): Promise<ShellRun> {
  const env = { ...environment(), ...QUIET_TOOLS };
  const child = spawn('sh', ['-c', command], { cwd: REPOSITORY, env });
  let stdout = '';
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((done) => {
    child.once('close', (code) => done({ status: code ?? 1, stdout, text }));
  });
}
