import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { unixSeconds } from '../../shared/time.ts';
import { runCLI } from '../cli/run.ts';
import { DemoError, type DemoLayout } from './demo-layout.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

/**
 * Starts `inkan serve`; its events go to `<demo>/signer.log`. Resolves when it answers; `began` gets
 * the process before that.
 */
export function startSigner(
  layout: DemoLayout,
  began: (child: ChildProcess) => void,
): Promise<ChildProcess> {
  const log = createWriteStream(join(layout.demo, 'signer.log'), { flags: 'a', mode: 0o600 });
  const child = spawn(process.execPath, [CLI, 'serve', '--state', layout.signer], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // In a group of its own: Ctrl-C is for `start`, which ends the signer in order.
    detached: true,
  });
  began(child);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4096);
    log.write(text);
  });
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => {
      if (said.includes('"type":"signer-ready"')) resolve(child);
    });
    child.once('exit', () => {
      const lines = said
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{'));
      reject(
        new DemoError(
          `the signer did not start: ${lines.join(' ')}`,
          `Its log is ${join(layout.demo, 'signer.log')}.`,
        ),
      );
    });
  });
}

/**
 * Runs one `inkan` command against the demo's signer, in this process, and reads its JSON; as `person`, or
 * as who the state's own client profile names. A demo of before has only the latter.
 */
export async function inkan<T>(
  layout: DemoLayout,
  args: readonly string[],
  person?: string,
): Promise<T> {
  let stdout = '';
  let stderr = '';
  const profile = join(layout.signer, 'operators', person ?? '', 'client.json');
  const connection =
    person !== undefined && existsSync(profile)
      ? ['--client', profile]
      : ['--state', layout.signer];
  const notHere = () =>
    Promise.reject(new DemoError('not a command of the demo', 'This is a bug.'));
  const status = await runCLI([...args, ...connection, '--json'], {
    initialise: notHere,
    serve: notHere,
    startEdge: notHere,
    mirror: notHere,
    secrets: { read: notHere, encryptKey: notHere },
    stdin: process.stdin,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: process.env,
    currentDirectory: process.cwd(),
    clock: () => unixSeconds(0),
    randomBytes,
    stop: new AbortController().signal,
    version: 'demo',
  });
  if (status !== 0) {
    throw new DemoError(
      `inkan ${args.join(' ')}: ${stderr.trim() || stdout.trim()}`,
      'What was made so far is kept; start again.',
    );
  }
  return JSON.parse(stdout);
}

/** Asks a child to end and waits; after ten seconds it is killed. */
export function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
