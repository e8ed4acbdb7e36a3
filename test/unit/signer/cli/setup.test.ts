import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../../shared/result.ts';
import { INIT, initOptions } from '../../../../signer/cli/init.ts';
import { SERVE, serveOptions } from '../../../../signer/cli/serve.ts';
import { ACTING_ROLES } from '../../../../signer/operators/roles.ts';
import { emptyWorld, parsed, run } from './cli-under-test.ts';

const world = emptyWorld({ environment: { INKAN_STATE: 'from-environment' } });
const init = (...argv: string[]) =>
  initOptions(parsed(INIT, ['--policy', 'p.json', ...argv]), world);

describe('init', () => {
  it('ADR 5: what is not said has a default, and paths are absolute', () => {
    expect(init()).toEqual(
      ok({
        state: '/nowhere/from-environment',
        policy: '/nowhere/p.json',
        operators: [{ person: 'operator', roles: ACTING_ROLES }],
        listen: { host: '127.0.0.1', port: 8443 },
      }),
    );
    const bare = initOptions(parsed(INIT, ['--policy', '/p']), emptyWorld());
    expect(bare).toMatchObject({ ok: true, value: { state: '/nowhere/.inkan/signer' } });
  });

  it('ADR 5: every option reaches the state', () => {
    const options = init(
      ...[
        '--state',
        '/s',
        '--operator',
        'alice',
        '--operator',
        'bob:system-manager,registration-officer',
        '--listen',
        '[::1]:9',
        '--publication-name',
        'ca.example',
      ],
      ...[
        '--kv-url',
        'http://127.0.0.1:1/api/',
        '--kv-token-env',
        'TOKEN',
        '--passphrase-file',
        'pass',
      ],
      ...['--pkcs11-module', '/m.so', '--pkcs11-token', 'T', '--pkcs11-pin-env', 'PIN'],
    );
    expect(options).toEqual(
      ok({
        state: '/s',
        policy: '/nowhere/p.json',
        operators: [
          { person: 'alice', roles: ACTING_ROLES },
          { person: 'bob', roles: ['registration-officer', 'system-manager'] },
        ],
        listen: { host: '::1', port: 9 },
        kv: { url: 'http://127.0.0.1:1/api', tokenEnvironment: 'TOKEN' },
        publicationName: 'ca.example',
        passphrase: { kind: 'file', path: '/nowhere/pass' },
        pkcs11: { module: '/m.so', tokenLabel: 'T', pin: { kind: 'environment', name: 'PIN' } },
      }),
    );
  });
});

describe('init refuses', () => {
  it.each([
    [['--listen', '8443']],
    [['--listen', '::1:8443']],
    [['--listen', '127.0.0.1:65536']],
    [['--operator', '../x']],
    [['--operator', 'x:']],
    [['--operator', 'x:root']],
    [['--operator', 'x:auditor,auditor']],
    [['--operator', 'x:auditor,system-manager']],
    [['--operator', 'alice', '--operator', 'Alice:auditor']],
    [['--kv-token-env', 'T']],
    [['--kv-url', 'ftp://x']],
    [['--kv-url', 'https://token@x']],
    [['--passphrase-file', 'a', '--passphrase-env', 'B']],
    [['--pkcs11-module', '/m.so']],
    [['--pkcs11-pin-env', 'PIN']],
  ])('ADR 5: init %j is refused', (argv) => {
    expect(init(...argv)).toMatchObject({ ok: false, error: { exit: 2 } });
  });

  it('ADR 5: a secret given for the name of a variable is not told back', () => {
    const refused = init('--passphrase-env', 'correct horse');
    expect(refused.ok).toBe(false);
    expect(JSON.stringify(refused)).not.toContain('correct horse');
  });

  it('ADR 5: what could not start ends with 6 and says what to do', async () => {
    const ran = await run(['init', '--policy', 'p']);
    expect(ran).toEqual({ exit: 6, stdout: '', stderr: 'inkan: no state; make it\n' });
    const initialise = () =>
      Promise.resolve(err({ code: 'state-exists', reason: 'r', remedy: 'm' } as const));
    const json = await run(['init', '--policy', 'p', '--json'], { initialise });
    expect(JSON.parse(json.stderr)).toEqual({
      error: { code: 'state-exists', message: 'r', remedy: 'm' },
    });
  });
});

describe('serve', () => {
  it('ADR 5: what is not said stays with the configuration', () => {
    expect(serveOptions(parsed(SERVE, []), world)).toEqual(
      ok({ state: '/nowhere/from-environment' }),
    );
    const argv = ['--listen', 'localhost:0', '--passphrase-env', 'P', '--pkcs11-pin-file', 'f'];
    expect(serveOptions(parsed(SERVE, argv), world)).toEqual(
      ok({
        state: '/nowhere/from-environment',
        listen: { host: 'localhost', port: 0 },
        passphrase: { kind: 'environment', name: 'P' },
        pkcs11Pin: { kind: 'file', path: '/nowhere/f' },
      }),
    );
  });
});
