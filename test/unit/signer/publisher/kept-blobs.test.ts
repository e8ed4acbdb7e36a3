import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import { decodeFilePage, isNoShard } from '../../../../shared/snapshot/directory.ts';
import { decodeSignedHead } from '../../../../shared/snapshot/head.ts';
import { decodeRoot } from '../../../../shared/snapshot/root.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { keepsBlobs } from '../../../../signer/database/kept-blob-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import {
  type EdgeOperations,
  edgeOperations,
} from '../../../../signer/operations/edge-operations.ts';
import { promiseEpoch } from '../../../../signer/publisher/promise-epoch.ts';
import { openPublisher, type Publisher } from '../../../../signer/publisher/publisher.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { asShipped, fastPolicy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { type PublisherUnderTest, startPublisher } from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';

let test: PublisherUnderTest;
let port: EdgeOperations;
let publisher: Publisher;
let serials: readonly string[] = [];
let now = NOW;

function open(publishedBlobs: 'kept' | 'dropped'): Publisher {
  return openPublisher(test.context, {
    ...{ kv: test.kv, signer: test.publication, publishedBlobs },
    ...{ headLifetime: 7_200, headRenewal: 1_800, headInterval: 0, sleep: async () => undefined },
  });
}

/** Real ones, for the gate verifies the certificates that have files; answers their serials. */
async function issueMany(count: number): Promise<readonly string[]> {
  const issued: string[] = [];
  for (let i = 0; i < count; i++) {
    const key = [...NEW_KEY['P-256'], '-nodes', '-keyout', test.scratch.file(`${i}.key`)];
    const request = requestByOpenSSL(test.scratch, `${i}`, key);
    const subject = `C=JP, O=Example, CN=TSA ${i}`;
    const input = { authority: SUB_CA, profile: 'tsa', request, subject };
    const { certificateId } = must(await issueCertificate(test.context, input, 'test'), 'issue');
    const row = certificateById(test.context.db, certificateId);
    issued.push(hexFromBytes(row?.serialNumber ?? new Uint8Array(0)));
  }
  return issued;
}

beforeAll(async () => {
  test = await startPublisher(1_800, fastPolicy(asShipped('certificates')));
  port = edgeOperations(test.context);
  // Enough files for file pages, so that every kind of blob but a shard page is there.
  serials = await issueMany(66);
  await test.settle(SUB_CA);
  publisher = open('dropped');
  must(await publisher.publish('changes'), 'publish');
}, 60_000);
afterAll(() => test.close());

async function revoke(serialNumber = ''): Promise<void> {
  const input = { serialNumber, reason: 'superseded' } as const;
  must(revokeCertificate(test.context, input, 'test'), 'revoke');
  await test.settle(SUB_CA);
}

function later(seconds: number): void {
  now = test.setClock(now + seconds);
}

/** Reads all that the port's head leads to, each checked by its hash; answers the names. */
function walk(): ReadonlySet<string> {
  const { note } = must(port.readHead(), 'head');
  const { head } = must(decodeSignedHead(note, test.publication.key), 'note');
  const names = new Set<string>();
  const read = (hash: Uint8Array): Uint8Array => {
    const name = hexFromBytes(hash);
    const bytes = must(port.readBlob(name), `blob ${name}`);
    expect(port.hasBlob(name)).toBe(true);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
    names.add(name);
    return bytes;
  };
  const root = must(decodeRoot(read(head.rootHash)), 'root');
  for (const { hashes } of root.issuers) {
    for (const hash of hashes) if (!isNoShard(hash)) read(hash);
  }
  if (root.files.level === 'root') throw new Error('too few files for pages');
  for (const hash of root.files.pageHashes) {
    const { entries } = must(decodeFilePage(read(hash)), 'file page');
    for (const { chunkHashes } of entries) chunkHashes.forEach(read);
  }
  return names;
}

function counts(): { readonly kept: number; readonly miscounted: number } {
  const { db } = test.context;
  const kept = db.get('SELECT count(*) AS n FROM kept_blob')?.['n'];
  const miscounted = db.get(`SELECT count(*) AS n FROM
    (SELECT hash, count(*) AS uses FROM named_blob GROUP BY hash) AS named
    FULL JOIN (SELECT * FROM blob_use WHERE uses <> 0) AS counted USING (hash)
    WHERE named.uses IS NOT counted.uses`)?.['n'];
  return { kept: Number(kept), miscounted: Number(miscounted) };
}

