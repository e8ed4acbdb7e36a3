import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueDocument } from '../../shared/repository/catalogue.ts';
import { endOfObjections } from '../../shared/repository/document-days.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import {
  createPublisher,
  DAY,
  digest,
  NOW,
  type TestFile,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import {
  createCA,
  repositoryContent,
  type TestCA,
  type TestRepository,
} from '../support/repository-snapshot.ts';
import { type Edge, openEdge, TestStore } from './edge.ts';
import { hrefs, type SeenPage, seePage } from './page-texts.ts';

let publisher: TestPublisher;
let ca: TestCA;

beforeAll(async () => {
  publisher = await createPublisher();
  ca = await createCA('root', 'Test Root', NOW);
});

async function edgeWith(
  repository: Partial<TestRepository>,
  more: readonly TestFile[] = [],
): Promise<Edge> {
  const store = new TestStore();
  const content = await repositoryContent({ ca, now: NOW, issued: [], ...repository }, more);
  await store.publish(publisher, content);
  return openEdge(publisher, { stores: [store] });
}

async function home(repository: Partial<TestRepository>, language = 'en'): Promise<SeenPage> {
  return seePage((await edgeWith(repository)).fetch(`/?lang=${language}`));
}

const colons = (bytes: Uint8Array) =>
  [...bytes].map((octet) => octet.toString(16).toUpperCase().padStart(2, '0')).join(':');

describe('a CA in the repository', () => {
  it('CP 2.2: its certificate: subject, validity, key, fingerprints and downloads', async () => {
    const { text, html } = await home({});
    for (const words of ['CN=Test Root,C=JP', 'Itself (self-signed)', 'P-256', 'ecdsa-with-SHA256'])
      expect(text).toContain(words);
    expect(text).toContain('Valid until 20 November 2036, 02:13:20 UTC');
    expect(text).toContain(colons(await digest('SHA-256', ca.certificate)));
    expect(text).toContain(colons(await digest('SHA-1', ca.certificate)));
    for (const path of ['/root.cer', '/root.pem', '/root.p7c', '/root.crl', '/root.reasons.txt'])
      expect(hrefs(html)).toContain(path);
  });

  it('CP 4.9.7: its CRL: number, both updates, size, entries, and when it will be replaced', async () => {
    const { text } = await home({});
    for (const words of [
      'CRL number 162',
      'Issued (thisUpdate) 23 November 2026, 01:13:20 UTC',
      'Valid until (nextUpdate) 22 November 2027, 02:13:20 UTC',
      'Will be replaced 23 December 2026, 02:13:20 UTC',
      'Revoked certificates 1,234',
      'Size 41.9 kB',
      'http://repository.example/root.crl',
    ])
      expect(text).toContain(words);
  });

  it('CP 4.9.10: its responder, and a line for OpenSSL', async () => {
    const { text } = await home({});
    expect(text).toContain(
      'curl -s http://repository.example/root.cer | openssl x509 -inform der -out ca.pem ' +
        'openssl ocsp -issuer ca.pem -cert certificate.pem -url http://repository.example -no_nonce',
    );
    const without = await home({ authority: { ocsp: undefined } as never });
    expect(without.text).not.toContain('openssl');
  });

  it('CP 4.4.2: the way to what it has issued, where it publishes that', async () => {
    const issued = [{ serialNumber: '1001', subject: 'CN=TSA' }];
    expect(hrefs((await home({ issued })).html)).toContain('/issued.html?ca=root&lang=en');
    const none = await home({ authority: { issued: undefined } as never });
    expect(hrefs(none.html).filter((target) => target.includes('ca=root'))).toEqual([]);
  });

  it('CP 2.2: what has expired is called so', async () => {
    expect((await home({})).text).not.toContain('Expired');
    const notAfter = addSeconds(NOW, -1);
    expect((await home({ authority: { notAfter } })).text).toContain('Test Root Expired');
  });
});

const DOCUMENT: CatalogueDocument = {
  name: 'cp',
  kind: 'certificate-policy',
  title: 'タイムスタンプサービスCP',
  language: 'ja',
  version: '5.07',
  effective: addSeconds(NOW, -100 * DAY),
  announced: addSeconds(NOW, -107 * DAY),
  path: '/documents/cp-5.07.pdf',
  type: 'application/pdf',
  bytes: 345_678,
  sha256: '0'.repeat(64),
};

function edition(
  version: string,
  announced: UnixSeconds,
  kind: 'major' | 'minor',
): CatalogueDocument {
  return {
    ...DOCUMENT,
    ...{ version, announced, effective: addSeconds(announced, 14 * DAY) },
    change: { kind, summary: `変更 ${version}` },
    objectionsUntil: endOfObjections(announced, 7, 540),
    path: `/documents/cp-${version}.pdf`,
  };
}

