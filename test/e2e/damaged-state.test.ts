import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contentsOf, copyDirectory } from '../support/directory-contents.ts';
import { type Hierarchy, startHierarchy } from '../support/hierarchy.ts';

let pki: Hierarchy;
let state: string;
let backup: string;

beforeAll(async () => {
  pki = await startHierarchy({ keys: 'fast', edge: 'none' });
  await pki.signer.end();
  state = pki.ca.layout.signer;
  backup = `${state}.backup`;
  copyDirectory(state, backup);
});
afterAll(() => pki?.close());

function restore(): void {
  rmSync(state, { recursive: true });
  copyDirectory(backup, state);
}

const keyFile = (place: string, pattern: RegExp) => {
  const name = readdirSync(join(place, 'keys')).find((file) => pattern.test(file));
  return join(place, 'keys', name ?? 'none');
};

type Damage = readonly [what: string, damage: () => void, said: RegExp];

const DAMAGE: readonly Damage[] = [
  ['no database', () => rmSync(join(state, 'signer.sqlite')), /signer\.sqlite is missing or empty/],
  [
    'an empty database',
    () => truncateSync(join(state, 'signer.sqlite')),
    /signer\.sqlite is missing or empty/,
  ],
  [
    'a database cut short',
    () => truncateSync(join(state, 'signer.sqlite'), 20_000),
    /signer\.sqlite/,
  ],
  [
    'something else in place of the database',
    () => writeFileSync(join(state, 'signer.sqlite'), 'not a database'.repeat(1000)),
    /signer\.sqlite/,
  ],
  ['no audit log', () => rmSync(join(state, 'audit.jsonl')), /audit\.jsonl is missing or empty/],
  [
    'an event taken out of the audit log',
    () => {
      const lines = readFileSync(join(state, 'audit.jsonl'), 'utf8').split('\n');
      writeFileSync(join(state, 'audit.jsonl'), lines.toSpliced(2, 1).join('\n'));
    },
    /audit log breaks at line 3/,
  ],
  ['no key of an authority', () => rmSync(keyFile(state, /^root-ca3/)), /key .*root-ca3/],
  [
    'the key of one authority in place of another',
    () =>
      renameSync(
        keyFile(state, /^time-stamping-ca(?!.*ocsp)/),
        keyFile(state, /^root-ca3(?!.*ocsp)/),
      ),
    /key .*root-ca3/,
  ],
  ['no publication key', () => rmSync(keyFile(state, /^publication/)), /publication/],
  ['no policy', () => rmSync(join(state, 'policy.json')), /policy\.json/],
  [
    'a policy cut short',
    () => truncateSync(join(state, 'policy.json'), 900),
    /policy\.json|policy/,
  ],
  ['no configuration', () => rmSync(join(state, 'config.json')), /config\.json/],
  ['an unknown field in the configuration', () => addUnknownField(), /unknown|surplus/i],
  [
    'no TLS key',
    () => rmSync(join(state, 'tls/server.key.pem')),
    /server\.key\.pem is missing or empty/,
  ],
];

function addUnknownField(): void {
  const file = join(state, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, surplus: true }));
}

describe('inkan serve on a damaged state directory', () => {
  beforeEach(restore);

  it.each(DAMAGE)(
    'ADR 4: with %s it does not start, says why, and changes nothing',
    async (_what, damage, said) => {
      damage();
      const before = contentsOf(state);
      const signer = await pki.ca.startSigner();
      expect(await signer.ended).toBe(6);
      const lines = signer.log().trim().split('\n');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^inkan: /);
      expect(lines[0]).toMatch(said);
      expect(contentsOf(state)).toEqual(before);
    },
  );

  it('ADR 4: with everything put back it starts again', async () => {
    const signer = await pki.ca.startSigner();
    expect(signer.log()).toContain('signer-ready');
    await signer.end();
  });
});
