import { beforeAll, expect, it } from 'vitest';
import { addSeconds, type UnixSeconds } from '../../../../shared/time.ts';
import type { Authority } from '../../../../workers/repository/check/authorities.ts';
import { type Candidate, compareImprint } from '../../../../workers/repository/check/imprint.ts';
import { judgeToken, meaningAt } from '../../../../workers/repository/check/judge-token.ts';
import { readInput } from '../../../../workers/repository/check/read-input.ts';
import type { Report } from '../../../../workers/repository/check/report.ts';
import {
  CheckPKI,
  type KeyKind,
  nowByClock,
  type Party,
  type Recorded,
  type StampOptions,
  worldOf,
} from '../../../support/check-pki.ts';
import { expectFactsForWords } from '../../../support/check-words.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';

const HOUR = 3600;
const UNAUTHORIZED = Uint8Array.of(0x30, 3, 0x0a, 1, 6);
const DATA = new TextEncoder().encode('what is stamped');

let pki: CheckPKI;
let root: Party;
let subCA: Party;
let tsa: Party;
let authorities: readonly Authority[];

beforeAll(async () => {
  pki = new CheckPKI();
  root = pki.root('root');
  subCA = pki.issue(root, 'sub-ca', 'ca');
  tsa = pki.issue(subCA, 'tsa', 'tsa');
  authorities = [await pki.authority(root), await pki.authority(subCA)];
});

interface Setting {
  readonly tsa?: Party;
  readonly revoked?: Recorded['revoked'];
  readonly subCARevoked?: Recorded['revoked'];
  readonly stamp?: StampOptions;
  readonly data?: readonly Uint8Array[];
  readonly given?: readonly Party[];
  /** The CA of the TSA answers nothing but unauthorized. */
  readonly silent?: boolean;
  /** Seconds after the time that is in the token. */
  readonly genTimeLater?: number;
  readonly now?: UnixSeconds;
  readonly change?: (response: Uint8Array) => Uint8Array;
}

async function judge(setting: Setting): Promise<Report> {
  const { tsa: by = tsa, revoked, subCARevoked, change = (response) => response } = setting;
  const response = change(pki.stamp(by, DATA, setting.stamp));
  const [item] = readInput(response);
  if (item?.kind !== 'token') throw new Error(`no token was read, but ${item?.kind}`);
  const world = worldOf(
    (request) =>
      Buffer.from(request).toString('hex').endsWith(serialOf(subCA))
        ? pki.answer(request, root, [known(subCA, subCARevoked)])
        : setting.silent
          ? UNAUTHORIZED
          : pki.answer(request, subCA, [known(by, revoked)]),
    () => setting.now ?? addSeconds(nowByClock(), 2),
  );
  const company = {
    certificates: (setting.given ?? []).map(({ certificate }) => certificate),
    comparisons: await compareImprint(item.token.imprint, (setting.data ?? [DATA]).map(candidate)),
  };
  const genTime = addSeconds(item.token.genTime, setting.genTimeLater ?? 0);
  const report = await judgeToken({ ...item.token, genTime }, company, authorities, world);
  expectFactsForWords(report);
  return report;
}

function candidate(octets: Uint8Array): Candidate {
  return { name: 'data.txt', octets, onlyCertificates: [] };
}

function known(party: Party, revoked: Recorded['revoked']): Recorded {
  return revoked ? { party, revoked } : { party };
}

function serialOf({ certificate }: Party): string {
  return Buffer.from(certificate.serialNumber).toString('hex');
}

function failed({ findings }: Report): readonly string[] {
  return findings
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ check, reason }) => (reason === undefined ? check : `${check}: ${reason}`));
}

