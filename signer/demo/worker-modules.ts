import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A module of the Worker as Miniflare takes it. */
export interface WorkerModule {
  readonly type: 'ESModule' | 'Text';
  readonly path: string;
  readonly contents: string;
}

/** The script that wrangler built, and what it would upload beside it under the names it imports. */
export function workerModules(script: string): WorkerModule[] {
  const directory = dirname(script);
  const texts = readdirSync(directory).filter((name) => name.endsWith('.txt'));
  return [
    { type: 'ESModule', path: 'index.js', contents: readFileSync(script, 'utf8') },
    ...texts.map(
      (path): WorkerModule => ({
        type: 'Text',
        path,
        contents: readFileSync(join(directory, path), 'utf8'),
      }),
    ),
  ];
}
