import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { responseDataWriter } from '../../../../shared/ocsp/response-data-writer.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { OCSPCandidate } from '../../../../signer/lint/ocsp/candidate.ts';
import { SECOND_OPINION } from '../../../../signer/signing/second-opinion/second-opinion.ts';
import { octets } from '../../../support/octets.ts';
import {
  buildCertificate,
  commonName,
  issuerIdentity,
  keyHash,
} from '../../../support/x509-builders.ts';

/** 2026-11-23T04:00:00Z */
const NOW = unixSeconds(1_795_406_400);
const DAY = 86_400;

const { privateKey: caKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const name = commonName('Second opinion CA');
const certificate = buildCertificate({
  ...{ profile: 'ocsp-responder', subject: commonName('Responder'), subjectKey: privateKey },
  ...{ issuer: name, issuerKey: caKey, algorithm: 'ecdsa-with-SHA256' },
  serialNumber: octets('02'),
  notBefore: new Date(NOW * 1000),
  notAfter: new Date((NOW + 45 * DAY) * 1000),
});

function batchOf(count: number, archiveCutoff: number | null = null): OCSPCandidate {
  return {
    issuer: issuerIdentity(name, caKey),
    responder: {
      keyHash: keyHash(privateKey, 'sha1'),
      signatureAlgorithm: 'ecdsa-with-SHA256',
      signatureLength: 64,
      certificate,
    },
    times: {
      ...{ producedAt: NOW, thisUpdate: NOW, nextUpdate: unixSeconds(NOW + 7 * DAY) },
      archiveCutoff: archiveCutoff === null ? null : unixSeconds(archiveCutoff),
    },
    statuses: Array.from({ length: count }, (_, i) => ({
      serialNumber: must(serialNumberFromContents(Uint8Array.of(1, i >> 8, i & 255)), 'serial'),
      certStatus:
        i % 3 === 2
          ? ({ status: 'revoked', revocationTime: NOW, revocationReason: 4 } as const)
          : ({ status: 'good' } as const),
    })),
    now: NOW,
  };
}

/** What the door hands to the second parser: messages of one batch, signatures r || s. */
function signed({ responder, times, issuer, statuses }: OCSPCandidate) {
  const writer = responseDataWriter(responder.keyHash, times, issuer, 1_000);
  const ends = statuses.flatMap(({ serialNumber, certStatus }) =>
    (['sha1', 'sha256'] as const).map((hash) => writer.append(hash, serialNumber, certStatus)),
  );
  const bytes = writer.bytes();
  const signatures = ends.map((end, i) =>
    sign('sha256', bytes.subarray(ends[i - 1] ?? 0, end), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    }),
  );
  const packed = new Uint8Array(Buffer.concat(signatures));
  return { messages: { bytes, ends: Uint32Array.from(ends) }, packed };
}

function opinion(meant: OCSPCandidate, made: OCSPCandidate = meant) {
  const { messages, packed } = signed(made);
  return SECOND_OPINION.ocsp(meant, messages, packed);
}

describe('a batch of responses', () => {
  it.each([1, 3, 4, 40])(
    'RSP-1: another implementation reads %d statuses as they were meant',
    (count) => {
      expect(opinion(batchOf(count))).toBeNull();
      expect(opinion(batchOf(count, NOW - 400 * DAY))).toBeNull();
    },
  );

  const real = batchOf(3);
  const { responder, times, issuer, statuses } = real;
  const [first, second, revoked] = statuses;
  const other = issuerIdentity(commonName('Another CA'), privateKey);
  const good = { status: 'good' } as const;
  const at = { status: 'revoked', revocationTime: NOW, revocationReason: 1 } as const;

  it.each([
    ['responderID.byKey', { responder: { ...responder, keyHash: new Uint8Array(20) } }],
    ['producedAt', { times: { ...times, producedAt: unixSeconds(NOW - 1) } }],
    ['thisUpdate', { times: { ...times, thisUpdate: unixSeconds(NOW - 1) } }],
    ['nextUpdate', { times: { ...times, nextUpdate: unixSeconds(NOW + 8 * DAY) } }],
    ['singleExtensions count', { times: { ...times, archiveCutoff: unixSeconds(0) } }],
    ['certID.issuerNameHash', { issuer: other }],
    [
      'certID.issuerKeyHash',
      { issuer: { ...issuer, sha1: { ...issuer.sha1, issuerKeyHash: new Uint8Array(20) } } },
    ],
    ['certID.serialNumber', { statuses: [second, first, revoked] }],
    ['certStatus.good', { statuses: [first, second, { ...revoked, certStatus: good }] }],
    ['revocationReason', { statuses: [first, second, { ...revoked, certStatus: at }] }],
    [
      'revocationTime',
      {
        statuses: [
          first,
          second,
          {
            ...revoked,
            certStatus: { ...at, revocationReason: 4, revocationTime: unixSeconds(1) },
          },
        ],
      },
    ],
  ])('RSP-24: responses that say %s otherwise than meant are named', (field, made) => {
    expect(opinion(real, { ...real, ...made } as OCSPCandidate)).toMatchObject({ field });
  });

  it('RSP-20: another certificate than the responder’s is named', () => {
    const broken = { ...real, responder: { ...responder, certificate: octets('30 00') } };
    expect(opinion(broken)).toMatchObject({ field: 'DER' });
  });
});

describe('a large batch', () => {
  const large = batchOf(40);
  const wrongAt = (i: number) => ({
    ...large,
    statuses: large.statuses.map((status, at) => {
      if (at !== i) return status;
      const revoked = { status: 'revoked', revocationTime: NOW, revocationReason: 5 } as const;
      return { ...status, certStatus: revoked };
    }),
  });
  /** With a wrong status there, and signatures that end in these octets. */
  const drawn = (i: number, ...end: readonly number[]) => {
    const { messages, packed } = signed(wrongAt(i));
    packed.set(end, packed.length - end.length);
    return SECOND_OPINION.ocsp(large, messages, packed);
  };

  it.each([0, 1])(
    'RSP-24: of a large batch one that the signatures draw is read, CertID hash %d',
    (which) => {
      // 47 modulo 40 is 7.
      expect(drawn(7, which, 0, 47)).toMatchObject({ field: 'certStatus.good' });
      expect(drawn(7, which, 0, 8)).toBeNull();
      expect(drawn(16, which, 1, 0)).toMatchObject({ field: 'certStatus.good' });
    },
  );

  it.each([0, 1])(
    'RSP-24: and the next revoked one, round the end too, CertID hash %d',
    (which) => {
      expect(drawn(8, which, 0, 6)).toMatchObject({ field: 'revocationReason' });
      expect(drawn(2, which, 0, 39)).toMatchObject({ field: 'revocationReason' });
      expect(drawn(8, which, 0, 9)).toBeNull();
    },
  );

  it('RSP-24: without a revoked one both hashes of the one that is drawn', () => {
    const good = { ...large, statuses: large.statuses.filter((_, i) => i % 3 !== 2) };
    const { messages, packed } = signed(good);
    for (const [which, hash] of (['sha1', 'sha256'] as const).entries()) {
      packed.set([0, 0, 5], packed.length - 3);
      const issuer = { ...issuerIdentity(name, caKey) };
      const meant = {
        ...good,
        issuer: { ...issuer, [hash]: { ...issuer[hash], issuerKeyHash: new Uint8Array(20) } },
      };
      expect(SECOND_OPINION.ocsp(meant, messages, packed), `${which}`).toMatchObject({
        field: 'certID.issuerKeyHash',
      });
    }
  });
});
