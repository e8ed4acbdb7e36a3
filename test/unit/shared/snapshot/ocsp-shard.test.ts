import { describe, expect, it } from 'vitest';
import { BugError } from '../../../../shared/result.ts';
import { type SerialNumber, serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { placeOf } from '../../../../shared/snapshot/directory.ts';
import {
  encodeOCSPShard,
  isSignatureLength,
  SHARD_MAX_OCTETS,
  type ShardEntry,
  type ShardHeader,
} from '../../../../shared/snapshot/ocsp-shard.ts';
import {
  decodeOCSPShard,
  findStoredResponse,
  type OCSPShard,
  storedResponseAt,
} from '../../../../shared/snapshot/ocsp-shard-reader.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { hexOf, joined, octets } from '../../../support/octets.ts';
import * as spell from '../../../support/shard-octets.ts';

const serial = (text: string): SerialNumber => {
  const result = serialNumberFromContents(octets(text));
  if (!result.ok) throw new Error(text);
  return result.value;
};
const decoded = (bytes: Uint8Array): OCSPShard => {
  const result = decodeOCSPShard(bytes);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
};
const refused = (reason: string) => ({
  ok: false,
  error: { code: 'snapshot-format', part: 'ocsp-shard', reason },
});

const CERTIFICATE = octets('30 03 02 01 05');
const SHARD = spell.shard({
  responders: [
    spell.responder(),
    spell.responder({ algorithm: 1, signatureLength: 256, certificate: CERTIFICATE }),
  ],
  batches: [spell.batch({ responder: 1 }), spell.batch({ archiveCutoff: 1479876009 })],
  entries: [
    spell.entry({ serial: octets('00f00d'), batch: 1 }),
    spell.entry({ serial: octets('01'), signatureLength: 256 }),
    spell.entry({ serial: octets('0100'), batch: 1, status: spell.revoked(4, 951868799) }),
  ],
});

describe('OCSP shard', () => {
  it('ADR 1: the header spelled out field by field is read', () => {
    const { header, entryOffsets } = decoded(SHARD);
    const times = {
      producedAt: 1795408809,
      thisUpdate: 1795408809,
      nextUpdate: 1796013609,
    };
    const keyHash = new Uint8Array(20).fill(0x55);
    expect(header).toEqual({
      issuer: {
        sha1: {
          issuerNameHash: new Uint8Array(20).fill(1),
          issuerKeyHash: new Uint8Array(20).fill(2),
        },
        sha256: {
          issuerNameHash: new Uint8Array(32).fill(3),
          issuerKeyHash: new Uint8Array(32).fill(4),
        },
      },
      shardBits: 0,
      shardIndex: 0,
      responders: [
        {
          keyHash,
          signatureAlgorithm: 'ecdsa-with-SHA256',
          signatureLength: 64,
          certificate: null,
        },
        {
          keyHash,
          signatureAlgorithm: 'sha256WithRSAEncryption',
          signatureLength: 256,
          certificate: CERTIFICATE,
        },
      ],
      batches: [
        { responder: 1, ...times, archiveCutoff: null },
        { responder: 0, ...times, archiveCutoff: 1479876009 },
      ],
    });
    expect([...entryOffsets]).toEqual([224, 224 + 135, 224 + 135 + 517]);
  });

  it('ADR 1: entries are found by serial number, and only those', () => {
    const shard = decoded(SHARD);
    const found = findStoredResponse(shard, serial('0100'));
    expect(found?.certStatus).toEqual({
      status: 'revoked',
      revocationTime: 951868799,
      revocationReason: 4,
    });
    expect(found?.times.archiveCutoff).toBe(1479876009);
    expect(found?.signatures.sha1).toEqual(new Uint8Array(64).fill(0xaa));
    expect(found?.signatures.sha256).toEqual(new Uint8Array(64).fill(0xbb));
    expect(findStoredResponse(shard, serial('01'))?.responder.certificate).toEqual(CERTIFICATE);
    expect(findStoredResponse(shard, serial('00f00d'))?.certStatus).toEqual({ status: 'good' });
    for (const absent of ['02', '00f00c', '00f00e', '0101', '010000', '7f']) {
      expect(findStoredResponse(shard, serial(absent))).toBeUndefined();
    }
    expect(storedResponseAt(shard, 3)).toBeUndefined();
    expect(findStoredResponse(decoded(spell.shard({ entries: [] })), serial('01'))).toBeUndefined();
  });

  it('ADR 1: a shard without responders, batches and entries is one', () => {
    const empty = spell.shard({ responders: [], batches: [], entries: [] });
    expect(decoded(empty).entryOffsets).toHaveLength(0);
  });

  it('ADR 1: a shard holds the serial numbers of its place', () => {
    const text = '1001';
    const shardIndex = placeOf(octets(text), 20);
    expect(decodeOCSPShard(spell.shard({ shardBits: 20, shardIndex })).ok).toBe(true);
    const other = spell.shard({ shardBits: 20, shardIndex: shardIndex ^ 1 });
    expect(decodeOCSPShard(other)).toEqual(refused('entries malformed'));
  });
});

/** What the decoder found, given back to the encoder. */
function again(shard: OCSPShard): Uint8Array {
  const entries: ShardEntry[] = [];
  shard.entryOffsets.forEach((_, i) => {
    const stored = storedResponseAt(shard, i);
    if (!stored) throw new Error('entry');
    const { serialNumber, certStatus, signatures, times } = stored;
    const batch = shard.header.batches.indexOf(times as ShardHeader['batches'][number]);
    entries.unshift({ serialNumber, certStatus, signatures, batch });
  });
  return encodeOCSPShard(shard.header, entries);
}

describe('encodeOCSPShard', () => {
  it('ADR 1: writes those very octets, entries in ascending order', () => {
    expect(hexOf(again(decoded(SHARD)))).toBe(hexOf(SHARD));
  });

  const header: ShardHeader = decoded(spell.shard()).header;
  const entry: ShardEntry = {
    serialNumber: serial('1001'),
    batch: 0,
    certStatus: { status: 'good' },
    signatures: { sha1: new Uint8Array(64), sha256: new Uint8Array(64) },
  };
  it.each([
    ['one serial number twice', header, [entry, entry]],
    ['a batch that is not there', header, [{ ...entry, batch: 1 }]],
    ['a responder that is not there', { ...header, responders: [] }, [entry]],
    [
      'a signature of another length',
      header,
      [{ ...entry, signatures: { sha1: new Uint8Array(63), sha256: new Uint8Array(64) } }],
    ],
    ['a shard index over 32 bits', { ...header, shardIndex: 2 ** 32 }, [entry]],
  ])('ADR 1: a bug is thrown, not written: %s', (_, head, entries) => {
    expect(() => encodeOCSPShard(head, entries)).toThrow(BugError);
  });

  it('RSP-11: revocation time and each reason survive, and no other reason does', () => {
    for (const revocationReason of [1, 3, 4, 5] as const) {
      const revocationTime = unixSeconds(253402300799);
      const certStatus = { status: 'revoked', revocationReason, revocationTime } as const;
      const shard = decoded(encodeOCSPShard(header, [{ ...entry, certStatus }]));
      expect(storedResponseAt(shard, 0)?.certStatus).toEqual(certStatus);
    }
  });
});

const short = (count: number) => SHARD.subarray(0, SHARD.length - count);
const notShard = refused('not an OCSP shard');
const badHeader = refused('responders or batches malformed');
const badEntries = refused('entries malformed');
const entries = (...list: Uint8Array[]) => spell.shard({ entries: list });

describe('refusals of the OCSP shard', () => {
  it.each([
    ['nothing', octets(''), notShard],
    ['another magic', spell.shard({ magic: '494e4b52 01' }), notShard],
    ['another version', spell.shard({ magic: '494e4b53 02' }), notShard],
    ['cut in the issuer', SHARD.subarray(0, 100), notShard],
    ['shardBits over 20', spell.shard({ shardBits: 21 }), notShard],
    ['an index too great', spell.shard({ shardIndex: 1 }), notShard],
    ['an index far too great', spell.shard({ shardBits: 3, shardIndex: 2 ** 32 - 1 }), notShard],
    ['more than 4 MiB', new Uint8Array(SHARD_MAX_OCTETS + 1), refused('too large')],
  ])('ADR 1: no shard: %s', (_, bytes, outcome) => {
    expect(decodeOCSPShard(bytes)).toEqual(outcome);
  });

  it.each([
    [
      'an algorithm that is not listed',
      spell.shard({ responders: [spell.responder({ algorithm: 0 })] }),
    ],
    [
      'SHA-1 or whatever 5 may be',
      spell.shard({ responders: [spell.responder({ algorithm: 5 })] }),
    ],
    [
      'an ECDSA signature of 65 octets',
      spell.shard({ responders: [spell.responder({ signatureLength: 65 })] }),
    ],
    [
      'an RSA signature of 64 octets',
      spell.shard({ responders: [spell.responder({ algorithm: 1 })] }),
    ],
    ['a certificate cut', spell.shard({ counts: { responders: 2 }, batches: [], entries: [] })],
    ['255 responders announced', spell.shard({ counts: { responders: 255 } })],
    ['a batch without responder', spell.shard({ batches: [spell.batch({ responder: 1 })] })],
    [
      'nextUpdate at thisUpdate',
      spell.shard({ batches: [spell.batch({ nextUpdate: 1795408809 })] }),
    ],
    ['nextUpdate before thisUpdate', spell.shard({ batches: [spell.batch({ nextUpdate: 1 })] })],
    ['a time after 9999', spell.shard({ batches: [spell.batch({ producedAt: 253402300800 })] })],
    ['65,535 batches announced', spell.shard({ counts: { batches: 65535 } })],
  ])('ADR 1: header refused: %s', (_, bytes) => {
    expect(decodeOCSPShard(bytes)).toEqual(badHeader);
  });
});

describe('refusals of its entries', () => {
  it.each([
    ['serial numbers descending', entries(spell.entry(), spell.entry({ serial: octets('0a') }))],
    ['a serial number twice', entries(spell.entry(), spell.entry())],
    ['a serial number of 0 octets', entries(spell.entry({ serial: octets('') }))],
    ['serial number zero', entries(spell.entry({ serial: octets('00') }))],
    ['a negative serial number', entries(spell.entry({ serial: octets('80') }))],
    ['a serial number with a zero too many', entries(spell.entry({ serial: octets('0001') }))],
    ['a serial number of 21 octets', entries(spell.entry({ serial: new Uint8Array(21).fill(1) }))],
    ['a batch that is not there', entries(spell.entry({ batch: 1 }))],
    ['reason 2', entries(spell.entry({ status: spell.revoked(2, 1) }))],
    ['reason 6, certificateHold', entries(spell.entry({ status: spell.revoked(6, 1) }))],
    ['a revocation after 9999', entries(spell.entry({ status: spell.revoked(1, 253402300800) }))],
    ['an octet short', short(1)],
    ['a signature short', short(64)],
    ['an octet long', joined(SHARD, octets('00'))],
    ['one entry more announced', spell.shard({ counts: { entries: 2 } })],
    ['65,535 entries announced', spell.shard({ counts: { entries: 65535 } })],
    ['no entry count', spell.shard({ entries: [] }).subarray(0, -2)],
  ])('ADR 1: entries refused: %s', (_, bytes) => {
    expect(decodeOCSPShard(bytes)).toEqual(badEntries);
  });

  it('CSR-6: signature lengths are those of the keys that a policy may ask for', () => {
    const lengths = (algorithm: Parameters<typeof isSignatureLength>[0]) =>
      Array.from({ length: 700 }, (_, i) => i).filter((i) => isSignatureLength(algorithm, i));
    expect(lengths('sha256WithRSAEncryption')).toEqual([256, 320, 384, 448, 512]);
    expect(lengths('sha384WithRSAEncryption')).toEqual([256, 320, 384, 448, 512]);
    expect(lengths('ecdsa-with-SHA256')).toEqual([64, 96]);
    expect(lengths('ecdsa-with-SHA384')).toEqual([64, 96]);
  });
});
