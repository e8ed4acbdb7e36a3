import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import type { EdgeProcessArguments, EdgeProcessReady } from './edge-process.ts';

/** Starts a workerd with our bundle and the bare Workers; resolves when they listen. */
export async function startEdgeProcess(
  settings: EdgeProcessArguments,
): Promise<{ readonly child: ChildProcess; readonly urls: EdgeProcessReady }> {
  const file = join(import.meta.dirname, 'edge-process.ts');
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(file, [JSON.stringify(settings)], { stdio });
  const urls = await new Promise<EdgeProcessReady>((resolve, reject) => {
    child.once('message', (ready: EdgeProcessReady) => resolve(ready));
    child.once('exit', (code) => reject(new Error(`the edge ended (${code})`)));
  });
  return { child, urls };
}
