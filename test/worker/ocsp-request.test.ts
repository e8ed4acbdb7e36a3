import { beforeAll, describe, expect, it } from 'vitest';
import {
  createIssuer,
  createPublisher,
  serial,
  type TestIssuer,
} from '../support/edge-snapshot.ts';
import {
  BASIC_OID,
  CRITICAL,
  certID,
  extension,
  NO_PARAMETERS,
  NONCE_OID,
  NULL_PARAMETERS,
  nonce,
  ocspRequest,
  PREF_SIG_ALGS_OID,
  RESPONSE_OID,
  SHA1_OID,
  SHA256_OID,
  SHA384_OID,
  signature,
  single,
  UNKNOWN_OID,
} from '../support/ocsp-requests.ts';
import { joined, octets, tlv, withOctet } from '../support/octets.ts';
import {
  bodyHex,
  certIDOf,
  type Edge,
  MALFORMED,
  openEdge,
  publish,
  requestFor,
  UNAUTHORIZED,
} from './edge.ts';

const SERIAL = serial('1001');

let edge: Edge;
let issuer: TestIssuer;
let other: TestIssuer;
let mine: Uint8Array;
let expected: string;

beforeAll(async () => {
  const publisher = await createPublisher();
  issuer = await createIssuer('A');
  other = await createIssuer('B');
  const certificates = ['1001', '1002', '7f', '0180'].map((text) => ({
    serialNumber: serial(text),
  }));
  const populations = [issuer, other].map((i) => ({ issuer: i, certificates }));
  await publish(publisher, { populations });
  edge = openEdge(publisher);
  mine = certIDOf(issuer, SERIAL);
  expected = await bodyHex(await edge.post(requestFor(issuer, SERIAL)));
});

/** Over both ways, which must agree. */
async function ask(der: Uint8Array): Promise<string> {
  const posted = await bodyHex(await edge.post(der));
  expect(await bodyHex(await edge.get(der))).toBe(posted);
  return posted;
}

describe('strict DER', () => {
  const good = () => ocspRequest({ list: [single(mine)] });

  it.each([
    ['a trailing octet', () => joined(good(), octets('00'))],
    ['a missing octet', () => good().subarray(0, -1)],
    [
      'an octet after the TBSRequest',
      () => ocspRequest({ list: [single(mine)], tbsTail: octets('0500') }),
    ],
    ['an indefinite length', () => withOctet(good(), 1, 0x80)],
    ['another outer tag', () => withOctet(good(), 0, 0x31)],
    ['a padded serial number', () => ocspRequest({ list: [single(padded())] })],
  ])('REQ-9: %s is malformedRequest', async (_, make) => {
    expect(await ask(make())).toBe(MALFORMED);
  });

  function padded(): Uint8Array {
    const { issuerNameHash, issuerKeyHash } = issuer.identity.sha1;
    return certID({ nameHash: issuerNameHash, keyHash: issuerKeyHash, serial: octets('001001') });
  }

  it('REQ-9: an explicit version v1 is tolerated', async () => {
    const version = tlv(0xa0, octets('020100'));
    expect(await ask(ocspRequest({ version, list: [single(mine)] }))).toBe(expected);
  });

  it('REQ-10: version v2 and an empty requestList are malformedRequest', async () => {
    const version = tlv(0xa0, octets('020101'));
    expect(await ask(ocspRequest({ version, list: [single(mine)] }))).toBe(MALFORMED);
    expect(await ask(ocspRequest({ list: [] }))).toBe(MALFORMED);
  });
});

describe('which certificate', () => {
  it('REQ-11: several certificates are unauthorized, one asked for twice is answered', async () => {
    const second = certIDOf(issuer, serial('1002'));
    expect(await ask(ocspRequest({ list: [single(mine), single(second)] }))).toBe(UNAUTHORIZED);
    expect(await ask(ocspRequest({ list: [single(mine), single(mine)] }))).toBe(expected);
  });

  it('REQ-12: SHA-1 and SHA-256 are answered in kind, others unauthorized', async () => {
    const sha256 = await ask(requestFor(issuer, SERIAL, 'sha256'));
    expect([sha256.includes('06052b0e03021a'), sha256.includes('0609608648016503040201')]).toEqual([
      false,
      true,
    ]);
    expect(expected.includes('06052b0e03021a')).toBe(true);
    const long = new Uint8Array(48);
    const sha384 = certID({ oid: SHA384_OID, nameHash: long, keyHash: long });
    expect(await ask(ocspRequest({ list: [single(sha384)] }))).toBe(UNAUTHORIZED);
  });

  it('REQ-13: hash parameters may be NULL or absent, nothing else', async () => {
    const { issuerNameHash: nameHash, issuerKeyHash: keyHash } = issuer.identity.sha1;
    const ids = (parameters: Uint8Array) =>
      certID({ nameHash, keyHash, serial: SERIAL, parameters });
    expect(await ask(ocspRequest({ list: [single(ids(NULL_PARAMETERS))] }))).toBe(expected);
    expect(await ask(ocspRequest({ list: [single(ids(NO_PARAMETERS))] }))).toBe(expected);
    expect(await ask(ocspRequest({ list: [single(ids(octets('0400')))] }))).toBe(MALFORMED);
  });

  it.each(['sha1', 'sha256'] as const)(
    'REQ-14: both %s hashes must be of one issuer',
    async (hash) => {
      const oid = hash === 'sha1' ? SHA1_OID : SHA256_OID;
      const nameHash = issuer.identity[hash].issuerNameHash;
      const keyHash = other.identity[hash].issuerKeyHash;
      const before = edge.reads.blobs;
      const mixed = certID({ oid, nameHash, keyHash, serial: SERIAL });
      expect(await ask(ocspRequest({ list: [single(mixed)] }))).toBe(UNAUTHORIZED);
      expect(edge.reads.blobs).toBe(before);
    },
  );

  it('REQ-14: the same serial number of another issuer has another answer', async () => {
    const answer = await ask(requestFor(other, SERIAL));
    expect(answer).toMatch(/^3082/);
    expect(answer).not.toBe(expected);
  });
});

