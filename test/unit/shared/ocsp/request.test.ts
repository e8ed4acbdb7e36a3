import { describe, expect, it } from 'vitest';
import { decodeOCSPRequest } from '../../../../shared/ocsp/request.ts';
import * as req from '../../../support/ocsp-requests.ts';
import { joined, octets, tlv } from '../../../support/octets.ts';

const malformed = (reason: string) => ({
  ok: false,
  error: { code: 'malformed-request', reason },
});
const notAnswerable = (reason: string) => ({
  ok: false,
  error: { code: 'not-answerable', reason },
});
const asked = (hash: 'sha1' | 'sha256', serial: string) => ({
  ok: true,
  value: {
    certID: {
      hash,
      issuerNameHash: new Uint8Array(hash === 'sha1' ? 20 : 32).fill(0xa1),
      issuerKeyHash: new Uint8Array(hash === 'sha1' ? 20 : 32).fill(0xb2),
      serialNumber: octets(serial),
    },
  },
});
const plain = asked('sha1', '1001');

describe('form', () => {
  it('RFC 6960 4.1.1: a request spelled out octet by octet is read', () => {
    const der = octets(`
      30 43  30 41  30 3f  30 3d
        30 3b  30 09 06 05 2b 0e 03 02 1a 05 00
               04 14 ${'a1 '.repeat(20)}
               04 14 ${'b2 '.repeat(20)}
               02 02 10 01`);
    expect(der[1]).toBe(der.length - 2);
    expect(decodeOCSPRequest(der)).toEqual(plain);
  });

  it.each([
    ['after the request', joined(req.ocspRequest(), octets('00'))],
    ['after the TBSRequest', tlv(0x30, req.ocspRequest().subarray(2), octets('05 00'))],
    ['after the last field', req.ocspRequest({ tbsTail: octets('05 00') })],
    ['after the CertID', req.ocspRequest({ list: [tlv(0x30, req.certID(), octets('05 00'))] })],
    [
      'in the CertID',
      req.ocspRequest({ list: [tlv(0x30, tlv(0x30, req.certID(), octets('00')))] }),
    ],
    ['after the version', req.ocspRequest({ version: octets('a0 04 02 01 00 00') })],
    ['after the name', req.ocspRequest({ requestorName: octets('a1 06 86 02 61 3a 05 00') })],
    ['after the signature', req.ocspRequest({ signature: joined(req.signature(), octets('00')) })],
  ])('REQ-9: octets left over are refused: %s', (_, der) => {
    expect(decodeOCSPRequest(der)).toEqual(malformed('syntax'));
  });

  it.each([
    ['empty', ''],
    ['an empty SEQUENCE', '30 00'],
    ['another tag', '31 43'],
    ['indefinite length', '30 80 30 00 00 00'],
    ['a length of 4 GiB', '30 84 ff ff ff ff'],
    ['text', '47 45 54 20 2f'],
  ])('REQ-9: not a request: %s', (_, der) => {
    expect(decodeOCSPRequest(octets(der))).toEqual(malformed('syntax'));
  });
});

describe('minimal encodings and version', () => {
  it('REQ-9: a length that is not minimal is refused wherever it stands', () => {
    const der = req.ocspRequest();
    const long = joined(octets('30 81 43'), der.subarray(2));
    expect(decodeOCSPRequest(long)).toEqual(malformed('syntax'));
    const inner = joined(octets('30 81 41'), der.subarray(4));
    expect(decodeOCSPRequest(tlv(0x30, inner))).toEqual(malformed('syntax'));
  });

  it.each([
    ['with a leading zero', '00 10 01'],
    ['with leading ones', 'ff 80'],
    ['empty', ''],
  ])('REQ-9: a serial number %s is not DER', (_, serial) => {
    const der = req.ocspRequest({ list: [req.single(req.certID({ serial: octets(serial) }))] });
    expect(decodeOCSPRequest(der)).toEqual(malformed('syntax'));
  });

  it('REQ-9: an explicit version v1 is let pass', () => {
    expect(decodeOCSPRequest(req.ocspRequest({ version: octets('a0 03 02 01 00') }))).toEqual(
      plain,
    );
  });

  it.each([
    ['v2', 'a0 03 02 01 01', 'version'],
    ['-1', 'a0 03 02 01 ff', 'version'],
    ['65536', 'a0 05 02 03 01 00 00', 'version'],
    ['00 00', 'a0 04 02 02 00 00', 'syntax'],
    ['a BOOLEAN', 'a0 03 01 01 00', 'syntax'],
    ['nothing', 'a0 00', 'syntax'],
  ])('REQ-10: version %s is malformedRequest', (_, version, reason) => {
    expect(decodeOCSPRequest(req.ocspRequest({ version: octets(version) }))).toEqual(
      malformed(reason),
    );
  });

  it('REQ-10: an empty requestList is malformedRequest, whatever the extensions say', () => {
    expect(decodeOCSPRequest(req.ocspRequest({ list: [] }))).toEqual(
      malformed('empty-request-list'),
    );
    const noBasic = req.extension(req.RESPONSE_OID, octets('30 00'));
    expect(decodeOCSPRequest(req.ocspRequest({ list: [], extensions: [noBasic] }))).toEqual(
      malformed('empty-request-list'),
    );
  });
});

