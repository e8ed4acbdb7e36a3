import { generateKeyPairSync } from 'node:crypto';
import { OCSPResponse } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { describe, expect, it } from 'vitest';
import {
  type CertStatus,
  encodeOCSPResponse,
  encodeResponseData,
  encodeSignatureValue,
  encodeUnsignedStatus,
} from '../../../../shared/ocsp/response.ts';
import type { CRLReason } from '../../../../shared/policy/crl-reasons.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { hexOf, octets } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  ocspResponseText,
  ScratchDirectory,
} from '../../../support/openssl.ts';
import {
  buildCertificate,
  buildOCSPResponse,
  commonName,
  issuerIdentity,
  keyHash,
  type ResponseDataInput,
  rawECDSASignature,
} from '../../../support/x509-builders.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const name = commonName('Response test CA');
const issuer = issuerIdentity(name, privateKey);
const certificate = buildCertificate({
  profile: 'ocsp-responder',
  subject: commonName('Responder'),
  subjectKey: privateKey,
  issuer: name,
  issuerKey: privateKey,
  algorithm: 'ecdsa-with-SHA256',
  serialNumber: octets('02'),
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2051-01-01T00:00:00Z'),
});

const INPUT: ResponseDataInput = {
  hash: 'sha256',
  issuer,
  serialNumber: octets('00f00d'),
  responderKeyHash: keyHash(privateKey, 'sha1'),
  producedAt: 1795408809,
  thisUpdate: 1795408809,
  nextUpdate: 1795408809 + 7 * 86_400,
};

/** The same response by shared/ocsp/response.ts. */
function ours(input: ResponseDataInput): Uint8Array {
  const serialNumber = serialNumberFromContents(input.serialNumber);
  if (!serialNumber.ok) throw new Error('serial number');
  const certStatus: CertStatus = input.revoked
    ? {
        status: 'revoked',
        revocationTime: unixSeconds(input.revoked.at),
        revocationReason: input.revoked.reason as CRLReason,
      }
    : { status: 'good' };
  const times = {
    producedAt: unixSeconds(input.producedAt),
    thisUpdate: unixSeconds(input.thisUpdate),
    nextUpdate: unixSeconds(input.nextUpdate),
    archiveCutoff: input.archiveCutoff === undefined ? null : unixSeconds(input.archiveCutoff),
  };
  const certID = {
    hash: input.hash,
    ...issuer[input.hash],
    serialNumber: serialNumber.value,
  };
  return encodeResponseData(input.responderKeyHash, times, { certID, certStatus });
}

const CASES: readonly [string, Partial<ResponseDataInput>][] = [
  ['good', {}],
  ['good under SHA-1', { hash: 'sha1' }],
  ['keyCompromise', { revoked: { at: 1795400000, reason: 1 } }],
  ['affiliationChanged', { revoked: { at: 0, reason: 3 } }],
  ['superseded', { revoked: { at: 951868799, reason: 4 } }],
  ['cessationOfOperation in 2050', { revoked: { at: 2524608000, reason: 5 } }],
  ['archiveCutoff', { archiveCutoff: 1479876009 }],
  ['archiveCutoff and revoked', { archiveCutoff: 1, revoked: { at: 1795400000, reason: 1 } }],
  ['serial number of 1 octet', { serialNumber: octets('01') }],
  ['serial number of 20 octets', { serialNumber: octets(`00${'ff'.repeat(19)}`) }],
];

describe('ResponseData', () => {
  it.each(CASES)(
    'RFC 6960 4.2.1: octet for octet what @peculiar/asn1-ocsp writes: %s',
    (_, more) => {
      const input = { ...INPUT, ...more };
      const theirs = buildOCSPResponse(input, privateKey, 'ecdsa-with-SHA256', null);
      expect(hexOf(ours(input))).toBe(hexOf(theirs.tbs));
    },
  );

  it('RSP-1: version is left out and responderID is byKey (RSP-2)', () => {
    const tbs = ours(INPUT);
    expect(tbs[0]).toBe(0x30);
    expect(hexOf(tbs.subarray(3, 7))).toBe('a2160414');
  });

  it('RSP-5: times have seconds, Z and no fraction', () => {
    const text = Buffer.from(ours(INPUT)).toString('latin1');
    expect(text.match(/\d{14}Z/g)).toEqual([
      '20261123044009Z',
      '20261123044009Z',
      '20261130044009Z',
    ]);
  });
});