describe('which certificate, never', () => {
  it.each([
    ['zero', '00'],
    ['negative', 'ff'],
    ['of 21 octets', `01${'00'.repeat(20)}`],
    ['empty', ''],
  ])('REQ-15: a serial number that is %s is never answered', async (_, contents) => {
    const { issuerNameHash: nameHash, issuerKeyHash: keyHash } = issuer.identity.sha1;
    const id = certID({ nameHash, keyHash, serial: octets(contents) });
    const answer = await ask(ocspRequest({ list: [single(id)] }));
    expect(answer).toBe(contents === '' ? MALFORMED : UNAUTHORIZED);
  });

  it('REQ-15: a hash of the wrong length is unauthorized', async () => {
    const id = certID({ nameHash: new Uint8Array(32), keyHash: new Uint8Array(32), oid: SHA1_OID });
    expect(await ask(ocspRequest({ list: [single(id)] }))).toBe(UNAUTHORIZED);
  });

  it('REQ-15: a sign octet belongs to the number', async () => {
    const asked = ocspRequest({ list: [single(certIDOf(issuer, serial('0180')))] });
    expect(await ask(asked)).toMatch(/^3082/);
    const without = ocspRequest({ list: [single(certIDOf(issuer, serial('80')))] });
    expect(await ask(without)).toBe(UNAUTHORIZED);
  });
});

describe('signatures and extensions', () => {
  it('REQ-16: a signed request is answered like the unsigned one', async () => {
    const signed = ocspRequest({ list: [single(mine)], signature: signature() });
    expect(await ask(signed)).toBe(expected);
  });

  it('REQ-16: requestorName is handled as absent', async () => {
    const requestorName = tlv(0xa1, tlv(0x82, octets('61')));
    expect(await ask(ocspRequest({ requestorName, list: [single(mine)] }))).toBe(expected);
  });

  it('REQ-17: unknown extensions are ignored unless critical', async () => {
    const plain = extension(UNKNOWN_OID, octets('0500'));
    const critical = extension(UNKNOWN_OID, octets('0500'), CRITICAL);
    expect(await ask(ocspRequest({ list: [single(mine)], extensions: [plain] }))).toBe(expected);
    expect(await ask(ocspRequest({ list: [single(mine)], extensions: [critical] }))).toBe(
      MALFORMED,
    );
    expect(await ask(ocspRequest({ list: [single(mine, critical)] }))).toBe(MALFORMED);
  });

  it('REQ-18: an extension twice in one list is malformedRequest', async () => {
    const twice = [extension(UNKNOWN_OID, octets('0500')), extension(UNKNOWN_OID, octets('0500'))];
    expect(await ask(ocspRequest({ list: [single(mine)], extensions: twice }))).toBe(MALFORMED);
  });

  it.each([
    [0, 'refused'],
    [1, 'answered'],
    [15, 'answered'],
    [16, 'answered'],
    [32, 'answered'],
    [33, 'answered'],
    [128, 'answered'],
    [129, 'refused'],
  ])('REQ-19: a nonce of %i octets is %s', async (length, outcome) => {
    const asked = ocspRequest({ list: [single(mine)], extensions: [nonce(length)] });
    expect(await ask(asked)).toBe(outcome === 'answered' ? expected : MALFORMED);
  });

  it('REQ-19: a nonce that is no OCTET STRING is taken as it is, and none comes back', async () => {
    const bare = extension(NONCE_OID, octets('aabbccdd'));
    expect(await ask(ocspRequest({ list: [single(mine)], extensions: [bare] }))).toBe(expected);
    expect(expected).not.toContain('2b0601050507300102');
  });

  it('REQ-20: a nonce over the limit of RFC 8954, of 33 octets, is answered as RFC 9654 has it', async () => {
    const over = ocspRequest({ list: [single(mine)], extensions: [nonce(33)] });
    expect(await ask(over)).toBe(expected);
  });

  it('REQ-22: with one variant signed, preferred signature algorithms change nothing', async () => {
    const ecdsaWithSHA256 = octets('30 0e 30 0c 30 0a 06 08 2a 86 48 ce 3d 04 03 02');
    const sha1WithRSA = octets('30 0f 30 0d 30 0b 06 09 2a 86 48 86 f7 0d 01 01 05');
    for (const preferred of [ecdsaWithSHA256, sha1WithRSA]) {
      const extensions = [extension(PREF_SIG_ALGS_OID, preferred)];
      expect(await ask(ocspRequest({ list: [single(mine)], extensions }))).toBe(expected);
    }
  });

  it('REQ-21: acceptable responses without id-pkix-ocsp-basic are unauthorized', async () => {
    const only = (oid: Uint8Array) => extension(RESPONSE_OID, tlv(0x30, oid));
    const asked = (oid: Uint8Array) =>
      ocspRequest({ list: [single(mine)], extensions: [only(oid)] });
    expect(await ask(asked(BASIC_OID))).toBe(expected);
    expect(await ask(asked(UNKNOWN_OID))).toBe(UNAUTHORIZED);
  });
});
