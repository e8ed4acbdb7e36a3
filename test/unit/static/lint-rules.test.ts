import { afterAll, describe, expect, it } from 'vitest';
import { scratchTree } from './scratch-tree.ts';

const CLOCK = 'Take a Clock';
const BRAND = 'A branded value is minted only';
const ALL_OF_THEM = ['Date.now()', 'new Date()', 'Date()', 'Math.random()', 'Date.now'] as const;

const REFUSED: readonly (readonly [path: string, expression: string, message: string])[] = [
  ...ALL_OF_THEM.map((call, i) => [`signer/crl/clock-${i}.ts`, call, CLOCK] as const),
  ['shared/clock.ts', 'Date.now()', CLOCK],
  ['workers/ocsp.ts', 'new Date()', CLOCK],
  ['workers/node/mirror.ts', 'Date.now()', CLOCK],
  ['signer/cli/clock.ts', 'Date.now()', CLOCK],
  ['signer/demo/other.ts', 'Date.now()', CLOCK],
  ['signer/crl/brand-a.ts', "x as Linted<'crl'>", BRAND],
  ['signer/crl/brand-b.ts', 'x as unknown as SerialNumber', BRAND],
  ['signer/crl/brand-c.ts', 'x as UnixSeconds', BRAND],
  ['signer/crl/brand-d.ts', 'x as readonly UnixSeconds[]', BRAND],
  ['signer/crl/brand-e.ts', 'x as SerialNumber | undefined', BRAND],
  ['shared/serial-number.ts', 'x as UnixSeconds', BRAND],
  ['shared/time.ts', 'x as SerialNumber', BRAND],
  ['test/unit/brand.ts', 'x as SerialNumber', BRAND],
];

const ALLOWED: readonly (readonly [path: string, expression: string])[] = [
  ['workers/index.ts', 'Date.now()'],
  ['signer/main.ts', 'new Date()'],
  ['signer/cli.ts', 'Math.random()'],
  ['signer/demo/start.ts', 'Date.now()'],
  ['test/unit/clock.ts', 'Date.now()'],
  ['.first-run/clock.mjs', 'Date.now()'],
  ['signer/crl/given-time.ts', 'new Date(seconds * 1000)'],
  ['signer/lint/linted.ts', "x as Linted<'crl'>"],
  ['shared/serial-number.ts', 'x as SerialNumber'],
  ['shared/time.ts', 'x as UnixSeconds'],
  ['signer/crl/other-type.ts', 'x as SerialNumberText'],
];

/** One file holds every expression of its path, a line each. */
const lines = new Map<string, string[]>();
for (const [path, expression] of [...REFUSED, ...ALLOWED]) {
  lines.set(path, [...(lines.get(path) ?? []), expression]);
}
const tree = scratchTree(
  Object.fromEntries([...lines].map(([path, all]) => [path, `${all.map(statement).join('\n')}\n`])),
);
const linted = tree.run('biome', ['lint', '--reporter=github', '--max-diagnostics=none', '.']);
afterAll(tree.remove);

describe('style 10: time and chance are arguments; style 6: proof is a type', () => {
  it.each(REFUSED)('in %s the linter refuses %s', (path, expression, message) => {
    expect(messagesAt(path, expression)).toContain(message);
  });

  it.each(ALLOWED)('in %s the linter accepts %s', (path, expression) => {
    expect(messagesAt(path, expression)).not.toMatch(new RegExp(`${CLOCK}|${BRAND}`));
  });
});

function statement(expression: string, line: number): string {
  return `export const value${line} = ${expression};`;
}

/** `::error title=…,file=/…/signer/a.ts,line=3,…::message`, a line for each diagnostic. */
function messagesAt(path: string, expression: string): string {
  const line = (lines.get(path) ?? []).indexOf(expression) + 1;
  const here = (text: string) => text.includes(`/${path},line=${line},`);
  return linted.split('\n').filter(here).join('\n');
}
