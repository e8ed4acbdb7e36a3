import { afterAll, describe, expect, it } from 'vitest';
import { scratchTree } from './scratch-tree.ts';

/** What a file imports, and the rule that must stop it. */
const REFUSED: readonly (readonly [from: string, statement: string, rule: string])[] = [
  ['workers/a.ts', "import '../signer/plain.ts';", 'workers-import-only-shared'],
  ['workers/b.ts', "import type { X } from '../signer/plain.ts';", 'workers-import-only-shared'],
  ['workers/c.ts', "import 'node:crypto';", 'workers-import-only-shared'],
  ['workers/d.ts', "import 'left-pad';", 'workers-import-only-shared'],
  ['workers/e.ts', "import './a.ts';", 'workers-never-reach-signer'],
  ['workers/h.ts', "import './repository/good.ts';", 'pages-are-loaded-when-asked-for'],
  ['workers/repository/a.ts', "import './check/good.ts';", 'check-program-is-not-the-edge'],
  ['workers/repository/check/a.ts', "import '../good.ts';", 'check-program-imports-only-shared'],
  ['shared/a.ts', "import 'node:crypto';", 'shared-is-pure'],
  ['shared/b.ts', "import 'itty-router';", 'shared-is-pure'],
  ['workers/g.ts', "import './node/good.ts';", 'workers-import-only-shared'],
  [
    'workers/node/a.ts',
    "import '../../signer/plain.ts';",
    'node-edge-imports-only-workers-and-shared',
  ],
  ['workers/node/b.ts', "import 'pkcs11js';", 'node-edge-imports-only-workers-and-shared'],
  [
    'signer/cli/edge-a.ts',
    "import '../../workers/node/good.ts';",
    'only-the-command-line-starts-an-edge',
  ],
  [
    'signer/publisher/edge-b.ts',
    "import type { x } from '../../workers/node/good.ts';",
    'only-the-command-line-names-an-edge',
  ],
  ['shared/c.ts', "import '../workers/good.ts';", 'shared-is-pure'],
  ['shared/d.ts', "import { x } from './e.ts'; export const y = x;", 'no-cycles'],
  ['signer/a.ts', "import '../workers/good.ts';", 'signer-never-imports-workers'],
  ['signer/crl/a.ts', "import '../keystore/keystore.ts';", 'one-door-to-the-keys'],
  ['signer/crl/b.ts', "import type { K } from '../keystore/keystore.ts';", 'one-door-to-the-keys'],
  [
    'signer/crl/c.ts',
    "export const k = import('../keystore/keystore.ts');",
    'one-door-to-the-keys',
  ],
  ['signer/demo/a.ts', "import '../keystore/keystore.ts';", 'one-door-to-the-keys'],
  ['signer/cli/a.ts', "import '../keystore/keystore.ts';", 'one-door-to-the-keys'],
  ['signer/config.ts', "import '../signer/keystore/keystore.ts';", 'config-takes-no-keystore-code'],
  [
    'signer/config/a.ts',
    "import type { P } from '../keystore/pkcs11.ts';",
    'config-names-keystore-types-only',
  ],
  ['signer/signing/a.ts', "import 'pkcs11js';", 'pkcs11-only-in-keystore'],
  ['signer/keystore/a.ts', "import 'koffi';", 'pkcs11-only-in-keystore'],
  [
    'signer/keystore/b.ts',
    "import { Crypto } from '@peculiar/webcrypto';",
    'webcrypto-package-only-for-encrypted-files',
  ],
  [
    'signer/publisher/a.ts',
    "import { Miniflare } from 'miniflare';",
    'local-edge-only-in-demo-and-tests',
  ],
  ['signer/main.ts', "import 'wrangler';", 'local-edge-only-in-demo-and-tests'],
  ['signer/b.ts', "import 'vitest';", 'product-needs-no-development-package'],
  ['signer/c.ts', "import 'left-pad';", 'product-needs-no-development-package'],
  ['signer/d.ts', "import '../test/support/good.ts';", 'no-test-code-in-product'],
  ['workers/f.ts', "import '../test/support/good.ts';", 'no-test-code-in-product'],
  ['signer/e.ts', "import './no-such-file.ts';", 'resolvable'],
];

