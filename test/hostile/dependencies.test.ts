import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
const locked = Object.entries(packages as Readonly<Record<string, LockedPackage>>).filter(
  ([path]) => path !== '',
);

/** Names of the packages that a program of ours can load, itself or through what it loads. */
function loadedBy(...programs: readonly string[]): readonly string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      'node_modules/.bin/depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
    ].concat(programs),
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 << 20 },
  );
  const {
    modules,
  }: { readonly modules: readonly { readonly dependencies: readonly Dependency[] }[] } =
    JSON.parse(stdout);
  const names = modules
    .flatMap(({ dependencies }) => dependencies)
    .filter(({ dependencyTypes }) => dependencyTypes.some((type) => type.startsWith('npm')))
    .map(({ module }) => module);
  return [...new Set(names)].sort();
}

interface Dependency {
  /** As it stands in the import. */
  readonly module: string;
  readonly dependencyTypes: readonly string[];
}

describe('somebody publishes a bad package', () => {
  it('ADR 2: what is installed is what was locked, by SHA-512, from wherever it comes', () => {
    expect(locked.length).toBeGreaterThan(200);
    for (const [path, { integrity, resolved }] of locked) {
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-[\w+/]{86}==$/)]);
      expect([path, resolved]).toEqual([path, undefined]);
    }
  });

  it('ADR 2: no install script of a package runs, and a new one that has one is seen here', () => {
    const withScripts = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = withScripts.map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(names.sort()).toEqual(['esbuild', 'koffi', 'pkcs11js', 'workerd']);
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  it('ADR 2: the process that talks to the HSM loads two packages, each at its exact version', () => {
    const near = loadedBy('signer/keystore/pkcs11-child.ts');
    expect(near).toEqual(['koffi', 'pkcs11js']);
  });

  it('ADR 2: what the signer itself can load stands in the list of packages', () => {
    const list = readFileSync(join(ROOT, 'docs/decisions/0002-packages.md'), 'utf8');
    const loaded = loadedBy('signer/main.ts', 'signer/signer-log.ts');
    expect(loaded).toContain('@peculiar/asn1-x509');
    // @peculiar/asn1-schema is what the lists of @peculiar/asn1-* are written in.
    const others = loaded.filter((name) => name !== '@peculiar/asn1-schema');
    for (const name of others) expect(list).toContain(`| ${name} |`);
  });

  it('ADR 2: versions are exact', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const versions = Object.values({
      ...dependencies,
      ...optionalDependencies,
      ...devDependencies,
    });
    for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  it('CycloneDX 1.5: the bill of materials names every locked package with its hash', () => {
    const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    const { bomFormat, components } = JSON.parse(stdout);
    expect(bomFormat).toBe('CycloneDX');
    const hashes = new Map<string, string>();
    for (const {
      name,
      version,
      hashes: [first],
    } of components)
      hashes.set(`${name}@${version}`, Buffer.from(first.content, 'hex').toString('base64'));
    for (const [path, { version, integrity }] of locked) {
      const name = path.replace(/^.*node_modules\//, '');
      expect(`sha512-${hashes.get(`${name}@${version}`)}`).toBe(integrity);
    }
  });
});
