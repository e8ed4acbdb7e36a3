import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { REPOSITORY } from '../static/program.ts';
import type { Figure } from './figure.ts';

const OCTETS_MOST = 60_000;

/** Leaves out what is imported when a page is asked for. */
const withoutPages: Plugin = {
  name: 'without-pages',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/repository\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** What a cold isolate has to load before it answers, and what is uploaded. */
export async function bundleFigures(script: string): Promise<readonly Figure[]> {
  const built = await build({
    entryPoints: [join(REPOSITORY, 'workers/index.ts')],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2024' },
    ...{ external: ['cloudflare:*'], plugins: [withoutPages], logLevel: 'silent' },
  });
  const worker = built.outputFiles.map(({ contents }) => Buffer.from(contents));
  return [
    {
      ...{ key: 'edge.bundleGzipBytes', value: gzipSync(Buffer.concat(worker)).length },
      bound: { atMost: OCTETS_MOST },
      how: 'the Worker without the pages and the program of the check page, not minified, gzip',
    },
    {
      ...{ key: 'edge.uploadGzipBytes', value: gzipSync(readFileSync(script)).length },
      how: 'the script that wrangler uploads, pages included, gzip',
    },
  ];
}
