import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithTools, tool } from '../../support/tools.ts';
import { focusedText, ownLinks, selectedText, style } from './in-page/state.ts';
import { openSession, PAGES, type Session } from './session.ts';

describeWithTools('how pages are used in Chromium', ['chromium', 'openssl', 'curl'], () => {
  const session = openSession();
  navigation(session);
  languages(session);
  keyboard(session);
  links(session);
  copiedLines(session);
});

function navigation({ visit }: Session): void {
  it('CP 2.2: from the repository to one certificate and back, by clicking', async () => {
    const page = await visit('/');
    await page.getByRole('link', { name: 'List and search (60)' }).click();
    await page.getByRole('link', { name: 'Older certificates' }).click();
    expect(await page.locator('caption').textContent()).toBe('26 to 50 of 60, the newest first');
    await page.getByRole('link', { name: 'Newer certificates' }).click();
    await page.getByRole('link', { name: 'Example TSA with a stolen key' }).click();
    expect(await page.locator('h1').textContent()).toBe('Example TSA with a stolen key');
    expect(await page.locator('.note').textContent()).toContain('no token made with this key');
    await page.getByRole('link', { name: /^Certificates issued by/ }).click();
    await page.getByLabel('Part of the subject').fill('SUPERSEDED');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'ca.example' }).click();
    expect(await page.locator('h1').textContent()).toBe('Repository');
  });
}

function languages({ visit }: Session): void {
  it('CP 2.2: the language of the browser, until another one is chosen', async () => {
    const page = await visit('/', { locale: 'ja-JP' });
    const h1 = () => page.locator('h1').textContent();
    expect(await h1()).toBe('リポジトリー');
    await page.getByRole('link', { name: 'English' }).click();
    expect(await h1()).toBe('Repository');
    await page.getByRole('link', { name: 'Issued certificates', exact: true }).click();
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await h1()).toBe('Issued certificates');
    await page.getByRole('link', { name: '日本語' }).click();
    expect(await h1()).toBe('発行済み証明書');
    expect(await page.context().cookies()).toEqual([]);
  });
}

function keyboard({ visit }: Session): void {
  it('ADR 15: with the keyboard alone past the navigation, to the search, to a certificate', async () => {
    const page = await visit('/issued.html');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to the content');
    const skip = page.locator('.skip');
    await expect.poll(async () => (await skip.boundingBox())?.y ?? -1).toBeGreaterThanOrEqual(0);
    expect(await style(skip, 'outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('stolen');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=stolen/);
    const steps: (string | undefined)[] = [];
    while (steps.length < 20 && steps.at(-1) !== 'Example TSA with a stolen key') {
      await page.keyboard.press('Tab');
      steps.push(await focusedText(page));
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/certificate\.html/);
    expect(await page.locator('.mark').first().textContent()).toBe('Revoked');
  });
}

function links({ visit, origin }: Session): void {
  it('CP 2.2: every link leads to a page or a file', async () => {
    const seen = new Set<string>();
    for (const [, path] of PAGES) {
      const page = await visit(path);
      for (const link of await ownLinks(page)) seen.add(link);
    }
    expect(seen.size).toBeGreaterThan(40);
    const missing: string[] = [];
    for (const link of seen) {
      // The page that checks a certificate is a part of its own.
      if (link.startsWith('/check.html')) continue;
      const { status } = await fetch(origin() + link);
      if (status !== 200) missing.push(link);
    }
    expect(missing).toEqual([]);
  });
}

function copiedLines({ visit }: Session): void {
  it.each([
    [PAGES[3], /: good/],
    [PAGES[4], /: revoked.*Reason: keyCompromise/s],
  ] as const)(
    'CP 4.9.10: the lines for OpenSSL, as they are copied, work: %s',
    async ([, path], says) => {
      const directory = mkdtempSync(join(tmpdir(), 'inkan-copied-'));
      try {
        const page = await visit(path);
        await page.locator('.copy').click();
        const copied = await selectedText(page);
        const { text } = tool('sh', ['-c', `cd ${directory} && ${copied}`]);
        expect(text).toContain('Response verify OK');
        expect(text).toMatch(says);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
}
