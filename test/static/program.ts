import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const REPOSITORY: string = join(import.meta.dirname, '../..');

export interface ProgramEnd {
  /** Exit code, or 1 when a signal ended it. */
  readonly status: number;
  /** stdout and stderr as they came; empty if they were shown. */
  readonly output: string;
}

/** Biome is a native program, locked for Linux on x64 and arm64; the rest are scripts of this Node. */
export function toolCommand(name: string): readonly [string, ...string[]] {
  if (name !== 'biome') return [process.execPath, join(REPOSITORY, 'node_modules/.bin', name)];
  return [join(REPOSITORY, `node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`)];
}

let running: ChildProcess | undefined;

/** Runs a tool of node_modules/.bin at the root of the repository on the Node we run on. */
export function runTool(
  name: string,
  args: readonly string[],
  { show }: { readonly show: boolean } = { show: false },
): Promise<ProgramEnd> {
  const [program, ...first] = toolCommand(name);
  const child = spawn(program, [...first, ...args], {
    cwd: REPOSITORY,
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  running = child;
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? 1, output: output.join('') }));
  });
}

/** Passes the signal on, waits for the running tool and ends with `128 + n`: nothing stays behind. */
export function stopWithTool(signal: NodeJS.Signals, signalNumber: number): void {
  process.once(signal, () => {
    const end = () => process.exit(128 + signalNumber);
    if (running === undefined || running.exitCode !== null) return end();
    running.once('close', end);
    running.kill(signal);
  });
}
