import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asciiBytes, hexFromBytes } from '../../../../shared/bytes.ts';
import {
  type CatalogueIssued,
  ISSUED_PAGE_LENGTH,
} from '../../../../shared/repository/catalogue.ts';
import { must } from '../../../../shared/result.ts';
import { decodeFilePage, placeOf } from '../../../../shared/snapshot/directory.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import { insertCertificatePublication } from '../../../../signer/database/certificate-publication-table.ts';
import { appendPlaces, countPlaces } from '../../../../signer/database/issued-table.ts';
import { PLACE_BITS } from '../../../../signer/database/outbox-table.ts';
import { addDocument } from '../../../../signer/documents/add-document.ts';
import { withdrawDocument } from '../../../../signer/documents/withdraw-document.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { buildEpochCandidate } from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { asShipped, fastPolicy } from '../issuance/signer-under-test.ts';
import {
  insertCertificates,
  type PublisherUnderTest,
  publishedRoot,
  startPublisher,
} from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const FOLDER = '/SC-Root3/certificates/time-stamping-ca';
/** More than one epoch lists. */
const EARLIER = 10_250;

let test: PublisherUnderTest;
let serials: readonly string[] = [];

/** As migration 11 leaves a state that published so many certificates before it. */
function earlierState(count: number): readonly string[] {
  const made = insertCertificates(test, count);
  const { db } = test.context;
  const { id } = test.authority(SUB_CA).row;
  db.transaction((tx) => {
    const rows = tx.all("SELECT id, serial FROM certificate WHERE profile = 'tsa' ORDER BY id");
    for (const [position, row] of rows.entries()) {
      const serial = hexFromBytes(row['serial'] as Uint8Array);
      const path = `${FOLDER}/${serial}.cer`;
      insertCertificatePublication(tx, Number(row['id']), path);
      tx.run('INSERT INTO issued_certificate VALUES (?, ?, ?)', id, position, Number(row['id']));
      tx.run(
        `INSERT INTO snapshot_file (path, place, media_type, hash, length, chunk_hashes)
         VALUES (?, ?, 2, zeroblob(32), 1, zeroblob(32))`,
        path,
        placeOf(asciiBytes(path), PLACE_BITS),
      );
    }
    tx.run('UPDATE certificate_publication SET epoch = 1');
  });
  return made;
}

/** All files of the published snapshot by path, and their octets where they have one chunk. */
function files(): ReadonlyMap<string, Uint8Array> {
  const { files: table } = publishedRoot(test);
  const entries =
    table.level === 'root'
      ? table.entries
      : table.pageHashes.flatMap((hash) => {
          const page = test.kv.values.get(`blob/${hexFromBytes(hash)}`) ?? new Uint8Array();
          return must(decodeFilePage(page), 'file page').entries;
        });
  return new Map(
    entries.map(({ path, chunkHashes }) => [
      path,
      test.kv.values.get(`blob/${hexFromBytes(chunkHashes[0] ?? new Uint8Array())}`) ??
        new Uint8Array(),
    ]),
  );
}

const parsed = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

function issued(): CatalogueIssued {
  const { authorities } = parsed(files().get('/repository.json'));
  return authorities.find(({ name }: { name: string }) => name === SUB_CA).issued;
}

function listed(): readonly string[] {
  const now = files();
  return Array.from({ length: issued().pages }, (_, i) =>
    parsed(now.get(`${FOLDER}/issued-${i + 1}.json`)).certificates.map(
      ({ serialNumber }: { serialNumber: string }) => serialNumber,
    ),
  ).flat();
}

async function publish(what: 'changes' | 'everything' = 'changes') {
  return must(await test.publisher.publish(what), 'publish');
}

const pagesOf = (now: ReadonlyMap<string, Uint8Array>) =>
  [...now].filter(([path]) => path.startsWith(`${FOLDER}/issued-`));

beforeAll(async () => {
  test = await startPublisher(1_800, fastPolicy(asShipped('certificates')));
  await publish();
  serials = earlierState(EARLIER);
  await test.settle(SUB_CA);
}, 120_000);
afterAll(() => test.close());

