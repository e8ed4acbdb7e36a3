import { beforeAll, describe, expect, it } from 'vitest';
import { CRL_REASON_MEANINGS } from '../../shared/policy/crl-reasons.ts';
import { addSeconds } from '../../shared/time.ts';
import { createPublisher, DAY, NOW, type TestPublisher } from '../support/edge-snapshot.ts';
import {
  createCA,
  repositoryContent,
  type TestCA,
  type TestIssued,
  type TestRepository,
} from '../support/repository-snapshot.ts';
import { type Edge, openEdge, TestStore } from './edge.ts';
import { hrefs, seePage } from './page-texts.ts';

const REVOKED_AT = addSeconds(NOW, -2 * DAY);

let publisher: TestPublisher;
let ca: TestCA;

beforeAll(async () => {
  publisher = await createPublisher();
  ca = await createCA('root', 'Test Root', NOW);
});

async function edgeWith(issued: readonly TestIssued[], more: Partial<TestRepository> = {}) {
  const store = new TestStore();
  await store.publish(publisher, await repositoryContent({ ca, now: NOW, issued, ...more }));
  return { edge: openEdge(publisher, { stores: [store] }), store };
}

const GOOD: TestIssued = {
  ...{ serialNumber: '1001', subject: 'CN=TSA 1,O=Alpha\\, Ltd.,C=JP' },
  certStatus: { status: 'good' },
};
const revoked = (serialNumber: string, revocationReason: 1 | 3 | 4 | 5): TestIssued => ({
  ...{ serialNumber, subject: `CN=Revoked ${serialNumber}` },
  certStatus: { status: 'revoked', revocationTime: REVOKED_AT, revocationReason },
});

/** The rows of the list as name and status. */
function rows(html: string): readonly (readonly [name: string, status: string])[] {
  return [
    ...html.matchAll(/<a href="[^"]*certificate[^"]*">([^<]*)<.*?class="mark \w+">([^<]*)</gs),
  ].map(([, name = '', status = '']) => [name, status]);
}

const see = (edge: Edge, target: string) => seePage(edge.fetch(target));

/** Where a search that was cut goes on. */
function onward(html: string): string {
  const [, target = ''] = /class="button" href="([^"]*before=[^"]*)"/.exec(html) ?? [];
  return target.replaceAll('&amp;', '&');
}

describe('the list of issued certificates', () => {
  it('CP 4.4.2: the newest first, each with the status that OCSP would give', async () => {
    const expired = {
      ...GOOD,
      serialNumber: '1003',
      subject: 'CN=Old',
      notAfter: addSeconds(NOW, -1),
    };
    const silent: TestIssued = { serialNumber: '1004', subject: 'CN=Silent' };
    const { edge } = await edgeWith([GOOD, revoked('1002', 1), expired, silent]);
    const { html, text } = await see(edge, '/issued.html');
    expect(rows(html)).toEqual([
      ['Silent', 'No status'],
      ['Old', 'Expired'],
      ['Revoked 1002', 'Revoked'],
      ['TSA 1', 'Good'],
    ]);
    expect(text).toContain('1 to 4 of 4, the newest first');
    expect(text).toContain('Serial number 10:01');
  });

  it('CP 4.9.10: an answer that has run out, or that no store gives, is no status', async () => {
    const { edge, store } = await edgeWith([GOOD]);
    edge.now = addSeconds(NOW, 8 * DAY);
    expect(rows((await see(edge, '/issued.html')).html)).toEqual([['TSA 1', 'Not known now']]);
    for (const [hash, bytes] of store.blobs)
      if (new TextDecoder().decode(bytes.subarray(0, 4)) === 'INKS') store.blobs.delete(hash);
    const other = openEdge(publisher, { stores: [store] });
    expect(rows((await see(other, '/issued.html')).html)).toEqual([['TSA 1', 'Not known now']]);
  });

  it('CP 4.4.2: an authority that issued nothing, or that there is not', async () => {
    const { edge } = await edgeWith([]);
    expect((await see(edge, '/issued.html')).text).toContain('has issued no certificate yet');
    expect((await see(edge, '/issued.html?ca=other')).status).toBe(404);
    expect((await see(edge, `/issued.html?ca=${'%00'.repeat(500)}`)).status).toBe(404);
  });
});

/** A list of 5,000, of which the first three are signed. */
const MANY: readonly TestIssued[] = Array.from({ length: 5_000 }, (_, i) => ({
  serialNumber: (0x100000 + i).toString(16),
  subject: `CN=TSA ${i + 1},O=${i % 1000 === 0 ? 'Rare' : 'Common'}`,
}));

