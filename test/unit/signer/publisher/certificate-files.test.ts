import { afterAll, beforeAll, expect, it } from 'vitest';
import { asciiBytes, hexFromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import { decodeFilePage, placeOf } from '../../../../shared/snapshot/directory.ts';
import type { FileEntry } from '../../../../shared/snapshot/file.ts';
import { certificatePublication } from '../../../../signer/database/certificate-publication-table.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { publishEarlierCertificates } from '../../../../signer/publisher/certificate-files.ts';
import { checkCertificateFiles } from '../../../../signer/publisher/certificate-gate.ts';
import { buildEpochCandidate } from '../../../../signer/publisher/epoch-candidate.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { asShipped, fastPolicy } from '../issuance/signer-under-test.ts';
import {
  findPublished,
  type PublisherUnderTest,
  publishedIssuer,
  publishedRoot,
  startPublisher,
} from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const FOLDER = '/SC-Root3/certificates/time-stamping-ca';

/** Publication as root-ca3.json has it, issuing without applications. */
const publishing = fastPolicy(asShipped('certificates'));

let made = 0;

/** Issues with a new key; answers the certificate's id and serial number (hexadecimal). */
async function issue(test: PublisherUnderTest): Promise<{ id: number; serial: string }> {
  made += 1;
  const name = `subscriber-${made}`;
  const key = [...NEW_KEY['P-256'], '-nodes', '-keyout', test.scratch.file(`${name}.key`)];
  const request = requestByOpenSSL(test.scratch, name, key);
  const subject = `C=JP, O=Example, CN=TSA ${made}`;
  const input = { authority: SUB_CA, profile: 'tsa', request, subject };
  const issued = must(await issueCertificate(test.context, input, 'test'), 'issue');
  const row = certificateById(test.context.db, issued.certificateId);
  return { id: issued.certificateId, serial: hexFromBytes(row?.serialNumber ?? new Uint8Array()) };
}

async function publish(test: PublisherUnderTest, what: 'changes' | 'everything' = 'changes') {
  return must(await test.publisher.publish(what), 'publish');
}

/** All files of the published snapshot, as an edge reads them. */
function publishedFiles(test: PublisherUnderTest): readonly FileEntry[] {
  const { files } = publishedRoot(test);
  if (files.level === 'root') return files.entries;
  return files.pageHashes.flatMap((hash) => {
    const page = test.kv.values.get(`blob/${hexFromBytes(hash)}`) ?? new Uint8Array(0);
    return must(decodeFilePage(page), 'file page in the store').entries;
  });
}

function fileBytes(test: PublisherUnderTest, path: string): Uint8Array | undefined {
  const entry = publishedFiles(test).find((file) => file.path === path);
  const [chunk] = entry?.chunkHashes ?? [];
  return chunk && test.kv.values.get(`blob/${hexFromBytes(chunk)}`);
}

let test: PublisherUnderTest;

beforeAll(async () => {
  test = await startPublisher(1_800, publishing);
  await publish(test);
}, 60_000);
afterAll(() => test.close());

describeWithOpenSSL('published certificates', () => {
  it('CRT-11: the epoch that first answers good for a certificate carries its file', async () => {
    const { id, serial } = await issue(test);
    const { db } = test.context;
    expect(certificatePublication(db, id)).toBeUndefined();
    await test.settle(SUB_CA);
    expect(certificatePublication(db, id)).toMatchObject({ state: 'waiting', epoch: null });
    const epoch = await publish(test);
    const path = `${FOLDER}/${serial}.cer`;
    expect(certificatePublication(db, id)).toEqual({ state: 'published', epoch, path });
    expect(fileBytes(test, path)).toEqual(certificateById(db, id)?.der);
    const answer = findPublished(test, publishedIssuer(test, SUB_CA), serial);
    expect(answer?.certStatus.status).toBe('good');
  });

  it('OPS-4: a promised epoch that the store has not taken is not published yet', async () => {
    const { id } = await issue(test);
    await test.settle(SUB_CA);
    const { db } = test.context;
    test.kv.faults.push({
      error: { code: 'kv-unreachable', reason: 'test' },
      persisted: 'lost',
    });
    expect((await test.publisher.publish('changes')).ok).toBe(false);
    expect(certificatePublication(db, id)?.state).toBe('promised');
    await publish(test);
    expect(certificatePublication(db, id)?.state).toBe('published');
  });

  it('CRT-11: the sub-CA stands in the folder of its issuer; roots and responders do not', () => {
    const { row } = test.authority(SUB_CA);
    const certificates = publishedFiles(test).filter(({ mediaType }) => mediaType === 2);
    const paths = certificates.map(({ path }) => path);
    const ofRoot = paths.filter((path) => path.startsWith('/SC-Root3/certificates/root-ca3/'));
    expect(ofRoot).toHaveLength(1);
    expect(fileBytes(test, ofRoot[0] ?? '')).toEqual(row.certificate);
    const ofSubCA = paths.filter((path) => path.startsWith(`${FOLDER}/`));
    const tsa = test.context.db.get("SELECT count(*) AS n FROM certificate WHERE profile = 'tsa'");
    expect(ofSubCA).toHaveLength(Number(tsa?.['n']));
  });
});

describeWithOpenSSL('the gate before published certificates', () => {
  it('CRT-11: the gate refuses a file that is another certificate, does not verify or has no status', async () => {
    const { context } = test;
    const { db } = context;
    const { id } = await issue(test);
    await test.settle(SUB_CA);
    const authorities = [test.authority('root-ca3').row, test.authority(SUB_CA).row];
    const candidate = buildEpochCandidate(context, authorities);
    const [mine] = candidate.certificates;
    if (mine?.certificate.id !== id) throw new Error('the certificate does not wait');
    expect(checkCertificateFiles(db, candidate)).toEqual({ ok: true, value: true });
    const judged = (certificate: object) =>
      checkCertificateFiles(db, {
        ...candidate,
        certificates: [{ ...mine, certificate: { ...mine.certificate, ...certificate } }],
      });
    const other = new Uint8Array(mine.certificate.der ?? []);
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    expect(judged({ der: other })).toMatchObject({ error: { rule: 'CP 4.4.2' } });
    expect(judged({ authorityId: test.authority('root-ca3').row.id })).toMatchObject({
      error: { rule: 'signature' },
    });
    expect(judged({ serialNumber: Uint8Array.of(1, 2, 3) })).toMatchObject({
      error: { rule: 'OPS-4' },
    });
    await publish(test);
  });

  it('OPS-4: without a status go those whose issuer answers no OCSP or took the answer back', async () => {
    const { context } = test;
    const { db } = context;
    const { id } = await issue(test);
    await test.settle(SUB_CA);
    const authorities = [test.authority('root-ca3').row, test.authority(SUB_CA).row];
    const candidate = buildEpochCandidate(context, authorities);
    const set = (answered: number, withdrawnAt: number | null) =>
      db.transaction((tx) =>
        tx.run(
          'UPDATE certificate SET answered = ?, withdrawn_at = ? WHERE id = ?',
          answered,
          withdrawnAt,
          id,
        ),
      );
    set(0, null);
    expect(checkCertificateFiles(db, candidate)).toMatchObject({ error: { rule: 'OPS-4' } });
    expect(checkCertificateFiles(db, { ...candidate, answering: new Set() }).ok).toBe(true);
    set(0, context.clock());
    expect(checkCertificateFiles(db, candidate).ok).toBe(true);
    set(1, null);
    await publish(test);
  });
});

describeWithOpenSSL('many published certificates', () => {
  it('ADR 1 snapshot: past 64 files an epoch writes the pages that changed, and no others', async () => {
    const { db } = test.context;
    // Files as many certificates would leave them.
    const [model] = publishedFiles(test);
    if (!model) throw new Error('no file');
    db.transaction((tx) => {
      for (let i = 0; i < 300; i++) {
        const path = `${FOLDER}/00${i}.cer`;
        tx.run(
          `INSERT INTO snapshot_file (path, place, media_type, hash, length, chunk_hashes)
           SELECT ?, ?, 2, hash, length, chunk_hashes FROM snapshot_file WHERE path = ?`,
          path,
          placeOf(asciiBytes(path), 20),
          model.path,
        );
      }
    });
    const first = await issue(test);
    await test.settle(SUB_CA);
    await publish(test);
    expect(publishedRoot(test).files).toMatchObject({ level: 'pages', pageBits: 4 });
    const all = publishedFiles(test).map(({ path }) => path);
    expect(all).toContain(`${FOLDER}/${first.serial}.cer`);

    const calls = test.kv.calls.length;
    const second = await issue(test);
    await test.settle(SUB_CA);
    await publish(test);
    const [blobs = []] = test.kv.calls.slice(calls);
    // Root, shard, CRL, its reasons, certificate, list, catalogue, and the pages of these five files.
    expect(blobs.length).toBeLessThanOrEqual(12);
    const after = publishedFiles(test).map(({ path }) => path);
    expect(new Set(after)).toEqual(new Set([...all, `${FOLDER}/${second.serial}.cer`]));
  });

  it('KV: a store that lost everything gets every certificate again', async () => {
    const before = publishedFiles(test).map(({ path }) => path);
    const certificates = before.filter((path) =>
      /certificates\/.*\/01[0-9a-f]{32}\.cer$/.test(path),
    );
    const bytes = certificates.map((path) => fileBytes(test, path));
    test.kv.values.clear();
    await publish(test, 'everything');
    expect(new Set(publishedFiles(test).map(({ path }) => path))).toEqual(new Set(before));
    expect(certificates.length).toBeGreaterThan(4);
    expect(certificates.map((path) => fileBytes(test, path))).toEqual(bytes);
  });
});

describeWithOpenSSL('a policy that asks for publication later', () => {
  it('CRT-11: what was issued before gets its file with the next epoch', async () => {
    const earlier = await startPublisher();
    const { id, serial } = await issue(earlier);
    await earlier.settle(SUB_CA);
    await publish(earlier);
    const { db, policy } = earlier.context;
    expect(certificatePublication(db, id)).toMatchObject({ state: 'published', path: null });
    expect(publishEarlierCertificates(earlier.context)).toBe(0);

    const authorities = new Map(policy.authorities);
    const own = authorities.get(SUB_CA);
    if (!own) throw new Error('no sub-CA');
    const url = { value: `http://repository.example${FOLDER}`, source: 'test' };
    authorities.set(SUB_CA, { ...own, certificates: { url } });
    const context = { ...earlier.context, policy: { ...policy, authorities } };
    expect(publishEarlierCertificates(context)).toBe(1);
    expect(publishEarlierCertificates(context)).toBe(0);
    expect(certificatePublication(db, id)?.state).toBe('waiting');
    expect(earlier.publisher.isDue()).toBe(true);
    await publish(earlier);
    expect(fileBytes(earlier, `${FOLDER}/${serial}.cer`)).toEqual(certificateById(db, id)?.der);
    await earlier.close();
  }, 60_000);
});