describeWithOpenSSL('the list of what was issued', () => {
  it('CP 4.4.2: a state from before gets its pages by and by, so many an epoch', async () => {
    expect(test.publisher.isDue()).toBe(true);
    await publish();
    expect(issued()).toEqual({ folder: FOLDER, pages: 50, certificates: 10_000 });
    // What a crash leaves between two epochs: the next one goes on.
    expect(test.publisher.isDue()).toBe(true);
    await publish();
    expect(issued()).toEqual({ folder: FOLDER, pages: 52, certificates: EARLIER });
    expect(test.publisher.isDue()).toBe(false);
    expect(listed()).toEqual(serials);
  }, 60_000);

  it('CP 4.4.2: one issuance writes the last page and leaves the others', async () => {
    const before = new Map(pagesOf(files()));
    const key = [...NEW_KEY['P-256'], '-nodes', '-keyout', test.scratch.file('late.key')];
    const request = requestByOpenSSL(test.scratch, 'late', key);
    const subject = 'C=JP, O=Example, CN=Late TSA';
    const input = { authority: SUB_CA, profile: 'tsa', request, subject };
    must(await issueCertificate(test.context, input, 'test'), 'issue');
    await test.settle(SUB_CA);
    await publish();
    const changed = pagesOf(files()).filter(([path, bytes]) => before.get(path) !== bytes);
    expect(changed.map(([path]) => path)).toEqual([`${FOLDER}/issued-52.json`]);
    const late = listed().at(-1);
    expect(issued().certificates).toBe(EARLIER + 1);
    expect(listed().slice(0, -1)).toEqual(serials);
    expect(files().has(`${FOLDER}/${late}.cer`)).toBe(true);
  });

  it('CP 4.4.2: all but the last page are full', () => {
    const lengths = pagesOf(files()).map(([, bytes]) => parsed(bytes).certificates.length);
    expect(lengths.filter((length) => length === ISSUED_PAGE_LENGTH)).toHaveLength(51);
    expect(Math.min(...lengths)).toBe((EARLIER + 1) % ISSUED_PAGE_LENGTH);
  });

  it('CP 4.4.2: in another folder the list begins anew', () => {
    const { context } = test;
    const authorities = new Map(context.policy.authorities);
    const own = authorities.get(SUB_CA);
    if (!own) throw new Error('no sub-CA');
    const url = { value: 'http://repository.example/elsewhere', source: 'test' };
    authorities.set(SUB_CA, { ...own, certificates: { url } });
    const moved = { ...context, policy: { ...context.policy, authorities } };
    const candidate = buildEpochCandidate(moved, activeAuthorities(context.db));
    const list = candidate.issued.find(({ folder }) => folder === '/elsewhere');
    expect(list).toMatchObject({ before: 0, certificates: 10_000 });
    expect(list?.pages.map(({ page }) => page)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    expect(checkEpoch(moved, candidate, context.clock())).toMatchObject({ ok: true });
  });
});

describe('places in the list', () => {
  it('CP 4.4.2: a certificate has one place', () => {
    const { db } = test.context;
    const { id } = test.authority(SUB_CA).row;
    const [row] = db.all('SELECT certificate_id FROM issued_certificate LIMIT 1');
    const again = [Number(row?.['certificate_id'])];
    expect(() => db.transaction((tx) => appendPlaces(tx, id, again))).toThrow(/UNIQUE/);
    expect(countPlaces(db, id)).toBeGreaterThanOrEqual(EARLIER);
  });
});

describe('a withdrawal among many files', () => {
  it('CP 9.12.2: takes the edition out of its page of files, and leaves all others', async () => {
    const { context } = test;
    const before = new Set(files().keys());
    const document = {
      kind: 'certificate-policy' as const,
      ...{ name: 'cp', title: 'CP', language: 'en', version: '1.0', effective: '2025-11-01' },
      ...{ fileName: 'cp.txt', bytes: Uint8Array.of(0x41) },
    };
    must(addDocument(context, document, 'test'), 'add');
    await publish();
    const path = '/SC-Root3/documents/cp-1.0.txt';
    expect(new Set(files().keys())).toEqual(new Set([...before, path]));
    const withdrawal = { name: 'cp', version: '1.0', reason: 'a mistake' };
    must(withdrawDocument(context, withdrawal, 'test'), 'withdraw');
    const calls = test.kv.calls.length;
    await publish();
    // Root, catalogue, and the pages of the catalogue and of the document.
    expect(test.kv.calls[calls]?.length).toBeLessThanOrEqual(4);
    expect(new Set(files().keys())).toEqual(before);
    expect(parsed(files().get('/repository.json')).documents).toEqual([]);
  });
});
