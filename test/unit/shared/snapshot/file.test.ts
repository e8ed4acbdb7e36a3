import { describe, expect, it } from 'vitest';
import {
  CHUNK_OCTETS,
  chunksOf,
  type FileEntry,
  isFilePath,
  MEDIA_TYPES,
  readFileEntries,
  writeFileEntries,
} from '../../../../shared/snapshot/file.ts';
import { WireReader, WireWriter } from '../../../../shared/snapshot/wire.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { hexOf, joined, octets } from '../../../support/octets.ts';

interface Spelled {
  readonly path?: string;
  readonly mediaType?: string;
  readonly length?: string;
  readonly thisUpdate?: string;
  readonly nextUpdate?: string;
  readonly chunkCount?: string;
  readonly chunks?: number;
}

const NO_TIME = '000000000000';

function spelled(parts: Spelled = {}): Uint8Array {
  const path = new Uint8Array(Buffer.from(parts.path ?? '/ca.crl', 'latin1'));
  return joined(
    Uint8Array.of(path.length),
    path,
    octets(parts.mediaType ?? '01'),
    new Uint8Array(32).fill(0xcc),
    octets(parts.length ?? '000000100001'),
    octets(parts.thisUpdate ?? '00006b03d6f9'),
    octets(parts.nextUpdate ?? '00006b03d6fa'),
    octets(parts.chunkCount ?? '0002'),
    new Uint8Array(32 * (parts.chunks ?? 2)).fill(0xdd),
  );
}

const table = (...entries: Uint8Array[]) => joined(Uint8Array.of(0, entries.length), ...entries);
const read = (bytes: Uint8Array) => readFileEntries(new WireReader(bytes), 'root');
const refused = (reason: string) => ({
  ok: false,
  error: { code: 'snapshot-format', part: 'root', reason },
});

const ENTRY: FileEntry = {
  path: '/ca.crl',
  mediaType: 1,
  hash: new Uint8Array(32).fill(0xcc),
  length: 1_048_577,
  thisUpdate: unixSeconds(1795413753),
  nextUpdate: unixSeconds(1795413754),
  chunkHashes: [new Uint8Array(32).fill(0xdd), new Uint8Array(32).fill(0xdd)],
};

describe('file entries', () => {
  it('ADR 1: an entry spelled out field by field is read and written', () => {
    expect(read(table(spelled()))).toEqual({ ok: true, value: [ENTRY] });
    const writer = new WireWriter();
    writeFileEntries(writer, [ENTRY]);
    expect(hexOf(writer.bytes())).toBe(hexOf(table(spelled())));
  });

  it('ADR 1: entries are written in ascending order of path', () => {
    const writer = new WireWriter();
    const paths = ['/b', '/a.crl', '/a/b', '/B', '/a'];
    writeFileEntries(
      writer,
      paths.map((path) => ({ ...ENTRY, path })),
    );
    const entries = read(writer.bytes());
    expect(entries.ok && entries.value.map(({ path }) => path)).toEqual([
      ...['/B', '/a', '/a.crl', '/a/b', '/b'],
    ]);
  });

  it.each([
    ['no leading slash', { path: 'ca.crl' }],
    ['an empty path', { path: '' }],
    ['a path that is not ASCII', { path: '/é' }],
    ['media type 0', { mediaType: '00' }],
    ['media type 8', { mediaType: '08' }],
    ['a chunk too few', { chunkCount: '0001', chunks: 1 }],
    ['a chunk too many', { chunkCount: '0003', chunks: 3 }],
    ['chunks of an empty file', { length: '000000000000' }],
    ['no chunk of one octet', { length: '000000000001', chunkCount: '0000', chunks: 0 }],
    ['1,025 chunks', { length: '000040000001', chunkCount: '0401', chunks: 1025 }],
    ['65,535 chunks announced', { length: '000fffffffff', chunkCount: 'ffff' }],
    ['chunks cut', { chunks: 1 }],
    ['thisUpdate alone', { nextUpdate: NO_TIME }],
    ['nextUpdate alone', { thisUpdate: NO_TIME }],
    ['nextUpdate at thisUpdate', { nextUpdate: '00006b03d6f9' }],
    ['nextUpdate before thisUpdate', { nextUpdate: '00006b03d6f8' }],
    ['a time after 9999', { nextUpdate: '003afff44180' }],
  ])('ADR 1: refused: %s', (_, parts) => {
    expect(read(table(spelled(parts)))).toEqual(refused('file entry malformed'));
  });

  it.each([
    ['descending', spelled({ path: '/b' }), spelled({ path: '/a' })],
    ['equal', spelled(), spelled()],
    ['in order without case', spelled({ path: '/a' }), spelled({ path: '/B' })],
  ])('ADR 1: paths that do not ascend are refused: %s', (_, first, second) => {
    expect(read(table(first, second))).toEqual(refused('file paths not ascending'));
  });

  it('ADR 1: a table cut short is refused', () => {
    expect(read(octets('00'))).toEqual(refused('truncated'));
    expect(read(octets('ffff'))).toEqual(refused('file entry malformed'));
    expect(read(joined(octets('0002'), spelled()))).toEqual(refused('file entry malformed'));
  });

  it('ADR 1: 1 GiB in 1,024 chunks and a file without times are accepted', () => {
    const big = { length: '000040000000', chunkCount: '0400', chunks: 1024 };
    expect(read(table(spelled({ ...big, thisUpdate: NO_TIME, nextUpdate: NO_TIME }))).ok).toBe(
      true,
    );
  });
});

describe('paths, types and chunks', () => {
  it.each(['/a', '/ca.crl', '/CPS/v1.0_final-2.pdf', '/0/1/2', `/${'a'.repeat(254)}`])(
    'ADR 1: %s is a path',
    (path) => expect(isFilePath(path)).toBe(true),
  );

  it.each([
    ...['', '/', 'a', '//a', '/a/', '/a//b', '/.', '/..', '/a/..', '/.well-known/x', '/-a'],
    ...['/a b', '/a%20b', '/a?b', '/a#b', '/a\n', '/a\\b', '/é', `/${'a'.repeat(255)}`],
  ])('ADR 1: %j is not', (path) => expect(isFilePath(path)).toBe(false));

  it('ADR 1: a path that would make a backtracking matcher slow is refused at once', () => {
    const started = process.hrtime.bigint();
    expect(isFilePath(`${'/a'.repeat(127)}!`)).toBe(false);
    expect(process.hrtime.bigint() - started).toBeLessThan(50_000_000n);
  });

  it('RFC 2585 4: CRLs and certificates have their registered media types', () => {
    expect(MEDIA_TYPES[1]).toBe('application/pkix-crl');
    expect(MEDIA_TYPES[2]).toBe('application/pkix-cert');
    expect(Object.keys(MEDIA_TYPES)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it.each([
    [0, []],
    [1, [1]],
    [CHUNK_OCTETS, [CHUNK_OCTETS]],
    [CHUNK_OCTETS + 1, [CHUNK_OCTETS, 1]],
    [3 * CHUNK_OCTETS, [CHUNK_OCTETS, CHUNK_OCTETS, CHUNK_OCTETS]],
  ])('ADR 1: %d octets are cut into chunks of 1 MiB and a rest', (length, lengths) => {
    const bytes = new Uint8Array(length).fill(7);
    const chunks = chunksOf(bytes);
    expect(chunks.map((chunk) => chunk.length)).toEqual(lengths);
    expect(Buffer.compare(joined(...chunks), bytes)).toBe(0);
  });
});
