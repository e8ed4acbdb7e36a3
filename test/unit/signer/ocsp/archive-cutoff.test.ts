import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeOCSPResponse, encodeResponseData } from '../../../../shared/ocsp/response.ts';
import { ocspPolicyOf } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { addMonths, isoText, unixSeconds } from '../../../../shared/time.ts';
import type { StatusFact } from '../../../../signer/database/status-facts.ts';
import { issuerIdentity } from '../../../../signer/issuance/public-key.ts';
import { lint } from '../../../../signer/lint/linted.ts';
import { archiveCutoffOf, batchesByArchiveCutoff } from '../../../../signer/ocsp/archive-cutoff.ts';
import { makeResponder } from '../../../../signer/ocsp/make-responder.ts';
import { responderOf } from '../../../../signer/ocsp/responder.ts';
import { octets } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  ocspResponseText,
  opensslOk,
  verifyOCSPResponse,
} from '../../../support/openssl.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';

const CA = 'time-stamping-ca';
const DAY = 86_400;

let signer: SignerUnderTest;
beforeAll(async () => {
  signer = await startHierarchy();
}, 180_000);
afterAll(() => signer.close());

function status(serial: string, notAfter: number, reason?: 1 | 4): StatusFact {
  return {
    serialNumber: must(serialNumberFromContents(octets(serial)), serial),
    certStatus: reason
      ? { status: 'revoked', revocationReason: reason, revocationTime: unixSeconds(NOW - 9 * DAY) }
      : { status: 'good' },
    notAfter: unixSeconds(notAfter),
  };
}

const sourced = <T>(value: T) => ({ value, source: 'test' });

/** The policy of the CA with the switch, and other years for good and revoked. */
function policyWith(
  archiveCutoff: boolean | undefined,
  years: { good?: number; revoked?: number } = {},
) {
  const { policy } = signer.authority(CA);
  const { archiveCutoff: _off, ...without } = ocspPolicyOf(policy);
  return {
    crl: { ...policy.crl, retentionYears: sourced(years.revoked ?? 10) },
    ocsp: {
      ...without,
      goodRetentionYears: sourced(years.good ?? 10),
      ...(archiveCutoff === undefined ? {} : { archiveCutoff: sourced(archiveCutoff) }),
    },
  };
}

describe('which answers carry archiveCutoff, and which time', () => {
  it.each([
    ['on', true, NOW - 1, '2016-11-23T04:00:00Z'],
    ['on, for a certificate at its last second', true, NOW, null],
    ['on, for one whose ten years end now', true, addMonths(NOW, -120), '2016-11-23T04:00:00Z'],
    ['on, for one that is told longer than that', true, addMonths(NOW, -120) - 1, null],
    ['off', false, NOW - 1, null],
    ['absent', undefined, NOW - 1, null],
  ])('RSP-17: with the switch %s', (_title, archiveCutoff, notAfter, expected) => {
    const cutoff = archiveCutoffOf(policyWith(archiveCutoff), status('01', notAfter), NOW);
    expect(cutoff === null ? null : isoText(cutoff)).toBe(expected);
  });

  it('RSP-17: good and revoked ones go by their own retention, and others into a batch without', () => {
    const policy = policyWith(true, { good: 3, revoked: 20 });
    const statuses = [
      status('01', NOW + DAY),
      status('02', NOW - DAY),
      status('03', NOW - DAY, 4),
      status('04', NOW + DAY, 1),
      status('05', NOW - 2 * DAY),
    ];
    const batches = batchesByArchiveCutoff(policy, statuses, NOW).map((batch) => [
      batch.archiveCutoff === null ? null : isoText(batch.archiveCutoff),
      batch.statuses.map(({ serialNumber }) => serialNumber[0]),
    ]);
    expect(batches).toEqual([
      [null, [1, 4]],
      ['2023-11-23T04:00:00Z', [2, 5]],
      ['2006-11-23T04:00:00Z', [3]],
    ]);
  });
});

describeWithOpenSSL('a signed answer with archiveCutoff', () => {
  it('RSP-17: openssl verifies it and reads the time ten years before producedAt', async () => {
    const { context, scratch } = signer;
    const { row, certificate } = signer.authority(CA);
    const responder = must(
      await makeResponder(context, signer.authority(CA), NOW, 'test'),
      'responder',
    );
    const told = status('01a5', NOW - DAY);
    const archiveCutoff = archiveCutoffOf(policyWith(true), told, NOW);
    const window = { thisUpdate: NOW, producedAt: NOW, nextUpdate: unixSeconds(NOW + 7 * DAY) };
    const times = { ...window, archiveCutoff };
    const issuer = must(issuerIdentity(row.subject, row.spki), 'issuer');
    const description = responderOf(responder);
    const linted = must(
      lint('ocsp', { issuer, responder: description, times, statuses: [told], now: NOW }),
      'lint',
    );
    const { keystore, keyLabel: label, spki, signatureAlgorithm: algorithm } = responder;
    const signed = must(
      await context.door.signOCSP({ keystore, label, spki, algorithm }, linted),
      'signature',
    );
    const certID = { hash: 'sha256', ...issuer.sha256, serialNumber: told.serialNumber } as const;
    const { certStatus } = told;
    const data = encodeResponseData(description.keyHash, times, { certID, certStatus });
    const length = description.signatureLength;
    const packed = signed.signatures.subarray(length, 2 * length);
    const response = encodeOCSPResponse(data, description, packed);
    const text = ocspResponseText(scratch, response);
    expect(text).toMatch(
      /Response Single Extensions:\s+OCSP Archive Cutoff: *\n? *Nov 23 04:00:00 2016 GMT/,
    );
    expect(text).not.toContain('Archive Cutoff: critical');
    const pem = (name: string, der: Uint8Array) =>
      Buffer.from(
        opensslOk(['x509', '-inform', 'DER', '-in', scratch.write(name, der)]).stdout,
      ).toString();
    const root = signer.authority('root-ca3').certificate;
    const chain = scratch.write('chain.pem', pem('ca.der', certificate) + pem('root.der', root));
    const question = { issuer: chain, serial: '0x01a5', hash: 'sha256', at: NOW } as const;
    expect(verifyOCSPResponse(scratch, response, question)).toContain('Response verify OK');
  }, 60_000);
});
