import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { writeCheckProgram } from '../workers/repository/check/build.mjs';

const HERE = import.meta.dirname;
const WRANGLER_CONFIG = join(HERE, '../wrangler.toml');
const SECOND = 1000;

const ON_BOTH_PLATFORMS = [
  'blob-faults',
  'files',
  'head',
  'live',
  'ocsp-answer',
  'ocsp-http',
  'ocsp-request',
  'ocsp-transport',
  'page-certificates',
  'page-check',
  'page-languages',
  'page-repository',
  'page-requests',
  'page-status',
  'radar',
  'ranges',
  'reads',
  'repository-files',
].map((name) => `worker/${name}.test.ts`);

// What workers/index.ts imports as text; wrangler would do this first (wrangler.toml, [build]).
await writeCheckProgram();

/**
 * Our folders, each with what one of its tests may take. Groups run one after the other, the files
 * of one group at once on two cores, but for e2e: those have the machine to themselves.
 */
export default defineConfig({
  test: {
    root: HERE,
    allowOnly: false,
    passWithNoTests: true, // test/run.ts fails when there is no test at all
    projects: [
      project('unit', { seconds: 10, group: 0, files: 'at-once' }),
      ...workerProject(),
      edgeProject(),
      project('fuzz', { seconds: 120, group: 2, files: 'at-once' }),
      project('e2e', { seconds: 120, group: 3, files: 'one-by-one' }),
      project('hostile', { seconds: 120, group: 4, files: 'at-once' }),
      project('fault', { seconds: 300, group: 5, files: 'at-once' }),
    ],
  },
});

interface Allowance {
  readonly seconds: number;
  readonly group: number;
  readonly files: 'at-once' | 'one-by-one';
}

function project(
  name: string,
  { seconds, group, files }: Allowance,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      root: HERE,
      include: [`${name}/**/*.test.ts`],
      pool: 'forks',
      retry: 0,
      testTimeout: seconds * SECOND,
      hookTimeout: seconds * SECOND,
      maxWorkers: files === 'at-once' ? 2 : 1,
      sequence: { groupOrder: group },
    },
  };
}

/** The tests of test/worker that speak of no platform, once more against `inkan edge` on Node.js. */
function edgeProject(): TestProjectInlineConfiguration {
  const { test } = project('edge', { seconds: 20, group: 1, files: 'at-once' });
  return {
    resolve: {
      alias: [{ find: /^\.\/platform\.ts$/, replacement: join(HERE, 'edge/platform.ts') }],
    },
    test: { ...test, include: ['edge/**/*.test.ts', ...ON_BOTH_PLATFORMS] },
  };
}

/** Tests inside workerd with the bindings of wrangler.toml. Left out while there are none to run. */
function workerProject(): TestProjectInlineConfiguration[] {
  const files = globSync('worker/**/*.test.ts', { cwd: HERE });
  if (files.length === 0 || !existsSync(WRANGLER_CONFIG)) return [];
  return [
    {
      plugins: [
        cloudflareTest({
          wrangler: { configPath: WRANGLER_CONFIG },
          // Bindings that wrangler.toml leaves to those who want them.
          miniflare: { r2Buckets: ['SNAPSHOT_BUCKET'] },
        }),
      ],
      test: {
        name: 'worker',
        root: HERE,
        include: ['worker/**/*.test.ts'],
        retry: 0,
        testTimeout: 20 * SECOND,
        hookTimeout: 30 * SECOND,
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
      },
    },
  ];
}
