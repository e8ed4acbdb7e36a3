import { describe, expect, it } from 'vitest';
import { BugError } from '../../../../shared/result.ts';
import { decodeRoot, directoryLength, encodeRoot } from '../../../../shared/snapshot/root.ts';
import { hexOf, joined, octets, withOctet } from '../../../support/octets.ts';

const HEADER = octets('494e4b52 01');
const AUDIT = joined(octets('000000000009'), new Uint8Array(32).fill(0xee));
const NO_FILES = octets('00 0000');

/** An issuer whose four hashes are all of one octet. */
function issuer(octet: number, shardBits: number, hashes = 2 ** shardBits): Uint8Array {
  return joined(
    new Uint8Array(104).fill(octet),
    Uint8Array.of(shardBits),
    new Uint8Array(32 * hashes).fill(0x11),
  );
}

function root(count: string, issuers: readonly Uint8Array[], files: Uint8Array = NO_FILES) {
  return joined(HEADER, octets(count), ...issuers, files, AUDIT);
}

/** A file of no octets, its path `/` and two letters. */
function file(index: number): Uint8Array {
  const path = Buffer.from(`/${String.fromCharCode(97 + (index >> 4), 97 + (index & 15))}`);
  return joined(octets('03'), path, octets('02'), new Uint8Array(32 + 6 + 6 + 6 + 2));
}

const files = (count: number) =>
  joined(Uint8Array.of(0, 0, count), ...Array.from({ length: count }, (_, i) => file(i)));
const pages = (bits: number, hashes = 2 ** bits) =>
  joined(Uint8Array.of(1, bits), new Uint8Array(32 * hashes).fill(0x22));

const identity = (octet: number) => ({
  sha1: {
    issuerNameHash: new Uint8Array(20).fill(octet),
    issuerKeyHash: new Uint8Array(20).fill(octet),
  },
  sha256: {
    issuerNameHash: new Uint8Array(32).fill(octet),
    issuerKeyHash: new Uint8Array(32).fill(octet),
  },
});
const hashes = (count: number, octet: number) =>
  Array.from({ length: count }, () => new Uint8Array(32).fill(octet));
const refused = (reason: string) => ({
  ok: false,
  error: { code: 'snapshot-format', part: 'root', reason },
});

describe('root', () => {
  it('ADR 1: a root spelled out field by field is read and written', () => {
    const bytes = root('0002', [issuer(1, 0), issuer(2, 1)], pages(2));
    const decoded = decodeRoot(bytes);
    expect(decoded).toEqual({
      ok: true,
      value: {
        issuers: [
          { issuer: identity(1), shardBits: 0, hashes: hashes(1, 0x11) },
          { issuer: identity(2), shardBits: 1, hashes: hashes(2, 0x11) },
        ],
        files: { level: 'pages', pageBits: 2, pageHashes: hashes(4, 0x22) },
        audit: { size: 9, hash: new Uint8Array(32).fill(0xee) },
      },
    });
    expect(decoded.ok && hexOf(encodeRoot(decoded.value))).toBe(hexOf(bytes));
  });

  it('ADR 1: the four hashes of an issuer are SHA-1 name, key and SHA-256 name, key', () => {
    const spelled = joined(
      ...[20, 20, 32, 32].map((length, i) => new Uint8Array(length).fill(i + 1)),
      octets('00'),
      new Uint8Array(32),
    );
    const decoded = decodeRoot(root('0001', [spelled]));
    expect(decoded.ok && decoded.value.issuers[0]?.issuer).toEqual({
      sha1: {
        issuerNameHash: new Uint8Array(20).fill(1),
        issuerKeyHash: new Uint8Array(20).fill(2),
      },
      sha256: {
        issuerNameHash: new Uint8Array(32).fill(3),
        issuerKeyHash: new Uint8Array(32).fill(4),
      },
    });
  });

  it('ADR 1: issuers are written in ascending order of their SHA-256 hashes', () => {
    const entry = (octet: number) => ({
      issuer: identity(octet),
      shardBits: 0,
      hashes: hashes(1, 0x11),
    });
    const audit = { size: 9, hash: new Uint8Array(32).fill(0xee) };
    const none = { level: 'root', entries: [] } as const;
    const bytes = encodeRoot({ issuers: [entry(9), entry(3)], files: none, audit });
    expect(hexOf(bytes)).toBe(hexOf(root('0002', [issuer(3, 0), issuer(9, 0)])));
    const wrong = { ...entry(1), shardBits: 1 };
    expect(() => encodeRoot({ issuers: [wrong], files: none, audit })).toThrow(BugError);
  });

  it('ADR 1: up to 2^11 shards stand in the root, beyond it their pages of 2^10', () => {
    expect([0, 1, 11, 12, 20].map(directoryLength)).toEqual([1, 2, 2048, 4, 1024]);
    expect(decodeRoot(root('0001', [issuer(1, 11)])).ok).toBe(true);
    expect(decodeRoot(root('0001', [issuer(1, 12, 4)])).ok).toBe(true);
  });

  it('ADR 1: 256 issuers, 64 files in the root and 2^12 file pages are accepted', () => {
    const many = Array.from({ length: 256 }, (_, i) => issuer(i, 0));
    expect(decodeRoot(root('0100', many)).ok).toBe(true);
    expect(decodeRoot(root('0000', [], files(64))).ok).toBe(true);
    expect(decodeRoot(root('0000', [], pages(12))).ok).toBe(true);
  });
});

describe('refusals of the root', () => {
  const small = root('0000', []);
  it.each([
    ['nothing', octets(''), 'not a root'],
    ['another magic', withOctet(small, 3, 0x53), 'not a root'],
    ['another version', withOctet(small, 4, 2), 'not a root'],
    [
      '257 issuers',
      root(
        '0101',
        Array.from({ length: 257 }, () => issuer(1, 0)),
      ),
      'not a root',
    ],
    ['an issuer cut', root('0001', []).subarray(0, 60), 'issuer entry malformed'],
    ['shardBits over 20', root('0001', [issuer(1, 21, 2048)]), 'issuer entry malformed'],
    ['shard hashes cut', joined(HEADER, octets('0001'), issuer(1, 3, 7)), 'issuer entry malformed'],
    [
      '2^20 shards announced',
      joined(HEADER, octets('0001'), issuer(1, 20, 1)),
      'issuer entry malformed',
    ],
    ['issuers descending', root('0002', [issuer(2, 0), issuer(1, 0)]), 'issuers not ascending'],
    ['an issuer twice', root('0002', [issuer(1, 0), issuer(1, 1)]), 'issuers not ascending'],
    ['65 files', root('0000', [], files(65)), 'too many files in the root'],
    ['a file malformed', withOctet(root('0000', [], files(1)), 10, 0x41), 'file entry malformed'],
    ['a third level of files', root('0000', [], octets('02 00')), 'file table malformed'],
    ['pageBits over 12', root('0000', [], pages(13, 1)), 'file table malformed'],
    ['page hashes cut', joined(HEADER, octets('0000'), pages(3, 7)), 'truncated'],
    ['no file table', joined(HEADER, octets('0000')), 'truncated'],
    ['no audit checkpoint', small.subarray(0, -38), 'truncated or trailing octets'],
    ['an octet short', small.subarray(0, -1), 'truncated or trailing octets'],
    ['an octet long', joined(small, octets('00')), 'truncated or trailing octets'],
  ])('ADR 1: refused: %s', (_, bytes, reason) => {
    expect(decodeRoot(bytes)).toEqual(refused(reason));
  });
});
