import { beforeAll, expect, it } from 'vitest';
import { addSeconds, isoText, type UnixSeconds } from '../../../../shared/time.ts';
import type { Authority } from '../../../../workers/repository/check/authorities.ts';
import { decodeCertificate } from '../../../../workers/repository/check/certificate.ts';
import { judgeCertificate } from '../../../../workers/repository/check/judge-certificate.ts';
import type { Report } from '../../../../workers/repository/check/report.ts';
import {
  CheckPKI,
  type KeyKind,
  nowByClock,
  type Party,
  type Recorded,
  worldOf,
} from '../../../support/check-pki.ts';
import { expectFactsForWords } from '../../../support/check-words.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';

const DAY = 86_400;

let pki: CheckPKI;
let root: Party;
let subCA: Party;
let leaf: Party;
let responder: Party;
let authorities: readonly Authority[];

beforeAll(async () => {
  pki = new CheckPKI();
  root = pki.root('root');
  subCA = pki.issue(root, 'sub-ca', 'ca');
  leaf = pki.issue(subCA, 'leaf', 'leaf');
  responder = pki.issue(subCA, 'responder', 'responder');
  authorities = [await pki.authority(root), await pki.authority(subCA)];
});

interface Setting {
  readonly leaf?: Omit<Recorded, 'party'> | 'not-recorded';
  readonly subCA?: Omit<Recorded, 'party'> | 'not-recorded';
  readonly responder?: Party;
  readonly arguments?: readonly string[];
  readonly nextUpdate?: 'none';
  readonly now?: UnixSeconds;
  /** The last word on what the sub-CA's responder said. */
  readonly change?: (response: Uint8Array, request: Uint8Array) => Uint8Array | undefined;
}

const UNAUTHORIZED = Uint8Array.of(0x30, 3, 0x0a, 1, 6);

/** Answers of openssl for the sub-CA first, then of the root for the sub-CA. */
function worldWith(setting: Setting) {
  const record = (party: Party, known: Setting['leaf'] = {}) =>
    known === 'not-recorded' ? [] : [{ party, ...known }];
  const ofRoot = new Set<string>();
  return worldOf(
    (request) => {
      const text = Buffer.from(request).toString('hex');
      if (isAbout(text, subCA)) {
        ofRoot.add(text);
        return pki.answer(request, root, record(subCA, setting.subCA));
      }
      const response = pki.answer(request, subCA, record(leaf, setting.leaf), {
        responder: setting.responder ?? responder,
        arguments: setting.arguments ?? [],
        ...(setting.nextUpdate ? { nextUpdate: setting.nextUpdate } : {}),
      });
      return setting.change ? setting.change(response, request) : response;
    },
    () => setting.now ?? nowByClock(),
  );
}

function isAbout(request: string, { certificate: { serialNumber } }: Party): boolean {
  return request.endsWith(Buffer.from(serialNumber).toString('hex'));
}

async function judge(setting: Setting, party: Party = leaf): Promise<Report> {
  const report = await judgeCertificate(party.certificate, authorities, worldWith(setting));
  expectFactsForWords(report);
  return report;
}

function failed({ findings }: Report): readonly string[] {
  return findings
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ check, reason }) => (reason === undefined ? check : `${check}: ${reason}`));
}

describeWithOpenSSL('what openssl answers about a certificate', () => {
  it('RFC 6960 3.2: good, and every check passed', async () => {
    const report = await judge({});
    expect(failed(report)).toEqual([]);
    expect(report.verdict).toBe('good');
    expect(report.findings.map(({ check }) => check)).toEqual([
      ...['issuer-signature', 'issuer-signature', 'chain', 'validity'],
      ...['ocsp-asked', 'ocsp-for-this', 'ocsp-responder', 'ocsp-signature', 'ocsp-times'],
      ...['ocsp-status', 'ocsp-asked', 'ocsp-for-this', 'ocsp-responder', 'ocsp-signature'],
      ...['ocsp-times', 'ocsp-status'],
    ]);
  });

  it('RFC 9919 3.1.1: one request with a SHA-256 CertID each, and nothing else is sent', async () => {
    const world = worldWith({});
    await judgeCertificate(leaf.certificate, authorities, world);
    expect(world.asked).toHaveLength(2);
    for (const request of world.asked) {
      const text = Buffer.from(request).toString('hex');
      expect(text).toContain('0609608648016503040201');
      expect(request.length).toBeLessThan(120);
    }
  });

  it('RFC 6960 2.2: revoked, with the time and the reason of the response', async () => {
    const at = nowByClock() - DAY;
    const report = await judge({ leaf: { revoked: { at, reason: 'superseded' } } });
    expect(report.verdict).toBe('revoked');
    expect(report.revocation).toMatchObject({ at, reason: 4 });
  });

  it('RFC 5280 6.1: a good certificate under a revoked CA is not good', async () => {
    const at = nowByClock() - DAY;
    const report = await judge({ subCA: { revoked: { at, reason: 'keyCompromise' } } });
    expect(report.verdict).toBe('issuer-revoked');
    expect(report.revocation?.certificate.subjectText).toContain('CN=sub-ca');
  });

  it('RFC 6960 2.2: unknown to the responder', async () => {
    const report = await judge({ leaf: 'not-recorded' });
    expect(report.verdict).toBe('unknown');
    expect(failed(report)).toEqual(['ocsp-status: unknown']);
  });

  it('RFC 9919 3.2.3: unauthorized to both CertID hashes is unknown, never good', async () => {
    const world = worldWith({ change: () => UNAUTHORIZED });
    const report = await judgeCertificate(leaf.certificate, authorities, world);
    expect(report.verdict).toBe('unknown');
    expect(failed(report)).toEqual(['ocsp-asked: unauthorized']);
    expect(world.asked).toHaveLength(3);
  });
});