/** Version and mark of each row, from the first one on. */
function standings(html: string): readonly (readonly (string | undefined)[])[] {
  const rows = [...html.matchAll(/<tr>\n<th scope="row">.*?<\/tr>/gs)].map(([row]) => row);
  return rows.map((row) => [
    /cp-([\d.]+)\.pdf/.exec(row)?.[1],
    /class="mark ?\w*">([^<]*)</.exec(row)?.[1],
  ]);
}

describe('documents', () => {
  it('CP 9.12.1: every edition with its version and the day it takes effect, one of them in force', async () => {
    const documents = [
      DOCUMENT,
      edition('5.08', addSeconds(NOW, -20 * DAY), 'minor'),
      edition('6.00', addSeconds(NOW, -DAY), 'major'),
    ];
    const { html, text } = await home({ documents });
    expect(standings(html)).toEqual([
      ['6.00', 'Not yet in force'],
      ['5.08', 'In force'],
      ['5.07', 'Earlier edition'],
    ]);
    expect(text).toContain('Certificate policy (CP), PDF, 345.7 kB');
    expect(html).toContain('<span lang="ja"><a href="/documents/cp-5.08.pdf">');
  });

  it('CP 9.12.1: of two editions of one day the higher version is in force, 5.10 after 5.9', async () => {
    const announced = addSeconds(NOW, -20 * DAY);
    const documents = ['5.9', '5.10', '5.8'].map((one) => edition(one, announced, 'minor'));
    expect(standings((await home({ documents })).html)).toEqual([
      ['5.10', 'In force'],
      ['5.9', 'Earlier edition'],
      ['5.8', 'Earlier edition'],
    ]);
  });

  it('CP 9.12.1: a change is announced as important or as of no importance', async () => {
    const documents = [edition('5.08', NOW, 'minor'), edition('6.00', NOW, 'major')];
    const english = await home({ documents });
    expect(english.text).toMatch(/5\.08 Minor change 変更 5\.08/);
    expect(english.text).toMatch(/6\.00 Important change 変更 6\.00/);
    const japanese = await home({ documents }, 'ja');
    expect(japanese.text).toMatch(/5\.08 重要でない変更 変更 5\.08/);
    expect(japanese.text).toMatch(/6\.00 重要な変更 変更 6\.00/);
    expect((await home({ documents: [DOCUMENT] })).text).not.toContain('Change notices A changed');
  });
});

describe('days and deadlines of documents', () => {
  it('CP 9.12.2: objections are open for one week after the day of the announcement', async () => {
    // 2026-11-16 in Japan, so to the end of 2026-11-23 there; NOW is 11:13:20 of that day.
    const announced = addSeconds(NOW, -7 * DAY);
    // The page shows the deadline that it is told.
    const edge = await edgeWith({ documents: [edition('5.08', announced, 'minor')] });
    const open = await seePage(edge.fetch('/?lang=ja'));
    expect(open.text).toContain('異議申し立ての受付期限 2026年11月23日');
    edge.now = addSeconds(NOW, 45_999);
    expect((await seePage(edge.fetch('/?lang=ja'))).text).toContain('受付期限');
    edge.now = addSeconds(NOW, 46_000);
    const closed = await seePage(edge.fetch('/?lang=ja'));
    expect(closed.text).toContain('異議申し立ての受付終了 2026年11月23日');
  });

  it.each([
    ['2026-11-01T00:00:00+09:00', { utcOffsetMinutes: 540 }],
    ['2026-11-01T00:00:00-05:30', { utcOffsetMinutes: -330 }],
    ['2026-11-01T00:00:00Z', { utcOffsetMinutes: 0 }],
    // A signer from before the catalogue said it.
    ['2026-11-01T00:00:00Z', null],
  ])(
    'CP 9.12.1: what is in force from %s with %j is so from 1 Nov 2026',
    async (iso, documentRules) => {
      const effective = unixSeconds(Date.parse(iso) / 1000);
      const documents = [{ ...DOCUMENT, effective }];
      expect((await home({ documents, documentRules })).text).toContain('1 Nov 2026');
      expect((await home({ documents, documentRules }, 'ja')).text).toContain('2026年11月1日');
    },
  );

  it('CP 9.12.1: an edition is in force from the first second of its day in Japan', async () => {
    const effective = unixSeconds(Date.parse('2026-12-01T00:00:00+09:00') / 1000);
    const edge = await edgeWith({ documents: [{ ...DOCUMENT, effective }] });
    edge.now = addSeconds(effective, -1);
    expect((await seePage(edge.fetch('/?lang=en'))).text).toContain('1 Dec 2026 Not yet in force');
    edge.now = effective;
    expect((await seePage(edge.fetch('/?lang=en'))).text).toContain('1 Dec 2026 In force');
  });

  it("CP 9.12.2: another policy's repository speaks neither of this CP nor of Japan", async () => {
    const { objectionsUntil: _, ...other } = edition('5.08', NOW, 'minor');
    const documents = [other];
    for (const documentRules of [null, { utcOffsetMinutes: 0 }, { utcOffsetMinutes: 330 }]) {
      const { text } = await home({ documents, documentRules });
      expect(text).toContain('5.08 Minor change 変更 5.08');
      for (const ours of ['9.12.2', 'Japan', 'bjection']) expect(text).not.toContain(ours);
      const japanese = await home({ documents, documentRules }, 'ja');
      for (const ours of ['9.12.2', '異議']) expect(japanese.text).not.toContain(ours);
    }
    const objections = { days: 14, clause: 'Example CP 9' };
    const own = await home({ documents, documentRules: { utcOffsetMinutes: 330, objections } });
    expect(own.text).toContain('within 14 days of the announcement');
    expect(own.text).toContain('(Example CP 9). Days are those of UTC+05:30.');
    const ours = await home({ documents });
    expect(ours.text).toContain('within one week of the announcement');
    expect(ours.text).toContain('(CP 9.12.2). Days are those of Japan.');
  });
});