describeWithOpenSSL('tokens of openssl ts', () => {
  it.each<[KeyKind, StampOptions]>([
    ['P-256', {}],
    ['P-256', { essHash: 'sha1' }],
    ['P-256', { essHash: 'sha384', signerDigest: 'sha384', imprintHash: 'sha512' }],
    ['P-384', { signerDigest: 'sha384' }],
    ['P-521', { signerDigest: 'sha512' }],
    ['RSA', {}],
    ['RSA', { essHash: 'sha1', signerDigest: 'sha512' }],
  ])('RFC 3161 2.4.2: %s, %j: good, and openssl agrees', async (kind, stamp) => {
    const by = pki.issue(subCA, `tsa-${kind}`, 'tsa', kind);
    const report = await judge({ tsa: by, stamp });
    expect(failed(report)).toEqual([]);
    expect(report.verdict).toBe('token-good');
    const response = pki.stamp(by, DATA, stamp);
    expect(pki.opensslVerifies(response, DATA, root, subCA)).toBe(true);
  });

  it('RFC 3161 2.4.2: the token alone, without the response around it', async () => {
    const report = await judge({ change: (response) => pki.tokenOf(response) });
    expect(report.verdict).toBe('token-good');
  });

  it('RFC 5816 2.2.1: with the chain in the token', async () => {
    expect((await judge({ stamp: { chain: subCA } })).verdict).toBe('token-good');
  });

  it('RFC 3161 2.4.1 certReq: without certificates, the TSA has to be given', async () => {
    const stamp = { withCertificates: false };
    const without = await judge({ stamp });
    expect(without.verdict).toBe('token-undetermined');
    expect(failed(without)).toEqual(['token-signer']);
    expect((await judge({ stamp, given: [subCA, tsa] })).verdict).toBe('token-good');
  });

  it('RFC 3161 2.4.2 messageImprint: other data', async () => {
    const report = await judge({ data: [new Uint8Array([1]), new Uint8Array([2])] });
    expect(report.verdict).toBe('token-other-data');
    expect(failed(report)).toEqual(['imprint: not-stamped', 'imprint: not-stamped']);
  });

  it('RFC 3161 2.4.2 messageImprint: without the data it is said that nothing was compared', async () => {
    const report = await judge({ data: [] });
    expect(report.verdict).toBe('token-good');
    expect(failed(report)).toEqual(['imprint: no-data']);
  });

  it('RFC 6960 2.4: a token that is younger than the answer about its TSA', async () => {
    const younger = await judge({ genTimeLater: HOUR, now: addSeconds(nowByClock(), 2 * HOUR) });
    expect(younger.verdict).toBe('token-good');
    expect(failed(younger)).toEqual(['ocsp-times: older-than-token']);
  });

  it('RFC 3161 2.4.2 genTime: a token from the future cannot be judged yet', async () => {
    const report = await judge({ genTimeLater: HOUR });
    expect(report.verdict).toBe('token-undetermined');
  });
});

describeWithOpenSSL('tokens whose TSA was revoked', () => {
  const inAnHour = () => addSeconds(nowByClock(), HOUR);
  const anHourAgo = () => addSeconds(nowByClock(), -HOUR);
  const now = () => addSeconds(nowByClock(), 2 * HOUR);

  it.each(['affiliationChanged', 'superseded', 'cessationOfOperation', 'unspecified'])(
    'RFC 3161 4 item 1: made before a revocation for %s, it stays good',
    async (reason) => {
      const report = await judge({ revoked: { at: inAnHour(), reason }, now: now() });
      expect(report.verdict).toBe('token-good');
      expect(report.revocation).toBeDefined();
    },
  );

  it.each(['affiliationChanged', 'superseded', 'cessationOfOperation'])(
    'RFC 3161 4 item 1: made after a revocation for %s, it is not good',
    async (reason) => {
      const report = await judge({ revoked: { at: anHourAgo(), reason }, now: now() });
      expect(report.verdict).toBe('token-late');
    },
  );

  it.each(['keyCompromise', 'CACompromise', undefined])(
    'RFC 3161 4: revoked for %s, no token is good whenever it was made',
    async (reason) => {
      const at = inAnHour();
      const revoked = reason === undefined ? { at } : { at, reason };
      expect((await judge({ revoked, now: now() })).verdict).toBe('token-compromised');
    },
  );

  it.each([
    ['keyCompromise', 'token-compromised'],
    ['superseded', 'token-good'],
  ])('RFC 3161 4, CRL-13: the CA above revoked later for %s', async (reason, verdict) => {
    const report = await judge({ subCARevoked: { at: inAnHour(), reason }, now: now() });
    expect(report.verdict).toBe(verdict);
  });

  it('RFC 3161 2.4.2 accuracy: a token that may be of the time of revocation is late', () => {
    const revocation = { at: addSeconds(nowByClock(), 10), reason: 4 };
    const genTime = addSeconds(nowByClock(), 0);
    expect(meaningAt({ genTime, accuracySeconds: 9 }, revocation)).toBe('token-good');
    expect(meaningAt({ genTime, accuracySeconds: 10 }, revocation)).toBe('token-late');
  });
});

function signedBy(party: Party): Setting {
  return { change: (response) => pki.resign(response, party) };
}

