import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../shared/bytes.ts';
import { CERT_ID_HASHES } from '../../../../shared/ocsp/cert-id.ts';
import { type CertStatus, encodeResponseData } from '../../../../shared/ocsp/response.ts';
import { responseDataWriter } from '../../../../shared/ocsp/response-data-writer.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';

const hashes = (length: number, fill: number) => ({
  issuerNameHash: new Uint8Array(length).fill(fill),
  issuerKeyHash: new Uint8Array(length).fill(fill + 1),
});
const issuer = { sha1: hashes(20, 0x55), sha256: hashes(32, 0x2a) };
const keyHash = new Uint8Array(20).fill(0x55);
const thisUpdate = unixSeconds(1_795_400_000);
const window = { producedAt: thisUpdate, thisUpdate, nextUpdate: unixSeconds(1_796_000_000) };

const LENGTHS = Array.from({ length: 20 }, (_, i) => i + 1);
/** Two of each length, the first of each octet for octet like what stands around it. */
const serials = LENGTHS.flatMap((length) =>
  [0x55, 0x01].map((octet) =>
    must(serialNumberFromContents(new Uint8Array(length).fill(octet)), 'serial number'),
  ),
);

const good: readonly CertStatus[] = [{ status: 'good' }];
/** Each after the other, so that none has the time and reason of the one that was encoded in full. */
const revoked: readonly CertStatus[] = ([1, 3, 4, 5] as const).map((revocationReason) => ({
  status: 'revoked',
  revocationTime: unixSeconds(thisUpdate - 86_400 * revocationReason),
  revocationReason,
}));

describe.each([
  ['without archiveCutoff', null],
  ['with archiveCutoff', unixSeconds(1_700_000_000)],
])('ResponseData in bulk, %s', (_, archiveCutoff) => {
  it.each([
    ['good', good],
    ['revoked', revoked],
    ['mixed', [...good, ...revoked]],
  ])('RFC 6960 4.2.1: %s responses have the octets that the edge encodes', (_status, statuses) => {
    const times = { ...window, archiveCutoff };
    const writer = responseDataWriter(keyHash, times, issuer, 0);
    const ends: number[] = [];
    const expected: Uint8Array[] = [];
    for (const [i, serialNumber] of serials.entries()) {
      const certStatus = statuses[i % statuses.length] ?? { status: 'good' };
      for (const hash of CERT_ID_HASHES) {
        ends.push(writer.append(hash, serialNumber, certStatus));
        const certID = { hash, ...issuer[hash], serialNumber };
        expected.push(encodeResponseData(keyHash, times, { certID, certStatus }));
      }
    }
    expect(writer.bytes()).toEqual(concatBytes(expected));
    expect(ends.at(-1)).toBe(writer.bytes().length);
    expect(ends[0]).toBe(expected[0]?.length);
  });
});
