import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ScratchDirectory } from '../../../support/openssl.ts';
import { shippedPolicy } from '../../../support/shipped-policies.ts';
import { run } from './cli-under-test.ts';

const scratch = new ScratchDirectory();

/** A shipped policy file, with one text in it replaced by another. */
function file(name: string, from = '', to = ''): string {
  return scratch.write(`${name}.json`, shippedPolicy(name).replace(from, to));
}

describe('inkan policy check', () => {
  it('CP 1.1: a file that may be used ends with 0 and says what it holds', async () => {
    const { exit, stdout, stderr } = await run(['policy', 'check', file('root-ca3')]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('Security Communication RootCA3 time-stamp service 5.08');
    expect(stdout).toMatch(/authority time-stamping-ca +online key, code-signing scope/);
    expect(stdout).toMatch(/result +may be used/);
  });

  it('CRT-3: what is wrong is one line with pointer, reason and clause, and the exit code is 2', async () => {
    const path = file('root-ca3', '"months": 135', '"months": 136');
    const { exit, stdout, stderr } = await run(['policy', 'check', path]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toBe(
      `inkan: ${path}: /profiles/tsa/validity is more than the 135 months of a time-stamp certificate (CSBR 6.3.2; CRT-3); mend the file\n`,
    );
  });

  it('CRT-9, CON-15: with --json each finding of ECC RootCA1 stands by itself', async () => {
    const { exit, stderr } = await run(['policy', 'check', file('ecc-root-ca1'), '--json']);
    expect(exit).toBe(2);
    const { error } = JSON.parse(stderr);
    expect(error.code).toBe('policy-refused');
    expect(error.findings).toHaveLength(6);
    expect(error.findings[4]).toEqual({
      pointer: '/profiles/ecc-root-ca1-tsa/certificatePolicies/value',
      reason: "is left open: put the CA's own value there",
      clause: 'CON-15, CRT-9: CP 1.1 names ECC RootCA1 and gives it no OID',
    });
  });

  it('ADR 5: a file that is not there or no JSON is told in one line', async () => {
    const missing = await run(['policy', 'check', scratch.file('none.json')]);
    expect(missing.exit).toBe(2);
    expect(missing.stderr).toMatch(/^inkan: cannot read [^\n]+\n$/);
    const broken = await run(['policy', 'check', scratch.write('broken.json', '{')]);
    expect(broken.stderr).toMatch(/^inkan: [^\n]+ is not JSON \([^\n]+\n$/);
    const folder = await run(['policy', 'check', scratch.file('')]);
    expect(folder.exit).toBe(2);
    expect(folder.stderr).toContain('it is a directory');
  });

  it('CP 7.1: several things that are wrong are told one below the other, each with its clause', async () => {
    const { stderr } = await run(['policy', 'check', file('ecc-root-ca1')]);
    const [first, ...lines] = stderr.trimEnd().split('\n');
    expect(first).toMatch(
      /^inkan: .* cannot be used for 6 reasons; mend the file in these places$/,
    );
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line).toMatch(/^ {2}\/\S+ is left open: .* \(CON-15/);
  });
});

describe('inkan policy show', () => {
  it('CP 1.1: every value stands with its clause', async () => {
    const { exit, stdout } = await run(['policy', 'show', '--file', file('root-ca2')]);
    expect(exit).toBe(0);
    expect(stdout).toContain(
      '  /profiles/root-ca2-tsa/extKeyUsage critical = ["timeStamping"]\n      CP table 7.1.2-2: in TSA certificates; RFC 3161 2.3; CRT-1',
    );
    const sources = shippedPolicy('root-ca2').match(/"source":/g) ?? [];
    const shown = await run(['policy', 'show', '--file', file('root-ca2'), '--json']);
    const { values } = JSON.parse(shown.stdout);
    const own = values.filter(
      ({ source, pointer }: Record<string, unknown>) =>
        source !== null && !String(pointer).endsWith('/perApplication'),
    );
    expect(own).toHaveLength(sources.length);
  });

  it('CP 1.1: the files of a state are shown together, and refused when they clash', async () => {
    const state = scratch.path;
    const config = (policy: unknown) =>
      writeFileSync(
        scratch.file('config.json'),
        JSON.stringify({
          format: 'inkan-config-1',
          policy,
          listen: { host: '127.0.0.1', port: 1 },
          keystores: { file: { type: 'file', directory: 'keys', passphrase: { env: 'P' } } },
          publication: { name: 'a.example', keystore: 'file', keyLabel: 'publication' },
          kv: null,
          head: { lifetimeSeconds: 7_200, renewSeconds: 1_800, intervalMilliseconds: 0 },
        }),
      );
    file('root-ca2');
    file('private-tls');
    config(['root-ca2.json', 'private-tls.json']);
    const both = await run(['policy', 'show', '--state', state]);
    expect(both.exit).toBe(0);
    expect(both.stdout).toContain('Security Communication RootCA2 time-stamp service 5.08');
    expect(both.stdout).toContain('Example of a private TLS CA 1.0');
    config(['root-ca2.json', 'root-ca2.json']);
    const clash = await run(['policy', 'show', '--state', state]);
    expect(clash.exit).toBe(2);
    expect(clash.stderr).toContain('/authorities/root-ca2');
    config([]);
    expect((await run(['policy', 'show', '--state', state])).stderr).toContain(
      '/policy must be a path',
    );
  });
});