describeWithOpenSSL('tokens of a TSA whose certificate has ended since', () => {
  const after = () => addSeconds(tsa.certificate.notAfter, 1);

  it('RSP-16: a CA that answers no more leaves it open, and the CRL is named', async () => {
    const report = await judge({ silent: true, now: after() });
    expect(report.verdict).toBe('token-undetermined');
    expect(failed(report)).toContain('tsa-validity: ended-since');
    const during = await judge({ silent: true });
    expect(during.verdict).toBe('token-unknown');
  });

  it('RFC 5280 6.1.3: a CA above that had ended at genTime', async () => {
    const short = pki.issue(root, 'short-ca', 'ca', 'P-256', { days: 1 });
    const by = pki.issue(short, 'outliving-tsa', 'tsa');
    const all = [...authorities, await pki.authority(short)];
    const [item] = readInput(pki.stamp(by, DATA));
    if (item?.kind !== 'token') throw new Error('no token');
    const token = { ...item.token, genTime: addSeconds(short.certificate.notAfter, 1) };
    const company = { certificates: [], comparisons: new Map() };
    const report = await judgeToken(
      token,
      company,
      all,
      worldOf(() => undefined),
    );
    expectFactsForWords(report);
    expect(report.verdict).toBe('token-outside-validity');
  });
});

describeWithOpenSSL('tokens that do not hold', () => {
  it('RFC 3161 2.3: what openssl cms signs for a TSA is a token too', async () => {
    expect((await judge(signedBy(tsa))).verdict).toBe('token-good');
  });

  it.each<[string, () => Setting, readonly string[]]>([
    [
      'RFC 3161 2.3: a certificate whose purpose is not critical',
      () => signedBy(pki.issue(subCA, 'lax', 'tsa-lax')),
      ['tsa-purpose'],
    ],
    [
      'RFC 3161 2.3: a certificate with another purpose beside it',
      () => signedBy(pki.issue(subCA, 'two', 'tsa-two')),
      ['tsa-purpose'],
    ],
    [
      'RFC 5652 5.6: another signature',
      () => ({ change: (response) => changedAt(response, response.length - 1) }),
      ['token-signature: invalid'],
    ],
    [
      'RFC 5652 5.4: another genTime',
      () => ({ change: (response) => changedAt(response, genTimeAt(response)) }),
      ['token-digest: invalid'],
    ],
    [
      'RFC 5816 2.2.1: another certificate than the one it names',
      () => ({ change: (response) => changedAt(response, essHashAt(response)) }),
      ['token-binding'],
    ],
  ])('%s', async (_name, setting, why) => {
    const report = await judge({ ...setting(), data: [DATA] });
    expect(report.verdict).toBe('token-broken');
    expect(failed(report)).toEqual(why);
  });

  it('RFC 5280 4.1.2.5: made when the certificate of the TSA had ended', async () => {
    const [item] = readInput(pki.stamp(tsa, DATA));
    if (item?.kind !== 'token') throw new Error('no token');
    const { notAfter, notBefore } = tsa.certificate;
    for (const genTime of [addSeconds(notAfter, 1), addSeconds(notBefore, -1)]) {
      const token = { ...item.token, genTime };
      const company = { certificates: [], comparisons: new Map() };
      const report = await judgeToken(
        token,
        company,
        authorities,
        worldOf(() => undefined),
      );
      expect(report.verdict).toBe('token-outside-validity');
    }
  });

  it('RFC 3161 2.4.2: of a TSA whose CA is not in this repository', async () => {
    const stranger = pki.issue(pki.root('stranger'), 'strange-tsa', 'tsa');
    const report = await judge({ tsa: stranger });
    expect(report.verdict).toBe('token-foreign');
  });

  it('RFC 8017 9.2: SHA-1 signatures are not taken for proof', async () => {
    const report = await judge({ stamp: { signerDigest: 'sha1' } });
    expect(report.verdict).toBe('token-undetermined');
    expect(failed(report)).toEqual(['token-digest: unsupported']);
  });
});

function changedAt(octets: Uint8Array, at: number): Uint8Array {
  const changed = octets.slice();
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** A digit of the seconds, in the only GeneralizedTime of a token. */
function genTimeAt(response: Uint8Array): number {
  return Buffer.from(response).indexOf(Buffer.from([0x18, 15])) + 15;
}

/** In the digest of SigningCertificateV2. */
function essHashAt(response: Uint8Array): number {
  const type = Buffer.from('060b2a864886f70d010910022f', 'hex');
  return Buffer.from(response).indexOf(type) + type.length + 20;
}