describe('hostile and absent catalogues', () => {
  const HOSTILE = `CN=<script>alert(1)</script>&"'><img src=x onerror=alert(1)>,C=JP`;

  it('CP 2.2: what a catalogue says is text, never markup', async () => {
    const documents = [
      {
        ...DOCUMENT,
        title: HOSTILE,
        version: '<i>',
        language: '"><script>',
        type: HOSTILE.slice(0, 90),
        change: { kind: 'major', summary: HOSTILE },
      } as const,
    ];
    const authority = {
      subject: HOSTILE,
      issuer: HOSTILE,
      name: HOSTILE,
      key: '<i>',
      signatureAlgorithm: '"<u>',
    };
    for (const language of ['en', 'ja']) {
      const { html, text } = await home({ authority, documents }, language);
      expect(html).not.toMatch(/<(?:script|img|i>|u>)/);
      expect(text).toContain(HOSTILE);
    }
  });

  it('CP 2.2: a path that leads to another host is no link, an address no shell command', async () => {
    const authority = {
      certificate: { der: '//evil.example/x', pem: '/javascript:x', p7c: '/a"b' },
      ocsp: `http://o/';curl$(evil);'`,
    };
    const { html, text } = await home({ authority });
    for (const target of hrefs(html))
      expect(target).toMatch(/^(?:\/(?!\/)[A-Za-z0-9.?&=_/%+-]*|#[a-z0-9-]+)$/);
    expect(text).toContain('//evil.example/x');
    expect(text).toContain(`-url 'http://o/'\\'';curl$(evil);'\\'''`);
  });

  it('CP 2.2: signs that turn or hide text are shown by number', async () => {
    const { text } = await home({ authority: { subject: 'CN=Root\u202eAC\u200b' } });
    expect(text).toContain('CN=Root[U+202E]AC[U+200B]');
  });

  it('ADR 15: without a catalogue the page says so, and one that cannot be read is 503', async () => {
    const store = new TestStore();
    await store.publish(publisher, { files: [] });
    const without = await seePage(openEdge(publisher, { stores: [store] }).fetch('/'));
    expect([without.status, without.text.includes('has published no list')]).toEqual([200, true]);
    for (const text of ['{', '[]', '{"authorities":[{}],"documents":[]}', '{"a":1,"a":2}']) {
      const bad = new TestStore();
      const bytes = new TextEncoder().encode(text);
      await bad.publish(publisher, { files: [{ path: '/repository.json', mediaType: 7, bytes }] });
      const edge = openEdge(publisher, { stores: [bad] });
      expect((await edge.fetch('/')).status).toBe(503);
      expect((await edge.fetch('/issued.html')).status).toBe(503);
      expect(edge.log.join()).toContain('/repository.json');
    }
  });

  it('ADR 1: a catalogue that was tampered with is not shown', async () => {
    const store = new TestStore();
    await store.publish(publisher, await repositoryContent({ ca, now: NOW, issued: [] }));
    for (const [hash, bytes] of store.blobs) {
      const text = new TextDecoder().decode(bytes);
      if (!text.startsWith('{"authorities"')) continue;
      store.blobs.set(hash, new TextEncoder().encode(text.replace('Test Root', 'Fake Root')));
    }
    const seen = await seePage(openEdge(publisher, { stores: [store] }).fetch('/'));
    expect([seen.status, seen.text.includes('Fake Root')]).toEqual([503, false]);
  });
});
