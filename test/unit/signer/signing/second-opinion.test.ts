import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { certificateCandidate } from '../../../../signer/lint/certificate/candidate.ts';
import { crlCandidate } from '../../../../signer/lint/crl/candidate.ts';
import { certificateDisagreement } from '../../../../signer/signing/second-opinion/certificate.ts';
import { crlDisagreement } from '../../../../signer/signing/second-opinion/crl.ts';
import { crlPages } from '../../../../signer/signing/second-opinion/crl-pages.ts';
import { octets, tlv } from '../../../support/octets.ts';
import { contentsOf, issuerOf, NOW, profileOf, tbsOf } from '../lint/certificate-under-test.ts';
import { ISSUER, KEY_IDENTIFIER, tbsCertList } from '../lint/crl-under-test.ts';
import { elementAt, replaceAt, wrapped } from '../lint/der-edit.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ALGORITHM = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0c 05 00');

/** The finished artifact, signed by node:crypto and put together here. */
function finished(tbs: Uint8Array) {
  const value = new Uint8Array(sign('sha384', tbs, privateKey));
  const der = wrapped(0x30, tbs, ALGORITHM, wrapped(0x03, Uint8Array.of(0), value));
  return { der, signature: { algorithm: 'sha384WithRSAEncryption', value } as const };
}

const NAME = encodeName([['O', 'Another']]);

describe('a finished certificate', () => {
  const tbs = tbsOf('tsa');
  const { der, signature } = finished(tbs);
  const linted = must(
    certificateCandidate(tbs, profileOf('tsa'), issuerOf('tsa'), NOW, contentsOf('tsa')),
    'candidate',
  );
  const { fields } = linted;

  it('CP 4.3.1: another implementation reads every profile as it was meant', () => {
    for (const profile of ['root-ca', 'time-stamping-ca', 'ocsp-responder', 'tsa'] as const) {
      const bytes = tbsOf(profile);
      const candidate = certificateCandidate(bytes, profileOf(profile), issuerOf(profile), NOW);
      const made = finished(bytes);
      const read = must(candidate, profile);
      expect(certificateDisagreement(made.der, read, made.signature)).toBeNull();
    }
  });

  it.each([
    ['tbsCertificate.serialNumber', { serialNumber: octets('01') }],
    ['tbsCertificate.issuer', { issuer: NAME }],
    ['tbsCertificate.subject', { subject: NAME }],
    ['tbsCertificate.subjectPublicKeyInfo', { spki: octets('30 00') }],
    ['tbsCertificate.extensions count', { extensions: fields.extensions.slice(1) }],
    [
      'tbsCertificate.extensions[2.5.29.15].critical',
      { extensions: fields.extensions.map((e) => ({ ...e, critical: e.extnID === '2.5.29.37' })) },
    ],
    [
      'tbsCertificate.extensions[2.5.29.35].extnValue',
      { extensions: fields.extensions.map((e) => ({ ...e, value: octets('30 00') })) },
    ],
    [
      'tbsCertificate.notBefore',
      { validity: replaceAt(fields.validity, [0], tlv(0x17, Buffer.from('261123040001Z'))) },
    ],
    [
      'tbsCertificate.notAfter',
      { validity: replaceAt(fields.validity, [1], tlv(0x17, Buffer.from('380223035958Z'))) },
    ],
  ])('CP 4.3.1: where the two read %s otherwise it is named', (field, other) => {
    const read = { ...linted, fields: { ...fields, ...other } };
    expect(certificateDisagreement(der, read, signature)).toMatchObject({ field });
  });

  it.each([
    ['other bytes than were linted', replaceAt(der, [0, 1], octets('02 01 01')), 'tbsCertificate'],
    ['octets after the end', Buffer.concat([der, octets('00')]), 'tbsCertificate'],
    [
      'another outer algorithm',
      replaceAt(der, [1, 0], octets('06 09 2a 86 48 86 f7 0d 01 01 0b')),
      'signatureAlgorithm',
    ],
    ['another signature', replaceAt(der, [2], octets('03 02 00 01')), 'signatureValue'],
  ])('CP 4.3.1: %s are named', (_what, changed, field) => {
    expect(certificateDisagreement(changed, linted, signature)).toMatchObject({ field });
  });

  it('CP 4.3.1: what the second parser cannot read at all is a disagreement, not a crash', () => {
    const broken = replaceAt(tbs, [6], octets('30 00'));
    const made = finished(broken);
    const read = { ...linted, tbs: broken };
    expect(certificateDisagreement(made.der, read, made.signature)).toMatchObject({ field: 'DER' });
  });
});