describe('thousands of certificates', () => {
  let edge: Edge;
  beforeAll(async () => {
    const signed = MANY.map((one, i) =>
      i < 3 ? { ...one, certStatus: { status: 'good' } as const } : one,
    );
    edge = (await edgeWith(signed, { shardBits: 3 })).edge;
  });

  it('CP 4.4.2: pages of 25 lead from the newest to the oldest and back', async () => {
    const first = await see(edge, '/issued.html');
    expect(
      rows(first.html)
        .map(([name]) => name)
        .slice(0, 2),
    ).toEqual(['TSA 5000', 'TSA 4999']);
    expect(rows(first.html).length).toBe(25);
    expect(hrefs(first.html)).toContain('/issued.html?ca=root&page=2');
    const across = await see(edge, '/issued.html?page=9');
    expect(rows(across.html).map(([name]) => name)[0]).toBe('TSA 4800');
    const last = await see(edge, '/issued.html?ca=root&page=200');
    expect(
      rows(last.html)
        .map(([name, status]) => `${name} ${status}`)
        .slice(-4),
    ).toEqual(['TSA 4 No status', 'TSA 3 Good', 'TSA 2 Good', 'TSA 1 Good']);
    expect(last.text).toContain('4,976 to 5,000 of 5,000');
    expect(hrefs(last.html)).toContain('/issued.html?ca=root&page=199');
    expect(hrefs(last.html).filter((target) => target.includes('page=201'))).toEqual([]);
  });

  it.each(['0', '-1', '201', '999999999', '1e9', '9'.repeat(400), '%F0%9F', 'NaN'])(
    'CP 4.4.2: page %s is one that there is',
    async (page) => {
      const { status, html } = await see(edge, `/issued.html?page=${page}`);
      expect([status, rows(html).length]).toEqual([200, 25]);
    },
  );
});

describe('a search among thousands of certificates', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = (await edgeWith(MANY)).edge;
  });

  it('CP 4.4.2: a search that was cut says so, and goes on until the end', async () => {
    const names: string[] = [];
    let target = '/issued.html?ca=root&q=RARE';
    const looked: number[] = [];
    for (let steps = 0; steps < 10 && target !== ''; steps++) {
      const { html, text } = await see(edge, target);
      names.push(...rows(html).map(([name]) => name));
      const cut = /: ([\d,]+) certificates this time/.exec(text)?.[1];
      if (cut) looked.push(Number(cut.replace(',', '')));
      target = onward(html);
    }
    expect(names).toEqual(['TSA 4001', 'TSA 3001', 'TSA 2001', 'TSA 1001', 'TSA 1']);
    expect(looked).toEqual([2_000, 2_000]);
  });

  it('CP 4.4.2: a search reads at most ten pages of the list and the catalogue', async () => {
    const fresh = openEdge(publisher, { stores: [(await edgeWith(MANY)).store] });
    await fresh.fetch('/issued.html?q=nothing');
    // Root, catalogue, ten pages.
    expect(fresh.reads.blobs).toBe(12);
  });

  it.each([
    ['100001', 'TSA 2'],
    ['10:00:01', 'TSA 2'],
    ['0x00100001', 'TSA 2'],
    ['１００００１', 'TSA 2'],
  ])('CP 4.4.2: the serial number %s is found however it is written', async (q, name) => {
    const { html } = await see(edge, `/issued.html?q=${encodeURIComponent(q)}&before=1000`);
    expect(rows(html).map(([found]) => found)).toEqual([name]);
  });

  it('CP 4.4.2: an exact serial number is found at once, the oldest of 5,000 as well', async () => {
    const store = new TestStore();
    const file = {
      path: '/root/100000.cer',
      mediaType: 2,
      bytes: new Uint8Array([0x30, 0]),
    } as const;
    const content = await repositoryContent({ ca, now: NOW, issued: MANY }, [file]);
    await store.publish(publisher, content);
    const exact = openEdge(publisher, { stores: [store] });
    for (const q of ['100000', '0x10:00:00', '１０００００']) {
      const { html } = await see(exact, `/issued.html?q=${encodeURIComponent(q)}`);
      expect(hrefs(html)).toContain('/certificate.html?ca=root&serial=100000');
      expect(html).not.toContain('Nothing found');
    }
    const { html } = await see(exact, '/certificate.html?ca=root&serial=100000');
    expect(hrefs(html)).toContain('/root/100000.cer');
    const other = await see(exact, '/issued.html?q=100fff0');
    expect(hrefs(other.html).filter((target) => target.includes('serial='))).toEqual([]);
  });
});

