import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import { CHUNK_OCTETS, chunksOf } from '../../../../shared/snapshot/file.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import type { DocumentInput } from '../../../../signer/documents/add-document.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import type { Operations } from '../../../../signer/operations/operations.ts';
import { signerOperations } from '../../../../signer/operations/signer-operations.ts';
import {
  buildEpochCandidate,
  type EpochCandidate,
} from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { NO_OPERATORS } from '../../../support/no-operators.ts';
import { refusalOf } from '../issuance/signer-under-test.ts';
import {
  type PublisherUnderTest,
  publishedFile,
  publishedHead,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const ACTOR = { name: 'operator', spkiSha256: 'aa' };
const FOLDER = '/SC-Root3/documents';
const DAY = 86_400;

let test: PublisherUnderTest;
let operations: Operations;

beforeAll(async () => {
  test = await startPublisher();
  must(await test.publisher.publish('changes'), 'first epoch');
  const deps = { publishWait: 20_000, sleep: () => new Promise<void>(() => undefined) };
  operations = signerOperations(test.context, test.publisher, { ...deps, ...NO_OPERATORS });
}, 60_000);
afterAll(() => test.close());

const text = (content: string) => new TextEncoder().encode(content);

function input(name: string, version: string, more: Partial<DocumentInput> = {}): DocumentInput {
  return {
    ...{ name, version, kind: 'certificate-policy', title: 'CP', language: 'en' },
    ...{ effective: '2100-01-01', fileName: 'cp.txt', bytes: text(`${name} ${version}`) },
    ...more,
  };
}

const minor = { change: { kind: 'minor', summary: 'Contact address' } } as const;

async function add(...wanted: Parameters<typeof input>) {
  return operations.addDocument(input(...wanted), ACTOR);
}

async function added(...wanted: Parameters<typeof input>) {
  return must(await add(...wanted), 'add a document');
}

async function withdraw(name: string, version: string) {
  return operations.withdrawDocument({ name, version, reason: 'a mistake' }, ACTOR);
}

describe('an edition', () => {
  it('CP 9.12.2: is announced with the epoch that carries it, at the time of its head', async () => {
    const view = await added('one', '1.0');
    const head = publishedHead(test);
    expect(view).toMatchObject({
      state: 'announced',
      announced: new Date(head.time * 1000).toISOString().replace('.000Z', 'Z'),
      publication: { state: 'published', epoch: head.epoch },
      url: `http://repository.secomtrust.net${FOLDER}/one-1.0.txt`,
      ...{ change: null, objectionsUntil: null, objectionsOpen: false },
    });
    const file = publishedFile(test, `${FOLDER}/one-1.0.txt`);
    expect(file?.entry).toMatchObject({ mediaType: 4, thisUpdate: null, length: 7 });
    expect(file?.bytes).toEqual(text('one 1.0'));
    expect(hexFromBytes(file?.entry.hash ?? new Uint8Array())).toBe(view.sha256);
  });

  it('CP 9.12.2: a week is open for objections to a change, and the earlier edition stays', async () => {
    const { announced, ...view } = await added('one', '1.1', minor);
    // To the end of the seventh day in Japan, as the repository's page tells it.
    const until = Date.parse(view.objectionsUntil ?? '') / 1000;
    const day = (time: number) => Math.floor((time + 9 * 3_600) / DAY);
    expect(day(until) - day(Date.parse(announced ?? '') / 1000)).toBe(7);
    expect(day(until + 1) - day(until)).toBe(1);
    expect(view.objectionsOpen).toBe(true);
    const { documents: listed } = JSON.parse(
      new TextDecoder().decode(publishedFile(test, '/repository.json')?.bytes),
    );
    expect(listed.at(-1)).toMatchObject({ version: '1.1', objectionsUntil: until });
    expect(publishedFile(test, `${FOLDER}/one-1.0.txt`)).toBeDefined();
    const now = test.context.clock();
    const openAt = async (time: number) => {
      test.setClock(time);
      return must(await operations.showDocument('one'), 'show').documents.at(-1)?.objectionsOpen;
    };
    expect([await openAt(until), await openAt(until + 1)]).toEqual([true, false]);
    test.setClock(now);
  });

  it('CP 9.12.1: the same one again, and another file of the same version, are refused', async () => {
    expect(refusalOf(await add('one', '1.0'))).toContain('document-exists');
    expect(refusalOf(await add('one', '1.1', { bytes: text('other'), ...minor }))).toContain(
      'document-changed',
    );
    expect(refusalOf(await add('one', '1.0', { fileName: 'cp.html' }))).toContain(
      'document-refused',
    );
  });
});

describe('an edition that does not come out at once', () => {
  it('CP 9.12.2: what the store does not take is due, and is announced all the same', async () => {
    const error = { code: 'kv-unreachable', reason: 'the store is away' } as const;
    test.kv.faults.push({ error, persisted: 'lost' });
    const view = await added('two', '1.0');
    expect(view.publication).toMatchObject({ state: 'due' });
    must(await test.publisher.publish('changes'), 'publish');
    const shown = must(await operations.showDocument('two'), 'show');
    expect(shown.documents[0]?.publication.state).toBe('published');
  });

  it('CP 9.12.2: a change whose day passes before an epoch takes it is not announced', async () => {
    await added('late', '1.0', { effective: '2025-11-01' });
    const { context } = test;
    const today = new Date((context.clock() + 9 * 3_600) * 1000).toISOString().slice(0, 10);
    const view = await recordedOnly('late', '1.1', { ...minor, effective: today });
    expect(view).toBe('waiting');
    const now = context.clock();
    test.setClock(now + DAY);
    expect(test.publisher.isDue()).toBe(true);
    must(await test.publisher.publish('renew'), 'publish');
    const shown = must(await operations.showDocument('late'), 'show').documents;
    expect(shown[1]).toMatchObject({ state: 'too-late', announced: null });
    expect(publishedFile(test, `${FOLDER}/late-1.1.txt`)).toBeUndefined();
    expect(test.publisher.isDue()).toBe(false);
    // It is withdrawn and added again with another day.
    must(await withdraw('late', '1.1'), 'withdraw');
    expect(await added('late', '1.1', minor)).toMatchObject({ state: 'announced' });
  });

  it('ADR 4 facts first: a crash after the record publishes it with the next epoch', async () => {
    expect(await recordedOnly('crash', '1.0')).toBe('waiting');
    expect(test.publisher.isDue()).toBe(true);
    must(await test.publisher.publish('changes'), 'publish');
    expect(publishedFile(test, `${FOLDER}/crash-1.0.txt`)).toBeDefined();
    expect(test.publisher.isDue()).toBe(false);
  });

  it('CP 2.2: one of megabytes goes out in chunks, and again with everything', async () => {
    const bytes = new Uint8Array(2 * CHUNK_OCTETS + 5).fill(0x41);
    bytes[CHUNK_OCTETS] = 0x42;
    await added('large', '1.0', { bytes });
    const entry = publishedFile(test, `${FOLDER}/large-1.0.txt`)?.entry;
    expect(entry?.chunkHashes).toEqual(chunksOf(bytes).map(sha256));
    test.kv.values.clear();
    must(await test.publisher.publish('everything'), 'everything');
    for (const hash of entry?.chunkHashes ?? [])
      expect(test.kv.values.has(`blob/${hexFromBytes(hash)}`)).toBe(true);
    expect(publishedFile(test, `${FOLDER}/one-1.0.txt`)).toBeDefined();
  });
});

/** The edition on record, as a signer leaves it that stops before it publishes; its state. */
async function recordedOnly(...wanted: Parameters<typeof input>): Promise<string | undefined> {
  const { context } = test;
  const stopped = {
    ...context,
    checkpoint: (place: string) => {
      if (place === 'document: recorded') throw new Error('stopped');
    },
  };
  const deps = { publishWait: 1, sleep: async () => undefined };
  const stopping = signerOperations(stopped, test.publisher, { ...deps, ...NO_OPERATORS });
  await expect(stopping.addDocument(input(...wanted), ACTOR)).rejects.toThrow('stopped');
  const shown = must(await operations.showDocument(wanted[0]), 'show');
  return shown.documents.at(-1)?.state;
}

describe('a withdrawal', () => {
  it('CP 9.12.2: takes the file out and leaves the record', async () => {
    await added('wrong', '1.0');
    expect(publishedFile(test, `${FOLDER}/wrong-1.0.txt`)).toBeDefined();
    const view = must(await withdraw('wrong', '1.0'), 'withdraw');
    expect(view).toMatchObject({ state: 'withdrawn', publication: { state: 'published' } });
    expect(view.withdrawn).toMatchObject({ by: 'operator', reason: 'a mistake' });
    expect(publishedFile(test, `${FOLDER}/wrong-1.0.txt`)).toBeUndefined();
    expect(refusalOf(await withdraw('wrong', '1.0'))).toContain('document-unknown');
    expect(refusalOf(await withdraw('nothing', '1.0'))).toContain('document-unknown');
  });

  it('CP 9.12.2: the right file may follow under the same version', async () => {
    const bytes = text('the right one');
    expect(await added('wrong', '1.0', { bytes })).toMatchObject({ state: 'announced' });
    expect(publishedFile(test, `${FOLDER}/wrong-1.0.txt`)?.bytes).toEqual(bytes);
  });

  it('CP 9.12.1: who has withdrawn the only edition cannot begin anew without saying what changed', async () => {
    await added('anew', '5.08');
    must(await withdraw('anew', '5.08'), 'withdraw');
    const since2020 = { effective: '2020-01-01' };
    expect(refusalOf(await add('anew', '6.00', since2020))).toContain('document-refused');
    const change = { kind: 'major', summary: 'Everything' } as const;
    expect(refusalOf(await add('anew', '6.00', { ...since2020, change }))).toContain(
      'document-refused',
    );
    await added('anew', '6.00', { change });
  });

  it('CP 9.12.2: withdrawn and added again before an epoch, the new file stays', async () => {
    await added('quick', '1.0');
    const { context } = test;
    const kv = { code: 'kv-unreachable', reason: 'away' } as const;
    test.kv.faults.push({ error: kv, persisted: 'lost' }, { error: kv, persisted: 'lost' });
    must(await withdraw('quick', '1.0'), 'withdraw');
    const bytes = text('the other one');
    await added('quick', '1.0', { bytes });
    must(await test.publisher.publish('changes'), 'publish');
    expect(publishedFile(test, `${FOLDER}/quick-1.0.txt`)?.bytes).toEqual(bytes);
    expect(
      context.db.get(
        'SELECT 1 FROM document WHERE withdrawn_at IS NOT NULL AND epoch IS NOT NULL AND withdrawn_epoch IS NULL',
      ),
    ).toBeUndefined();
  });
});

describe('the gate', () => {
  /** Its verdict on what follows from the database after this statement. */
  function verdict(
    sql: string,
    change: (candidate: EpochCandidate) => Partial<EpochCandidate> = () => ({}),
  ): string {
    const { context } = test;
    let said = '';
    const takenBack = new Error('taken back');
    try {
      context.db.transaction((tx) => {
        if (sql !== '') tx.run(sql);
        const candidate = buildEpochCandidate(context, activeAuthorities(tx));
        const changed = { ...candidate, ...change(candidate) };
        const judged = checkEpoch({ ...context, db: tx }, changed, context.clock());
        said = judged.ok ? 'accepted' : `${judged.error.rule}: ${judged.error.reason}`;
        throw takenBack;
      });
    } catch (error) {
      if (error !== takenBack) throw error;
    }
    return said;
  }

  it('CP 9.12.2: accepts what is on record', () => {
    expect(verdict('')).toBe('accepted');
    const waiting = `UPDATE document SET epoch = NULL, announced = NULL WHERE name = 'two'`;
    expect(verdict(waiting)).toBe('accepted');
  });

  it('CP 9.12.2: refuses an edition whose file is missing or another', () => {
    const gone = `DELETE FROM snapshot_file WHERE path = '${FOLDER}/one-1.0.txt'`;
    expect(verdict(gone)).toMatch(/CP 9\.12\.2: one 1\.0 would have no file/);
    const other = `UPDATE document SET sha256 = zeroblob(32) WHERE name = 'one' AND version = '1.0'`;
    expect(verdict(other)).toMatch(/another file than its own/);
    const type = `UPDATE document SET media_type = 6 WHERE name = 'one' AND version = '1.0'`;
    expect(verdict(type)).toMatch(/another file than its own/);
  });

  it('CP 9.12.2: refuses to announce octets that are not what was handed in, or no document', () => {
    const waits = `epoch = NULL, announced = NULL`;
    const changed = `UPDATE document SET ${waits}, bytes = CAST('two 1.1' AS BLOB) WHERE name = 'two'`;
    expect(verdict(changed)).toMatch(/another file than its own/);
    const html = new TextEncoder().encode('<html></html>');
    const hex = (bytes: Uint8Array) => `x'${hexFromBytes(bytes)}'`;
    const scripted = `UPDATE document SET ${waits}, bytes = ${hex(html)}, sha256 = ${hex(sha256(html))}, length = 13 WHERE name = 'two'`;
    expect(verdict(scripted)).toMatch(/cannot be published/);
  });

  it('CP 9.12.2: refuses an epoch without a file that nobody withdrew', () => {
    const lose = (candidate: EpochCandidate) => ({
      removed: new Set([...candidate.removed, `${FOLDER}/nobody-1.0.txt`]),
    });
    expect(verdict('', lose)).toMatch(/nobody withdrew it/);
  });
});