function revoked(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    serialNumber: must(
      serialNumberFromContents(octets(`01 ${(i + 256).toString(16).padStart(6, '0')}`)),
      's',
    ),
    revocationDate: unixSeconds(NOW - i),
    reason: ([1, 3, 4, 5] as const)[i % 4] ?? 1,
    recordedAt: NOW,
  }));
}

function crlOf(count: number) {
  const tbs = tbsCertList({ revokedCertificates: revoked(count) });
  const context = {
    issuer: ISSUER,
    keyIdentifier: KEY_IDENTIFIER,
    signatureAlgorithm: 'sha384WithRSAEncryption',
    expiredCertsOnCRL: null,
    previous: null,
    now: NOW,
  } as const;
  return { tbs, linted: must(crlCandidate(tbs, context), 'candidate'), ...finished(tbs) };
}

describe('a finished CRL', () => {
  it.each([0, 1, 128, 129, 1_500])(
    'CRL-14: another implementation reads a CRL of %d entries as it was meant',
    (count) => {
      const { der, linted, signature } = crlOf(count);
      expect(crlDisagreement(der, linted, signature)).toBeNull();
    },
  );

  const { der, linted, signature, tbs } = crlOf(300);
  const { fields } = linted;
  const generalizedTime = tlv(0x18, Buffer.from('20261101000000Z', 'ascii'));

  it.each([
    ['userCertificate', [5, 200, 0], octets('02 05 00 01 00 01 c8'), 200],
    ['revocationDate', [5, 130, 1], generalizedTime, 130],
    ['reasonCode', [5, 299, 2, 0, 0], octets('06 03 55 1d 15 01 01 ff'), 299],
  ] as const)(
    'CRL-14: an entry whose %s the two read otherwise is named',
    (field, path, by, entry) => {
      // What lint refuses (CRL-12, CRL-14): only the other parser makes something of it.
      const other = replaceAt(tbs, path, by);
      const read = must(crlCandidate(other, linted), 'candidate');
      const made = finished(other);
      expect(crlDisagreement(made.der, read, made.signature)?.field).toMatch(
        new RegExp(`^revokedCertificates\\[${entry}\\].*\\.${field}$`),
      );
    },
  );

  it.each([
    ['tbsCertList.issuer', { fields: { ...fields, issuer: NAME } }],
    ['tbsCertList.thisUpdate', { fields: { ...fields, thisUpdate: generalizedTime } }],
    ['tbsCertList.nextUpdate', { fields: { ...fields, nextUpdate: null } }],
    ['tbsCertList.crlExtensions count', { fields: { ...fields, crlExtensions: [] } }],
    ['authorityKeyIdentifier.keyIdentifier', { keyIdentifier: new Uint8Array(20) }],
  ])('CRL-2: where the two read %s otherwise it is named', (field, other) => {
    expect(crlDisagreement(der, { ...linted, ...other }, signature)).toMatchObject({ field });
  });

  it('CRL-2: another signature, algorithm or list than what was linted is named', () => {
    const other = crlOf(299);
    expect(crlDisagreement(other.der, linted, signature)).toMatchObject({
      field: 'tbsCertList is what was linted',
    });
    expect(crlDisagreement(der, linted, { ...signature, value: octets('00') })).toMatchObject({
      field: 'signatureValue',
    });
    const sha256 = { ...signature, algorithm: 'sha256WithRSAEncryption' } as const;
    expect(crlDisagreement(der, linted, sha256)).toMatchObject({ field: 'signatureAlgorithm' });
    const truncated = replaceAt(der, [0], elementAt(der, [0]).subarray(0, -1));
    expect(crlDisagreement(truncated, linted, signature)).not.toBeNull();
  });
});

describe('pages of a CRL', () => {
  const pagesOf = (count: number, seed = '00') => {
    const { tbs, linted } = crlOf(count);
    return [...crlPages(tbs, linted.fields, count, octets(seed))].map(({ first }) => first / 128);
  };

  it('CRL-14: up to 1,024 entries every page is read', () => {
    expect(pagesOf(1_024)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(pagesOf(0)).toEqual([0]);
  });

  it('CRL-14: of a longer list eight pages at most, first and last among them, drawn by the signature', () => {
    const one = pagesOf(4_000, '01');
    const another = pagesOf(4_000, '02');
    for (const pages of [one, another]) {
      expect(pages.length).toBeLessThanOrEqual(8);
      expect(pages[0]).toBe(0);
      expect(pages.at(-1)).toBe(31);
    }
    expect(one).not.toEqual(another);
  });

  it('CRL-14: a page holds its entries only, whatever the length of the list', () => {
    const { tbs, linted } = crlOf(4_000);
    const lengths = [...crlPages(tbs, linted.fields, 4_000, octets('01'))].map(
      (page) => page.tbs.length,
    );
    expect(Math.max(...lengths)).toBeLessThan(tbs.length / 20);
  });
});
