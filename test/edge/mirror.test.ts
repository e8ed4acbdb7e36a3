import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { must } from '../../shared/result.ts';
import { CHUNK_OCTETS } from '../../shared/snapshot/file.ts';
import type { Head } from '../../shared/snapshot/head.ts';
import { encodeRoot } from '../../shared/snapshot/root.ts';
import { addSeconds } from '../../shared/time.ts';
import { startEdge } from '../../workers/node/edge.ts';
import { type MirrorOptions, mirror } from '../../workers/node/mirror.ts';
import {
  addBlob,
  addContent,
  type Blobs,
  createIssuer,
  createPublisher,
  DAY,
  HOUR,
  NOW,
  serial,
  type TestContent,
  type TestFile,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { certID, ocspRequest, SHA1_OID, single } from '../support/ocsp-requests.ts';

const SERIAL = serial('1001');
const CRL: TestFile = {
  path: '/SC-Root2/SCRoot2CRL.crl',
  mediaType: 1,
  bytes: new Uint8Array(700).fill(1),
  thisUpdate: addSeconds(NOW, -DAY),
  nextUpdate: addSeconds(NOW, DAY),
};
const LARGE: TestFile = {
  path: '/large.pdf',
  mediaType: 6,
  bytes: new Uint8Array(2 * CHUNK_OCTETS + 7).map((_, i) => (i >> 9) + (i >> 20)),
};
const CPS: TestFile = { path: '/docs/cps.txt', mediaType: 4, bytes: new Uint8Array(9) };

let publisher: TestPublisher;
let issuer: TestIssuer;
let base: string;
let from: string;
let to: string;
let now = NOW;
let log: string[] = [];

beforeAll(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
});
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'inkan-mirror-'));
  [from, to] = [join(base, 'from'), join(base, 'to')];
  mkdirSync(join(from, 'blob'), { recursive: true });
  now = NOW;
  log = [];
});
afterEach(() => rmSync(base, { recursive: true }));

function population(shardBits = 0) {
  return { issuer, shardBits, certificates: [{ serialNumber: SERIAL }] };
}

const CONTENT: TestContent = { populations: [], files: [CRL, LARGE, CPS] };

/** Puts an epoch into the store that is mirrored; answers the names of its blobs. */
async function publish(
  content: TestContent,
  head: Partial<Head> = {},
  who: TestPublisher = publisher,
): Promise<readonly string[]> {
  const blobs: Blobs = new Map();
  const rootHash = await addContent(blobs, content);
  for (const [hash, bytes] of blobs) writeFileSync(join(from, 'blob', hash), bytes);
  writeFileSync(join(from, 'head'), await who.signHead({ epoch: 1, rootHash, ...head }));
  return [...blobs.keys()];
}

function run(more: Partial<MirrorOptions> = {}) {
  const options: MirrorOptions = {
    directory: to,
    publicationKey: publisher.key,
    sources: [{ kind: 'directory', path: from }],
    keep: DAY,
    ...more,
  };
  return mirror(options, { clock: () => now, fetch, report: (line) => log.push(line) });
}

const report = async () => must(await run(), 'the run succeeds');
const blobsIn = (directory: string) => readdirSync(join(directory, 'blob')).sort();
const filesIn = (directory: string) =>
  readdirSync(join(directory, 'files'), { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, 'files', name)).isFile())
    .sort();
const fileOf = ({ path }: TestFile) => readFileSync(join(to, 'files', path));
const headOf = (directory: string) => readFileSync(join(directory, 'head'));

/** OCSPResponse in hexadecimal, from `inkan edge` over the mirror. */
async function askMirror(): Promise<string> {
  const sources = [{ kind: 'directory', path: to }] as const;
  const listen = { host: '127.0.0.1', port: 0 };
  const settings = { headRereadSeconds: 30, memoMaxBytes: 1 << 20 };
  const world = { clock: () => now, fetch, report: () => undefined };
  const edge = must(
    await startEdge({ publicationKey: publisher.key, sources, listen, ...settings }, world),
    'it starts',
  );
  const { issuerNameHash: nameHash, issuerKeyHash: keyHash } = issuer.identity.sha1;
  const asked = certID({ oid: SHA1_OID, nameHash, keyHash, serial: SERIAL });
  const response = await fetch(edge.url, {
    method: 'POST',
    headers: { connection: 'close' },
    body: ocspRequest({ list: [single(asked)] }).slice(),
  });
  const hex = hexFromBytes(new Uint8Array(await response.arrayBuffer()));
  await edge.close();
  return hex;
}

