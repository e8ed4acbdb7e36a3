import { OCSPRequest } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { beforeAll, expect, it } from 'vitest';
import { decodeOCSPRequest } from '../../../../shared/ocsp/request.ts';
import * as spelled from '../../../support/ocsp-requests.ts';
import { hexOf } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  makeCA,
  ocspRequestByOpenSSL,
  opensslOk,
  ScratchDirectory,
} from '../../../support/openssl.ts';

describeWithOpenSSL('requests made by openssl', () => {
  const scratch = new ScratchDirectory();
  let issuer = '';

  beforeAll(() => {
    issuer = makeCA(scratch, 'ca');
  });

  const made = (...args: string[]) =>
    ocspRequestByOpenSSL(scratch, [...args.slice(0, 1), '-issuer', issuer, ...args.slice(1)]);

  /** Decodes, and compares with what @peculiar/asn1-ocsp reads and openssl prints. */
  const compared = (der: Uint8Array, hash: 'sha1' | 'sha256', serial: string) => {
    const decoded = decodeOCSPRequest(der);
    if (!decoded.ok) throw new Error(decoded.error.reason);
    const { certID } = decoded.value;
    const theirs = AsnConvert.parse(der, OCSPRequest).tbsRequest.requestList[0]?.reqCert;
    expect(certID.hash).toBe(hash);
    expect(hexOf(certID.serialNumber)).toBe(hexOf(new Uint8Array(theirs?.serialNumber ?? [])));
    const text = opensslOk(['ocsp', '-reqin', scratch.write('in.der', der), '-req_text']).text;
    expect(text).toContain(`Hash Algorithm: ${hash}`);
    expect(text).toContain(`Issuer Name Hash: ${hexOf(certID.issuerNameHash).toUpperCase()}`);
    expect(text).toContain(`Issuer Key Hash: ${hexOf(certID.issuerKeyHash).toUpperCase()}`);
    expect(text).toContain(`Serial Number: ${serial}`);
  };

  it.each([
    ['one octet', '0x05', '05'],
    ['the top bit set', '0xf00d', 'F00D'],
    ['20 octets', `0x7${'a'.repeat(39)}`, `7${'A'.repeat(39)}`],
  ])('RFC 6960 4.1.1: a serial number of %s', (_, serial, text) => {
    compared(made('-sha1', '-serial', serial, '-no_nonce'), 'sha1', text);
    compared(made('-sha256', '-serial', serial, '-no_nonce'), 'sha256', text);
  });

  it('REQ-19: openssl sends a nonce unless told not to, and is answered', () => {
    const der = made('-sha256', '-serial', '0x1001');
    expect(hexOf(der)).toContain('2b0601050507300102');
    compared(der, 'sha256', '1001');
  });

  it.each(['-sha384', '-sha512', '-md5'])('REQ-12: %s is not answered', (digest) => {
    expect(decodeOCSPRequest(made(digest, '-serial', '0x1001', '-no_nonce'))).toEqual({
      ok: false,
      error: { code: 'not-answerable', reason: 'hash-unsupported' },
    });
  });

  it('REQ-11: two serial numbers are not answered, one twice is', () => {
    const two = made('-sha1', '-serial', '0x1001', '-serial', '0x1002', '-no_nonce');
    expect(decodeOCSPRequest(two)).toEqual({
      ok: false,
      error: { code: 'not-answerable', reason: 'several-certificates' },
    });
    const twice = made('-sha1', '-serial', '0x1001', '-serial', '0x1001', '-no_nonce');
    compared(twice, 'sha1', '1001');
  });

  it('REQ-16: a request that openssl signed is answered', () => {
    const signed = made(
      ...['-sha256', '-serial', '0x1001', '-no_nonce', '-signer', issuer],
      ...['-signkey', scratch.file('ca.key')],
    );
    compared(signed, 'sha256', '1001');
    expect(AsnConvert.parse(signed, OCSPRequest).optionalSignature?.certs).toHaveLength(1);
  });
});

describeWithOpenSSL('requests spelled out here', () => {
  const scratch = new ScratchDirectory();

  it('RFC 6960 4.1.1: singleRequestExtensions in [0] are where openssl reads them', () => {
    const nonce = spelled.nonce(16);
    const der = spelled.ocspRequest({ list: [spelled.single(spelled.certID(), nonce)] });
    const text = opensslOk(['ocsp', '-reqin', scratch.write('in.der', der), '-req_text']).text;
    expect(text).toContain('Request Single Extensions');
    expect(decodeOCSPRequest(der).ok).toBe(true);
  });
});
