import { beforeAll, describe, expect, it } from 'vitest';
import { acceptedLanguage } from '../../workers/repository/language.ts';
import { createPublisher, NOW } from '../support/edge-snapshot.ts';
import { createCA, repositoryContent } from '../support/repository-snapshot.ts';
import { type Edge, openEdge, publish } from './edge.ts';
import { hrefs, seePage } from './page-texts.ts';

let edge: Edge;

beforeAll(async () => {
  const publisher = await createPublisher();
  const ca = await createCA('root', 'Test Root', NOW);
  const issued = [
    { serialNumber: '1001', subject: 'CN=TSA 1', certStatus: { status: 'good' } },
  ] as const;
  await publish(publisher, await repositoryContent({ ca, now: NOW, issued }));
  edge = openEdge(publisher);
});

describe('Accept-Language', () => {
  it.each([
    [null, 'en'],
    ['', 'en'],
    ['ja', 'ja'],
    ['JA-jp', 'ja'],
    ['en-US,en;q=0.9,ja;q=0.8', 'en'],
    ['ja;q=0.8, en;q=0.9', 'en'],
    ['en;q=0.8, ja;q=0.9', 'ja'],
    ['fr, ja;q=0.1', 'ja'],
    ['fr, de', 'en'],
    ['ja;q=0', 'en'],
    ['en;q=0, ja;q=0.001', 'ja'],
    ['*, ja;q=0.5', 'en'],
    ['ja;q=2, en;q=0.1', 'en'],
    ['ja;q=nonsense', 'en'],
    [`${'x,'.repeat(600)}ja`, 'en'],
  ] as const)('RFC 9110 12.5.4: %s gives %s', (header, language) => {
    expect(acceptedLanguage(header)).toBe(language);
  });
});

describe('a page in two languages', () => {
  it('RFC 9110 12.5.4: it is written in the language that is preferred, and says so', async () => {
    for (const [accept, words] of [
      ['ja,en;q=0.5', 'リポジトリー'],
      ['en,ja;q=0.5', 'Repository'],
    ] as const) {
      const seen = await seePage(edge.fetch('/', { headers: { 'accept-language': accept } }));
      const language = accept.slice(0, 2);
      expect(seen.html).toContain(`<html lang="${language}">`);
      expect(seen.headers.get('content-language')).toBe(language);
      expect(seen.text).toContain(words);
    }
  });

  it('CP 2.2: the switch decides over the browser, and links carry it on', async () => {
    const headers = { 'accept-language': 'en' };
    for (const path of ['/', '/issued.html', '/status.html']) {
      const { html } = await seePage(edge.fetch(`${path}?lang=ja`, { headers }));
      expect(html).toContain('<html lang="ja">');
      const pages = hrefs(html).filter((target) => /^\/(?:$|\?|[a-z]+\.html)/.test(target));
      const others = pages.filter((target) => !target.includes('lang=ja'));
      // For machines that choose for themselves, and the switch back.
      expect(new Set(others)).toEqual(new Set([path, `${path}?lang=en`]));
      expect(pages).toContain('/check.html?lang=ja');
    }
  });

  it('CP 2.2: an unchosen language is carried nowhere, and one that is none is not taken', async () => {
    const plain = await seePage(edge.fetch('/'));
    const carried = hrefs(plain.html).filter((target) => target.includes('lang='));
    expect(new Set(carried)).toEqual(new Set(['/?lang=ja', '/?lang=en']));
    const odd = await seePage(edge.fetch('/?lang=%22%3E%3Cscript%3E'));
    expect(odd.html).toContain('<html lang="en">');
    expect(odd.html).not.toContain('script');
  });

  it('CP 2.2: each language is announced to machines, with the query kept', async () => {
    const { html } = await seePage(edge.fetch('/issued.html?ca=root&q=TSA'));
    expect(html).toContain(
      '<link rel="alternate" hreflang="ja" href="/issued.html?ca=root&amp;q=TSA&amp;lang=ja">',
    );
    expect(html).toContain(
      '<link rel="alternate" hreflang="x-default" href="/issued.html?ca=root&amp;q=TSA">',
    );
  });

  it('CP 2.2: times are in UTC, and in Japanese in words and in the time of Japan before that', async () => {
    // NOW is 2026-11-23T02:13:20Z; the CRL is from an hour before.
    const english = await seePage(edge.fetch('/?lang=en'));
    expect(english.text).toContain('23 November 2026, 01:13:20 UTC');
    const japanese = await seePage(edge.fetch('/?lang=ja'));
    expect(japanese.text).toContain('2026年11月23日 10時13分20秒（日本時間）');
    expect(japanese.text).toContain('2026-11-23 01:13:20 UTC');
    expect(japanese.html).toContain('<time datetime="2026-11-23T01:13:20Z">');
  });
});

describe('a page about a path that is nothing', () => {
  it.each([
    '//evil.example/login.html',
    '/\\evil.example/x.html',
    '///evil.example/',
    '/a/%2F/x.html',
  ])('ADR 15: for %s no link leads to another host', async (path) => {
    const headers = { accept: 'text/html' };
    const { html } = await seePage(edge.fetch(path, { headers }));
    expect(hrefs(html).length).toBeGreaterThan(5);
    for (const target of hrefs(html)) expect(target).toMatch(/^(?:\/(?![/\\])|#)/);
    expect(html).not.toContain('evil.example');
  });
});
