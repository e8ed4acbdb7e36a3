import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import type { RevokedCertificate } from '../../../../signer/database/revocation-table.ts';
import { SeenSerials } from '../../../../signer/lint/crl/seen-serials.ts';
import { findingsAbout, NOW, tbsCertList } from './crl-under-test.ts';

const MILLION = 1_000_000;

/** Serial numbers of 17 octets that count upwards; `twice` is told again at the end. */
function* entries(count: number, twice: number | null): Generator<RevokedCertificate> {
  const contents = new Uint8Array(17).fill(0x5a);
  const view = new DataView(contents.buffer);
  const entry = (i: number): RevokedCertificate => {
    view.setUint32(13, i);
    const serialNumber = must(serialNumberFromContents(contents), 'serial number');
    return { serialNumber, revocationDate: NOW, recordedAt: NOW, reason: 4 };
  };
  for (let i = 0; i < count; i++) yield entry(i);
  if (twice !== null) yield entry(twice);
}

describe('a CRL of a million entries before it is signed', () => {
  it('CRL-14: it passes, and what its check keeps in memory is a fraction of the CRL', () => {
    const tbs = tbsCertList({ revokedCertificates: entries(MILLION, null) });
    expect(findingsAbout(tbs)).toEqual([]);
    const contents = tbs.subarray(0, tbs.length);
    const before = process.memoryUsage().arrayBuffers;
    const seen = new SeenSerials(contents);
    // One place of four octets in a table that is at most half full, and no object an entry.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(tbs.length / 2);
    expect(seen.add(contents.subarray(4, 6))).toBe('new');
  }, 120_000);

  it('CRL-14: one serial number that comes again among a million is found', () => {
    const tbs = tbsCertList({ revokedCertificates: entries(MILLION, 123_456) });
    const serial = `${'5a'.repeat(13)}0001e240`;
    expect(findingsAbout(tbs)).toEqual([`CRL-14: serial number ${serial} appears twice`]);
  }, 120_000);
});

describe('the serial numbers of one list', () => {
  /** A list of TLVs as in a CRL: the contents of serial number i, its length octet before it. */
  function listOf(serials: readonly (readonly number[])[]) {
    const list = Uint8Array.from(serials.flatMap((octets) => [2, octets.length, ...octets]));
    let start = 0;
    const contents = serials.map((octets) => {
      const at = start + 2;
      start = at + octets.length;
      return list.subarray(at, start);
    });
    return { list, contents };
  }

  it('CRL-14: those that differ in length or in one octet are different, the same octets are not', () => {
    const { list, contents } = listOf([[1], [1, 0], [1, 0, 0], [1, 1, 0], [1, 0], [1]]);
    const seen = new SeenSerials(list);
    expect(contents.map((one) => seen.add(one))).toEqual([
      ...['new', 'new', 'new', 'new', 'seen', 'seen'],
    ]);
  });

  it('RFC 5280 4.1.2.2: 20 octets are taken, 21 are not', () => {
    const { list, contents } = listOf([Array(20).fill(7), Array(21).fill(7)]);
    const seen = new SeenSerials(list);
    expect(contents.map((one) => seen.add(one))).toEqual(['new', 'too-long']);
  });
});
