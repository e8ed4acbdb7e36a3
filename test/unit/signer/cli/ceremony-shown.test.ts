import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { isoText, unixSeconds } from '../../../../shared/time.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { checkedLines } from '../../../../signer/cli/ceremony-text.ts';
import { type CeremonyUnderTest, startWithRoot } from '../ceremony/ceremony-under-test.ts';
import { entry, withCRL } from '../ceremony/host-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;

beforeAll(async () => {
  test = await startWithRoot();
  request = await test.request();
});
afterAll(() => test.close());

/** What the witnesses read before they are asked. */
async function shown(asked: CeremonyRequest): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  await test.sign(test.bundle(asked), async (checked) => {
    lines = checkedLines(checked);
    return false;
  });
  return lines;
}

describe('what the witnesses of a CRL read', () => {
  it('CRL-15: date and reason of every entry that is added, past the fifty of the summary too', async () => {
    const entries = Array.from({ length: 60 }, (_, n) => entry(test, n));
    const at = unixSeconds(test.now() - 400 * 86_400);
    const all = [...entries, { ...entry(test, 60), revocationDate: at }];
    const lines = await shown(withCRL(test, request, { crlNumber: 2, revokedCertificates: all }));
    expect(lines.find((line) => line.startsWith('revoked since CRL 1'))).toMatch(/ 61$/);
    for (const n of all.keys()) {
      const date = isoText(n === 60 ? at : (entries[0]?.revocationDate ?? at));
      const serial = `11${n.toString(16).padStart(2, '0')}`;
      expect(lines).toContain(`  ${serial}  keyCompromise as of ${date}`);
    }
  });

  it('CRL-15: of a CRL that adds nothing, that it adds nothing', async () => {
    const one = { revokedCertificates: [entry(test, 1)] };
    must(await test.sign(test.bundle(withCRL(test, request, { crlNumber: 3, ...one }))), 'sign');
    const lines = await shown(withCRL(test, request, { crlNumber: 4, ...one }));
    expect(lines.at(-1)).toMatch(/^revoked since CRL 3 +nothing$/);
    expect(lines.filter((line) => line.includes('keyCompromise'))).toHaveLength(1);
  });
});

describe('what a bundle cannot make the witnesses read', () => {
  it('CRL-18: a reason that turns, hides and indents text is one line of escapes', async () => {
    const reason = `routine \u202e)deko\u200b${' '.repeat(300)}approved by   bob`;
    const asked = { ...request, reason, requestedBy: 'al\u0456ce' };
    const one = { crlNumber: 5, revokedCertificates: [entry(test, 1)] };
    const lines = await shown(withCRL(test, asked, one));
    expect(lines).toContain('reason           routine \\u{202e})deko\\u{200b} approved by bob');
    expect(lines).toContain(`requested by     al\\u{456}ce, key ${request.requestedByKey}`);
  });
});