describe('OCSPResponse', () => {
  it.each(CASES)(
    'RFC 6960 4.2.1: octet for octet what @peculiar/asn1-ocsp writes: %s',
    (_, more) => {
      const input = { ...INPUT, ...more };
      for (const certs of [certificate, null]) {
        const theirs = buildOCSPResponse(input, privateKey, 'ecdsa-with-SHA256', certs);
        const responder = {
          keyHash: INPUT.responderKeyHash,
          signatureAlgorithm: 'ecdsa-with-SHA256',
          signatureLength: 64,
          certificate: certs,
        } as const;
        const packed = rawECDSASignature(theirs.signature, 32);
        expect(hexOf(encodeOCSPResponse(ours(input), responder, packed))).toBe(hexOf(theirs.der));
      }
    },
  );

  it.each([
    ['malformedRequest', '30030a0101'],
    ['internalError', '30030a0102'],
    ['tryLater', '30030a0103'],
    ['unauthorized', '30030a0106'],
  ] as const)('RFC 6960 4.2.1: %s alone is %s', (status, der) => {
    expect(hexOf(encodeUnsignedStatus(status))).toBe(der);
    expect(AsnConvert.parse(octets(der), OCSPResponse).responseBytes).toBeUndefined();
  });
});

describe('signature value', () => {
  it.each([
    [
      'ordinary',
      `${'11'.repeat(32)}${'22'.repeat(32)}`,
      `3044 0220${'11'.repeat(32)} 0220${'22'.repeat(32)}`,
    ],
    [
      'top bits set',
      `${'ff'.repeat(32)}${'80'.repeat(32)}`,
      `3046 022100${'ff'.repeat(32)} 022100${'80'.repeat(32)}`,
    ],
    [
      'leading zeros',
      `${'00'.repeat(31)}01${'00'.repeat(2)}80${'11'.repeat(29)}`,
      `3024 020101 021f0080${'11'.repeat(29)}`,
    ],
    [
      'zero octet before a set bit',
      `00ff${'11'.repeat(30)}007f${'11'.repeat(30)}`,
      `3043 022000ff${'11'.repeat(30)} 021f7f${'11'.repeat(30)}`,
    ],
  ])('RFC 3279 2.2.3: r || s of 64 octets, %s', (_, packed, der) => {
    expect(hexOf(encodeSignatureValue('ecdsa-with-SHA256', octets(packed)))).toBe(
      hexOf(octets(der)),
    );
  });

  it('RFC 4055 5: an RSA signature is taken as it is, leading zeros too', () => {
    const packed = octets(`0000${'ab'.repeat(254)}`);
    expect(encodeSignatureValue('sha256WithRSAEncryption', packed)).toEqual(packed);
    expect(encodeSignatureValue('sha384WithRSAEncryption', packed)).toEqual(packed);
  });
});

describeWithOpenSSL('openssl ocsp', () => {
  const scratch = new ScratchDirectory();

  it.each([
    ['malformedRequest', 'Responder Error: malformedrequest (1)'],
    ['internalError', 'Responder Error: internalerror (2)'],
    ['tryLater', 'Responder Error: trylater (3)'],
    ['unauthorized', 'Responder Error: unauthorized (6)'],
  ] as const)('RFC 6960 4.2.1: reads %s', (status, text) => {
    expect(ocspResponseText(scratch, encodeUnsignedStatus(status))).toContain(text);
  });

  it('RSP-11: reads time and reason of a revocation', () => {
    const input = { ...INPUT, revoked: { at: 1795400000, reason: 4 } };
    const responder = {
      keyHash: INPUT.responderKeyHash,
      signatureAlgorithm: 'ecdsa-with-SHA256',
      signatureLength: 64,
      certificate,
    } as const;
    const der = encodeOCSPResponse(ours(input), responder, new Uint8Array(64).fill(1));
    const text = ocspResponseText(scratch, der);
    expect(text).toContain('Cert Status: revoked');
    expect(text).toContain('Revocation Time: Nov 23 02:13:20 2026 GMT');
    expect(text).toContain('Revocation Reason: superseded (0x4)');
    expect(text).toContain('Next Update: Nov 30 04:40:09 2026 GMT');
    expect(text).toContain(`Responder Id: ${hexOf(INPUT.responderKeyHash).toUpperCase()}`);
    expect(text).not.toContain('Reason Code');
  });
});
