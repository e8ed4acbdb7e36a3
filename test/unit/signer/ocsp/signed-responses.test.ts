import { createHash } from 'node:crypto';
import { BasicOCSPResponse, OCSPResponse } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CertStatus,
  encodeOCSPResponse,
  encodeResponseData,
} from '../../../../shared/ocsp/response.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { addSeconds, unixSeconds } from '../../../../shared/time.ts';
import type { ResponderRow } from '../../../../signer/database/responder-table.ts';
import { issuerIdentity } from '../../../../signer/issuance/public-key.ts';
import { makeResponder } from '../../../../signer/ocsp/make-responder.ts';
import { responderOf } from '../../../../signer/ocsp/responder.ts';
import { type SignedBatch, signStatuses } from '../../../../signer/ocsp/sign-statuses.ts';
import { octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk, verifyOCSPResponse } from '../../../support/openssl.ts';
import { ocspStatus } from '../../../support/openssl-text.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { childrenOf, elementAt } from '../lint/der-edit.ts';

const CA = 'time-stamping-ca';
const DAY = 86_400;

/** Serial number, and what is on record of it. */
const FACTS: readonly (readonly [string, CertStatus])[] = [
  ['01a5a5', { status: 'good' }],
  ...([1, 3, 4, 5] as const).map(
    (revocationReason) =>
      [
        `01a5b${revocationReason}`,
        { status: 'revoked', revocationTime: unixSeconds(NOW - 3 * DAY), revocationReason },
      ] as const,
  ),
];

let signer: SignerUnderTest;
let responder: ResponderRow;
let signed: SignedBatch;

beforeAll(async () => {
  signer = await startHierarchy();
  const authority = signer.authority(CA);
  responder = must(await makeResponder(signer.context, authority, NOW, 'test'), 'responder');
  const statuses = FACTS.map(([serial, certStatus]) => ({
    serialNumber: must(serialNumberFromContents(octets(serial)), serial),
    certStatus,
    notAfter: addSeconds(NOW, 365 * DAY),
  }));
  const batches = await signStatuses(signer.context, authority, responder, statuses, NOW);
  const [batch, ...others] = must(batches, 'sign');
  if (!batch || others.length > 0) throw new Error('not one batch');
  signed = batch;
}, 180_000);
afterAll(() => signer.close());

/** The DER that a client gets for the status at this place. */
function responseOf(index: number, hash: 'sha1' | 'sha256'): Uint8Array {
  const status = signed.statuses[index];
  if (!status) throw new Error(`no status ${index}`);
  const { row } = signer.authority(CA);
  const issuer = must(issuerIdentity(row.subject, row.spki), 'issuer');
  const { serialNumber, certStatus } = status;
  const certID = { hash, ...issuer[hash], serialNumber };
  const description = responderOf(responder);
  const data = encodeResponseData(description.keyHash, signed.times, { certID, certStatus });
  const length = description.signatureLength;
  const at = (2 * index + (hash === 'sha1' ? 0 : 1)) * length;
  return encodeOCSPResponse(data, description, signed.signatures.subarray(at, at + length));
}

/** As @peculiar/asn1-ocsp reads it. */
function parsed(index: number, hash: 'sha1' | 'sha256'): BasicOCSPResponse {
  const { responseBytes } = AsnConvert.parse(responseOf(index, hash), OCSPResponse);
  return AsnConvert.parse(responseBytes?.response.buffer ?? new ArrayBuffer(0), BasicOCSPResponse);
}

const EVERY = FACTS.flatMap(([serial], index) =>
  (['sha1', 'sha256'] as const).map((hash) => [serial, hash, index] as const),
);

/** id-ce-cRLReasons; id-pkix-ocsp-nonce; id-pkix-ocsp-extended-revoke, as their DER in hexadecimal. */
const REASON_CODE = '0603551d15';
const NONCE = '06092b0601050507300102';
const EXTENDED_REVOKE = '06092b0601050507300109';

