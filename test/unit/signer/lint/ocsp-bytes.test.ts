import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  responseCandidate,
  splitOCSPResponse,
} from '../../../../signer/lint/ocsp/response-candidate.ts';
import { responseRequirements } from '../../../../signer/lint/ocsp/response-requirements.ts';
import { findingsOf } from '../../../../signer/lint/requirement.ts';
import { octets, tlv } from '../../../support/octets.ts';
import {
  buildCertificate,
  buildOCSPResponse,
  commonName,
  issuerIdentity,
  keyHash,
  type ResponseDataInput,
} from '../../../support/x509-builders.ts';
import { childrenOf, elementAt, insertAfter, removeAt, replaceAt } from './der-edit.ts';

/** 2026-11-23T04:00:00Z */
const NOW = 1_795_406_400;
const DAY = 86_400;

const { privateKey: caKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const name = commonName('OCSP lint test CA');
const ISSUER = issuerIdentity(name, caKey);
const CERTIFICATE = buildCertificate({
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

/** Made by @peculiar/asn1-ocsp, signed by node:crypto. */
function response(differences: Partial<ResponseDataInput> = {}): Uint8Array {
  const input = {
    responderKeyHash: keyHash(privateKey, 'sha1'),
    producedAt: NOW,
    thisUpdate: NOW,
    nextUpdate: NOW + 7 * DAY,
    hash: 'sha256',
    issuer: ISSUER,
    serialNumber: octets('00f00d'),
    ...differences,
  } as const;
  return buildOCSPResponse(input, privateKey, 'ecdsa-with-SHA256', CERTIFICATE).der;
}

/** Every finding, `rule: reason`. */
function findings(der: Uint8Array): readonly string[] {
  const parts = splitOCSPResponse(der);
  if (parts === undefined || typeof parts === 'number') return [`status ${parts}`];
  const candidate = responseCandidate(parts, ISSUER, null);
  if (!candidate) return ['unreadable'];
  return findingsOf(responseRequirements, candidate).map(
    ({ rule, reason }) => `${rule}: ${reason}`,
  );
}

const BASIC = [1, 0, 1, 0];
const DATA = [...BASIC, 0];
const RESPONDER_ID = [...DATA, 0];
const PRODUCED_AT = [...DATA, 1];
const SINGLE = [...DATA, 2, 0];
const CERT_ID = [...SINGLE, 0];
const STATUS = [...SINGLE, 1];
const THIS_UPDATE = [...SINGLE, 2];
const NEXT_UPDATE = [...SINGLE, 3];
const CERTS = [...BASIC, 3, 0];

const GOOD = response();
const REVOKED = response({ revoked: { at: NOW - DAY, reason: 1 } });
const time = (text: string) => tlv(0x18, Buffer.from(text, 'ascii'));
const extension = (oid: string, value: string) => tlv(0x30, octets(oid), tlv(0x04, octets(value)));
const REASON_CODE = extension('06 03 55 1d 15', '0a 01 01');
const ARCHIVE_CUTOFF = (text: string, critical = '') =>
  tlv(0x30, octets(`06 09 2b 06 01 05 05 07 30 01 06 ${critical}`), tlv(0x04, time(text)));
const singleExtensions = (...list: readonly Uint8Array[]) =>
  insertAfter(GOOD, NEXT_UPDATE, tlv(0xa1, tlv(0x30, ...list)));

const REFUSED: readonly (readonly [title: string, der: Uint8Array, finding: string])[] = [
  [
    'RSP-1: version written out',
    replaceAt(GOOD, RESPONDER_ID, octets('a0 03 02 01 00'), elementAt(GOOD, RESPONDER_ID)),
    'RSP-1: version is written out',
  ],
  [
    'RSP-2: responderID byName',
    replaceAt(GOOD, RESPONDER_ID, octets('a1 02 30 00')),
    'RSP-2: responderID is byName',
  ],
  [
    'RSP-2: the key hash of another key',
    replaceAt(GOOD, [...RESPONDER_ID, 0], tlv(0x04, new Uint8Array(20))),
    "RSP-2: responderID is not the SHA-1 hash of the responder's key",
  ],
  [
    'RSP-3: two SingleResponses',
    insertAfter(GOOD, SINGLE, elementAt(GOOD, SINGLE)),
    'RSP-3: 2 SingleResponses, not one',
  ],
  [
    'RSP-4: a CertID hash of SHA-384',
    replaceAt(GOOD, [...CERT_ID, 0], octets('30 0d 06 09 60 86 48 01 65 03 04 02 02 05 00')),
    'RSP-4: hashAlgorithm is {2.16.840.1.101.3.4.2.2 NULL}',
  ],
  [
    'RSP-4: a CertID hash without NULL',
    removeAt(GOOD, [...CERT_ID, 0, 1]),
    'RSP-4: hashAlgorithm is {id-sha256}',
  ],
  [
    'RSP-4: a name hash of 20 octets for SHA-256',
    replaceAt(GOOD, [...CERT_ID, 1], tlv(0x04, new Uint8Array(20))),
    'RSP-4: a hash has not the 32 octets of sha256',
  ],
  [
    'RSP-4: the key hash of another issuer',
    replaceAt(GOOD, [...CERT_ID, 2], tlv(0x04, new Uint8Array(32))),
    'RSP-4: the hashes are not those of the issuer',
  ],
  [
    'RSP-4: serial number zero',
    replaceAt(GOOD, [...CERT_ID, 3], octets('02 01 00')),
    'RSP-4: the serial number is zero',
  ],
  [
    'RSP-5: a fraction of a second',
    replaceAt(GOOD, PRODUCED_AT, time('20261123040000.5Z')),
    'RSP-5: a time is not YYYYMMDDHHMMSSZ',
  ],
  [
    'RSP-5: a time without seconds',
    replaceAt(GOOD, THIS_UPDATE, time('202611230400Z')),
    'RSP-5: a time is not YYYYMMDDHHMMSSZ',
  ],
  ['RSP-6: no nextUpdate', removeAt(GOOD, NEXT_UPDATE), 'RSP-6: nextUpdate is absent'],
  [
    'RSP-7: thisUpdate a day after producedAt, as in RFC 9919 B.5',
    replaceAt(GOOD, PRODUCED_AT, time('20261122040000Z')),
    'RSP-7: thisUpdate is not producedAt',
  ],
  [
    'RSP-8: less than 8 hours',
    response({ nextUpdate: NOW + 28_799 }),
    'RSP-8: valid for 28799 s, less than 8 hours',
  ],
  [
    'RSP-8: 10 days and a second, both ends counted',
    response({ nextUpdate: NOW + 10 * DAY }),
    'RSP-8: valid for 864000 s, more than 10 days',
  ],
  [
    'RSP-11: revoked without a reason',
    removeAt(REVOKED, [...STATUS, 1]),
    'RSP-11: a revoked status has no revocationReason',
  ],
  [
    'RSP-11: reason 9',
    replaceAt(REVOKED, [...STATUS, 1, 0], octets('0a 01 09')),
    'RSP-11: revocationReason 9 is not one of 1, 3, 4 and 5',
  ],
  [
    'RSP-12: a reasonCode in singleExtensions',
    singleExtensions(REASON_CODE),
    'RSP-12: singleExtensions has a reasonCode',
  ],
  [
    'RSP-13: certificateHold',
    replaceAt(REVOKED, [...STATUS, 1, 0], octets('0a 01 06')),
    'RSP-13: the reason is certificateHold',
  ],
  [
    'RSP-13: revoked since 1970',
    replaceAt(REVOKED, [...STATUS, 0], time('19700101000000Z')),
    'RSP-13: revoked since 1970-01-01',
  ],
  [
    'RSP-14: the status unknown',
    replaceAt(GOOD, STATUS, octets('82 00')),
    'RSP-14: the status unknown is signed',
  ],
  [
    'RSP-15: a nonce',
    insertAfter(
      GOOD,
      [...DATA, 2],
      tlv(0xa1, tlv(0x30, extension('06 09 2b 06 01 05 05 07 30 01 02', '04 01 00'))),
    ),
    'RSP-15: responseExtensions are there',
  ],
  [
    'RSP-15: extended-revoke',
    insertAfter(
      GOOD,
      [...DATA, 2],
      tlv(0xa1, tlv(0x30, extension('06 09 2b 06 01 05 05 07 30 01 09', '05 00'))),
    ),
    'RSP-15: responseExtensions has extended-revoke',
  ],
  [
    'RSP-17: an archiveCutoff in the future',
    singleExtensions(ARCHIVE_CUTOFF('20261124040000Z')),
    'RSP-17: archiveCutoff is not in the past',
  ],
  [
    'RSP-17: an archiveCutoff that is critical',
    singleExtensions(ARCHIVE_CUTOFF('20161124040000Z', '01 01 ff')),
    'RSP-17: archiveCutoff is critical',
  ],
  [
    'RSP-20: certs left out',
    removeAt(GOOD, [...BASIC, 3]),
    "RSP-20: the delegated responder's certificate is missing",
  ],
  [
    'RSP-20: certs empty',
    replaceAt(GOOD, CERTS, octets('30 00')),
    'RSP-20: certs has 0 certificates, not one',
  ],
  [
    'RSP-20: a second certificate',
    insertAfter(GOOD, [...CERTS, 0], elementAt(GOOD, [...CERTS, 0])),
    'RSP-20: certs has 2 certificates, not one',
  ],
  [
    'RSP-21: nextUpdate past the end of the responder',
    response({
      producedAt: NOW + 40 * DAY,
      thisUpdate: NOW + 40 * DAY,
      nextUpdate: NOW + 47 * DAY,
    }),
    'RSP-21: nextUpdate outlives the responder certificate',
  ],
  [
    'RSP-22: sha1WithRSAEncryption',
    replaceAt(GOOD, [...BASIC, 1], octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 05 05 00')),
    'RSP-22: signed with {sha1WithRSAEncryption NULL}',
  ],
  [
    'RSP-23: a revocationTime after thisUpdate',
    response({ revoked: { at: NOW + 1, reason: 1 } }),
    'RSP-23: a revocationTime lies after thisUpdate',
  ],
];

describe('the bytes of a response', () => {
  it.each([
    ['RSP-1, RSP-3, RSP-5, RSP-6: good', GOOD],
    ['RSP-11, RSP-23: revoked with time and reason', REVOKED],
    ['RSP-17: an archiveCutoff in the past', singleExtensions(ARCHIVE_CUTOFF('20161124040000Z'))],
    ['RSP-4: a CertID of SHA-1', response({ hash: 'sha1' })],
  ])('%s passes', (_title, der) => expect(findings(der)).toEqual([]));

  it.each(REFUSED)('%s is found', (_title, der, finding) => {
    expect(findings(der)).toContain(finding);
  });

  it('RSP-1: only a successful basic response with nothing after it is taken apart', () => {
    expect(findings(octets('30 03 0a 01 06'))).toEqual(['status 6']);
    expect(findings(octets('30 03 0a 01 00'))).toEqual(['status undefined']);
    expect(findings(Buffer.concat([GOOD, octets('00')]))).toEqual(['status undefined']);
    const otherType = replaceAt(GOOD, [1, 0, 0], octets('06 01 2a'));
    expect(findings(otherType)).toEqual(['status undefined']);
  });

  it('RSP-2: the key hash is SHA-1 of the point that the certificate holds', () => {
    const spki = elementAt(CERTIFICATE, [0, 6]);
    const bits = childrenOf(spki)[1];
    const sha1 = createHash('sha1')
      .update(bits?.subarray(3) ?? '')
      .digest();
    expect(elementAt(GOOD, [...RESPONDER_ID, 0])).toEqual(tlv(0x04, sha1));
  });
});
