import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { CERT_ID_HASHES } from '../../../../shared/ocsp/cert-id.ts';
import type { Responder } from '../../../../shared/ocsp/response.ts';
import { type SerialNumber, serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { encodeOCSPShard, type ShardEntry } from '../../../../shared/snapshot/ocsp-shard.ts';
import {
  decodeOCSPShard,
  findStoredResponse,
  rebuildOCSPResponse,
} from '../../../../shared/snapshot/ocsp-shard-reader.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { hexOf } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  ScratchDirectory,
  verifyOCSPResponse,
} from '../../../support/openssl.ts';
import * as build from '../../../support/x509-builders.ts';

const AT = 1795408809;
const TIMES = { producedAt: AT, thisUpdate: AT, nextUpdate: AT + 7 * 86_400 };

interface Kind {
  readonly title: string;
  readonly algorithm: build.TestSignatureAlgorithm;
  readonly signatureLength: number;
  /** Signed by a delegated responder whose certificate goes along, or by the CA itself. */
  readonly delegated: boolean;
  readonly key: () => KeyObject;
}

const rsa = (modulusLength: number) => () =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey;
const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve }).privateKey;

const KINDS: readonly Kind[] = [
  {
    title: 'RSA-2048',
    algorithm: 'sha256WithRSAEncryption',
    signatureLength: 256,
    delegated: true,
    key: rsa(2048),
  },
  {
    title: 'RSA-4096',
    algorithm: 'sha384WithRSAEncryption',
    signatureLength: 512,
    delegated: false,
    key: rsa(4096),
  },
  {
    title: 'P-256',
    algorithm: 'ecdsa-with-SHA256',
    signatureLength: 64,
    delegated: true,
    key: ec('P-256'),
  },
  {
    title: 'P-384',
    algorithm: 'ecdsa-with-SHA384',
    signatureLength: 96,
    delegated: false,
    key: ec('P-384'),
  },
];

/** Serial numbers of 1 to 20 octets; every other one needs a sign octet, every third is revoked. */
const CERTIFICATES = Array.from({ length: 20 }, (_, i) => {
  const contents = new Uint8Array(i + 1).fill(0x60 + i);
  if (i % 2 === 1) contents.set([0, 0xf0]);
  const revoked = { at: AT - 1_000 * i, reason: [1, 3, 4, 5][i % 4] as 1 | 3 | 4 | 5 };
  return { contents, ...(i % 3 === 0 ? { revoked } : {}) };
});

function serialNumber(contents: Uint8Array): SerialNumber {
  const serial = serialNumberFromContents(contents);
  if (!serial.ok) throw new Error(serial.error.reason);
  return serial.value;
}

/** A CA, its responder and every response of `CERTIFICATES`, all by @peculiar and node:crypto. */
function madeByOthers(kind: Kind) {
  const caKey = kind.key();
  const name = build.commonName(`Shard test ${kind.title}`);
  const common = {
    issuer: name,
    issuerKey: caKey,
    algorithm: kind.algorithm,
    serialNumber: Uint8Array.of(0x0c),
    notBefore: new Date((AT - 86_400) * 1000),
    notAfter: new Date((AT + 30 * 86_400) * 1000),
  };
  const ca = build.buildCertificate({ ...common, profile: 'ca', subject: name, subjectKey: caKey });
  const responderKey = kind.delegated ? kind.key() : caKey;
  const subject = build.commonName('Responder');
  const certificate = kind.delegated
    ? build.buildCertificate({
        ...common,
        profile: 'ocsp-responder',
        subject,
        subjectKey: responderKey,
      })
    : null;
  const issuer = build.issuerIdentity(name, caKey);
  const responderKeyHash = build.keyHash(responderKey, 'sha1');
  const sign = (hash: 'sha1' | 'sha256', { contents, revoked }: (typeof CERTIFICATES)[number]) =>
    build.buildOCSPResponse(
      {
        hash,
        issuer,
        serialNumber: contents,
        responderKeyHash,
        ...TIMES,
        ...(revoked ? { revoked } : {}),
      },
      responderKey,
      kind.algorithm,
      certificate,
    );
  const responses = CERTIFICATES.map((of) => ({
    of,
    sha1: sign('sha1', of),
    sha256: sign('sha256', of),
  }));
  return { ca, certificate, issuer, responderKeyHash, responses };
}