describeWithOpenSSL('the blobs of the port', () => {
  it('ADR 17: nothing is kept, and nothing served, while no edge is configured', () => {
    expect(keepsBlobs(test.context.db)).toBe(false);
    expect(counts().kept).toBe(0);
    expect(port.readHead()).toEqual({ ok: false, error: { code: 'snapshot-missing' } });
    const known = [...test.kv.values.keys()].find((key) => key !== 'head') ?? '';
    expect(port.readBlob(known.slice(5)).ok).toBe(false);
    expect([port.hasBlob(known.slice(5)), port.hasBlob('0'.repeat(64))]).toEqual([false, false]);
  });

  it('ADR 17: a signer that published before serves every blob after one epoch of everything', async () => {
    publisher = open('kept');
    expect(publisher.isDue()).toBe(true);
    must(await publisher.publish('changes'), 'publish');
    expect(publisher.isDue()).toBe(false);
    const names = walk();
    expect(names.size).toBeGreaterThan(80);
    expect(counts()).toEqual({ kept: names.size, miscounted: 0 });
  });

  it('ADR 17: what a snapshot no longer names is kept for ten minutes, and then not', async () => {
    const before = walk();
    await revoke(serials[0]);
    must(await publisher.publish('changes'), 'publish');
    const after = walk();
    const replaced = [...before].filter((name) => !after.has(name));
    expect(replaced.length).toBeGreaterThan(2);
    expect(replaced.every((name) => port.readBlob(name).ok)).toBe(true);
    later(599);
    await revoke(serials[1]);
    must(await publisher.publish('changes'), 'publish');
    expect(replaced.every((name) => port.readBlob(name).ok)).toBe(true);
    later(1);
    await revoke(serials[2]);
    must(await publisher.publish('changes'), 'publish');
    expect(replaced.filter((name) => port.readBlob(name).ok)).toEqual([]);
    walk();
    expect(counts().miscounted).toBe(0);
  });

  it('ADR 17: after many epochs there is the last snapshot and nothing else', async () => {
    for (const serial of serials.slice(3, 10)) {
      await revoke(serial);
      must(await publisher.publish('changes'), 'publish');
      later(400);
    }
    must(await publisher.publish('renew'), 'publish');
    later(700);
    must(await publisher.publish('renew'), 'publish');
    later(700);
    must(await publisher.publish('renew'), 'publish');
    // The roots of the last heads differ by what the audit log had.
    expect(counts().kept - walk().size).toBeLessThanOrEqual(2);
    expect(counts().miscounted).toBe(0);
  });
});

describeWithOpenSSL('the port between two writes', () => {
  it('ADR 17: a promised epoch is served while the store refuses it', async () => {
    await revoke(serials[11]);
    test.kv.faults.push({ error: { code: 'kv-unreachable', reason: 'test' }, persisted: 'lost' });
    expect((await publisher.publish('changes')).ok).toBe(false);
    const stored = test.kv.values.get('head');
    expect(must(port.readHead(), 'head').note).not.toEqual(stored);
    walk();
    must(await publisher.publish('changes'), 'again');
    expect(must(port.readHead(), 'head').note).toEqual(test.kv.values.get('head'));
    walk();
  });

  it('ADR 17: an epoch whose head was not signed is not served', async () => {
    await revoke(serials[12]);
    const { note } = must(port.readHead(), 'head');
    const stops = { ...test.context, checkpoint: stopAt('epoch: head signed') };
    await expect(promiseEpoch(stops, test.publication, 7_200, 'changes')).rejects.toThrow('stop');
    expect(must(port.readHead(), 'head').note).toEqual(note);
    walk();
  });

  it('ADR 17: a stop between the promise of everything and its counting is made good', async () => {
    must(await open('dropped').publish('renew'), 'publish');
    expect(keepsBlobs(test.context.db)).toBe(false);
    expect(counts().kept).toBe(0);
    must(await promiseEpoch(test.context, test.publication, 7_200, 'everything'), 'promise');
    expect(port.readHead().ok).toBe(false);
    publisher = open('kept');
    expect(publisher.isDue()).toBe(true);
    must(await publisher.publish('changes'), 'publish');
    walk();
    expect(counts().miscounted).toBe(0);
  });
});

function stopAt(place: string): (at: string) => void {
  return (at) => {
    if (at === place) throw new Error('stop');
  };
}
