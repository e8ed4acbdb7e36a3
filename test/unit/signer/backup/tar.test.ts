import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../../shared/result.ts';
import { isArchivePath, readTar, type TarFile, writeTar } from '../../../../signer/backup/tar.ts';

function file(path: string, text: string, size = text.length): TarFile {
  async function* contents(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  }
  return { path, size, contents };
}

async function octets(files: readonly TarFile[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of writeTar(files)) parts.push(part);
  return Buffer.concat(parts);
}

async function read(archive: Uint8Array, pieces = 700) {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < archive.length; at += pieces) yield archive.subarray(at, at + pieces);
  }
  const found: [string, string][] = [];
  const outcome = await readTar<never>(source(), async ({ path }, contents) => {
    const parts: Uint8Array[] = [];
    for await (const part of contents) parts.push(part);
    found.push([path, Buffer.concat(parts).toString('utf8')]);
    return ok(true);
  });
  return { outcome, found };
}

const FILES = [file('a.txt', 'one'), file('tls/b.pem', 'x'.repeat(512)), file('empty', '')];
const EXPECTED = [
  ['a.txt', 'one'],
  ['tls/b.pem', 'x'.repeat(512)],
  ['empty', ''],
];

describe('the archive of a backup', () => {
  it('POSIX.1 ustar: tar unpacks what is written here', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'inkan-tar-'));
    writeFileSync(join(directory, 'a.tar'), await octets(FILES));
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: directory });
    for (const [path = '', text] of EXPECTED)
      expect(readFileSync(join(directory, path), 'utf8')).toBe(text);
    rmSync(directory, { recursive: true });
  });

  it('POSIX.1 ustar: what tar writes is read here, in pieces of any length', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'inkan-tar-'));
    writeFileSync(join(directory, 'a.txt'), 'from tar');
    execFileSync('tar', ['--format=ustar', '-cf', 'a.tar', 'a.txt'], { cwd: directory });
    const archive = readFileSync(join(directory, 'a.tar'));
    rmSync(directory, { recursive: true });
    for (const pieces of [1, 511, 100_000])
      expect((await read(archive, pieces)).found).toEqual([['a.txt', 'from tar']]);
  });

  it('ADR 21: names that lead elsewhere, links, doubled and cut files are refused', async () => {
    for (const path of ['../x', '/x', 'a//b', 'a/../b', './a', '', 'a b'])
      expect(isArchivePath(path)).toBe(false);
    const archive = await octets(FILES);
    expect((await read(archive)).outcome).toEqual(ok(true));
    const link = Buffer.from(archive);
    link[156] = 0x32;
    const twice = await octets([file('a', '1'), file('a', '2')]);
    for (const bad of [link, twice, archive.subarray(0, 1_000), Buffer.alloc(0)])
      expect((await read(bad)).outcome).toMatchObject({ error: { code: 'archive-malformed' } });
    const flipped = Buffer.from(archive);
    flipped[0] = 0x62;
    expect((await read(flipped)).outcome).toMatchObject({ error: { code: 'archive-malformed' } });
  });

  it('ADR 21: a file that has another length than was said ends the archive', async () => {
    await expect(octets([file('a', 'longer', 3)])).rejects.toThrow('changed while it was read');
  });
});