describe('what is in a signed response', () => {
  it.each(EVERY)('RSP-3: %s under %s is alone in its response', (serial, hash, index) => {
    const { responses } = parsed(index, hash).tbsResponseData;
    expect(responses).toHaveLength(1);
    const [single] = responses;
    expect(Buffer.from(single?.certID.serialNumber ?? new ArrayBuffer(0)).toString('hex')).toBe(
      serial,
    );
    const oid = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' }[hash];
    expect(single?.certID.hashAlgorithm.algorithm).toBe(oid);
  });

  it('RSP-3: the SHA-1 and the SHA-256 CertID are two responses with two signatures', () => {
    const signatures = EVERY.map(([, hash, index]) => parsed(index, hash).signature);
    expect(new Set(signatures.map((bits) => Buffer.from(bits).toString('hex'))).size).toBe(10);
  });

  it.each(EVERY)(
    'RSP-12, RSP-15: %s under %s has no extension of any kind',
    (_serial, hash, index) => {
      const { responseExtensions, responses } = parsed(index, hash).tbsResponseData;
      expect(responseExtensions).toBeUndefined();
      expect(responses[0]?.singleExtensions).toBeUndefined();
      const hex = Buffer.from(responseOf(index, hash)).toString('hex');
      for (const oid of [REASON_CODE, NONCE, EXTENDED_REVOKE]) expect(hex).not.toContain(oid);
    },
  );

  it.each(EVERY)('RSP-13: %s under %s is no certificateHold', (_serial, hash, index) => {
    const { revoked } = parsed(index, hash).tbsResponseData.responses[0]?.certStatus ?? {};
    expect(revoked?.revocationReason?.reason).not.toBe(6);
    expect(revoked?.revocationTime.getTime()).not.toBe(0);
  });

  it.each(EVERY)(
    'RSP-20: %s under %s brings exactly the certificate of the responder',
    (_s, hash, index) => {
      const { certs = [] } = parsed(index, hash);
      expect(certs.map((certificate) => new Uint8Array(AsnConvert.serialize(certificate)))).toEqual(
        [responder.certificate],
      );
    },
  );

  it.each(EVERY)(
    'RSP-2: %s under %s names SHA-1 of the key of the responder',
    (_s, hash, index) => {
      const { byKey, byName } = parsed(index, hash).tbsResponseData.responderID;
      const [bits] = childrenOf(responder.spki).slice(1);
      const sha1 = createHash('sha1')
        .update(bits?.subarray(3) ?? '')
        .digest('hex');
      expect(byName).toBeUndefined();
      expect(Buffer.from(byKey?.buffer ?? new ArrayBuffer(0)).toString('hex')).toBe(sha1);
    },
  );

  it.each(EVERY)(
    'RSP-7: %s under %s has one moment as thisUpdate and producedAt',
    (_s, hash, index) => {
      const { producedAt, responses } = parsed(index, hash).tbsResponseData;
      expect(producedAt).toEqual(new Date(NOW * 1000));
      expect(responses[0]?.thisUpdate).toEqual(producedAt);
      expect(responses[0]?.nextUpdate).toEqual(new Date((NOW + 7 * DAY) * 1000));
    },
  );
});

describeWithOpenSSL('signed responses to openssl', () => {
  it.each(EVERY)(
    'RSP-18, RSP-19: %s under %s verifies through the delegated responder',
    (serial, hash, index) => {
      const der = signer.scratch.write('ca.der', signer.authority(CA).certificate);
      const root = signer.scratch.write('root.der', signer.authority('root-ca3').certificate);
      const pem = (file: string) =>
        Buffer.from(opensslOk(['x509', '-inform', 'DER', '-in', file]).stdout).toString();
      // The issuer first, then its root: openssl takes the first as the issuer and both as trusted.
      const issuer = signer.scratch.write('chain.pem', pem(der) + pem(root));
      const question = { issuer, serial: `0x${serial}`, hash, at: NOW };
      const text = verifyOCSPResponse(signer.scratch, responseOf(index, hash), question);
      expect(text).toContain('Response verify OK');
      expect(text).toContain(index === 0 ? ': good' : ': revoked');
    },
  );

  it('RSP-11, RSP-23: reason and time are those on record, three days before', () => {
    const revocationDate = '2026-11-20T04:00:00Z';
    const said = FACTS.map((_, index) => ocspStatus(responseOf(index, 'sha256')));
    expect(said).toEqual([
      'good',
      { revocationDate, reason: 'keyCompromise' },
      { revocationDate, reason: 'affiliationChanged' },
      { revocationDate, reason: 'superseded' },
      { revocationDate, reason: 'cessationOfOperation' },
    ]);
  });

  it('RSP-1: the response is a SEQUENCE of status 0 and [0]', () => {
    const response = responseOf(0, 'sha1');
    expect(elementAt(response, [0])).toEqual(octets('0a 01 00'));
    expect(elementAt(response, [1])[0]).toBe(0xa0);
  });
});
