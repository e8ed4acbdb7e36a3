import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { must } from '../../../shared/result.ts';
import { readConfig, readPolicy } from '../../../signer/config.ts';
import { initialConfig } from '../../../signer/setup/initial-config.ts';
import { ScratchDirectory } from '../../support/openssl.ts';

const scratch = new ScratchDirectory();
let directories = 0;

interface ConfigJSON {
  readonly [name: string]: unknown;
  readonly keystores: Record<string, Record<string, unknown>>;
  readonly head: Record<string, unknown>;
  readonly publication: Record<string, unknown>;
}

/** What `inkan init` writes. */
function written(): ConfigJSON {
  const made = initialConfig({
    state: '/unused',
    policy: '/unused/policy.json',
    operators: [],
    listen: { host: '127.0.0.1', port: 8443 },
    kv: { url: 'https://kv.example/ns' },
    passphrase: { kind: 'file', path: 'secret' },
  });
  return JSON.parse(JSON.stringify(made));
}

function stateWith(text: string): string {
  directories += 1;
  const state = scratch.file(`state-${directories}`);
  mkdirSync(state);
  writeFileSync(join(state, 'config.json'), text);
  return state;
}

function read(change: (config: ConfigJSON) => object) {
  return readConfig(stateWith(JSON.stringify(change(written()))));
}

function reasonOf(result: ReturnType<typeof readConfig>): string {
  return result.ok ? 'accepted' : `${result.error.code}: ${result.error.reason}`;
}

describe('config.json', () => {
  it('OPS-3: what init writes is read back, paths under the state directory', () => {
    const state = stateWith(JSON.stringify(written()));
    const config = must(readConfig(state), 'config');
    expect(config.policy).toEqual([join(state, 'policy.json')]);
    expect(config.keystores.get('file')).toEqual({
      type: 'file',
      directory: join(state, 'keys'),
      passphrase: { file: join(state, 'secret') },
    });
    expect(config.kv).toEqual({ url: 'https://kv.example/ns', tokenEnvironment: null });
  });

  it('OPS-3: a directory without one is no state directory', () => {
    expect(reasonOf(readConfig(scratch.path))).toMatch(/^state-missing: /);
  });

  it.each([
    ['/colour', (c: ConfigJSON) => ({ ...c, colour: 1 })],
    ['/head/colour', (c: ConfigJSON) => ({ ...c, head: { ...c.head, colour: 1 } })],
    [
      '/head must have a renewSeconds below its lifetimeSeconds',
      (c: ConfigJSON) => ({ ...c, head: { ...c.head, renewSeconds: 600, lifetimeSeconds: 600 } }),
    ],
    [
      '/kv must have an https URL, for a token is sent to it',
      (c: ConfigJSON) => ({ ...c, kv: { url: 'http://kv.example/ns', tokenEnvironment: 'TOKEN' } }),
    ],
    ['/head/renewSeconds', (c: ConfigJSON) => ({ ...c, head: { ...c.head, renewSeconds: 3_601 } })],
    [
      '/head/lifetimeSeconds',
      (c: ConfigJSON) => ({ ...c, head: { ...c.head, lifetimeSeconds: 0 } }),
    ],
    ['/format', (c: ConfigJSON) => ({ ...c, format: 'inkan-config-2' })],
    ['/kv/url', (c: ConfigJSON) => ({ ...c, kv: { url: 'ftp://x', tokenEnvironment: null } })],
    [
      '/kv/tokenEnvironment',
      (c: ConfigJSON) => ({ ...c, kv: { url: 'https://x.y', tokenEnvironment: 'a token' } }),
    ],
    ['/listen/port', (c: ConfigJSON) => ({ ...c, listen: { host: 'h', port: 65_536 } })],
    [
      '/keystores/file/colour',
      (c: ConfigJSON) => ({ ...c, keystores: { file: { ...c.keystores['file'], colour: 1 } } }),
    ],
    [
      '/keystores/file/passphrase',
      (c: ConfigJSON) => ({
        ...c,
        keystores: { file: { ...c.keystores['file'], passphrase: 'abc' } },
      }),
    ],
    [
      'publication.keystore',
      (c: ConfigJSON) => ({ ...c, publication: { ...c.publication, keystore: 'other' } }),
    ],
  ])('OPS-3: what is wrong at %s is refused with this path', (path, change) => {
    const said = reasonOf(read(change));
    expect(said).toMatch(/^config-malformed: /);
    expect(said).toContain(` ${path}`);
  });

  it('OPS-3: text that is not JSON is refused', () => {
    expect(reasonOf(readConfig(stateWith('{')))).toMatch(/^config-malformed: /);
  });
});

describe('the radar in config.json', () => {
  it('REQ-24: a radar is left out, or names its edges by their origin', () => {
    expect(
      must(
        read((c) => c),
        'config',
      ).radar,
    ).toBeUndefined();
    const radar = { edges: ['http://OCSP.example/', 'https://b.example:8443'], alertPerHour: 100 };
    expect(
      must(
        read((c) => ({ ...c, radar })),
        'config',
      ).radar,
    ).toEqual({
      edges: ['http://ocsp.example', 'https://b.example:8443'],
      alertPerHour: 100,
    });
  });

  it.each(['ftp://x', 'https://x/path', 'https://x/?q', 'https://user@x', 'x'])(
    'REQ-24: %s is no edge',
    (edge) => {
      const said = reasonOf(read((c) => ({ ...c, radar: { edges: [edge], alertPerHour: 1 } })));
      expect(said).toMatch(/^config-malformed: .* \/radar\/edges\/0 /);
    },
  );

  it('REQ-24: a threshold of zero is none', () => {
    const said = reasonOf(read((c) => ({ ...c, radar: { edges: [], alertPerHour: 0 } })));
    expect(said).toContain(' /radar/alertPerHour ');
  });
});

describe('the store in config.json', () => {
  it.each([
    ['http://127.0.0.1:8787/kv', 'TOKEN'],
    ['http://[::1]:8787/kv', 'TOKEN'],
    ['http://localhost/kv', 'TOKEN'],
    ['http://kv.example/kv', null],
    ['https://kv.example/kv', 'TOKEN'],
  ])('OPS-3: %s is taken with %s for a token', (url, tokenEnvironment) => {
    expect(reasonOf(read((c) => ({ ...c, kv: { url, tokenEnvironment } })))).toBe('accepted');
  });
});

describe('policy file', () => {
  it('OPS-3: one that is missing or not a policy is refused and says where', () => {
    const missing = readPolicy(scratch.file('no.json'));
    expect(missing).toMatchObject({ ok: false, error: { code: 'policy-malformed' } });
    const unknown = readPolicy(scratch.write('unknown.json', '{"colour":1}'));
    expect(unknown.ok ? '' : unknown.error.reason).toContain('colour is not a known field');
  });
});