const ALLOWED: readonly (readonly [from: string, statement: string])[] = [
  ['workers/node/good.ts', "import 'node:http'; import '../good.ts'; export const x = 1;"],
  [
    'signer/cli/edge-c.ts',
    "import type { x } from '../../workers/node/good.ts'; export type X = typeof x;",
  ],
  ['workers/repository/good.ts', "import './other.ts'; import '../good.ts';"],
  ['workers/repository/other.ts', 'export const x = 1;'],
  ['workers/repository/check/good.ts', "import '../../../shared/good.ts';"],
  ['workers/repository/check/build.mjs', "import 'node:fs';"],
  ['workers/program.ts', "export const text = () => import('./repository/check/program.txt');"],
  ['workers/lazy.ts', "export const pages = () => import('./repository/good.ts');"],
  ['workers/good.ts', "import 'itty-router'; import '../shared/good.ts';"],
  ['workers/index.ts', "import './good.ts'; import { env } from 'cloudflare:workers';"],
  ['shared/good.ts', "import data from './policy/root.json' with { type: 'json' };"],
  ['signer/plain.ts', "import 'node:crypto'; import '../shared/good.ts'; export type X = 1;"],
  ['signer/cli.ts', "import './keystore/keystore.ts';"],
  ['signer/signing/good.ts', "import '../keystore/keystore.ts';"],
  ['signer/config/good.ts', "import type { K } from '../keystore/keystore.ts';"],
  ['signer/keystore/keystore.ts', 'export type K = 1;'],
  ['signer/keystore/pkcs11.ts', "import 'pkcs11js'; export type P = 1;"],
  ['signer/keystore/pkcs11-child.ts', "import 'koffi'; export const p = import('pkcs11js');"],
  ['signer/keystore/encrypted-file.ts', "import { Crypto } from '@peculiar/webcrypto';"],
  ['signer/demo/start.ts', "import { Miniflare } from 'miniflare';"],
  ['test/support/good.ts', "import 'wrangler'; import '../../signer/keystore/keystore.ts';"],
  ['test/e2e/good.test.ts', "import 'vitest'; import 'pkcs11js'; import '../../workers/good.ts';"],
];

const PACKAGES = {
  dependencies: ['@peculiar/webcrypto', 'itty-router'],
  optionalDependencies: ['koffi', 'pkcs11js'],
  devDependencies: ['miniflare', 'vitest', 'wrangler'],
};

const cruised = cruise();
afterAll(cruised.remove);

describe('architecture 2: who may import whom', () => {
  it.each(REFUSED)('%s may not say %s', (from, _statement, rule) => {
    expect(cruised.brokenBy(from)).toContain(rule);
  });

  it.each(ALLOWED)('%s may say %s', (from) => {
    expect(cruised.brokenBy(from)).toEqual([]);
  });
});

function cruise(): { brokenBy: (path: string) => readonly string[]; remove: () => void } {
  const tree = scratchTree({
    ...Object.fromEntries([...REFUSED, ...ALLOWED]),
    ...stubPackages(),
    'shared/policy/root.json': '{}',
    'shared/e.ts': "import { y } from './d.ts'; export const x = y;",
  });
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const report: CruiseReport = JSON.parse(
    tree.run('depcruise', [...args, 'workers', 'shared', 'signer', 'test']),
  );
  const { violations } = report.summary;
  return {
    brokenBy: (path) => violations.filter((v) => v.from === path).map((v) => v.rule.name),
    remove: tree.remove,
  };
}

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { name: string } }[];
  };
}

/** Empty packages by our dependencies' names, and `left-pad`, which package.json does not name. */
function stubPackages(): Record<string, string> {
  const files: Record<string, string> = {};
  const manifest: Record<string, unknown> = { name: 'scratch', type: 'module' };
  for (const [field, names] of Object.entries(PACKAGES)) {
    manifest[field] = Object.fromEntries(names.map((name) => [name, '1.0.0']));
  }
  for (const name of [...Object.values(PACKAGES).flat(), 'left-pad']) {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, exports: './index.js' });
    files[`node_modules/${name}/index.js`] = '';
  }
  return { ...files, 'package.json': JSON.stringify(manifest) };
}