describe('limits', () => {
  it('REQ-6: 10,001 octets are refused unread', () => {
    const padding = (length: number) =>
      req.ocspRequest({ extensions: [req.extension(req.UNKNOWN_OID, new Uint8Array(length))] });
    const overhead = padding(9_000).length - 9_000;
    expect(padding(10_000 - overhead)).toHaveLength(10_000);
    expect(decodeOCSPRequest(padding(10_000 - overhead))).toEqual(plain);
    expect(decodeOCSPRequest(padding(10_001 - overhead))).toEqual(malformed('too-large'));
    expect(decodeOCSPRequest(new Uint8Array(10_001))).toEqual(malformed('too-large'));
  });

  it('REQ-6: nesting is bounded where only form is checked', () => {
    const nested = (levels: number) => {
      let der = octets('05 00');
      for (let i = 0; i < levels; i++) der = tlv(0x30, der);
      return tlv(0xa1, tlv(0xa4, der));
    };
    expect(decodeOCSPRequest(req.ocspRequest({ requestorName: nested(15) }))).toEqual(plain);
    for (const levels of [16, 2_000]) {
      expect(decodeOCSPRequest(req.ocspRequest({ requestorName: nested(levels) }))).toEqual(
        malformed('syntax'),
      );
    }
  });
});

describe('requestList', () => {
  const of = (...serials: string[]) =>
    req.ocspRequest({
      list: serials.map((serial) => req.single(req.certID({ serial: octets(serial) }))),
    });

  it('REQ-11: several CertIDs of one certificate are answered', () => {
    expect(decodeOCSPRequest(of('1001', '1001', '1001'))).toEqual(plain);
    const mixed = req.ocspRequest({
      list: [req.single(), req.single(req.certID({ parameters: req.NO_PARAMETERS }))],
    });
    expect(decodeOCSPRequest(mixed)).toEqual(plain);
  });

  it.each([
    ['another serial number', req.certID({ serial: octets('1002') })],
    ['another hash', req.certID({ oid: req.SHA256_OID })],
    ['another name', req.certID({ nameHash: new Uint8Array(20) })],
    ['another key', req.certID({ keyHash: new Uint8Array(20) })],
  ])('REQ-11: several certificates are not answered: %s', (_, id) => {
    const der = req.ocspRequest({ list: [req.single(), req.single(id)] });
    expect(decodeOCSPRequest(der)).toEqual(notAnswerable('several-certificates'));
  });

  it('REQ-11: a malformed Request anywhere in the list is malformedRequest', () => {
    const der = req.ocspRequest({ list: [req.single(), octets('30 00')] });
    expect(decodeOCSPRequest(der)).toEqual(malformed('syntax'));
  });

  it('REQ-11: an unanswerable Request makes the list unanswerable', () => {
    const list = [req.single(), req.single(req.certID({ oid: req.SHA384_OID }))];
    expect(decodeOCSPRequest(req.ocspRequest({ list }))).toEqual(notAnswerable('hash-unsupported'));
  });
});

const withCertID = (parts: req.CertIDParts) =>
  decodeOCSPRequest(req.ocspRequest({ list: [req.single(req.certID(parts))] }));

