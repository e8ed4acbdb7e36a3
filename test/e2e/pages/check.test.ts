import { readFileSync } from 'node:fs';
import type { Browser, Page, Request, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../../support/tools.ts';
import {
  newVisitor,
  screenshot,
  startBrowser,
  type Visitor,
  type VisitorOptions,
} from './browser.ts';
import { type CheckEdge, type CheckParty, startCheckEdge } from './check-edge.ts';
import { copyToClipboard, dropFiles, focusedId } from './in-page/drop.ts';
import { lowContrast, outline, tooWide } from './in-page/page-audit.ts';

const PAGE = '/check.html';
const DATA = new TextEncoder().encode('what is stamped');

let edge: CheckEdge;
let browser: Browser;
let visitors: Visitor[] = [];

describeWithTools('the check page in Chromium', ['chromium', 'openssl'], () => {
  beforeAll(async () => {
    edge = await startCheckEdge();
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await edge?.close();
  });
  afterEach(async () => {
    const faults = visitors.flatMap((visitor) => visitor.faults);
    for (const { context } of visitors) await context.close();
    visitors = [];
    expect(faults).toEqual([]);
  });
  certificates();
  timeStamps();
  whatLeaves();
  betweenBrowserAndEdge();
  looks();
});

async function visit(options: VisitorOptions = {}, path = PAGE): Promise<Page> {
  const visitor = await newVisitor(browser, edge.origin, options);
  visitors.push(visitor);
  await visitor.page.goto(path);
  return visitor.page;
}

function fileOf(name: CheckParty) {
  return { name: `${name}.cer`, octets: edge.parties[name].der };
}

/** Waits for the page to be done; the verdicts that it came to, in order. */
async function verdicts(page: Page): Promise<readonly (string | null)[]> {
  await page
    .getByRole('status')
    .filter({ hasText: /^(Done|確認しました)/ })
    .waitFor();
  const articles = await page.locator('#check-results article').all();
  return Promise.all(articles.map((article) => article.getAttribute('data-verdict')));
}

function certificates(): void {
  it.each<[CheckParty, string, string]>([
    ['good', 'good', 'says that it is not revoked'],
    ['revoked', 'revoked', 'Tokens made before the revocation date stay valid'],
    ['compromised', 'revoked', 'no token made with this key can be trusted any more'],
    ['unknown', 'unknown', 'does not answer for this serial number'],
    ['foreign', 'foreign', 'No CA of this repository issued this certificate'],
    ['root', 'root', 'Compare its SHA-256 fingerprint'],
    ['subCA', 'good', 'A CA of this repository issued this certificate'],
  ])('CP 2.2: the %s one, dropped: %s', async (name, verdict, text) => {
    const page = await visit();
    await dropFiles(page, [fileOf(name)]);
    expect(await verdicts(page)).toEqual([verdict]);
    expect(await page.locator('#check-results .note').textContent()).toContain(text);
  });

  it('CP 2.2: pasted with Ctrl+V, it is checked at once', async () => {
    const page = await visit();
    await copyToClipboard(page, readFileSync(edge.parties.good.pem, 'utf8'));
    await page.getByLabel('Or paste a certificate').focus();
    await page.keyboard.press('Control+V');
    expect(await verdicts(page)).toEqual(['good']);
  });

  it('CP 2.2: typed and checked with the keyboard alone', async () => {
    const page = await visit();
    await page.locator('#check-files').focus();
    await page.keyboard.press('Tab');
    expect(await focusedId(page)).toBe('check-pasted');
    await page.keyboard.insertText(readFileSync(edge.parties.revoked.pem, 'utf8'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await verdicts(page)).toEqual(['revoked']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('#check-results').textContent()).toBe('');
    expect(await page.locator('#check-pasted').inputValue()).toBe('');
  });

  it('CP 2.2: several files, chosen', async () => {
    const page = await visit();
    const chosen = (['good', 'revoked'] as const).map((name) => ({
      name: `${name}.cer`,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(edge.parties[name].der),
    }));
    await page.locator('#check-files').setInputFiles(chosen);
    expect(await verdicts(page)).toEqual(['good', 'revoked']);
    expect(await page.getByRole('status').textContent()).toBe(
      'Done. good.cer: Good. revoked.cer: Revoked',
    );
  });

  it('CP 2.2: what is no certificate is told what to do', async () => {
    const page = await visit();
    await dropFiles(page, [
      { name: '<img src=x onerror=alert(1)>.key', octets: readFileSync(edge.parties.good.key) },
      { name: 'story.txt', octets: DATA },
    ]);
    expect(await verdicts(page)).toEqual([null, null]);
    const text = await page.locator('#check-results').textContent();
    expect(text).toContain('<img src=x onerror=alert(1)>.key');
    expect(text).toContain('This is a private key. It was not sent anywhere.');
    expect(text).toContain('Neither a certificate');
  });
}

function timeStamps(): void {
  const stamped = (by: 'tsa' | 'retiredTSA') => ({
    name: `${by}.tsr`,
    octets: edge.pki.stamp(edge.parties[by], DATA),
  });

  it.each<['tsa' | 'retiredTSA', string]>([
    ['tsa', 'token-good'],
    ['retiredTSA', 'token-late'],
  ])('RFC 3161 4: of %s: %s', async (by, verdict) => {
    const page = await visit();
    await dropFiles(page, [stamped(by), { name: 'data', octets: DATA }]);
    expect(await verdicts(page)).toEqual([verdict]);
    expect(await page.locator('[data-check=imprint]').textContent()).toContain('passed');
  });

  it('RFC 3161 2.4.2: with another file than the one that was stamped', async () => {
    const page = await visit();
    await dropFiles(page, [stamped('tsa'), { name: 'other', octets: new Uint8Array([1]) }]);
    expect(await verdicts(page)).toEqual(['token-other-data', null]);
    expect(await page.getByRole('status').textContent()).toContain('other: This is not what');
  });
}

/** What of a request a server gets to see. */
function sent(request: Request): string {
  const path = request.url().slice(edge.origin.length);
  return `${request.method()} ${path} ${request.headers()['content-type'] ?? ''}`.trim();
}

function whatLeaves(): void {
  it('ADR 16: only the list of CAs, their certificates, and OCSP requests', async () => {
    const page = await visit();
    const requests: Request[] = [];
    // The icon of the page may still be on its way.
    page.on('request', (request) => {
      if (!request.url().endsWith('/inkan.svg')) requests.push(request);
    });
    const secret = new TextEncoder().encode('a secret that was stamped');
    const token = edge.pki.stamp(edge.parties.tsa, secret);
    await dropFiles(page, [
      { name: 'secret.tsr', octets: token },
      { name: 'secret.txt', octets: secret },
      fileOf('good'),
    ]);
    expect(await verdicts(page)).toEqual(['token-good', 'good']);
    const ask = 'POST / application/ocsp-request';
    expect(requests.map(sent)).toEqual([
      ...['GET /repository.json', 'GET /ca-0.cer', 'GET /ca-1.cer'],
      ...[ask, ask, ask],
    ]);
    for (const request of requests.slice(3)) {
      const body = request.postDataBuffer() ?? Buffer.alloc(0);
      expect(body.length).toBeLessThan(120);
      expect(body.toString('hex')).toMatch(/^3[0-9a-f]+0609608648016503040201/);
    }
  });

  it('ADR 16: the page may run and ask nothing but this host, and a program keeps its name', async () => {
    const response = await fetch(edge.origin + PAGE);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'; connect-src 'self'");
    expect(policy).not.toContain('unsafe');
    const html = await response.text();
    const [, path = ''] = /<script type="module" src="([^"]+)">/.exec(html) ?? [];
    expect(path).toMatch(/^\/check\.[0-9a-f]{16}\.js$/);
    expect(html.match(/<script/g)).toHaveLength(1);
    const program = await fetch(edge.origin + path);
    expect(program.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(program.headers.get('cache-control')).toContain('max-age=31536000');
    const text = await program.text();
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    const other = await fetch(`${edge.origin}/check.0123456789abcdef.js`);
    expect([other.status, other.headers.get('cache-control')]).toEqual([
      200,
      'no-store, max-age=0',
    ]);
    expect(await other.text()).toBe(text);
  });

  it('ADR 16: without scripts the page says how to ask with openssl', async () => {
    const context = await browser.newContext({ baseURL: edge.origin, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(PAGE);
    expect(await page.locator('noscript').innerHTML()).toContain('This page needs JavaScript');
    expect(await page.getByText('openssl ts -verify').isVisible()).toBe(true);
    expect(await page.locator('#check').isVisible()).toBe(false);
    await context.close();
  });
}

/** A visitor between whom and the edge somebody stands; what goes wrong there is meant to. */
async function visitBetween(origin: string, between: (route: Route) => Promise<void>) {
  const context = await browser.newContext({ locale: 'en-GB' });
  await context.route(`${origin}/**`, between);
  const page = await context.newPage();
  await page.goto(origin + PAGE);
  return { page, close: () => context.close() };
}

function betweenBrowserAndEdge(): void {
  const onOCSP = (change: (route: Route) => Promise<void>) => (route: Route) =>
    route.request().method() === 'POST' ? change(route) : route.continue();

  it.each<[string, string, (route: Route) => Promise<void>]>([
    ['does not come', 'This server did not answer', (route) => route.abort()],
    ['is forged', 'It is wrong.', forge],
    [
      'is a page of somebody else',
      'no OCSP response that this page can read',
      (route) => route.fulfill({ body: '<p>Log in first', contentType: 'text/html' }),
    ],
  ])('RFC 6960 3.2: an answer that %s is never good', async (_name, text, change) => {
    const { page, close } = await visitBetween(edge.origin, onOCSP(change));
    await dropFiles(page, [fileOf('good')]);
    expect(await verdicts(page)).toEqual(['undetermined']);
    expect(await page.locator('.checks').textContent()).toContain(text);
    await close();
  });

  it('CP 2.2: without the list of CAs it says what to do', async () => {
    const { page, close } = await visitBetween(edge.origin, (route) =>
      route.request().url().endsWith('/repository.json') ? route.abort() : route.continue(),
    );
    await dropFiles(page, [fileOf('good')]);
    const text = 'could not be loaded. Check your connection and try again.';
    await page.getByRole('status').filter({ hasText: text }).waitFor();
    await close();
  });

  it('ADR 16: on a page that came over plain http it says that https is needed', async () => {
    const { page, close } = await visitBetween('http://repository.example', async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: edge.origin + pathname }) });
    });
    await page.getByRole('status').filter({ hasText: 'Open this page over https' }).waitFor();
    expect(await page.locator('#check').isVisible()).toBe(false);
    const link = page.getByRole('link', { name: 'Open this page over https' });
    expect(await link.getAttribute('href')).toMatch(
      /^https:\/\/repository\.example\/check\.html(?:\?lang=en)?$/,
    );
    await close();
  });
}

/** The edge's own answer with another signature. */
async function forge(route: Route): Promise<void> {
  const response = await route.fetch();
  const body = await response.body();
  body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
  await route.fulfill({ response, body });
}

function looks(): void {
  it.each([
    ['en', 'en-GB', 'light'],
    ['ja', 'ja-JP', 'dark'],
  ] as const)('ADR 15: in %s on a phone and a desk', async (language, locale, colorScheme) => {
    const page = await visit({ locale, colorScheme });
    await screenshot(page, `check-${language}-empty`);
    const token = { name: '契約書.tsr', octets: edge.pki.stamp(edge.parties.tsa, DATA) };
    const contract = { name: '契約書.pdf', octets: DATA };
    await dropFiles(page, [fileOf('good'), fileOf('compromised'), token, contract]);
    expect(await verdicts(page)).toEqual(['good', 'revoked', 'token-good']);
    for (const width of [1_200, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await screenshot(page, `check-${language}-${width}`);
      expect(await tooWide(page)).toEqual([]);
      expect(await lowContrast(page)).toEqual([]);
    }
    const { headings } = await outline(page);
    expect(headings.filter((level, i) => level > (headings[i - 1] ?? 0) + 1)).toEqual([]);
  });
}