describeWithOpenSSL('the ways in which a CA may answer', () => {
  it('RFC 9919 3.1.1: SHA-1 is asked where SHA-256 has no answer', async () => {
    const sha256 = '0609608648016503040201';
    const report = await judge({
      change: (response, request) =>
        Buffer.from(request).toString('hex').includes(sha256) ? UNAUTHORIZED : response,
    });
    expect(report.verdict).toBe('good');
    expect(report.findings.find(({ check }) => check === 'ocsp-for-this')?.facts).toEqual({
      hash: 'SHA-1',
    });
  });

  it('RFC 6960 4.2.2.2: the CA itself may sign', async () => {
    const report = await judge({ responder: subCA });
    expect(report.verdict).toBe('good');
  });

  it.each<KeyKind>(['RSA', 'P-384', 'P-521'])('RFC 6960 4.3: a %s responder', async (kind) => {
    const report = await judge({ responder: pki.issue(subCA, `by-${kind}`, 'responder', kind) });
    expect(failed(report)).toEqual([]);
    expect(report.verdict).toBe('good');
  });

  it.each(['-rmd sha384', '-rmd sha512'])('RFC 5758 3.2: signed with %s', async (words) => {
    const report = await judge({ arguments: words.split(' ') });
    expect(report.verdict).toBe('good');
  });
});

function flipped(response: Uint8Array, back: number): Uint8Array {
  const changed = response.slice();
  changed[changed.length - back] = (changed[changed.length - back] ?? 0) ^ 1;
  return changed;
}

describeWithOpenSSL('answers that are not believed', () => {
  it.each<[string, string, Setting | (() => Setting)]>([
    ['no answer', 'ocsp-asked: no-answer', { change: () => undefined }],
    ['a web page', 'ocsp-asked: unreadable', { change: () => Buffer.from('<!doctype html>') }],
    ['tryLater', 'ocsp-asked: tryLater', { change: () => Uint8Array.of(48, 3, 10, 1, 3) }],
    ['an octet too many', 'ocsp-asked: unreadable', { change: (r) => Buffer.from([...r, 0]) }],
    ['SHA-1 signature', 'ocsp-signature: unsupported', { arguments: ['-rmd', 'sha1'] }],
    [
      'a forged signature',
      'ocsp-signature: invalid',
      () => ({ responder: subCA, arguments: ['-resp_no_certs'], change: (r) => flipped(r, 1) }),
    ],
    [
      'a responder whose certificate is left out',
      'ocsp-responder: responder-missing',
      { arguments: ['-resp_no_certs'] },
    ],
    [
      'an ordinary certificate of the CA',
      'ocsp-responder: responder-purpose',
      () => ({ responder: pki.issue(subCA, 'no-responder', 'leaf') }),
    ],
    [
      'a responder of the CA above',
      'ocsp-responder: responder-foreign',
      () => ({ responder: pki.issue(root, 'of-the-root', 'responder') }),
    ],
  ])('RFC 6960 3.2: %s', async (_name, why, setting) => {
    const report = await judge(typeof setting === 'function' ? setting() : setting);
    expect(report.verdict).toBe('undetermined');
    expect(failed(report)).toEqual([why]);
  });
});

describeWithOpenSSL('answers for another certificate or another time', () => {
  it('RFC 6960 3.2 item 1: about another certificate', async () => {
    const other = pki.issue(subCA, 'another', 'leaf');
    const report = await judgeCertificate(
      other.certificate,
      authorities,
      worldOf(() => goodAnswer),
    );
    expect(report.verdict).toBe('undetermined');
    expect(failed(report)[0]).toBe('ocsp-for-this');
  });

  let goodAnswer: Uint8Array;
  beforeAll(async () => {
    const world = worldWith({});
    await judgeCertificate(leaf.certificate, authorities, world);
    goodAnswer = pki.answer(world.asked[0] ?? new Uint8Array(), subCA, [{ party: leaf }]);
  });

  it.each([
    ['over', 8 * DAY, 'ocsp-times: times-over'],
    ['still to come', -DAY, 'ocsp-times: times-ahead'],
  ])('RFC 6960 3.2 items 5 and 6: a window that is %s', async (_name, seconds, why) => {
    // The certificates begin now, so only the first of these is within their validity.
    const report = await judge({ now: addSeconds(nowByClock(), seconds), responder: subCA });
    expect(report.verdict).not.toBe('good');
    expect(failed(report)).toContain(why);
  });

  it('RFC 9919 4: an answer without nextUpdate', async () => {
    const report = await judge({ nextUpdate: 'none' });
    expect(report.verdict).toBe('undetermined');
    expect(failed(report)).toEqual(['ocsp-times: times-missing']);
  });

  it('RFC 6960 4.2.2.2: a responder whose certificate has ended', async () => {
    const now = addSeconds(responder.certificate.notAfter, 1);
    const report = await judge({ now });
    expect(failed(report)).toContain('ocsp-responder: responder-expired');
  });
});

