import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CRLReason } from '../../../../shared/policy/crl-reasons.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { lint } from '../../../../signer/lint/linted.ts';
import type { OCSPCandidate } from '../../../../signer/lint/ocsp/candidate.ts';
import { octets, withOctet } from '../../../support/octets.ts';
import { buildCertificate, commonName, issuerIdentity } from '../../../support/x509-builders.ts';

/** 2026-11-23T04:00:00Z */
const NOW = 1_795_406_400;
const HOUR = 3_600;
const DAY = 86_400;

const { privateKey: caKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const name = commonName('OCSP lint test CA');

/** Of 45 days from now, by @peculiar/asn1-x509. */
const certificate = buildCertificate({
  profile: 'ocsp-responder',
  subject: commonName('Responder'),
  subjectKey: privateKey,
  issuer: name,
  issuerKey: caKey,
  algorithm: 'ecdsa-with-SHA256',
  serialNumber: octets('02'),
  notBefore: new Date(NOW * 1000),
  notAfter: new Date((NOW + 45 * DAY - 1) * 1000),
});

/** SHA-1 of the point, the last 65 octets of a P-256 SubjectPublicKeyInfo (RFC 5480 2.2). */
const keyHash = new Uint8Array(
  createHash('sha1')
    .update(publicKey.export({ format: 'der', type: 'spki' }).subarray(-65))
    .digest(),
);

const responder = {
  keyHash,
  signatureAlgorithm: 'ecdsa-with-SHA256',
  signatureLength: 64,
  certificate,
} as const;

const serialNumber = must(serialNumberFromContents(octets('00f00d')), 'serial number');

function times(thisUpdate: number, nextUpdate: number, producedAt: number = thisUpdate) {
  return {
    producedAt: unixSeconds(producedAt),
    thisUpdate: unixSeconds(thisUpdate),
    nextUpdate: unixSeconds(nextUpdate),
    archiveCutoff: null,
  };
}

function findingsAbout(differences: Partial<OCSPCandidate>): readonly string[] {
  const linted = lint('ocsp', {
    issuer: issuerIdentity(name, caKey),
    responder,
    times: times(NOW, NOW + 7 * DAY),
    statuses: [{ serialNumber, certStatus: { status: 'good' } }],
    now: unixSeconds(NOW),
    ...differences,
  });
  return linted.ok ? [] : linted.error.findings.map(({ rule, reason }) => `${rule}: ${reason}`);
}

function revokedAt(revocationTime: number, reason: number): Partial<OCSPCandidate> {
  const certStatus = {
    status: 'revoked',
    revocationTime: unixSeconds(revocationTime),
    revocationReason: reason as CRLReason,
  } as const;
  return { statuses: [{ serialNumber, certStatus }] };
}

describe('who signs a response', () => {
  it('RSP-2, RSP-20: a key hash of the certificate that goes along passes', () => {
    expect(findingsAbout({})).toEqual([]);
  });

  it.each([
    [
      'RSP-2: a key hash with one octet off is refused',
      withOctet(keyHash, 7, (keyHash[7] ?? 0) ^ 1),
      "not the SHA-1 hash of the responder's key",
    ],
    ['RSP-2: the SHA-256 hash of the key is refused', new Uint8Array(32), 'not of 160 bits'],
    ['RSP-2: an empty key hash is refused', new Uint8Array(0), 'not of 160 bits'],
  ])('%s', (_title, wrong, finding) => {
    expect(findingsAbout({ responder: { ...responder, keyHash: wrong } })).toEqual([
      `RSP-2: responderID is ${finding}`,
    ]);
  });

  it('RSP-19, RSP-20: a CA that signs itself, so without a certificate, is refused', () => {
    expect(findingsAbout({ responder: { ...responder, certificate: null } })).toContain(
      "RSP-20: the delegated responder's certificate is missing",
    );
  });
});

describe('when a response holds', () => {
  it.each([
    ['RSP-7: thisUpdate = producedAt = now passes', times(NOW, NOW + DAY), []],
    [
      'RSP-7: producedAt a second after thisUpdate is refused',
      times(NOW, NOW + DAY, NOW + 1),
      ['RSP-7: thisUpdate is not producedAt'],
    ],
    [
      'RSP-7: producedAt a second before thisUpdate is refused',
      times(NOW, NOW + DAY, NOW - 1),
      ['RSP-7: thisUpdate is not producedAt'],
    ],
    [
      'RSP-7: thisUpdate in the future is refused',
      times(NOW + 1, NOW + DAY),
      ['RSP-7: thisUpdate lies in the future'],
    ],
    ['RSP-8: a validity of 8 hours passes', times(NOW, NOW + 8 * HOUR), []],
    [
      'RSP-8: a second less than 8 hours is refused',
      times(NOW, NOW + 8 * HOUR - 1),
      ['RSP-8: valid for 28799 s, less than 8 hours'],
    ],
    ['RSP-8: 10 days, both ends counted, pass', times(NOW, NOW + 10 * DAY - 1), []],
    [
      'RSP-8: 10 days and a second, both ends counted, are refused',
      times(NOW, NOW + 10 * DAY),
      ['RSP-8: valid for 864000 s, more than 10 days'],
    ],
    [
      'RSP-8: nextUpdate before thisUpdate is refused',
      times(NOW, NOW - 1),
      ['RSP-8: valid for -1 s, less than 8 hours'],
    ],
  ])('%s', (_title, window, findings) => {
    expect(findingsAbout({ times: window })).toEqual(findings);
  });
});

/** The last second of the certificate above. */
const end = NOW + 45 * DAY - 1;

describe('how long the responder lives', () => {
  it.each([
    ['RSP-21: nextUpdate at notAfter of the responder passes', end - DAY, end, []],
    [
      'RSP-21: nextUpdate a second after it is refused',
      end - DAY,
      end + 1,
      ['RSP-21: nextUpdate outlives the responder certificate'],
    ],
    [
      'RSP-21: thisUpdate a second before notBefore of the responder is refused',
      NOW - 1,
      NOW + DAY,
      ['RSP-21: thisUpdate lies before the responder certificate'],
    ],
    [
      'RSP-21: when less than 8 hours of the responder remain, nothing is signed',
      end - 8 * HOUR + 1,
      end,
      ['RSP-8: valid for 28799 s, less than 8 hours'],
    ],
  ])('%s', (_title, thisUpdate, nextUpdate, findings) => {
    const window = times(thisUpdate, nextUpdate);
    expect(findingsAbout({ times: window, now: window.thisUpdate })).toEqual(findings);
  });
});

describe('what a revoked status says', () => {
  it.each([
    ['RSP-23: a revocationTime long before, as for a compromised key, passes', NOW - 400 * DAY, []],
    ['RSP-23: a revocationTime at thisUpdate passes', NOW, []],
    [
      'RSP-23: a revocationTime a second in the future is refused',
      NOW + 1,
      ['RSP-23: a revocationTime lies after thisUpdate'],
    ],
  ])('%s', (_title, at, findings) => {
    expect(findingsAbout(revokedAt(at, 1))).toEqual(findings);
  });

  it.each([1, 3, 4, 5])('RSP-11: reason %d passes', (reason) => {
    expect(findingsAbout(revokedAt(NOW, reason))).toEqual([]);
  });

  it.each([0, 2, 8, 9, 10])('RSP-11: reason %d is refused', (reason) => {
    expect(findingsAbout(revokedAt(NOW, reason))).toEqual([
      'RSP-11: a revocationReason is not one of 1, 3, 4 and 5',
    ]);
  });

  it('RSP-13: certificateHold is refused, so a certificate is never suspended', () => {
    expect(findingsAbout(revokedAt(NOW, 6))).toContain('RSP-13: the reason is certificateHold');
  });

  it('RSP-13: extended-revoke, certificateHold since 1970-01-01, is refused', () => {
    expect(findingsAbout(revokedAt(0, 6)).join()).toContain('RSP-13');
    expect(findingsAbout(revokedAt(0, 1))).toEqual(['RSP-13: revoked since 1970-01-01']);
  });
});

describe('archiveCutoff', () => {
  const YEAR = 365 * DAY;
  const of = (archiveCutoff: number | null, notAfter?: number) =>
    findingsAbout({
      times: {
        ...times(NOW, NOW + 7 * DAY),
        archiveCutoff: archiveCutoff === null ? null : unixSeconds(archiveCutoff),
      },
      statuses: [
        {
          serialNumber,
          certStatus: { status: 'good' },
          ...(notAfter === undefined ? {} : { notAfter: unixSeconds(notAfter) }),
        },
      ],
    });

  it.each([
    ['for a certificate that ended a second ago it passes', NOW - 10 * YEAR, NOW - 1],
    ['at the very end of the certificate it passes', NOW - YEAR, NOW - YEAR],
    ['without it an expired certificate passes too: a policy decides', null, NOW - 1],
    ['without it nothing need be known of the certificate', null, undefined],
  ])('RSP-17: %s', (_title, archiveCutoff, notAfter) => {
    expect(of(archiveCutoff, notAfter)).toEqual([]);
  });

  it.each([
    ['for one that has not expired', NOW - 10 * YEAR, NOW, 'not known to have expired'],
    ['for one whose end is not known', NOW - 10 * YEAR, undefined, 'not known to have expired'],
    ['at producedAt', NOW, NOW - 1, 'does not lie before producedAt'],
    ['a second after the end of the certificate', NOW - YEAR, NOW - YEAR - 1, 'ended before'],
  ])('RSP-17: %s it is refused', (_title, archiveCutoff, notAfter, reason) => {
    expect(of(archiveCutoff, notAfter)).toEqual([expect.stringContaining(reason)]);
    expect(of(archiveCutoff, notAfter).join()).toMatch(/^RSP-17: /);
  });
});
