import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CeremonyUnderTest, codeOf, ROOT, startWithRoot } from './ceremony-under-test.ts';
import { open, opening } from './host-under-test.ts';

let test: CeremonyUnderTest;

beforeAll(async () => {
  test = await startWithRoot();
});
afterAll(() => test.close());

describe('files of the offline host', () => {
  it('CRL-18: a link that waits where a file is written first is not followed', async () => {
    const victim = test.scratch.write('victim', 'precious');
    const crl = test.scratch.file(`crls/${ROOT}.tbs`);
    symlinkSync(victim, `${crl}.new`);
    expect(codeOf(await test.sign(test.bundle(await test.request())))).toBe('accepted');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect([lstatSync(crl).isFile(), lstatSync(crl).mode & 0o777]).toEqual([true, 0o600]);
  });

  it.each(['.', 'ceremony.json', 'log.jsonl', 'authorities', 'crls', 'answers'])(
    'CRT-10: where others may write to %s nothing is opened, and the error says how to mend it',
    (name) => {
      const path = test.scratch.file(name);
      const { mode } = statSync(path);
      for (const more of [0o002, 0o020]) {
        chmodSync(path, mode | more);
        const host = open(test);
        expect(host.ok ? {} : host.error).toMatchObject({
          code: 'host-malformed',
          remedy: expect.stringContaining('chmod go-w'),
        });
      }
      chmodSync(path, mode);
      expect(opening(test)).toBe('accepted');
    },
  );

  it.each(['log.jsonl', 'ceremony.json'])('CRT-10: a link in place of %s is refused', (name) => {
    const path = test.scratch.file(name);
    renameSync(path, `${path}-elsewhere`);
    symlinkSync(`${path}-elsewhere`, path);
    expect(opening(test)).toBe('host-malformed');
    rmSync(path);
    renameSync(`${path}-elsewhere`, path);
    expect(opening(test)).toBe('accepted');
  });

  it.each([`crls/${ROOT}.tbs`, `authorities/${ROOT}.json`])(
    'CRL-18: a directory in place of %s is no bug of this program',
    (name) => {
      const path = test.scratch.file(name);
      const kept = readFileSync(path);
      rmSync(path);
      mkdirSync(path);
      expect(opening(test)).toBe('host-malformed');
      rmSync(path, { recursive: true });
      writeFileSync(path, kept);
      expect(opening(test)).toBe('accepted');
    },
  );
});
