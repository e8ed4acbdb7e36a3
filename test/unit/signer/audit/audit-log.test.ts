import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { type AuditLog, openAuditLog } from '../../../../signer/audit/audit-log.ts';
import { hexOf } from '../../../support/octets.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();
const clock = () => unixSeconds(1_795_406_400);
let files = 0;

function newLog(): { readonly path: string; readonly log: AuditLog } {
  files += 1;
  const path = scratch.file(`${files}.jsonl`);
  return { path, log: must(openAuditLog(path, clock), 'audit log') };
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('audit log', () => {
  it('CP 5.4: an event is in the file when append returns, with its time', () => {
    const { path, log } = newLog();
    log.append({ type: 'epoch-published', epoch: 7 });
    const [line = ''] = linesOf(path);
    expect(JSON.parse(line)).toEqual({
      previous: '0'.repeat(64),
      time: '2026-11-23T04:00:00Z',
      type: 'epoch-published',
      epoch: 7,
    });
    log.close();
  });

  it('CP 5.4: each line carries the SHA-256 of the one before it, also after it was opened again', () => {
    const { path, log } = newLog();
    for (const epoch of [1, 2]) log.append({ type: 'epoch-published', epoch });
    log.close();
    const again = must(openAuditLog(path, clock), 'again');
    again.append({ type: 'signer-stop' });
    const lines = linesOf(path);
    lines.slice(1).forEach((line, index) => {
      expect(JSON.parse(line).previous).toBe(sha256(lines[index] ?? ''));
    });
    expect(lines.length).toBe(3);
    again.close();
  });

  it('ADR 1 snapshot: the checkpoint is the number of events and the hash of the last', () => {
    const { path, log } = newLog();
    expect(log.checkpoint()).toEqual({ size: 0, hash: new Uint8Array(32) });
    log.append({ type: 'signer-stop' });
    log.append({ type: 'signer-stop' });
    const { size, hash } = log.checkpoint();
    expect([size, hexOf(hash)]).toEqual([2, sha256(linesOf(path)[1] ?? '')]);
    log.close();
  });
});

describe('a damaged audit log', () => {
  it('CP 5.4: a last line that a power cut left unfinished is cut off, and the chain goes on', () => {
    const { path, log } = newLog();
    log.append({ type: 'signer-stop' });
    log.close();
    const whole = readFileSync(path, 'utf8');
    scratch.write(`${files}.jsonl`, `${whole}{"previous":"00`);
    const again = must(openAuditLog(path, clock), 'again');
    expect(again.checkpoint().size).toBe(1);
    again.append({ type: 'signer-stop' });
    expect(JSON.parse(linesOf(path)[1] ?? '').previous).toBe(sha256(linesOf(path)[0] ?? ''));
    again.close();
  });

  it.each([
    [
      'changed',
      (lines: string[]) => lines.with(1, (lines[1] ?? '').replace('"epoch":2', '"epoch":9')),
      3,
    ],
    ['taken out', (lines: string[]) => lines.toSpliced(1, 1), 2],
    ['put in', (lines: string[]) => lines.toSpliced(1, 0, lines[0] ?? ''), 2],
    ['moved', (lines: string[]) => [lines[1] ?? '', lines[0] ?? '', ...lines.slice(2)], 1],
  ] as const)('CP 5.4: a line that was %s is found, and the log refused', (_how, damage, line) => {
    const { path, log } = newLog();
    for (const epoch of [1, 2, 3]) log.append({ type: 'epoch-published', epoch });
    log.close();
    const damaged = damage([...linesOf(path)]).map((text) => `${text}\n`);
    scratch.write(`${files}.jsonl`, damaged.join(''));
    const error = { code: 'audit-log-damaged', line };
    expect(openAuditLog(path, clock)).toEqual({ ok: false, error });
  });

  it('CP 5.4: nobody but its owner may read it', () => {
    const { path, log } = newLog();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    log.close();
  });
});
