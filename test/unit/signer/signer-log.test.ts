import { describe, expect, it } from 'vitest';
import { type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import { levelOf } from '../../../signer/log-level.ts';
import { openSignerLog } from '../../../signer/signer-log.ts';

const NOW: UnixSeconds = unixSeconds(1_795_392_000);

function logged(...events: readonly ({ readonly type: string } & Record<string, unknown>)[]) {
  const lines: string[] = [];
  const log = openSignerLog(
    () => NOW,
    (line) => lines.push(line),
  );
  for (const event of events) log(event);
  return lines;
}

describe('the log of the signer', () => {
  it('ADR 22: one line of JSON an event: level, time, type and facts', () => {
    expect(logged({ type: 'signer-ready', url: 'https://127.0.0.1:8443' })).toEqual([
      '{"level":"info","time":"2026-11-23T00:00:00Z","type":"signer-ready","url":"https://127.0.0.1:8443"}\n',
    ]);
  });

  it.each([
    ['signer-ready', 'info'],
    ['request', 'info'],
    ['client-refused', 'warn'],
    ['handshake-refused', 'warn'],
    ['schedule-failed', 'error'],
    ['request-failed', 'error'],
    ['ceremony-overdue', 'error'],
  ])('ADR 22: %s is %s', (type, level) => {
    expect(levelOf({ type })).toBe(level);
  });

  it.each(['pin', 'passphrase', 'password', 'token', 'key', 'privateKey'])(
    'ADR 22: what has the name %s is left out',
    (name) => {
      const [line] = logged({ type: 'signer-ready', [name]: 'not to be seen', url: 'x' });
      expect(line).not.toContain('not to be seen');
      expect(JSON.parse(line ?? '')).toMatchObject({ type: 'signer-ready', url: 'x' });
    },
  );

  it('ADR 22: a line feed in a fact begins no line', () => {
    const [line = ''] = logged({ type: 'schedule-failed', reason: 'a\n{"type":"signer-ready"}' });
    expect(line.trimEnd()).not.toContain('\n');
  });
});