describe('what a mirror holds', () => {
  it.each([0, 4, 12])(
    'ADR 1: every blob of 2^%i shards; the edge answers from it',
    async (bits) => {
      const names = await publish({ populations: [population(bits)], files: [CRL] });
      const { blobs, epoch } = await report();
      expect(epoch).toBe(1);
      expect(blobs).toMatchObject({ total: names.length, written: names.length });
      expect(blobsIn(to)).toEqual([...names].sort());
      expect(headOf(to)).toEqual(headOf(from));
      expect(await askMirror()).toMatch(/^3082/);
    },
  );

  it.each([undefined, 3])('HTTP-11: every file under its path, filePageBits %s', async (bits) => {
    await publish({ ...CONTENT, ...(bits === undefined ? {} : { filePageBits: bits }) });
    const { files } = await report();
    expect(files).toEqual({ total: 3, written: 3, removed: 0, withheld: 0 });
    expect(filesIn(to)).toEqual(['SC-Root2/SCRoot2CRL.crl', 'docs/cps.txt', 'large.pdf']);
    for (const file of [CRL, LARGE, CPS]) expect(fileOf(file).equals(file.bytes)).toBe(true);
  });

  it('ADR 1: a second run writes nothing, a new epoch only what is new', async () => {
    await publish(CONTENT);
    await report();
    const again = await report();
    expect([again.blobs.written, again.files.written]).toEqual([0, 0]);
    const changed = { ...CPS, bytes: new Uint8Array(10) };
    await publish({ ...CONTENT, files: [CRL, LARGE, changed] }, { epoch: 2 });
    const next = await report();
    // The root and one chunk.
    expect([next.epoch, next.blobs.written, next.files.written]).toEqual([2, 2, 1]);
    expect(fileOf(changed)).toHaveLength(10);
  });

  it('HTTP-13: a CRL outside its window and a file that is gone are taken away', async () => {
    await publish(CONTENT);
    await report();
    now = addSeconds(NOW, DAY);
    await publish({ files: [CRL, LARGE] }, { epoch: 2 });
    expect((await report()).files).toEqual({ total: 2, written: 0, removed: 2, withheld: 1 });
    expect(filesIn(to)).toEqual(['large.pdf']);
    expect(existsSync(join(to, 'files/docs'))).toBe(false);
  });

  it('ADR 1: a path can become a directory and a directory a path', async () => {
    const at = (path: string): TestFile => ({ ...CPS, path });
    await publish({ files: [at('/a'), at('/b/c')] });
    await report();
    await publish({ files: [at('/a/c'), at('/b')] }, { epoch: 2 });
    await report();
    expect(filesIn(to)).toEqual(['a/c', 'b']);
  });

  it('ADR 1: what was damaged on the disk is replaced', async () => {
    const names = await publish({ ...CONTENT, populations: [population()] });
    await report();
    for (const name of names) writeFileSync(join(to, 'blob', name), 'damaged');
    writeFileSync(join(to, 'files', CPS.path), 'damaged');
    const mended = await report();
    expect([mended.blobs.written, mended.files.written]).toEqual([names.length, 1]);
    expect(fileOf(CPS)).toEqual(Buffer.from(CPS.bytes));
  });
});

describe('what a mirror refuses', () => {
  it.each([
    ['head-rollback', () => publish(CONTENT, { epoch: 1 })],
    ['head-conflict', () => publish({}, { epoch: 2 })],
    ['head-from-the-future', () => publish(CONTENT, { epoch: 3, time: addSeconds(NOW, DAY) })],
    ['head-format', async () => publish(CONTENT, { epoch: 3 }, await createPublisher())],
    ['head-format', () => writeFileSync(join(from, 'head'), 'nonsense')],
  ])('ADR 1: %s leaves the mirror as it was', async (refused, tamper) => {
    await publish(CONTENT, { epoch: 2 });
    await report();
    const [head, blobs] = [headOf(to), blobsIn(to)];
    await tamper();
    expect(await run()).toEqual({ ok: false, error: { code: 'no-head', refused: [refused] } });
    expect([headOf(to), blobsIn(to)]).toEqual([head, blobs]);
  });

  it('ADR 1: an empty store is told from one that lies', async () => {
    expect(await run()).toEqual({ ok: false, error: { code: 'no-head', refused: [] } });
  });

  it('ADR 1: an expired head is mirrored, and said to be expired', async () => {
    await publish(CONTENT);
    now = addSeconds(NOW, 3 * HOUR);
    expect(await report()).toMatchObject({ epoch: 1, expired: true });
  });

  it('ADR 1: a page that is none is refused before the head is written', async () => {
    const blobs: Blobs = new Map();
    const page = await addBlob(blobs, new TextEncoder().encode('no page'));
    const files = { level: 'pages', pageBits: 0, pageHashes: [page] } as const;
    const audit = { size: 0, hash: new Uint8Array(32) };
    const rootHash = await addBlob(blobs, encodeRoot({ issuers: [], files, audit }));
    for (const [hash, bytes] of blobs) writeFileSync(join(from, 'blob', hash), bytes);
    writeFileSync(join(from, 'head'), await publisher.signHead({ epoch: 1, rootHash }));
    const error = { code: 'snapshot-inconsistent', hash: hexFromBytes(page) };
    expect(await run()).toEqual({ ok: false, error });
    expect(existsSync(join(to, 'head'))).toBe(false);
  });

  it('ADR 1: a directory of another key, or with files of somebody, is left alone', async () => {
    await publish(CONTENT);
    await report();
    const other = await createPublisher();
    expect(await run({ publicationKey: other.key })).toMatchObject({
      error: { code: 'directory-foreign' },
    });
    rmSync(join(to, 'head'));
    expect(await run()).toMatchObject({ error: { code: 'directory-foreign' } });
    expect(filesIn(to)).toHaveLength(3);
  });

  it('ADR 1: what is no directory is an error, not a crash', async () => {
    await publish(CONTENT);
    writeFileSync(to, '');
    expect(await run()).toMatchObject({ error: { code: 'directory-failed' } });
  });
});

