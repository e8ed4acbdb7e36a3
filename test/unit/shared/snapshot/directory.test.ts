import { describe, expect, it } from 'vitest';
import {
  decodeFilePage,
  decodeShardPage,
  encodeFilePage,
  encodeShardPage,
  isNoShard,
  NO_SHARD,
  placeOf,
} from '../../../../shared/snapshot/directory.ts';
import { hexOf, joined, octets, withOctet } from '../../../support/octets.ts';

const refused = (part: string, reason: string) => ({
  ok: false,
  error: { code: 'snapshot-format', part, reason },
});

/** FNV-1a and fmix32 once more, in integers that do not overflow. */
function placeByBigInt(key: Uint8Array, bits: number): number {
  const mask = 0xffffffffn;
  let hash = 0x811c9dc5n;
  for (const octet of key) hash = ((hash ^ BigInt(octet)) * 0x01000193n) & mask;
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  hash ^= hash >> 16n;
  return Number(hash >> BigInt(32 - bits));
}

const ascii = (text: string) => new Uint8Array(Buffer.from(text, 'ascii'));

describe('placeOf', () => {
  it.each([
    // FNV-1a of these is 811c9dc5, e40c292c and bf9cf968 (Fowler, Noll, Vo); fmix32 of those by Python:
    ['', 20, 0xab3e7],
    ['a', 20, 0x1a80b],
    ['foobar', 20, 0x0c0da],
  ])('ADR 1: the place of %j among 2^%d', (key, bits, place) => {
    expect(placeByBigInt(ascii(key), bits)).toBe(placeOf(ascii(key), bits));
    expect(placeOf(ascii(key), bits)).toBe(place);
  });

  it('ADR 1: leading bits of FNV-1a finished by fmix32', () => {
    for (let i = 0; i < 2_000; i++) {
      const key = Uint8Array.of(i >> 8, i & 255, (i * 37) & 255).subarray(i % 3);
      for (const bits of [1, 7, 11, 12, 20]) {
        expect(placeOf(key, bits)).toBe(placeByBigInt(key, bits));
        expect(placeOf(key, bits)).toBe(placeOf(key, 20) >> (20 - bits));
      }
      expect(placeOf(key, 0)).toBe(0);
    }
  });

  it('ADR 1: sequential serial numbers spread over all places', () => {
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 6_400; i++) {
      const place = placeOf(Uint8Array.of(1, i >> 8, i & 255), 6);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(200);
  });
});

const HASHES = Array.from({ length: 1024 }, (_, i) =>
  i % 2 === 0 ? NO_SHARD : new Uint8Array(32).fill(i & 255 || 1),
);
const SHARD_PAGE = joined(
  octets('494e4b50 01'),
  new Uint8Array(32).fill(0xaa),
  new Uint8Array(32).fill(0xbb),
  octets('0d 00000007'),
  ...HASHES,
);

describe('shard page', () => {
  it('ADR 1: a page spelled out field by field is read and written', () => {
    const page = decodeShardPage(SHARD_PAGE);
    expect(page).toEqual({
      ok: true,
      value: {
        issuer: {
          issuerNameHash: new Uint8Array(32).fill(0xaa),
          issuerKeyHash: new Uint8Array(32).fill(0xbb),
        },
        shardBits: 13,
        pageIndex: 7,
        shardHashes: HASHES,
      },
    });
    expect(SHARD_PAGE).toHaveLength(32_842);
    expect(page.ok && hexOf(encodeShardPage(page.value))).toBe(hexOf(SHARD_PAGE));
  });

  it.each([
    ['another magic', withOctet(SHARD_PAGE, 3, 0x51), 'truncated or not a shard page'],
    ['another version', withOctet(SHARD_PAGE, 4, 2), 'truncated or not a shard page'],
    ['cut in its header', SHARD_PAGE.subarray(0, 73), 'truncated or not a shard page'],
    ['nothing', octets(''), 'truncated or not a shard page'],
    ['shards that fit the root', withOctet(SHARD_PAGE, 69, 11), 'shardBits out of range'],
    ['shardBits over 20', withOctet(SHARD_PAGE, 69, 21), 'shardBits out of range'],
    ['a page too many', withOctet(SHARD_PAGE, 73, 8), 'page index'],
    ['a page far too many', withOctet(SHARD_PAGE, 70, 0xff), 'page index'],
    ['an octet short', SHARD_PAGE.subarray(0, -1), 'length'],
    ['a hash short', SHARD_PAGE.subarray(0, -32), 'length'],
    ['an octet long', joined(SHARD_PAGE, octets('00')), 'length'],
  ])('ADR 1: refused: %s', (_, bytes, reason) => {
    expect(decodeShardPage(bytes)).toEqual(refused('shard-page', reason));
  });

  it('ADR 1: 32 zero octets stand for a shard without certificates', () => {
    expect(hexOf(NO_SHARD)).toBe('00'.repeat(32));
    expect(isNoShard(new Uint8Array(32))).toBe(true);
    expect(isNoShard(withOctet(new Uint8Array(32), 31, 1))).toBe(false);
  });
});

/** A file of no octets. */
const entry = (path: string) =>
  joined(
    Uint8Array.of(path.length),
    ascii(path),
    octets('02'),
    new Uint8Array(32).fill(0xcc),
    octets('000000000000 000000000000 000000000000 0000'),
  );
const PAGE_INDEX = placeByBigInt(ascii('/a'), 1);
const elsewhere = ['/b', '/c', '/d', '/e'].filter(
  (path) => placeByBigInt(ascii(path), 1) !== PAGE_INDEX,
);
const FILE_PAGE = joined(
  octets('494e4b51 01 01'),
  Uint8Array.of(0, 0, 0, PAGE_INDEX),
  octets('0001'),
  entry('/a'),
);

describe('file page', () => {
  it('ADR 1: a page spelled out field by field is read and written', () => {
    const page = decodeFilePage(FILE_PAGE);
    expect(page).toEqual({
      ok: true,
      value: {
        pageBits: 1,
        pageIndex: PAGE_INDEX,
        entries: [
          {
            path: '/a',
            mediaType: 2,
            hash: new Uint8Array(32).fill(0xcc),
            length: 0,
            thisUpdate: null,
            nextUpdate: null,
            chunkHashes: [],
          },
        ],
      },
    });
    expect(page.ok && hexOf(encodeFilePage(page.value))).toBe(hexOf(FILE_PAGE));
  });

  const misplaced = joined(
    FILE_PAGE.subarray(0, 10),
    octets('0001'),
    entry(elsewhere[0] ?? 'none'),
  );
  it.each([
    ['another magic', withOctet(FILE_PAGE, 3, 0x50), 'not a file page'],
    ['another version', withOctet(FILE_PAGE, 4, 0), 'not a file page'],
    ['pageBits over 12', withOctet(FILE_PAGE, 5, 13), 'not a file page'],
    ['a page too many', withOctet(FILE_PAGE, 9, 2), 'not a file page'],
    ['cut in its header', FILE_PAGE.subarray(0, 9), 'not a file page'],
    ['cut in an entry', FILE_PAGE.subarray(0, -1), 'file entry malformed'],
    ['an octet long', joined(FILE_PAGE, octets('00')), 'trailing octets'],
    ['a path of another page', misplaced, 'path of another page'],
  ])('ADR 1: refused: %s', (_, bytes, reason) => {
    expect(decodeFilePage(bytes)).toEqual(refused('file-page', reason));
  });
});
