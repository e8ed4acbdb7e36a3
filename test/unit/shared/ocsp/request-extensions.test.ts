import { describe, expect, it } from 'vitest';
import { decodeOCSPRequest } from '../../../../shared/ocsp/request.ts';
import * as req from '../../../support/ocsp-requests.ts';
import { octets, tlv } from '../../../support/octets.ts';

const malformed = (reason: string) => ({
  ok: false,
  error: { code: 'malformed-request', reason },
});
const noBasic = { ok: false, error: { code: 'not-answerable', reason: 'response-type' } };

/** The same extensions as requestExtensions and as singleRequestExtensions. */
const both = (...extensions: Uint8Array[]) => [
  decodeOCSPRequest(req.ocspRequest({ extensions })),
  decodeOCSPRequest(req.ocspRequest({ list: [req.single(req.certID(), ...extensions)] })),
];
const bothAre = (outcome: unknown, ...extensions: Uint8Array[]) => {
  for (const result of both(...extensions)) expect(result).toEqual(outcome);
};
const answered = decodeOCSPRequest(req.ocspRequest());

describe('extensions', () => {
  it('REQ-17: unknown ones that are not critical are ignored', () => {
    expect(answered.ok).toBe(true);
    bothAre(answered, req.extension(req.UNKNOWN_OID, octets('')));
    bothAre(answered, req.extension(req.UNKNOWN_OID, octets('de ad')));
  });

  it('REQ-17: unknown critical ones are malformedRequest', () => {
    bothAre(
      malformed('critical-extension'),
      req.extension(req.UNKNOWN_OID, octets(''), req.CRITICAL),
    );
  });

  it.each([
    ['nonce', req.NONCE_OID, '04 01 07'],
    ['acceptable responses', req.RESPONSE_OID, '30 0b 06 09 2b 06 01 05 05 07 30 01 01'],
    ['service locator', req.SERVICE_LOCATOR_OID, '30 02 30 00'],
    ['preferred signature algorithms', req.PREF_SIG_ALGS_OID, '30 00'],
  ])('REQ-17: a known one may be critical: %s', (_, oid, value) => {
    bothAre(answered, req.extension(oid, octets(value), req.CRITICAL));
  });

  it('REQ-18: an extension twice in one list is malformedRequest', () => {
    const twice = req.extension(req.UNKNOWN_OID, octets(''));
    bothAre(malformed('duplicate-extension'), twice, twice);
    bothAre(malformed('duplicate-extension'), req.nonce(16), twice, req.nonce(17));
  });

  it('REQ-18: an extension once in each list is none twice', () => {
    const list = [req.single(req.certID(), req.nonce(16))];
    expect(decodeOCSPRequest(req.ocspRequest({ list, extensions: [req.nonce(16)] }))).toEqual(
      answered,
    );
  });

  it.each([
    ['an empty list', 'a2 02 30 00'],
    ['no list', 'a2 00'],
    ['two lists', `a2 14 ${'30 08 30 06 06 02 2a 03 04 00 '.repeat(2)}`],
    ['an empty extension', 'a2 04 30 02 30 00'],
    ['no value', 'a2 08 30 06 30 04 06 02 2a 03'],
    ['octets after the value', 'a2 0c 30 0a 30 08 06 02 2a 03 04 00 05 00'],
    ['an empty OID', 'a2 08 30 06 30 04 06 00 04 00'],
    ['an OID with a leading zero', 'a2 0b 30 09 30 07 06 03 2a 80 03 04 00'],
    ['critical FALSE, a DEFAULT', 'a2 0d 30 0b 30 09 06 02 2a 03 01 01 00 04 00'],
    ['critical 01', 'a2 0d 30 0b 30 09 06 02 2a 03 01 01 01 04 00'],
    ['critical twice', 'a2 10 30 0e 30 0c 06 02 2a 03 01 01 ff 01 01 ff 04 00'],
    ['a value that is no OCTET STRING', 'a2 0a 30 08 30 06 06 02 2a 03 05 00'],
  ])('REQ-9: extensions that are not DER are malformedRequest: %s', (_, tbsTail) => {
    expect(decodeOCSPRequest(req.ocspRequest({ tbsTail: octets(tbsTail) }))).toEqual(
      malformed('syntax'),
    );
  });
});

describe('nonce', () => {
  it.each([1, 15, 16, 32, 33, 127, 128])('REQ-19: %d octets are answered', (length) => {
    bothAre(answered, req.nonce(length));
  });

  it.each([0, 129, 255, 4_000])('REQ-19: %d octets are malformedRequest', (length) => {
    bothAre(malformed('nonce-length'), req.nonce(length));
  });

  it('REQ-20: 33 octets, over the limit of RFC 8954, are answered', () => {
    bothAre(answered, req.nonce(33));
  });

  it.each([
    ['empty', '', 'nonce-length'],
    ['129 octets', '07'.repeat(129), 'nonce-length'],
  ])('REQ-19: without an inner OCTET STRING the content octets count: %s', (_, value, reason) => {
    bothAre(malformed(reason), req.extension(req.NONCE_OID, octets(value)));
  });

  it.each([
    ['one octet', '07'],
    ['128 octets', '07'.repeat(128)],
    ['an OCTET STRING and more', '04 00 00'],
    ['an INTEGER', '02 01 05'],
  ])('REQ-19: a nonce of RFC 2560 days is answered: %s', (_, value) => {
    bothAre(answered, req.extension(req.NONCE_OID, octets(value)));
  });
});

describe('acceptable responses, preferred algorithms, service locator', () => {
  const acceptable = (...oids: Uint8Array[]) => req.extension(req.RESPONSE_OID, tlv(0x30, ...oids));

  it('REQ-21: with id-pkix-ocsp-basic among them the request is answered', () => {
    bothAre(answered, acceptable(req.BASIC_OID));
    bothAre(answered, acceptable(req.UNKNOWN_OID, req.BASIC_OID));
  });

  it('REQ-21: without it the request is unauthorized', () => {
    bothAre(noBasic, acceptable(req.UNKNOWN_OID));
    bothAre(noBasic, acceptable());
  });

  it('REQ-21: what is malformed elsewhere stays malformedRequest', () => {
    bothAre(malformed('nonce-length'), acceptable(req.UNKNOWN_OID), req.nonce(0));
    const extensions = [acceptable(req.UNKNOWN_OID)];
    expect(decodeOCSPRequest(req.ocspRequest({ extensions, tbsTail: octets('05 00') }))).toEqual(
      malformed('syntax'),
    );
  });

  it.each(['', '05 00', '30 02 05 00', '30 02 06 00', '30 00 00'])(
    'REQ-21: a value that is no AcceptableResponses is malformedRequest: %j',
    (value) => bothAre(malformed('syntax'), req.extension(req.RESPONSE_OID, octets(value))),
  );

  it('REQ-22: preferred signature algorithms are ignored', () => {
    const value = octets('30 0e 30 0c 30 0a 06 08 2a 86 48 ce 3d 04 03 02');
    bothAre(answered, req.extension(req.PREF_SIG_ALGS_OID, value));
  });

  it('REQ-23: a service locator is ignored', () => {
    bothAre(answered, req.extension(req.SERVICE_LOCATOR_OID, octets('30 02 30 00')));
    bothAre(answered, req.extension(req.SERVICE_LOCATOR_OID, octets('ff')));
  });
});