describe('stores that fail', () => {
  it('ADR 1: one that lies or is empty costs nothing while another has all', async () => {
    const liar = join(base, 'liar');
    const names = await publish(CONTENT);
    mkdirSync(join(liar, 'blob'), { recursive: true });
    writeFileSync(join(liar, 'head'), headOf(from));
    for (const name of names) writeFileSync(join(liar, 'blob', name), 'a lie');
    const sources = [liar, join(base, 'nothing'), from];
    const run1 = await run({
      sources: sources.map((path) => ({ kind: 'directory', path }) as const),
    });
    expect(run1).toMatchObject({ ok: true, value: { epoch: 1 } });
    expect(log.join()).toContain('blob-hash');
  });

  it('ADR 1: whichever blob is withheld, the snapshot before stays whole, and the next run goes on', async () => {
    await publish({ ...CONTENT, populations: [population(1)] });
    await report();
    const [head, before] = [headOf(to), blobsIn(to)];
    const changed = {
      populations: [population(1)],
      files: [{ ...LARGE, bytes: LARGE.bytes.map((o) => o ^ 1) }],
    };
    const names = (await publish(changed, { epoch: 2 })).filter((name) => !before.includes(name));
    expect(names.length).toBeGreaterThan(4);
    for (const [i, name] of names.entries()) {
      const bytes = readFileSync(join(from, 'blob', name));
      rmSync(join(from, 'blob', name));
      const directory = join(base, `to-${i}`);
      cpSync(to, directory, { recursive: true });
      const stopped = await run({ directory });
      const code = expect.stringMatching('blob-unavailable|no-head');
      expect(stopped).toMatchObject({ ok: false, error: { code } });
      expect(headOf(directory)).toEqual(head);
      expect(blobsIn(directory)).toEqual(expect.arrayContaining(before));
      writeFileSync(join(from, 'blob', name), bytes);
      const kept = blobsIn(directory).length - before.length;
      const next = must(await run({ directory }), 'the next run');
      expect([next.epoch, next.blobs.written]).toEqual([2, names.length - kept]);
    }
  });
});

describe('what is taken away in time', () => {
  const epochOf = (epoch: number): TestContent => ({
    files: [{ ...CPS, bytes: new Uint8Array(epoch).fill(epoch) }],
  });

  it('ADR 1: blobs of an earlier snapshot stay for --keep after it was the newest', async () => {
    const first = await publish(epochOf(1));
    await report();
    now = addSeconds(NOW, 10 * DAY);
    const second = await publish(epochOf(2), { epoch: 2, time: now });
    // Ten days without a run: readers may hold the first snapshot still.
    expect((await report()).removed).toBe(0);
    now = addSeconds(now, DAY);
    expect((await report()).removed).toBe(first.length);
    expect(blobsIn(to)).toEqual([...second].sort());
  });

  it('ADR 1: what a later snapshot names again stays', async () => {
    const first = await publish(epochOf(1));
    await report();
    for (const epoch of [2, 3, 4]) {
      now = addSeconds(now, 2 * DAY);
      await publish(epochOf(1), { epoch, time: now });
      expect((await report()).removed).toBe(0);
    }
    expect(blobsIn(to)).toEqual([...first].sort());
  });

  it('ADR 1: what a run that was ended left aside is cleared away, other names are not', async () => {
    await publish(CONTENT);
    await report();
    for (const name of ['old', 'fresh']) writeFileSync(join(to, '.incoming', name), '');
    utimesSync(join(to, '.incoming/old'), NOW - 2 * DAY, NOW - 2 * DAY);
    utimesSync(join(to, '.incoming/fresh'), NOW, NOW);
    writeFileSync(join(to, 'blob/README'), 'not a blob');
    utimesSync(join(to, 'blob/README'), 0, 0);
    await report();
    expect(readdirSync(join(to, '.incoming'))).toEqual(['fresh']);
    expect(existsSync(join(to, 'blob/README'))).toBe(true);
  });
});
