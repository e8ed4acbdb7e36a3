import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { makeRoot } from '../../../../signer/ceremony/host/make-root.ts';
import { type CeremonyUnderTest, codeOf, ROOT, startWithRoot } from './ceremony-under-test.ts';
import { open, opening, remembered, signStopped, withCRL } from './host-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;

beforeAll(async () => {
  test = await startWithRoot();
  request = await test.request();
});
afterAll(() => test.close());

const LOCK = join(import.meta.dirname, '../../../../signer/ceremony/host/host-lock.ts');

/** A process that has the host locked and does nothing more. */
async function holder(): Promise<ReturnType<typeof spawn>> {
  const program = `
    import { lockHost } from ${JSON.stringify(LOCK)};
    const lock = lockHost(${JSON.stringify(test.scratch.path)});
    console.log(lock.ok ? 'locked' : lock.error.code);
    setInterval(() => lock, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('locked\n');
  return child;
}

describe('two at one offline host', () => {
  it('CRL-9: while one bundle is shown no other is read, so that no number is signed twice', async () => {
    const inside: string[] = [];
    const shown = await signStopped(
      test,
      withCRL(test, request, { crlNumber: 60 }),
      undefined,
      async () => {
        inside.push(opening(test));
        return true;
      },
    );
    expect([shown, ...inside]).toEqual(['accepted', 'host-in-use']);
    expect(remembered(test)[0]).toBe(60);
  });

  it('CRT-10: while one key ceremony runs there is no other, and the error says what to do', async () => {
    const first = must(open(test), 'first');
    const second = open(test);
    expect(second.ok ? '' : `${second.error.reason}; ${second.error.remedy}`).toMatch(
      /^another ceremony runs on .*; end it or wait for it, then give the command again$/,
    );
    expect(codeOf(await makeRoot(first, ROOT, 'file'))).toBe('accepted');
    first.close();
    expect(opening(test)).toBe('accepted');
  });

  it('CRL-18: the lock of a process that is killed is free at once, and its file stays empty', async () => {
    const child = await holder();
    expect(opening(test)).toBe('host-in-use');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(opening(test)).toBe('accepted');
    expect(statSync(test.scratch.file('host.lock')).size).toBe(0);
  });

  it('CRL-18: a host that was refused is not left locked', () => {
    const now = test.now();
    test.setClock(now - 86_400);
    expect(opening(test)).toBe('clock-went-back');
    test.setClock(now);
    expect(opening(test)).toBe('accepted');
  });
});
