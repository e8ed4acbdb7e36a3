import { beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { STYLESHEET_URL } from '../../workers/repository/stylesheet.ts';
import { createPublisher, digest, NOW, type TestPublisher } from '../support/edge-snapshot.ts';
import { createCA, repositoryContent, type TestCA } from '../support/repository-snapshot.ts';
import { bodyHex, bodyOf, type Edge, MALFORMED, openEdge, publish, TestStore } from './edge.ts';
import { hrefs, seePage } from './page-texts.ts';

const PAGES = ['/', '/issued.html', '/certificate.html?ca=root&serial=1001', '/status.html'];

let publisher: TestPublisher;
let ca: TestCA;
let edge: Edge;

beforeAll(async () => {
  publisher = await createPublisher();
  ca = await createCA('root', 'Test Root', NOW);
  const issued = [
    { serialNumber: '1001', subject: 'CN=TSA 1', certStatus: { status: 'good' } },
  ] as const;
  const html = { path: '/notice.html', mediaType: 5, bytes: new Uint8Array([0x68, 0x69]) } as const;
  await publish(publisher, await repositoryContent({ ca, now: NOW, issued }, [html]));
  edge = openEdge(publisher);
});

describe('the paths of pages', () => {
  it.each(PAGES)('CP 2.2: GET %s is a page in HTML', async (path) => {
    const { status, headers, html } = await seePage(edge.fetch(path));
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html.match(/<h1>/g)?.length).toBe(1);
  });

  it('REQ-4: an empty path is the repository, by GET and HEAD, with and without a query', async () => {
    for (const method of ['GET', 'HEAD'])
      for (const target of ['/', '/?lang=ja', '/?']) {
        const { headers } = await edge.fetch(target, { method });
        expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      }
  });

  it('REQ-8: an empty POST to / is OCSP, and so are paths that are no page', async () => {
    expect(await bodyHex(await edge.fetch('/', { method: 'POST' }))).toBe(MALFORMED);
    for (const target of ['//', '/issued', '/status', '/x?page=.html'])
      expect(await bodyHex(await edge.fetch(target))).toBe(MALFORMED);
  });

  it('CP 2.2: the folder that a cPSuri names is the repository for people, OCSP for clients', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const seen = await seePage(edge.fetch('/SC-Root3/', { headers: { accept } }));
    expect(seen.status).toBe(200);
    expect(seen.html).toContain('Test Root');
    const unknown = await seePage(edge.fetch('/SC-Root3/cps', { headers: { accept } }));
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    for (const other of ['*/*', 'application/ocsp-response', ''])
      expect(await bodyHex(await edge.fetch('/SC-Root3/', { headers: { accept: other } }))).toBe(
        MALFORMED,
      );
    // What is a request is answered as one, whoever asks; here about an issuer of nobody.
    const data = Buffer.from('300030', 'hex').toString('base64');
    expect(await bodyHex(await edge.fetch(`/${data}`, { headers: { accept } }))).toBe(MALFORMED);
  });

  it('REQ-8: other methods are refused', async () => {
    for (const path of ['/', '/status.html']) {
      const { status, headers } = await edge.fetch(path, { method: 'PUT' });
      expect([status, headers.get('allow')]).toEqual([405, 'GET, POST, HEAD']);
    }
  });

  it('CP 2.2: a file of the snapshot that ends in .html is served as it is', async () => {
    const { status, html, headers } = await seePage(edge.fetch('/notice.html'));
    expect([status, html, headers.get('vary')]).toEqual([200, 'hi', null]);
  });
});

describe('the headers of pages', () => {
  it.each(PAGES)('ADR 15: %s may run nothing and load only what is ours', async (path) => {
    const { headers, html } = await seePage(edge.fetch(path));
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(html).not.toMatch(/<script|<style| style=| on[a-z]+=/i);
    for (const target of hrefs(html)) expect(target).toMatch(/^(?:\/(?!\/)|#)/);
  });

  it('HTTP-10: pages vary by language, OCSP and files do not', async () => {
    expect((await edge.fetch('/')).headers.get('vary')).toBe('Accept-Language');
    for (const path of ['/root.crl', '/root.cer', '/inkan.css', '/MAA=', '/status.json'])
      expect((await edge.fetch(path)).headers.get('vary')).toBe(null);
  });

  it('HTTP-7: the ETag is the SHA-256 of what is sent, and a page that says the same gives 304', async () => {
    for (const path of [...PAGES, STYLESHEET_URL, '/inkan.svg']) {
      const full = await edge.fetch(path);
      const etag = `"${hexFromBytes(await digest('SHA-256', await bodyOf(full)))}"`;
      expect(full.headers.get('etag')).toBe(etag);
      expect(full.headers.get('cache-control')).toMatch(/^max-age=(?:30|86400), public/);
      const again = await edge.fetch(path, { headers: { 'if-none-match': etag } });
      expect([again.status, await bodyHex(again)]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(etag);
      const other = await edge.fetch(path, { headers: { 'if-none-match': '"0"' } });
      expect(other.status).toBe(200);
    }
  });

  it('REQ-8: HEAD says what GET says, without the page', async () => {
    for (const path of PAGES) {
      const full = await edge.fetch(path);
      const head = await edge.fetch(path, { method: 'HEAD' });
      expect([head.status, await bodyHex(head)]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'etag', 'cache-control'])
        expect(head.headers.get(name)).toBe(full.headers.get(name));
    }
  });

  it('ADR 15: the stylesheet has its own type and an address that changes with it', async () => {
    const href = hrefs((await seePage(edge.fetch('/'))).html).find((h) =>
      h.startsWith('/inkan.css'),
    );
    expect(href).toMatch(/^\/inkan\.css\?v=[0-9a-f]{8}$/);
    const { headers } = await edge.fetch(href ?? '');
    expect(headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toMatch(/^max-age=86400, public/);
  });

  it.each(['?v=00000000', '', '?v=', '?lang=ja'])(
    'ADR 16: under an address of another version, "%s", it is sent and kept by nobody',
    async (query) => {
      const { status, headers } = await edge.fetch(`/inkan.css${query}`);
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store, max-age=0']);
    },
  );
});

describe('pages that there are not', () => {
  const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  it('CP 2.2: a browser is told in its language that there is no such page', async () => {
    for (const [language, words] of [
      ['ja', 'ページが見つかりません'],
      ['en', 'Nothing is published here'],
    ] as const) {
      const headers = { ...BROWSER, 'accept-language': language };
      const seen = await seePage(edge.fetch('/none.html', { headers }));
      expect([seen.status, seen.headers.get('cache-control')]).toEqual([
        404,
        'no-store, max-age=0',
      ]);
      expect(seen.text).toContain(words);
      expect(seen.headers.get('etag')).toBe(null);
    }
  });

  it('CP 2.2: whoever does not ask for HTML gets a line of text', async () => {
    const { status, headers, html } = await seePage(edge.fetch('/none.html'));
    expect([status, headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(html).toBe('Not found\n');
  });

  it('ADR 1: without a verified snapshot every page is 503 and shows nothing of it', async () => {
    const empty = openEdge(publisher, { stores: [new TestStore()] });
    for (const path of PAGES) {
      const seen = await seePage(empty.fetch(path, { headers: { 'accept-language': 'ja' } }));
      expect([seen.status, seen.headers.get('retry-after')]).toEqual([503, '60']);
      expect(seen.text).toContain('一時的に利用できません');
    }
    const css = await empty.fetch('/inkan.css');
    expect(css.status).toBe(200);
  });
});
