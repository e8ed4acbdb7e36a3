import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestHash } from '../../../../signer/ceremony/bundle.ts';
import { ceremonyDutyFact } from '../../../../signer/cli/ceremony-duty.ts';
import { CEREMONY_SIGN } from '../../../../signer/cli/ceremony-host.ts';
import { checkedLines } from '../../../../signer/cli/ceremony-text.ts';
import { askConfirmation } from '../../../../signer/cli/confirmation.ts';
import type { CeremonyDutyView } from '../../../../signer/operations/ceremony-duty-view.ts';
import {
  type CeremonyUnderTest,
  ROOT,
  SUB_CA,
  startWithRoot,
} from '../ceremony/ceremony-under-test.ts';
import { emptyWorld, parsed, run } from './cli-under-test.ts';

const HASH = '0123456789abcdef'.repeat(4);

async function* typed(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield Buffer.from(text);
}

function confirmed(text: string, ...more: readonly string[]): Promise<boolean> {
  const args = parsed(CEREMONY_SIGN, ['bundle', '--host', 'h', '--out', 'o', ...more]);
  return askConfirmation(args, emptyWorld({ stdin: typed(text) }), HASH);
}

describe('inkan ceremony sign asks', () => {
  it.each(['01234567\n', '0123 4567\n', '01234567 89AB\n', `${HASH}\n`])(
    'CRL-18: %j is the beginning of the hash that was compared',
    async (text) => {
      expect(await confirmed(text)).toBe(true);
    },
  );

  it.each(['', '\n', 'yes\n', '0123456\n', '01234568\n', `${HASH}0\n`])(
    'CRL-18: %j is not, and nothing is signed',
    async (text) => {
      expect(await confirmed(text)).toBe(false);
    },
  );

  it('CRL-18: for scripts --confirm gives the whole hash, and a part of it is not enough', async () => {
    expect(await confirmed('', '--confirm', HASH)).toBe(true);
    expect(await confirmed('', '--confirm', HASH.slice(0, 8))).toBe(false);
  });
});

describe('inkan ceremony on a host', () => {
  it('ADR 11: a directory that is no host is wrong usage', async () => {
    const { exit, stderr } = await run([
      'ceremony',
      'root',
      ROOT,
      '--host',
      '/nowhere',
      '--script',
    ]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/^inkan: \/nowhere has no ceremony.json; [^\n]+\n$/);
  });
});

describe('the countdown in inkan status', () => {
  const duty: CeremonyDutyView = {
    ...{
      authority: ROOT,
      why: 'revocation',
      count: 2,
      ceremony: null,
      ceremonyState: null,
      ceremonyLeavesOut: 0,
    },
    ...{ since: '2026-11-23T04:00:00Z', due: '2026-11-24T04:00:00Z' },
    ...{ minutesLeft: 1_439, alarm: false },
  };

  it('CRL-6: it says how long there is left, for whom, and what for', () => {
    expect(ceremonyDutyFact(duty)).toEqual([
      'ceremony due',
      '23 h 59 min left  root-ca3 until 2026-11-24T04:00:00Z: 2 revoked, not yet on a CRL; no bundle exported yet',
    ]);
  });

  it('CRL-6: past it, it says ALARM', () => {
    const late = { ...duty, minutesLeft: -61, alarm: true, ceremony: 'ab', ceremonyState: 'open' };
    const [, text] = ceremonyDutyFact(late as CeremonyDutyView);
    expect(text).toMatch(/^ALARM, overdue by 1 h 1 min .* bundle ab open$/);
  });
});

describe('a bundle of the countdown that is too old', () => {
  it('CRL-6: it says how many revocations the bundle does not bring', () => {
    const duty: CeremonyDutyView = {
      ...{ authority: ROOT, why: 'revocation', count: 2, ceremony: 'ab', ceremonyState: 'open' },
      ...{ since: '2026-11-23T04:00:00Z', due: '2026-11-24T04:00:00Z', ceremonyLeavesOut: 1 },
      ...{ minutesLeft: 1_439, alarm: false },
    };
    const [, text] = ceremonyDutyFact(duty);
    expect(text).toMatch(/bundle ab open, made before 1 of the revocations: export again$/);
  });
});

describe('what the offline host shows', () => {
  let test: CeremonyUnderTest;

  beforeAll(async () => {
    test = await startWithRoot();
  }, 60_000);
  afterAll(() => test.close());

  it('CP 4.3.1: what, why, who asked and approved, lint, and what is new since it last signed', async () => {
    const request = await test.request({ subordinate: SUB_CA, reason: 'a new time-stamping CA' });
    let shown = '';
    await test.sign(test.bundle(request), async (checked) => {
      shown = checkedLines(checked).join('\n');
      return false;
    });
    for (const text of [
      'a new time-stamping CA',
      requestHash(request),
      'item 1 of 2: certificate time-stamping-ca as subordinate-ca for time-stamping-ca',
      'item 2 of 2: CRL',
      'critical, CA, path length 0',
      'crl number',
      'revoked since CRL 1',
    ])
      expect(shown).toContain(text);
    expect(shown).toMatch(/lint passed +\d{2} rules: .*\bCRT-1\b/);
    expect(shown).toMatch(/lint passed +\d{2} rules: .*\bCRL-9\b/);
    expect(shown).toMatch(/requested by +alice/);
    expect(shown).toMatch(/approved by +alice/);
  });
});
