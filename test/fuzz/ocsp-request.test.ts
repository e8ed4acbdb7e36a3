import { OCSPRequest as OCSPRequestByPeculiar } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { describe, expect, it } from 'vitest';
import {
  decodeOCSPRequest,
  OCSP_REQUEST_MAX_OCTETS,
  type OCSPRequest,
} from '../../shared/ocsp/request.ts';
import * as req from '../support/ocsp-requests.ts';
import { hexOf, joined, octets, tlv } from '../support/octets.ts';
import { bounded } from './bounded.ts';
import { bitFlips, mutated, seededRandom, truncations } from './mutations.ts';

const SHA256_ID = req.certID({ oid: req.SHA256_OID, parameters: req.NO_PARAMETERS });
const VALID = [
  req.ocspRequest(),
  req.ocspRequest({ list: [req.single(SHA256_ID)] }),
  req.ocspRequest({ extensions: [req.nonce(16), req.extension(req.UNKNOWN_OID, octets('0500'))] }),
  req.ocspRequest({
    version: octets('a0 03 02 01 00'),
    requestorName: octets('a1 04 86 02 61 3a'),
    signature: req.signature(),
  }),
  req.ocspRequest({ list: [req.single(), req.single()] }),
];
const WITH_SINGLE_EXTENSIONS = [
  ...VALID,
  req.ocspRequest({ list: [req.single(req.certID(), req.nonce(3)), req.single(SHA256_ID)] }),
];

type Theirs = { readonly read: OCSPRequestByPeculiar; readonly same: boolean };

/** What @peculiar/asn1-ocsp reads, and whether it would write the same octets again. */
function byPeculiar(bytes: Uint8Array): Theirs | string {
  try {
    const read = AsnConvert.parse(bytes, OCSPRequestByPeculiar);
    return { read, same: hexOf(new Uint8Array(AsnConvert.serialize(read))) === hexOf(bytes) };
  } catch (error) {
    return error instanceof Error ? error.message : 'thrown';
  }
}

/**
 * Where @peculiar accepts octets that it would write the same way, and we do not, with our reason:
 * what it does not ask for.
 */
const STRICTER: Readonly<Record<string, string>> = {
  'hash-parameters': 'REQ-13: NULL or absent; it takes any',
  version: 'REQ-10: v1 only; it takes any',
  'nonce-length': 'REQ-19: 1 to 128; it does not look',
  'critical-extension': 'REQ-17: it does not know any',
  'duplicate-extension': 'REQ-18: it does not compare',
  'empty-request-list': 'REQ-10: at least one; it takes none',
  'too-large': 'REQ-6',
  syntax: 'REQ-9: an INTEGER or OID in too many octets is kept by it as it stands',
};

/**
 * Where we accept and @peculiar throws: its Request lacks the EXPLICIT [0] around
 * singleRequestExtensions (openssl has it, see request-openssl.test.ts).
 */
const NO_SINGLE_EXTENSIONS = 'Data does not match to Request ASN1 schema';

function sameFields(ours: OCSPRequest, { read }: Theirs): void {
  const reqCert = read.tbsRequest.requestList[0]?.reqCert;
  const oid = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' }[ours.certID.hash];
  expect(reqCert?.hashAlgorithm.algorithm).toBe(oid);
  const theirs = [
    reqCert?.issuerNameHash.buffer,
    reqCert?.issuerKeyHash.buffer,
    reqCert?.serialNumber,
  ];
  const { issuerNameHash, issuerKeyHash, serialNumber } = ours.certID;
  expect(theirs.map((field) => hexOf(new Uint8Array(field ?? [])))).toEqual(
    [issuerNameHash, issuerKeyHash, serialNumber].map(hexOf),
  );
}

function compare(bytes: Uint8Array): 'both' | 'neither' | 'ours' | 'theirs' {
  const ours = decodeOCSPRequest(bytes);
  const theirs = byPeculiar(bytes);
  const formed = ours.ok || ours.error.code === 'not-answerable';
  if (typeof theirs === 'string') {
    if (formed) expect(theirs, hexOf(bytes)).toContain(NO_SINGLE_EXTENSIONS);
    return formed ? 'ours' : 'neither';
  }
  if (ours.ok) sameFields(ours.value, theirs);
  if (formed) return 'both';
  // A BER reader that would write other octets has read something that is not DER (REQ-9).
  if (theirs.same) expect(Object.keys(STRICTER), hexOf(bytes)).toContain(ours.error.reason);
  return 'theirs';
}

describe('OCSP requests', () => {
  it('REQ-9: verdicts and fields agree with @peculiar/asn1-ocsp but for the listed differences', () => {
    const tally = { both: 0, neither: 0, ours: 0, theirs: 0 };
    for (const bytes of mutated(seededRandom(6960), VALID, 6_000)) tally[compare(bytes)]++;
    for (const bytes of bitFlips(VALID[0] ?? octets(''))) tally[compare(bytes)]++;
    for (const valid of VALID) expect(compare(valid)).toBe('both');
    expect(tally.both).toBeGreaterThan(500);
    expect(tally.neither).toBeGreaterThan(500);
    expect(tally.ours).toBe(0);
  }, 30_000);

  it('REQ-6: no octets make the decoder throw, linger or fill memory', () => {
    const inputs = function* () {
      for (const valid of WITH_SINGLE_EXTENSIONS) {
        yield* truncations(valid);
        yield* bitFlips(valid);
      }
      yield* mutated(seededRandom(9919), WITH_SINGLE_EXTENSIONS, 60_000);
    };
    const accepted = bounded(inputs(), (bytes) => decodeOCSPRequest(bytes).ok);
    expect(accepted).toBeGreaterThan(1_000);
  }, 30_000);

  it('REQ-9: no truncation of a request is a request', () => {
    for (const valid of VALID) {
      for (const bytes of truncations(valid)) expect(decodeOCSPRequest(bytes).ok).toBe(false);
    }
  });

  it('REQ-6: the worst requests of 10,000 octets are decided quickly', () => {
    const fill = (piece: Uint8Array, count: number) =>
      joined(...Array.from({ length: count }, () => piece));
    let nested = octets('05 00');
    while (nested.length < 9_900) nested = tlv(0x30, nested);
    const numbered = (i: number) =>
      req.extension(joined(octets('06 03 2a'), Uint8Array.of(i >> 7, i & 127)), octets(''));
    const worst = [
      req.ocspRequest({ list: [fill(req.single(), 140)] }),
      req.ocspRequest({ list: [fill(octets('30 00'), 4_900)] }),
      req.ocspRequest({ requestorName: tlv(0xa1, tlv(0xa4, nested)) }),
      req.ocspRequest({ requestorName: tlv(0xa1, tlv(0xa4, fill(octets('30 00'), 4_900))) }),
      req.ocspRequest({ extensions: Array.from({ length: 880 }, (_, i) => numbered(i + 128)) }),
      new Uint8Array(OCSP_REQUEST_MAX_OCTETS).fill(0x30),
      new Uint8Array(OCSP_REQUEST_MAX_OCTETS).fill(0xa0),
    ];
    for (const bytes of worst) expect(bytes.length).toBeLessThanOrEqual(OCSP_REQUEST_MAX_OCTETS);
    expect(bounded(worst, (bytes) => decodeOCSPRequest(bytes).ok)).toBeGreaterThan(0);
  });
});
