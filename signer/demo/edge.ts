import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { DemoError, type DemoLayout, type DemoPorts } from './demo-layout.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the Worker with wrangler, exactly as a deployment would; answers the script's path. */
export async function bundleWorker(layout: DemoLayout): Promise<string> {
  const out = join(layout.edge, 'bundle');
  const wrangler = join(REPOSITORY, 'node_modules/wrangler/bin/wrangler.js');
  const child = spawn(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--env=', '--outdir', out],
    {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise((resolve) => child.once('close', resolve));
  const script = join(out, 'index.js');
  if (status !== 0 || !existsSync(script)) {
    throw new DemoError(
      `wrangler could not build the Worker:\n${output.trim()}`,
      'Mend what wrangler names.',
    );
  }
  return script;
}

export interface EdgeSettings {
  readonly script: string;
  readonly publicationKey: string;
  readonly headRereadSeconds: number;
}

/** Starts the local edge; resolves when it answers. `began` gets the process before that. */
export function startEdge(
  layout: DemoLayout,
  ports: DemoPorts,
  settings: EdgeSettings,
  began: (child: ChildProcess) => void = () => undefined,
): Promise<ChildProcess> {
  const file = fileURLToPath(new URL('./edge-process.ts', import.meta.url));
  const argument = JSON.stringify({ ...settings, kv: join(layout.edge, 'kv'), port: ports.edge });
  const child = fork(file, [argument], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  began(child);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) => {
      reject(
        new DemoError(
          `the edge ended (${code}): ${said.trim().split('\n').slice(-3).join(' ')}`,
          'Look at what it said.',
        ),
      );
    });
  });
}
