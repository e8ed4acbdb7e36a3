import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NO_LINE } from '../../../../signer/audit/chain.ts';
import type { AuditFault } from '../../../../signer/audit/verify/fault.ts';
import { verifyLog } from '../../../../signer/audit/verify/verify-log.ts';

type Event = Readonly<Record<string, unknown>>;

const TIME = '2026-11-23T04:00:00Z';
const TBS = 'ab'.repeat(32);

/** A log whose chain is right, made without the code under test. */
function logOf(events: readonly Event[]): readonly Uint8Array[] {
  let previous = '0'.repeat(64);
  return events.map((event) => {
    const line = JSON.stringify({ previous, time: TIME, ...event });
    previous = createHash('sha256').update(line).digest('hex');
    return Buffer.from(line);
  });
}

const INPUT = { first: 1, previous: NO_LINE, goesOn: false, witnesses: [] };

function verdict(...events: readonly Event[]): string {
  const verified = verifyLog(logOf(events), INPUT);
  if (!verified.ok) return `${verified.error.code} ${verified.error.line}`;
  const { noticeCount, notices } = verified.value.report;
  return noticeCount === 0 ? 'proved' : notices.join();
}

const start: Event = { type: 'signer-start' };
const signing: Event = {
  type: 'signing',
  artifact: 'certificate',
  keyLabel: 'k',
  tbsSha256: TBS,
  count: 1,
};
const issuance: Event = { type: 'issuance', authority: 'ca', serialNumber: '1a', tbsSha256: TBS };
const crl = (cRLNumber: number, authority = 'ca'): Event => ({ type: 'crl', authority, cRLNumber });
const promised = (epoch: number): Event => ({ type: 'epoch-promised', epoch, rootSha256: TBS });
const published = (epoch: number): Event => ({ type: 'epoch-published', epoch });
const segment = (number: number, before: number, count: number): Event => ({
  ...{ type: 'segment-start', number, before },
  keyUse: count === 0 ? [] : [{ keyLabel: 'k', artifact: 'certificate', count }],
});
const revoked = (serialNumber: string): Event => ({
  type: 'revocation',
  authority: 'ca',
  serialNumber,
});

describe('a log whose chain is right', () => {
  it.each<[string, readonly Event[]]>([
    ['an issuance whose certificate was signed', [start, signing, issuance]],
    ['an issuance that a stop repeats', [signing, issuance, start, issuance]],
    ['one of a ceremony', [{ type: 'ceremony-answer', authority: 'ca' }, issuance]],
    ['one of before, without a hash', [{ ...issuance, tbsSha256: undefined }]],
    ['a revocation of it', [signing, issuance, revoked('1a')]],
    ['CRL numbers that rise, each authority for itself', [crl(1), crl(2), crl(1, 'root'), crl(7)]],
    ['an epoch that was promised', [promised(1), published(1)]],
    ['an epoch that a stop repeats', [promised(1), promised(1), published(1)]],
    ['segments with right counts', [signing, signing, segment(2, 2, 2), signing, segment(3, 4, 3)]],
    ['events of a later version', [{ type: 'something-new', fact: 1 }]],
  ])('CP 5.4.1: with %s is proved', (_what, events) => {
    expect(verdict(...events)).toBe('proved');
  });

  it.each<[string, readonly Event[], AuditFault['code'], number]>([
    ['an issuance that no key was asked for', [start, issuance], 'never-signed', 2],
    [
      'one serial number for two certificates',
      [signing, { ...signing, tbsSha256: 'cd' }, issuance, { ...issuance, tbsSha256: 'cd' }],
      'serial-number-twice',
      4,
    ],
    ['a CRL number used twice', [crl(3), crl(3)], 'crl-number-not-higher', 2],
    ['a CRL number that falls', [crl(3), crl(1, 'root'), crl(2)], 'crl-number-not-higher', 3],
    ['a CRL without a number', [{ type: 'crl', authority: 'ca' }], 'crl-number-not-higher', 1],
    ['an epoch that nobody promised', [promised(1), published(2)], 'epoch-never-promised', 2],
    ['a segment that begins elsewhere', [start, segment(2, 7, 0)], 'segment-wrong', 2],
    ['a segment of another number', [start, segment(3, 1, 0)], 'segment-wrong', 2],
    ['counts of keys that are not so', [signing, segment(2, 1, 5)], 'key-use-wrong', 2],
    ['an entry without a type', [start, { fact: 1 }], 'entry-malformed', 2],
    ['an entry without a time', [{ type: 'signer-stop', time: 'now' }], 'entry-malformed', 1],
  ])('CP 5.4.1: with %s is refused, and the line is named', (_what, events, code, line) => {
    expect(verdict(...events)).toBe(`${code} ${line}`);
  });

  it.each<[string, readonly Event[], RegExp]>([
    ['a revocation of what it never issued', [revoked('2b')], /^line 1: ca revokes 2b/],
    ['an older database', [promised(3), promised(2)], /^line 2: epoch 2 after 3/],
    [
      'a clock that went back',
      [start, { type: 'signer-stop', time: '2026-11-23T03:00:00Z' }],
      /^line 2: the clock/,
    ],
  ])('CP 5.4.2: %s is told as a notice and proves nothing', (_what, events, notice) => {
    expect(verdict(...events)).toMatch(notice);
  });
});

describe('a long log', () => {
  const LINES = 20_000;

  /** Made as it is read: nobody holds it. */
  function* lines(): Generator<Uint8Array> {
    let previous = '0'.repeat(64);
    for (let epoch = 1; epoch <= LINES; epoch++) {
      const line = JSON.stringify({ previous, time: TIME, ...promised(epoch) });
      previous = createHash('sha256').update(line).digest('hex');
      yield Buffer.from(line);
    }
  }

  it('CP 5.4.4: is read line by line, and says how far it is', () => {
    const seen: number[] = [];
    const verified = verifyLog(lines(), { ...INPUT, progress: (line) => seen.push(line) });
    expect(verified).toMatchObject({ ok: true, value: { report: { last: LINES } } });
    expect(seen).toEqual([10_000, 20_000]);
  });
});
