import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomSerialNumber } from '../../../../shared/serial-number.ts';
import { hexOf } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { tbsOf } from '../lint/certificate-under-test.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));

describe('serial numbers of new certificates', () => {
  it('CP 7.1: 17 octets, positive, all 128 bits of the random source in them', () => {
    const source = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
    const serialNumber = randomSerialNumber((length) => {
      expect(length).toBe(16);
      return source;
    });
    expect(hexOf(serialNumber)).toBe(`01${hexOf(source)}`);
  });

  it('CP 7.1: whatever the random source gives, they are positive and below 2^159', () => {
    for (const fill of [0x00, 0x7f, 0x80, 0xff]) {
      const number = BigInt(`0x${hexOf(randomSerialNumber((n) => new Uint8Array(n).fill(fill)))}`);
      expect(number).toBeGreaterThan(2n ** 64n);
      expect(number).toBeLessThan(2n ** 159n);
    }
  });

  it('CSBR 7.1: a thousand are all different and in no order', () => {
    const made = Array.from({ length: 1000 }, () => hexOf(randomSerialNumber(random)));
    expect(new Set(made).size).toBe(1000);
    expect(made).not.toEqual([...made].sort());
    expect(made).not.toEqual([...made].sort().reverse());
  });
});

describeWithOpenSSL('serial numbers as openssl reads them', () => {
  it('CP 7.1: the INTEGER in the certificate is the number that was drawn', () => {
    const serialNumber = randomSerialNumber(random);
    const { text } = opensslOk(['asn1parse', '-inform', 'DER'], tbsOf('tsa', { serialNumber }));
    expect(text).toContain(`INTEGER           :${hexOf(serialNumber).toUpperCase()}`);
  });
});