describe('what is written into a search', () => {
  it.each([
    ['Example, Inc.', 1],
    ['example\\, inc.', 1],
    ['Example,Inc', 1],
    ['CN=One, O=Example, Inc., C=JP', 1],
    ['O = Example', 1],
    ['印鑑', 1],
    ['a\\b', 1],
    ['Example Inc', 0],
    ['C=JP, CN=One', 0],
  ])('CP 4.4.2: the subject of RFC 4514 is searched as people write it: %s', async (q, most) => {
    const subject = 'CN=One,O=Example\\, Inc.,C=JP';
    const issued = [
      { ...GOOD, subject },
      { serialNumber: '1002', subject: 'CN=\\E5\\8D\\B0\\E9\\91\\91 a\\\\b' },
    ];
    const { html } = await see(
      (await edgeWith(issued)).edge,
      `/issued.html?q=${encodeURIComponent(q)}`,
    );
    expect(rows(html).length).toBe(most);
  });

  it('CP 4.4.2: what is searched for is text, whatever it is', async () => {
    const { edge } = await edgeWith([GOOD]);
    for (const q of ['"><script>alert(1)</script>', '(((((((((((', '\\', '%', 'a'.repeat(10_000)]) {
      const { status, html } = await see(edge, `/issued.html?q=${encodeURIComponent(q)}`);
      expect(status).toBe(200);
      expect(html).not.toContain('<script');
      expect(html.length).toBeLessThan(12_000);
    }
  });
});

describe('the page of one certificate', () => {
  it('CP 4.4.2: every field of the list, its status and its download', async () => {
    const { edge } = await edgeWith([GOOD]);
    const list = await see(edge, '/issued.html');
    const target = hrefs(list.html).find((to) => to.startsWith('/certificate.html')) ?? '';
    const { status, text, html } = await see(edge, target);
    expect(status).toBe(200);
    for (const words of [
      'TSA 1',
      'CN=TSA 1,O=Alpha\\, Ltd.,C=JP',
      'Serial number 10:01',
      'Profile of the policy tsa',
      'Valid from 22 November 2026, 02:13:20 UTC',
      'Valid until 23 November 2027, 02:13:20 UTC',
      'Good This certificate is not revoked.',
      '-serial 0x1001 -url http://repository.example',
    ])
      expect(text).toContain(words);
    expect(hrefs(html)).toContain('/root/1001.cer');
  });

  it.each([
    [1, 'keyCompromise'],
    [3, 'affiliationChanged'],
    [4, 'superseded'],
    [5, 'cessationOfOperation'],
  ] as const)(
    'CRL-13: reason %i tells what becomes of tokens already made',
    async (reason, name) => {
      const { edge } = await edgeWith([revoked('1002', reason)]);
      for (const language of ['en', 'ja'] as const) {
        const { text } = await see(edge, `/certificate.html?ca=root&serial=1002&lang=${language}`);
        expect(text).toContain(`${name} (${reason})`);
        expect(text).toContain(CRL_REASON_MEANINGS[name][language]);
        expect(text).toContain(
          language === 'en' ? '21 November 2026, 02:13:20 UTC' : '2026年11月21日 11時13分20秒',
        );
      }
    },
  );
});

describe('a certificate that has to be looked for', () => {
  it('CP 4.9.10: a serial number that nobody knows has no page', async () => {
    const { edge } = await edgeWith([GOOD]);
    for (const query of [
      '',
      '?ca=root',
      '?ca=root&serial=',
      '?ca=root&serial=xyz',
      '?ca=other&serial=1001',
      '?ca=root&serial=9999',
      `?ca=root&serial=${'f'.repeat(5000)}`,
    ])
      expect((await see(edge, `/certificate.html${query}`)).status).toBe(404);
  });

  it('CP 4.9.10: a wrong place in the link costs a search and changes nothing', async () => {
    const { edge } = await edgeWith(MANY.map((one) => ({ ...one })));
    for (const at of ['', '&at=1', '&at=4000', '&at=999999999', '&at=x']) {
      const { text } = await see(
        edge,
        `/certificate.html?ca=root&serial=${(0x100000 + 4_999).toString(16)}${at}`,
      );
      expect(text).toContain('CN=TSA 5000,O=Common');
    }
  });

  it('CP 4.4.2: an old one that the search did not reach has its status, and the search goes on', async () => {
    const first = { ...MANY[0], certStatus: { status: 'good' } } as TestIssued;
    const { edge } = await edgeWith([first, ...MANY.slice(1)]);
    let target = '/certificate.html?ca=root&serial=100000';
    const { text, html } = await see(edge, target);
    expect(text).toContain('Good This certificate is not revoked.');
    expect(text).toContain('looked for in a part of the list only');
    expect(text).not.toContain('CN=TSA 1,');
    target = onward(html);
    expect(target).toContain('before=3000');
    const second = await see(edge, target);
    target = onward(second.html);
    expect((await see(edge, target)).text).toContain('CN=TSA 1,O=Rare');
  });
});

describe('a list that contradicts itself', () => {
  it('ADR 15: fewer certificates than the catalogue counts are not shown as all', async () => {
    const issued = { folder: '/root', pages: 1, certificates: 3 };
    const { edge } = await edgeWith([GOOD], { authority: { issued } });
    expect((await see(edge, '/issued.html')).status).toBe(503);
    const missing = { folder: '/elsewhere', pages: 1, certificates: 1 };
    const other = await edgeWith([GOOD], { authority: { issued: missing } });
    expect((await see(other.edge, '/issued.html')).status).toBe(503);
  });
});
