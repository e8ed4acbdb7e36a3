import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodeFilePage,
  decodeShardPage,
  encodeFilePage,
  encodeShardPage,
  placeOf,
} from '../../shared/snapshot/directory.ts';
import {
  decodePublicationKey,
  decodeSignedHead,
  encodeHeadText,
  encodePublicationKey,
  type PublicationKey,
} from '../../shared/snapshot/head.ts';
import {
  encodeOCSPShard,
  type ShardBatch,
  type ShardEntry,
} from '../../shared/snapshot/ocsp-shard.ts';
import {
  decodeOCSPShard,
  findStoredResponse,
  type OCSPShard,
  rebuildOCSPResponse,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { decodeRoot, encodeRoot } from '../../shared/snapshot/root.ts';
import { hexOf, joined, octets } from '../support/octets.ts';
import * as spell from '../support/shard-octets.ts';
import { bounded } from './bounded.ts';
import { bitFlips, mutated, seededRandom, truncations } from './mutations.ts';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const hashes = (count: number) => new Uint8Array(32 * count).fill(0x33);

function* attempts(seed: number, valid: readonly Uint8Array[], count: number) {
  for (const bytes of valid) {
    yield bytes;
    if (bytes.length > 2_000) continue;
    yield* truncations(bytes);
    yield* bitFlips(bytes);
  }
  yield* mutated(seededRandom(seed), valid, count);
}

/** What is accepted is written again to the same octets: a value has one encoding. */
function oneEncoding<T>(
  decode: (bytes: Uint8Array) => { ok: true; value: T } | { ok: false },
  encode: (value: T) => Uint8Array,
) {
  return (bytes: Uint8Array): boolean => {
    const decoded = decode(bytes);
    if (decoded.ok && !Buffer.from(encode(decoded.value)).equals(bytes)) {
      throw new Error(`another encoding: ${hexOf(bytes)}`);
    }
    return decoded.ok;
  };
}

function file(path: string): Uint8Array {
  return joined(
    Uint8Array.of(path.length),
    latin1(path),
    octets('01'),
    hashes(1),
    octets('000000000001 00006b038200 00006b0cbc80 0001'),
    hashes(1),
  );
}

const audit = joined(octets('000000000007'), hashes(1));
const issuer = (octet: number, shardBits: number, count: number) =>
  joined(new Uint8Array(104).fill(octet), Uint8Array.of(shardBits), hashes(count));
const ROOTS = [
  joined(
    octets('494e4b5201 0001'),
    issuer(1, 1, 2),
    octets('00 0002'),
    file('/a'),
    file('/b'),
    audit,
  ),
  joined(
    octets('494e4b5201 0002'),
    issuer(1, 0, 1),
    issuer(2, 12, 4),
    octets('01 01'),
    hashes(2),
    audit,
  ),
];

const place = placeOf(latin1('/a'), 3);
const FILE_PAGES = [
  joined(octets('494e4b5101 03 000000'), Uint8Array.of(place), octets('0001'), file('/a')),
  joined(octets('494e4b5101 00 00000000 0002'), file('/a'), file('/b.crl')),
];
const SHARD_PAGES = [
  joined(octets('494e4b5001'), new Uint8Array(64).fill(1), octets('0c 00000003'), hashes(1024)),
];
const SHARDS = [
  spell.shard(),
  spell.shard({
    responders: [
      spell.responder({ certificate: octets('30 03 02 01 05') }),
      spell.responder({ algorithm: 1, signatureLength: 256 }),
    ],
    batches: [spell.batch({ archiveCutoff: 1 }), spell.batch({ responder: 1 })],
    entries: [
      spell.entry({ serial: octets('00f00d'), status: spell.revoked(4, 951868799) }),
      spell.entry({ batch: 1, signatureLength: 256 }),
      spell.entry({ serial: octets('7f') }),
    ],
  }),
];

function encodeAgain(shard: OCSPShard): Uint8Array {
  const entries = Array.from(shard.entryOffsets, (_, i): ShardEntry => {
    const stored = storedResponseAt(shard, i);
    if (!stored) throw new Error('an entry that was checked is gone');
    const batch = shard.header.batches.indexOf(stored.times as ShardBatch);
    if (findStoredResponse(shard, stored.serialNumber)?.times !== stored.times) {
      throw new Error('an entry that is there is not found');
    }
    rebuildOCSPResponse(shard, stored, 'sha1');
    rebuildOCSPResponse(shard, stored, 'sha256');
    return { ...stored, batch };
  });
  return encodeOCSPShard(shard.header, entries);
}

describe('blobs', () => {
  it.each([
    ['root', 1, ROOTS, oneEncoding(decodeRoot, encodeRoot)],
    ['file page', 2, FILE_PAGES, oneEncoding(decodeFilePage, encodeFilePage)],
    ['OCSP shard', 3, SHARDS, oneEncoding(decodeOCSPShard, encodeAgain)],
  ])(
    'ADR 1: no octets make the decoder throw, and a value has one encoding: %s',
    (_, seed, valid, accepts) => {
      expect(bounded(attempts(seed, valid, 20_000), accepts)).toBeGreaterThan(500);
    },
    30_000,
  );

  it('ADR 1: no octets make the decoder throw, and a value has one encoding: shard page', () => {
    const accepts = oneEncoding(decodeShardPage, encodeShardPage);
    expect(bounded(attempts(4, SHARD_PAGES, 2_000), accepts)).toBeGreaterThan(100);
  }, 30_000);

  it('ADR 1: counts that the octets cannot hold cost nothing', () => {
    const ff = (count: number) => new Uint8Array(count).fill(0xff);
    const bombs = [
      joined(octets('494e4b5201 0100'), ff(40_000)),
      joined(octets('494e4b5201 0001'), new Uint8Array(104), octets('14'), ff(40_000)),
      joined(octets('494e4b5201 0000 00 ffff'), ff(40_000)),
      joined(octets('494e4b5101 00 00000000 ffff'), ff(40_000)),
      spell.shard({ counts: { responders: 255, batches: 65535, entries: 65535 } }),
      joined(spell.shard({ entries: [] }).subarray(0, -2), octets('ffff'), ff(4_000_000)),
      joined(
        spell.shard({ batches: [], entries: [] }).subarray(0, -4),
        octets('ffff'),
        new Uint8Array(4_000_000),
      ),
    ];
    const accepts = (bytes: Uint8Array) =>
      decodeRoot(bytes).ok || decodeFilePage(bytes).ok || decodeOCSPShard(bytes).ok;
    expect(bounded(bombs, accepts)).toBe(0);
  });
});

describe('head', () => {
  const publicKey = new Uint8Array(32).fill(5);
  const name = 'ca.example/snapshot';
  const identified = joined(latin1(`${name}\n\u0001`), publicKey);
  const keyHash = new Uint8Array(createHash('sha256').update(identified).digest().subarray(0, 4));
  const key: PublicationKey = { name, keyHash, publicKey };
  const text = `${name}\nepoch 7\nroot ${'ab'.repeat(32)}\nprevious ${'cd'.repeat(32)}\ntime 1795392000\nexpires 1795395600\n`;
  const line = (of: string, blob: Uint8Array) =>
    `— ${of} ${Buffer.from(blob).toString('base64')}\n`;
  const own = line(name, joined(keyHash, new Uint8Array(64).fill(9)));
  const other = line('w.example', new Uint8Array(76));
  const note = (...lines: string[]) => new Uint8Array(Buffer.from(`${text}\n${lines.join('')}`));

  it('C2SP signed-note: no octets make the decoder throw, and a text has one encoding', () => {
    const accepts = (bytes: Uint8Array) => {
      const decoded = decodeSignedHead(bytes, key);
      if (!decoded.ok) return false;
      const { head, text: signed, signature } = decoded.value;
      if (hexOf(encodeHeadText(head)) !== hexOf(signed) || signature.length !== 64) {
        throw new Error(`another encoding: ${hexOf(bytes)}`);
      }
      return true;
    };
    const valid = [note(own), note(other, own), note(own, other, other)];
    expect(bounded(attempts(5, valid, 40_000), accepts)).toBeGreaterThan(500);
    const lines = new Uint8Array(131_072).fill(0x0a);
    expect(bounded([lines, new Uint8Array(131_072).fill(0x41)], accepts)).toBe(0);
  }, 30_000);

  it('C2SP signed-note: no text makes the verifier key decoder throw, and a key has one text', () => {
    const accepts = (bytes: Uint8Array) => {
      const vkey = Buffer.from(bytes).toString('latin1');
      const decoded = decodePublicationKey(vkey);
      if (decoded.ok && encodePublicationKey(decoded.value) !== vkey) throw new Error(vkey);
      return decoded.ok;
    };
    const valid = [latin1(encodePublicationKey(key))];
    expect(bounded(attempts(6, valid, 20_000), accepts)).toBeGreaterThan(50);
  }, 30_000);
});
