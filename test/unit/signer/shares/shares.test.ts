import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { readShare, type Share, shareText } from '../../../../signer/shares/share-file.ts';
import { combineShares, splitPassphrase } from '../../../../signer/shares/split.ts';

const PASSPHRASE = new TextEncoder().encode('correct horse 電池 staple');

function splitting(shares: number, threshold: number): Promise<readonly Share[]> {
  return splitPassphrase({ passphrase: PASSPHRASE, opens: 'root', shares, threshold, randomBytes });
}

describe('shares of a passphrase', () => {
  it('CP 6.2.2: any K of N shares open, whichever they are, and fewer are refused', async () => {
    const all = await splitting(5, 3);
    for (const [a, b, c] of [
      [0, 1, 2],
      [4, 2, 0],
      [1, 3, 4],
    ] as const) {
      const some = [a, b, c].flatMap((i) => all[i] ?? []);
      expect(must(await combineShares(some), 'three of five')).toEqual(PASSPHRASE);
    }
    expect(must(await combineShares(all), 'all of them')).toEqual(PASSPHRASE);
    expect(await combineShares(all.slice(0, 2))).toMatchObject({
      error: { code: 'shares-too-few', given: 2, threshold: 3 },
    });
  });

  it('CP 6.2.2: shares of two sets, a doubled and a made-up one are refused by name', async () => {
    const [all, others] = [await splitting(3, 2), await splitting(3, 2)];
    const [first, second] = all as [Share, Share];
    expect(await combineShares([first, ...others.slice(1, 2)])).toMatchObject({
      error: { code: 'shares-mixed', index: 1 },
    });
    expect(await combineShares([first, first])).toMatchObject({
      error: { code: 'share-doubled', number: 1 },
    });
    const data = Uint8Array.from(second.data);
    data[5] = (data[5] ?? 0) ^ 1;
    expect(await combineShares([first, { ...second, data }])).toMatchObject({
      error: { code: 'shares-disagree' },
    });
  });

  it('CP 6.2.2: a share is read as it was printed, and not with one character changed', async () => {
    const [share] = (await splitting(3, 2)) as [Share];
    const text = shareText(share);
    expect(readShare(text)).toEqual({ ok: true, value: share });
    expect(readShare(text.replaceAll('\n', ' \r\n'))).toEqual({ ok: true, value: share });
    for (const changed of [
      text.replace('any 2', 'any 1'),
      text.replace(/data (.)/, (_, digit) => `data ${digit === '0' ? '1' : '0'}`),
      text.slice(0, -2),
      '',
    ])
      expect(readShare(changed)).toMatchObject({ error: { code: 'share-damaged' } });
  });
});
