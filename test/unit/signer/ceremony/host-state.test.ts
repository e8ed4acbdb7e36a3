import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { canonicalText } from '../../../../signer/ceremony/canonical-document.ts';
import { lineHash } from '../../../../signer/ceremony/log-chain.ts';
import { type CeremonyUnderTest, ROOT, SUB_CA, startWithRoot } from './ceremony-under-test.ts';
import { open, opening, withCRL } from './host-under-test.ts';

const AUTHORITY = `authorities/${ROOT}.json`;
const CRL = `crls/${ROOT}.tbs`;

let test: CeremonyUnderTest;
let copy: string;
let newest: CeremonyRequest;
let olderCRL: Uint8Array;
let foreignCRL: Uint8Array;

beforeAll(async () => {
  test = await startWithRoot(ROOT, SUB_CA);
  await test.subordinateKey();
  olderCRL = test.scratch.read(CRL);
  newest = withCRL(test, await test.request(), { crlNumber: 7 });
  must(await test.sign(test.bundle(newest)), 'sign');
  const foreign = withCRL(test, newest, { crlNumber: 8 }).items.at(-1)?.tbs ?? '';
  foreignCRL = new Uint8Array(Buffer.from(foreign, 'base64'));
  copy = mkdtempSync(join(tmpdir(), 'inkan-copy-'));
  cpSync(test.scratch.path, copy, { recursive: true });
});
afterAll(async () => {
  rmSync(copy, { recursive: true, force: true });
  await test.close();
});

function restore(): void {
  for (const name of readdirSync(test.scratch.path))
    rmSync(test.scratch.file(name), { recursive: true });
  cpSync(copy, test.scratch.path, { recursive: true });
}

function lines(): string[] {
  return readFileSync(test.scratch.file('log.jsonl'), 'utf8').split('\n').slice(0, -1);
}

/** The log as far as its last line of this type, which goes too. */
function cutBefore(type: string): void {
  const at = lines().findLastIndex((line) => line.includes(`"type":"${type}"`));
  test.scratch.write(
    'log.jsonl',
    lines()
      .slice(0, at)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

const remove = (name: string) => rmSync(test.scratch.file(name));

function changed(name: string, change: (value: Record<string, unknown>) => unknown): void {
  const value = JSON.parse(readFileSync(test.scratch.file(name), 'utf8'));
  change(value);
  test.scratch.write(name, canonicalText(value));
}

const LOST: readonly (readonly [string, () => unknown])[] = [
  ['the last CRL', () => remove(CRL)],
  ['the last CRL to the one before it', () => test.scratch.write(CRL, olderCRL)],
  ['the last CRL to one that was never signed', () => test.scratch.write(CRL, foreignCRL)],
  ['the file of a root', () => remove(AUTHORITY)],
  ['the file of a sub-CA', () => remove(`authorities/${SUB_CA}.json`)],
  ['the certificate of a root', () => changed(AUTHORITY, (file) => (file['certificate'] = null))],
  ['the label of a key', () => changed(AUTHORITY, (file) => (file['keyLabel'] = 'another'))],
  ['the log', () => remove('log.jsonl')],
  ['all lines of the log', () => test.scratch.write('log.jsonl', '')],
  ['the lines since the last bundle was shown', () => cutBefore('ceremony-shown')],
  ['the line that says what was about to be signed', () => cutBefore('signing')],
  ['the lines since the last key', () => cutBefore('ceremony-key')],
];

const DAMAGED: readonly (readonly [string, () => unknown])[] = [
  ['a CRL of no octets', () => test.scratch.write(CRL, '')],
  ['half a CRL', () => test.scratch.write(CRL, olderCRL.subarray(0, 20))],
  ['half an authority', () => test.scratch.write(AUTHORITY, '{')],
  ['a certificate of three octets', () => changed(AUTHORITY, (f) => (f['certificate'] = 'AAAA'))],
  ['half an answer', () => test.scratch.write(`answers/${newest.id}.json`, '{\n')],
  ['a line of the log that is no JSON', badLine],
];

/** In the chain, and unreadable. */
function badLine(): void {
  const text = readFileSync(test.scratch.file('log.jsonl'), 'utf8');
  const last = lines().at(-1) ?? '';
  test.scratch.write('log.jsonl', `${text}{"previous":"${lineHash(last)}",\n`);
}

describe('an offline host that lost something', () => {
  it.each(LOST)(
    'CRL-18: having lost %s, it takes nothing for new and opens nothing',
    (_what, lose) => {
      lose();
      expect(opening(test)).toBe('host-state-lost');
      restore();
      expect(opening(test)).toBe('accepted');
    },
  );

  it.each(DAMAGED)(
    'CRL-18: with %s it says so, and that the backup is to be restored',
    (_what, harm) => {
      harm();
      const host = open(test);
      expect(host.ok ? {} : host.error).toMatchObject({
        code: 'host-malformed',
        remedy: expect.stringContaining('from its backup'),
      });
      restore();
    },
  );

  it('CRL-18: what a stop between two writes leaves is no loss: the last line of the log', async () => {
    cutBefore('ceremony-signed');
    const again = must(await test.sign(test.bundle(newest)), 'again');
    expect(again.again).toBe(true);
    expect(lines().at(-1)).toContain(
      `"ceremony":"${newest.id}","authority":"${ROOT}","crlNumber":7`,
    );
    restore();
  });

  it('CRL-18: files that this host did not write are not looked at', () => {
    mkdirSync(test.scratch.file('answers/notes'));
    test.scratch.write('crls/README', 'what lies here');
    test.scratch.write(`crls/${ROOT}.tbs.new`, 'half');
    expect(opening(test)).toBe('accepted');
    restore();
  });
});
