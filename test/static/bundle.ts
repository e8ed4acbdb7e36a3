import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REPOSITORY, runTool } from './program.ts';
import type { StepEnd } from './step-end.ts';

const OUT = '.build/edge';
const META = `${OUT}/bundle-meta.json`;
const NEEDED = ['wrangler.toml', 'workers/index.ts'];

/** What may not be found in the text that goes to the edge, and why. */
const FORBIDDEN_TEXT: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/pkcs11/i, 'reaches for an HSM'],
  [/BEGIN (?:[A-Z]+ )*PRIVATE/, 'holds a private key'],
  [/signer\//, 'has code of the signer'],
  [/["'`]node:/, 'imports from Node.js'],
  [/@peculiar\b/, 'has an ASN.1 package'],
];

const INPUT_ALLOWED =
  /^(?:workers\/(?!node\/|repository\/check\/)|shared\/|node_modules\/itty-router\/)/;
/** The program of the check page is a module of its own, which wrangler names by its hash. */
const EXTERNAL_ALLOWED = /^(?:cloudflare:|\.\/[0-9a-f]{40}-program\.txt$)/;

/** Bundles the Worker as a deployment would, without an account, and looks at what came out. */
export async function checkWorkerBundle(): Promise<StepEnd> {
  const missing = NEEDED.filter((path) => !existsSync(join(REPOSITORY, path)));
  if (missing.length > 0) return { failure: `missing: ${missing.join(', ')}` };
  rmSync(join(REPOSITORY, OUT), { recursive: true, force: true });
  const args = ['deploy', '--dry-run', '--env=', '--outdir', OUT, '--metafile', META];
  const wrangler = await runTool('wrangler', args);
  if (wrangler.status !== 0) return { failure: wrangler.output };
  const scripts = globSync(`${OUT}/**/*.{js,mjs}`, { cwd: REPOSITORY });
  if (scripts.length === 0) return { failure: `wrangler left no script in ${OUT}` };
  const texts = scripts.map((path) => readFileSync(join(REPOSITORY, path), 'utf8'));
  const faults = [...texts.flatMap(faultsInText), ...faultsInMetadata(readMetadata())];
  if (faults.length > 0) return { failure: faults.join('\n') };
  return { remark: `${(gzipSync(texts.join('')).length / 1024).toFixed(1)} KiB gzip` };
}

interface BundleMetadata {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<
    Record<string, { readonly imports: readonly { path: string; external?: boolean }[] }>
  >;
}

function readMetadata(): BundleMetadata {
  return JSON.parse(readFileSync(join(REPOSITORY, META), 'utf8'));
}

export function faultsInText(script: string): readonly string[] {
  return FORBIDDEN_TEXT.flatMap(([pattern, why]) => {
    const found = pattern.exec(script);
    if (found === null) return [];
    const around = script.slice(Math.max(0, found.index - 60), found.index + 60);
    return [`the bundle ${why}: … ${around.replaceAll('\n', ' ')} …`];
  });
}

/** esbuild's own account of where the bytes come from, which minifying cannot hide. */
export function faultsInMetadata({ inputs, outputs }: BundleMetadata): readonly string[] {
  const strangers = Object.keys(inputs).filter((path) => !INPUT_ALLOWED.test(path));
  const externals = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external === true && !EXTERNAL_ALLOWED.test(path));
  return [
    ...strangers.map((path) => `the bundle contains ${path}`),
    ...externals.map(({ path }) => `the bundle imports ${path} when it runs`),
  ];
}