type Made = ReturnType<typeof madeByOthers>;

function packed(kind: Kind, made: Made): Uint8Array {
  const responder: Responder = {
    keyHash: made.responderKeyHash,
    signatureAlgorithm: kind.algorithm,
    signatureLength: kind.signatureLength,
    certificate: made.certificate,
  };
  const pack = (signature: Uint8Array) =>
    kind.algorithm.startsWith('ecdsa')
      ? build.rawECDSASignature(signature, kind.signatureLength / 2)
      : signature;
  const entries = made.responses.map(
    ({ of, sha1, sha256 }): ShardEntry => ({
      serialNumber: serialNumber(of.contents),
      batch: 0,
      certStatus: of.revoked
        ? {
            status: 'revoked',
            revocationTime: unixSeconds(of.revoked.at),
            revocationReason: of.revoked.reason,
          }
        : { status: 'good' },
      signatures: { sha1: pack(sha1.signature), sha256: pack(sha256.signature) },
    }),
  );
  const batch = {
    responder: 0,
    producedAt: unixSeconds(TIMES.producedAt),
    thisUpdate: unixSeconds(TIMES.thisUpdate),
    nextUpdate: unixSeconds(TIMES.nextUpdate),
    archiveCutoff: null,
  };
  const header = { issuer: made.issuer, shardBits: 0, shardIndex: 0 };
  return encodeOCSPShard({ ...header, responders: [responder], batches: [batch] }, entries);
}

function rebuilt(shard: Uint8Array, contents: Uint8Array, hash: 'sha1' | 'sha256'): Uint8Array {
  const decoded = decodeOCSPShard(shard);
  const stored = decoded.ok && findStoredResponse(decoded.value, serialNumber(contents));
  if (!decoded.ok || !stored) throw new Error('not in the shard');
  return rebuildOCSPResponse(decoded.value, stored, hash);
}

describe.each(KINDS)('rebuilt responses of $title', (kind) => {
  let made: Made;
  let shard: Uint8Array;
  beforeAll(() => {
    made = madeByOthers(kind);
    shard = packed(kind, made);
  }, 60_000);

  it.each(CERT_ID_HASHES)(
    'ADR 1: the exact DER that was signed, %s, serials of 1 to 20 octets',
    (hash) => {
      for (const response of made.responses) {
        expect(hexOf(rebuilt(shard, response.of.contents, hash))).toBe(hexOf(response[hash].der));
      }
    },
  );

  describeWithOpenSSL('openssl ocsp', () => {
    const scratch = new ScratchDirectory();
    it.each(CERT_ID_HASHES)('RFC 6960 3.2: a relying party accepts them, %s', (hash) => {
      const issuer = scratch.write('ca.pem', build.certificatePEM(made.ca));
      for (const { of } of [...made.responses.slice(0, 4), ...made.responses.slice(18)]) {
        const serial = `0x${hexOf(of.contents)}`;
        const response = rebuilt(shard, of.contents, hash);
        const text = verifyOCSPResponse(scratch, response, { issuer, serial, hash, at: AT + 60 });
        expect(text).toContain('Response verify OK');
        expect(text).toContain(`${serial}: ${of.revoked ? 'revoked' : 'good'}`);
      }
    });

    it('RFC 6960 3.2: a relying party refuses one with an octet of its signature changed', () => {
      const issuer = scratch.write('ca.pem', build.certificatePEM(made.ca));
      const contents = CERTIFICATES[1]?.contents ?? new Uint8Array(0);
      const changed = shard.slice();
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      const last =
        CERTIFICATES.map((of) => of.contents)
          .sort(Buffer.compare)
          .at(-1) ?? contents;
      const serial = `0x${hexOf(last)}`;
      const check = { issuer, serial, hash: 'sha256', at: AT + 60 } as const;
      const text = verifyOCSPResponse(scratch, rebuilt(changed, last, 'sha256'), check);
      expect(text).not.toContain('Response verify OK');
      expect(text).toMatch(/Response [Vv]erify [Ff]ailure/);
    });
  });
});
