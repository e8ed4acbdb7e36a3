import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import { describe, expect, it } from 'vitest';
import { verifyCertificationRequest } from '../../signer/issuance/certification-request.ts';
import {
  decodeCertificationRequest,
  REQUEST_MAX_OCTETS,
} from '../../signer/issuance/decode-certification-request.ts';
import { hexOf, joined, octets, tlv } from '../support/octets.ts';
import { bounded } from './bounded.ts';
import { bitFlips, mutated, seededRandom, truncations } from './mutations.ts';

const RSA_OID = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00');
const SUBJECT = octets('30 0c 31 0a 30 08 06 03 55 04 03 0c 01 78');
const ATTRIBUTES = octets('a0 00');
const SHA256_RSA = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00');
const SHA256_ECDSA = octets('30 0a 06 08 2a 86 48 ce 3d 04 03 02');

/** Written here, field by field (RFC 2986 4). */
function request(spki: Uint8Array, algorithm: Uint8Array, key?: KeyObject): Uint8Array {
  const info = tlv(0x30, octets('02 01 00'), SUBJECT, spki, ATTRIBUTES);
  const signature = key ? new Uint8Array(sign('sha256', info, key)) : new Uint8Array(64);
  return tlv(0x30, info, algorithm, tlv(0x03, octets('00'), signature));
}

function signedRequests(): readonly Uint8Array[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
  return [
    request(spki(rsa.publicKey), SHA256_RSA, rsa.privateKey),
    request(spki(ec.publicKey), SHA256_ECDSA, ec.privateKey),
  ];
}

const VALID = signedRequests();
const RSA = { kind: 'rsa', modulusLengths: [2048] } as const;
const EC = { kind: 'ec', namedCurves: ['P-256'] } as const;

/** Whether it is accepted; it must not throw whatever it is given. */
function accepts(der: Uint8Array): boolean {
  return verifyCertificationRequest(der, RSA).ok || verifyCertificationRequest(der, EC).ok;
}

function rsaSPKI(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const key = tlv(0x30, tlv(0x02, modulus), tlv(0x02, exponent));
  return tlv(0x30, RSA_OID, tlv(0x03, octets('00'), key));
}

function* mutations(): Generator<Uint8Array> {
  for (const valid of VALID) {
    yield* truncations(valid);
    yield* bitFlips(valid);
  }
  yield* mutated(seededRandom(2986), VALID, 3_000);
}

describe('requests that nobody should send', () => {
  it('CSR-1: no octets make the verification throw, linger or fill memory, and no change passes', () => {
    expect(VALID.map(accepts)).toEqual([true, true]);
    const original = new Set(VALID.map(hexOf));
    const changed = [...mutations()].filter((der) => !original.has(hexOf(der)));
    expect(bounded(changed, accepts)).toBe(0);
  });

  it('CSR-1: what is decoded is read by @peculiar/asn1-csr and written back octet for octet', () => {
    let read = 0;
    for (const der of mutations()) {
      const decoded = decodeCertificationRequest(der);
      if (!decoded.ok) continue;
      read += 1;
      const theirs = AsnConvert.parse(der, CertificationRequest);
      expect(hexOf(new Uint8Array(AsnConvert.serialize(theirs)))).toBe(hexOf(der));
      const spki = AsnConvert.serialize(theirs.certificationRequestInfo.subjectPKInfo);
      expect(hexOf(new Uint8Array(spki))).toBe(hexOf(decoded.value.spki));
    }
    expect(read).toBeGreaterThan(100);
  });

  it('CSR-1, CSR-6: enormous moduli, exponents and nestings are decided quickly', () => {
    const big = (length: number) => new Uint8Array(length).fill(0x7f);
    const nested = (depth: number): Uint8Array =>
      depth === 0 ? octets('05 00') : tlv(0x30, nested(depth - 1));
    const one = octets('01 00 01');
    const inputs = [
      request(rsaSPKI(big(15_000), one), SHA256_RSA),
      request(rsaSPKI(big(256), big(15_000)), SHA256_RSA),
      request(rsaSPKI(big(1_024), big(1_024)), SHA256_RSA),
      request(rsaSPKI(octets('01'), one), SHA256_RSA),
      request(rsaSPKI(octets('00'), one), SHA256_RSA),
      request(rsaSPKI(octets('ff'), one), SHA256_RSA),
      request(nested(3_000), SHA256_RSA),
      joined(...Array.from({ length: REQUEST_MAX_OCTETS }, () => octets('30'))),
      new Uint8Array(REQUEST_MAX_OCTETS).fill(0x80),
      new Uint8Array(4 << 20),
    ];
    expect(bounded(inputs, accepts)).toBe(0);
  });
});
