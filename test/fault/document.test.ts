import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE_PATH, decodeCatalogue } from '../../shared/repository/catalogue.ts';
import { must } from '../../shared/result.ts';
import type { DocumentListView } from '../../signer/operations/document-views.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  killedAt,
  makeFaultCA,
  recover,
  until,
  untilPublished,
} from './fault-ca.ts';

let ca: RunningCA;

beforeAll(async () => {
  ca = await makeFaultCA();
  const signer = await ca.startSigner();
  await createHierarchy(ca);
  await untilPublished(ca);
  await signer.end();
});
afterAll(() => ca.close());

function addArguments(name: string): readonly string[] {
  const file = ca.file(`${name}.txt`);
  writeFileSync(file, `${name}\n`);
  return [
    ...['document', 'add', file, '--name', name, '--edition', '1.0', '--kind', 'notice'],
    ...['--title', name, '--language', 'en', '--effective', '2026-01-01'],
  ];
}

const withdrawArguments = (name: string) =>
  ['document', 'withdraw', name, '1.0', '--reason', 'a test', '--yes'] as const;

/** Names in the catalogue that the edge serves, once its file is there as well. */
async function shown(): Promise<readonly string[]> {
  const response = await fetch(ca.edge + CATALOGUE_PATH);
  const { documents } = must(decodeCatalogue(await response.json(), ''), 'catalogue');
  for (const { path, name } of documents)
    expect(await (await fetch(ca.edge + path)).text()).toBe(`${name}\n`);
  return documents.map(({ name }) => name);
}

async function stateOf(name: string): Promise<string | undefined> {
  const { documents } = await ca.inkanJSON<DocumentListView>('document', 'list');
  return documents.find((document) => document.name === name)?.state;
}

const PLACES = [
  'document: recorded',
  'epoch: head signed',
  'epoch: promised',
  'publish: blobs written',
  'publish: head written',
] as const;

describe('kill -9 while a document is added', () => {
  it.each(PLACES)('CP 9.12.2: killed at "%s" it is announced by itself', async (place) => {
    const name = place.replace(/[^a-z]+/g, '-');
    await killedAt(ca, place, ...addArguments(name));
    await recover(ca, async () => {
      expect(await stateOf(name)).toBe('announced');
      const again = await ca.inkan(...addArguments(name));
      expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('document-exists')]);
    });
    await until(async () => expect(await shown()).toContain(name));
  });

  it('CP 9.12.2: killed while one is withdrawn, it leaves by itself', async () => {
    const name = 'document-recorded';
    await killedAt(ca, 'document: withdrawn', ...withdrawArguments(name));
    await recover(ca, async () => expect(await stateOf(name)).toBe('withdrawn'));
    await until(async () => expect(await shown()).not.toContain(name));
    expect((await fetch(`${ca.edge}/documents/${name}-1.0.txt`)).status).toBe(404);
  });
});
