import { beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../../shared/time.ts';
import { judgeCertificate } from '../../../../workers/repository/check/judge-certificate.ts';
import type { Report } from '../../../../workers/repository/check/report.ts';
import {
  CheckPKI,
  nowByClock,
  type Party,
  type Recorded,
  worldOf,
} from '../../../support/check-pki.ts';
import { expectFactsForWords } from '../../../support/check-words.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';

let pki: CheckPKI;
let root: Party;
let link: Party;
let subCA: Party;
let renewed: Party;

beforeAll(() => {
  pki = new CheckPKI();
  root = pki.root('root');
  link = pki.issue(root, 'link', 'ca', 'P-256', { commonName: 'root' });
  subCA = pki.issue(root, 'sub-ca', 'ca');
  renewed = pki.renew(root, subCA, 'renewed');
});

const COMPROMISED = () => ({ at: nowByClock() - 1_000, reason: 'keyCompromise' });

/** The verdict on `party` of `issuer`, where the root knows of its CAs what is `recorded`. */
async function judge(
  [party, issuer]: readonly [Party, Party],
  catalogue: readonly Party[],
  recorded: readonly Recorded[],
  now = addSeconds(nowByClock(), 2),
): Promise<Report> {
  const isOf = (request: Uint8Array, { certificate }: Party) =>
    Buffer.from(request)
      .toString('hex')
      .endsWith(Buffer.from(certificate.serialNumber).toString('hex'));
  const world = worldOf(
    (request) =>
      isOf(request, party) && issuer !== root
        ? pki.answer(request, issuer, [{ party }])
        : pki.answer(request, root, recorded),
    () => now,
  );
  const authorities = await Promise.all(catalogue.map((ca) => pki.authority(ca)));
  const report = await judgeCertificate(party.certificate, authorities, world);
  expectFactsForWords(report);
  return report;
}

describeWithOpenSSL('a CA below a root that bears its name', () => {
  it('RFC 5280 3.2: it is self-issued and no root, and is asked about', async () => {
    const leaf = pki.issue(link, 'leaf', 'leaf');
    const catalogue = [root, link];
    const good = await judge([leaf, link], catalogue, [{ party: link }]);
    expect(good.verdict).toBe('good');
    const revoked = [{ party: link, revoked: COMPROMISED() }];
    expect((await judge([leaf, link], catalogue, revoked)).verdict).toBe('issuer-revoked');
    expect((await judge([link, root], catalogue, revoked)).verdict).toBe('revoked');
    expect((await judge([root, root], catalogue, revoked)).verdict).toBe('root');
  });

  it('RFC 5280 6.1: without its root in the catalogue it leads nowhere', async () => {
    const leaf = pki.issue(link, 'leaf-of-link', 'leaf');
    expect((await judge([leaf, link], [link], [{ party: link }])).verdict).not.toBe('good');
  });
});

describeWithOpenSSL('a CA with two certificates for one key', () => {
  const both = () => [
    [root, subCA, renewed],
    [renewed, subCA, root],
  ];

  it('CRL-13: a key that is compromised under one is so under the other', async () => {
    const leaf = pki.issue(subCA, 'leaf-of-two', 'leaf');
    for (const catalogue of both()) {
      const good = await judge([leaf, subCA], catalogue, [{ party: subCA }, { party: renewed }]);
      expect(good.verdict).toBe('good');
      for (const [one, other] of [
        [subCA, renewed],
        [renewed, subCA],
      ] as const) {
        const recorded = [{ party: one, revoked: COMPROMISED() }, { party: other }];
        const report = await judge([leaf, subCA], catalogue, recorded);
        expect(report.verdict).toBe('issuer-revoked');
      }
    }
  });

  it('RFC 5280 6.1.3: one that has ended is no matter while the other is valid', async () => {
    const short = pki.issue(root, 'short', 'ca', 'P-256', { days: 1 });
    const longer = pki.renew(root, short, 'longer');
    const leaf = pki.issue(short, 'leaf-of-short', 'leaf');
    const now = addSeconds(short.certificate.notAfter, 1);
    for (const catalogue of [
      [root, short, longer],
      [root, longer, short],
    ]) {
      const known = await judge([leaf, short], catalogue, [{ party: longer }], now);
      expect(known.verdict).toBe('good');
      const silent = await judge([leaf, short], catalogue, [{ party: short }], now);
      expect(silent.verdict).toBe('undetermined');
    }
  });
});
