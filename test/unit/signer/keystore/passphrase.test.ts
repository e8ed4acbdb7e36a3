import { EventEmitter } from 'node:events';
import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type PassphraseWorld, readPassphrase } from '../../../../signer/keystore/passphrase.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();

function text(answer: Awaited<ReturnType<typeof readPassphrase>>): unknown {
  return answer.ok ? Buffer.from(answer.value).toString() : answer.error;
}

/** A terminal that records what is written and whether it was raw. */
class FakeTerminal extends EventEmitter {
  isTTY = true;
  raw: boolean[] = [];
  written = '';
  setRawMode(raw: boolean): this {
    this.raw.push(raw);
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  write(written: string): boolean {
    this.written += written;
    return true;
  }
}

function worldWith(terminal: FakeTerminal, environment = {}): PassphraseWorld {
  const faked = { input: terminal, output: terminal };
  return { environment, terminal: faked as unknown as PassphraseWorld['terminal'] };
}

const world = worldWith(new FakeTerminal(), { INKAN_PASSPHRASE: '印鑑', EMPTY: '' });

describe('passphrase from a file', () => {
  it.each([
    ['one line', 'secret', 'secret'],
    ['line feed', 'secret\n', 'secret'],
    ['carriage return', 'secret\r\nsecond\n', 'secret'],
    ['blanks', ' se cret \n', ' se cret '],
  ])('ADR 3: the first line is taken as it is (%s)', async (name, contents, expected) => {
    const file = scratch.write(`${name}.txt`, contents);
    chmodSync(file, 0o600);
    expect(text(await readPassphrase({ file }, world))).toBe(expected);
  });

  it.each([0o640, 0o604, 0o620, 0o666])('ADR 3: mode %o is refused', async (mode) => {
    const file = scratch.write('exposed.txt', 'secret');
    chmodSync(file, mode);
    const error = { code: 'passphrase-file-exposed', file, mode: mode.toString(8) };
    expect(text(await readPassphrase({ file }, world))).toEqual(error);
  });

  it('ADR 3: a missing file and an empty first line are told apart', async () => {
    const missing = await readPassphrase({ file: scratch.file('none') }, world);
    expect(missing).toMatchObject({ error: { code: 'passphrase-file-unreadable' } });
    const file = scratch.write('empty.txt', '\nsecret');
    chmodSync(file, 0o400);
    expect(text(await readPassphrase({ file }, world))).toEqual({ code: 'passphrase-empty' });
  });
});

describe('passphrase from the environment', () => {
  it('ADR 3: a variable is taken as UTF-8; unset and empty are told apart', async () => {
    expect(text(await readPassphrase({ env: 'INKAN_PASSPHRASE' }, world))).toBe('印鑑');
    expect(text(await readPassphrase({ env: 'EMPTY' }, world))).toEqual({
      code: 'passphrase-empty',
    });
    expect(text(await readPassphrase({ env: 'NONE' }, world))).toEqual({
      code: 'passphrase-variable-unset',
      env: 'NONE',
    });
  });
});

describe('passphrase from the terminal', () => {
  it.each([
    ['a line', ['sec', 'ret\r'], 'secret'],
    ['an erased character', ['sex\x7fcret\n'], 'secret'],
    ['an erased character of three octets', ['印鑑\x7f\r'], '印'],
    ['Control-C', ['sec\x03'], { code: 'passphrase-cancelled' }],
    ['nothing', ['\r'], { code: 'passphrase-empty' }],
  ])('ADR 3: %s is read without echo', async (_, typed, expected) => {
    const terminal = new FakeTerminal();
    const reading = readPassphrase({ prompt: 'PIN: ' }, worldWith(terminal));
    for (const part of typed) terminal.emit('data', Buffer.from(part));
    expect(text(await reading)).toEqual(expected);
    expect(terminal.written).toBe('PIN: \n');
    expect(terminal.raw).toEqual([true, false]);
    expect(terminal.listenerCount('data')).toBe(0);
  });

  it('ADR 3: without a terminal nothing is asked', async () => {
    const terminal = new FakeTerminal();
    terminal.isTTY = false;
    const answer = await readPassphrase({ prompt: 'PIN: ' }, worldWith(terminal));
    expect(text(answer)).toEqual({ code: 'passphrase-no-terminal' });
    expect(terminal.written).toBe('');
  });
});