describe('CertID', () => {
  it('REQ-12: SHA-1 and SHA-256 are answered', () => {
    expect(withCertID({ oid: req.SHA1_OID })).toEqual(plain);
    expect(withCertID({ oid: req.SHA256_OID })).toEqual(asked('sha256', '1001'));
  });

  it.each([
    ['SHA-384', req.SHA384_OID],
    ['SHA-512', octets('06 09 60 86 48 01 65 03 04 02 03')],
    ['MD5', octets('06 08 2a 86 48 86 f7 0d 02 05')],
  ])('REQ-12: %s is not answered', (_, oid) => {
    expect(withCertID({ oid })).toEqual(notAnswerable('hash-unsupported'));
    expect(withCertID({ oid, parameters: octets('02 01 05') })).toEqual(
      notAnswerable('hash-unsupported'),
    );
  });

  it.each([req.SHA1_OID, req.SHA256_OID])('REQ-13: parameters NULL and absent are one', (oid) => {
    const withNull = withCertID({ oid, parameters: req.NULL_PARAMETERS });
    expect(withCertID({ oid, parameters: req.NO_PARAMETERS })).toEqual(withNull);
    expect(withNull.ok).toBe(true);
  });

  it.each([
    ['an INTEGER', '02 01 05'],
    ['NULL with contents', '05 01 00'],
    ['two NULLs', '05 00 05 00'],
    ['an OID', '06 01 2a'],
    ['no DER', 'ff'],
  ])('REQ-13: other parameters are malformedRequest: %s', (_, parameters) => {
    expect(withCertID({ parameters: octets(parameters) })).toEqual(malformed('hash-parameters'));
  });

  it('REQ-9: parameters of an unsupported hash are DER at least', () => {
    for (const parameters of ['ff', '05 01 00', '30 80 00 00', '02 01 05 00']) {
      expect(withCertID({ oid: req.SHA384_OID, parameters: octets(parameters) })).toEqual(
        malformed('hash-parameters'),
      );
    }
  });

  it.each(['06 00', '06 02 80 01', '06 02 2a 86', '05 00'])(
    'REQ-9: %s is no hash algorithm',
    (oid) => expect(withCertID({ oid: octets(oid) })).toEqual(malformed('syntax')),
  );

  it.each([
    ['an empty name hash', { nameHash: octets('') }],
    ['an empty key hash', { keyHash: octets('') }],
    ['a name hash of 32 octets', { nameHash: new Uint8Array(32) }],
    ['a key hash of 19 octets', { keyHash: new Uint8Array(19) }],
    ['SHA-256 with 20 octets', { oid: req.SHA256_OID, nameHash: new Uint8Array(20) }],
  ])('REQ-15: a hash of the wrong length is never successful: %s', (_, parts) => {
    expect(withCertID(parts)).toEqual(notAnswerable('hash-length'));
  });
});

describe('serial number', () => {
  it.each(['01', '7f', '00 80', '7f'.repeat(20), `00 ff ${'00'.repeat(18)}`])(
    'REQ-15: serial number %s is looked up',
    (serial) => {
      expect(withCertID({ serial: octets(serial) })).toEqual(asked('sha1', serial));
    },
  );

  it.each([
    ['zero', '00'],
    ['negative', '80'],
    ['negative', 'ff'],
    ['21 octets', '01'.repeat(21)],
    ['20 octets and a sign', `00 ${'ff'.repeat(20)}`],
  ])('REQ-15: a serial number that is never ours: %s', (_, serial) => {
    expect(withCertID({ serial: octets(serial) })).toEqual(notAnswerable('serial-number'));
  });
});

describe('signature and name', () => {
  const certificate = tlv(0x30, tlv(0x30), tlv(0x30), tlv(0x03, octets('00')));

  it('REQ-16: a signed request is answered like the unsigned one', () => {
    const requestorName = octets('a1 04 86 02 61 3a');
    for (const signature of [req.signature(), req.signature(certificate, certificate)]) {
      expect(decodeOCSPRequest(req.ocspRequest({ requestorName, signature }))).toEqual(plain);
      expect(decodeOCSPRequest(req.ocspRequest({ signature }))).toEqual(plain);
    }
  });

  it('REQ-16: requestorName without a signature is as if absent', () => {
    const name = octets('a1 12 a4 10 30 0e 31 0c 30 0a 06 03 55 04 03 0c 03 61 62 63');
    expect(decodeOCSPRequest(req.ocspRequest({ requestorName: name }))).toEqual(plain);
  });

  it.each([
    ['nothing', 'a0 00'],
    ['no fields', 'a0 02 30 00'],
    ['no algorithm', 'a0 05 30 03 03 01 00'],
    ['an empty algorithm', 'a0 07 30 05 30 00 03 01 00'],
    ['no bits', 'a0 07 30 05 30 03 06 01 2a'],
    ['bits without their first octet', 'a0 09 30 07 30 03 06 01 2a 03 00'],
    ['bits short of an octet', 'a0 0b 30 09 30 03 06 01 2a 03 02 03 f8'],
    ['certs that are no SEQUENCE', 'a0 0e 30 0c 30 03 06 01 2a 03 01 00 a0 02 05 00'],
    ['certs twice', 'a0 12 30 10 30 03 06 01 2a 03 01 00 a0 02 30 00 a0 02 30 00'],
  ])('REQ-16: the structure of a signature is parsed: %s', (_, signature) => {
    expect(decodeOCSPRequest(req.ocspRequest({ signature: octets(signature) }))).toEqual(
      malformed('syntax'),
    );
  });

  it.each([
    ['nothing', 'a1 00'],
    ['no GeneralName', 'a1 03 02 01 05'],
    ['two names', 'a1 08 86 02 61 3a 86 02 61 3a'],
    ['indefinite length inside', 'a1 08 a4 06 30 80 05 00 00 00'],
  ])('REQ-16: the structure of requestorName is parsed: %s', (_, requestorName) => {
    expect(decodeOCSPRequest(req.ocspRequest({ requestorName: octets(requestorName) }))).toEqual(
      malformed('syntax'),
    );
  });
});
