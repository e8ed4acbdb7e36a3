import { beforeAll, expect, it } from 'vitest';
import { bytesEqual } from '../../shared/bytes.ts';
import { compareImprint } from '../../workers/repository/check/imprint.ts';
import { judgeCertificate } from '../../workers/repository/check/judge-certificate.ts';
import { judgeToken } from '../../workers/repository/check/judge-token.ts';
import { decodeOCSPReply } from '../../workers/repository/check/ocsp-reply.ts';
import { readInput, readPasted } from '../../workers/repository/check/read-input.ts';
import type { TimeStampToken } from '../../workers/repository/check/time-stamp-token.ts';
import { CheckPKI, type Party, worldOf } from '../support/check-pki.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import { bounded } from './bounded.ts';
import { mutated, randomOctets, seededRandom } from './mutations.ts';

const DATA = new TextEncoder().encode('what is stamped');

let pki: CheckPKI;
let root: Party;
let leaf: Party;
let response: Uint8Array;
let answer: Uint8Array;

beforeAll(async () => {
  pki = new CheckPKI();
  root = pki.root('root');
  leaf = pki.issue(root, 'tsa', 'tsa');
  response = pki.stamp(leaf, DATA, { chain: root });
  const world = worldOf(() => undefined);
  await judgeCertificate(leaf.certificate, [await pki.authority(root)], world);
  answer = pki.answer(world.asked[0] ?? new Uint8Array(), root, [{ party: leaf }]);
});

describeWithOpenSSL('decoders of the check page', () => {
  it.each<[string, () => Uint8Array]>([
    ['a certificate', () => leaf.der],
    ['a time-stamp response', () => response],
    ['PEM', () => new TextEncoder().encode(pki.pemOf(leaf, root))],
  ])('CP 2.2: mutations of %s are read or refused, in bounded time', (_name, source) => {
    const accepted = bounded(mutated(seededRandom(1), [source(), answer], 4_000), (octets) =>
      readInput(octets).some(({ kind }) => kind === 'certificate' || kind === 'token'),
    );
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(4_000);
  });

  it('CP 2.2: mutations of an OCSP response are read or refused', () => {
    const accepted = bounded(
      mutated(seededRandom(2), [answer, response], 4_000),
      (octets) => decodeOCSPReply(octets).kind === 'signed',
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('CP 2.2: random octets and texts are no certificate', () => {
    const random = seededRandom(3);
    const inputs = Array.from({ length: 2_000 }, () => randomOctets(random, 200));
    expect(bounded(inputs, (octets) => readInput(octets)[0]?.kind === 'certificate')).toBe(0);
    const latin1 = new TextDecoder('latin1');
    expect(
      bounded(inputs, (octets) => readPasted(latin1.decode(octets))[0]?.kind === 'certificate'),
    ).toBe(0);
  });
});

describeWithOpenSSL('verdicts about what was tampered with', () => {
  it('RFC 6960 3.2: a changed response is believed only where what was signed is unchanged', async () => {
    const original = decodeOCSPReply(answer);
    if (original.kind !== 'signed') throw new Error('openssl did not sign');
    const authorities = [await pki.authority(root)];
    let believed = 0;
    for (const octets of mutated(seededRandom(4), [answer, response], 1_500)) {
      const { verdict } = await judgeCertificate(
        leaf.certificate,
        authorities,
        worldOf(() => octets),
      );
      if (verdict !== 'good') continue;
      believed++;
      const reply = decodeOCSPReply(octets);
      const tbs = reply.kind === 'signed' ? reply.reply.tbs : new Uint8Array();
      expect(bytesEqual(tbs, original.reply.tbs)).toBe(true);
    }
    expect(believed).toBeLessThan(1_500);
  });

  it('RFC 3161 2.4.2: a changed token is good only where its TSTInfo is unchanged', async () => {
    const original = tokenIn(response);
    const authorities = [await pki.authority(root)];
    const world = worldOf(() => answer);
    let good = 0;
    for (const octets of mutated(seededRandom(5), [response, answer], 1_500)) {
      const token = tokenIn(octets);
      if (!token) continue;
      const candidate = { name: 'data', octets: DATA, onlyCertificates: [] };
      const comparisons = await compareImprint(token.imprint, [candidate]);
      const company = { certificates: [], comparisons };
      const { verdict } = await judgeToken(token, company, authorities, world);
      if (verdict !== 'token-good') continue;
      good++;
      expect(bytesEqual(token.tstInfo, original?.tstInfo ?? new Uint8Array())).toBe(true);
    }
    expect(good).toBeLessThan(1_500);
  });
});

function tokenIn(octets: Uint8Array): TimeStampToken | undefined {
  const [item] = readInput(octets);
  return item?.kind === 'token' ? item.token : undefined;
}