describeWithOpenSSL('who issued a certificate', () => {
  it('RFC 5280 6.1: a root of the repository is told by its fingerprint, and nobody is asked', async () => {
    const world = worldWith({});
    const report = await judgeCertificate(root.certificate, authorities, world);
    expect(report.verdict).toBe('root');
    expect(world.asked).toEqual([]);
    expect(report.facts['sha256']).toBe(authorities[0]?.sha256);
  });

  it('RFC 5280 6.1: of a CA that is not in the repository', async () => {
    const report = await judge({}, pki.issue(pki.root('stranger'), 'foreign', 'leaf'));
    expect(report.verdict).toBe('foreign');
  });

  it('RFC 5280 4.1.1.3: of another key under the same name is forged', async () => {
    const impostor = pki.root('impostor');
    const twin = pki.issue(impostor, 'twin', 'ca', 'P-256', { commonName: 'sub-ca' });
    const { certificate } = pki.issue(twin, 'forged', 'leaf');
    const world = worldWith({});
    const report = await judgeCertificate(
      { ...certificate, authorityKeyIdentifier: undefined },
      authorities,
      world,
    );
    expect(report.verdict).toBe('forged');
    expect(world.asked).toEqual([]);
  });

  it('RFC 5280 4.2: a critical extension that nobody here understands', async () => {
    const report = await judge({}, pki.issue(subCA, 'critical', 'critical'));
    expect(report.verdict).toBe('undetermined');
    expect(failed(report)).toEqual(['critical-extensions']);
  });

  it('RFC 5280 4.1.2.5: one that has ended, though not revoked', async () => {
    const now = addSeconds(leaf.certificate.notAfter, 1);
    const report = await judge({ now, responder: subCA });
    expect(report.verdict).toBe('expired');
    expect(report.facts['notAfter']).toBe(isoText(leaf.certificate.notAfter));
  });

  it('RFC 5280 6.1.3: of a CA that has ended before it', async () => {
    const short = pki.issue(root, 'short-ca', 'ca', 'P-256', { days: 1 });
    const { certificate } = pki.issue(short, 'outliving', 'leaf');
    const all = [...authorities, await pki.authority(short)];
    const now = addSeconds(short.certificate.notAfter, 1);
    const world = worldOf(
      (request) =>
        isAbout(Buffer.from(request).toString('hex'), short)
          ? pki.answer(request, root, [{ party: short }])
          : pki.answer(request, short, [{ party: { ...leaf, certificate } }]),
      () => now,
    );
    const report = await judgeCertificate(certificate, all, world);
    expectFactsForWords(report);
    expect(report.verdict).toBe('issuer-outside-validity');
    const before = addSeconds(now, -2);
    const earlier = await judgeCertificate(certificate, all, { ...world, now: () => before });
    expect(earlier.verdict).toBe('good');
  });
});

describeWithOpenSSL('keys of CAs', () => {
  it.each<[KeyKind]>([['RSA'], ['P-384'], ['P-521']])(
    'RFC 5280 4.1.1.3: under a %s key',
    async (kind) => {
      const ca = pki.root(`ca-${kind}`, kind);
      const { certificate } = pki.issue(ca, `under-${kind}`, 'leaf');
      const report = await judgeCertificate(
        certificate,
        [await pki.authority(ca)],
        worldOf((request) => pki.answer(request, ca, [{ party: { ...leaf, certificate } }])),
      );
      expect(report.verdict).toBe('good');
    },
  );
});

describeWithOpenSSL('certificates that cannot be read', () => {
  it('X.690 10.1: every one-octet change of length or tag in the frame is refused or still a certificate', () => {
    expect(decodeCertificate(leaf.der)?.subjectText).toBe('CN=leaf, O=Inkan check, C=JP');
    expect(decodeCertificate(leaf.der.subarray(0, -1))).toBeUndefined();
    expect(decodeCertificate(new Uint8Array([...leaf.der, 0]))).toBeUndefined();
    for (let at = 0; at < 8; at++) {
      const changed = leaf.der.slice();
      changed[at] = 0x80;
      expect(decodeCertificate(changed)).toBeUndefined();
    }
  });
});
