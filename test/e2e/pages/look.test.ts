import { describe, expect, it } from 'vitest';
import { describeWithTools } from '../../support/tools.ts';
import { screenshot } from './browser.ts';
import { lowContrast, outline, tooWide } from './in-page/page-audit.ts';
import { style } from './in-page/state.ts';
import { openSession, PAGES } from './session.ts';

const LOOKS = [
  [1_200, 'light'],
  [360, 'dark'],
  [360, 'light'],
  [1_200, 'dark'],
] as const;

describeWithTools('how pages look in Chromium', ['chromium'], () => {
  const { visit } = openSession();

  describe.each([
    ['en', 'en-GB'],
    ['ja', 'ja-JP'],
  ] as const)('in %s', (language, locale) => {
    it.each(PAGES)('ADR 15: %s fits a phone and a desk, and can be read', async (name, path) => {
      const page = await visit(path, { locale });
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      for (const [width, colorScheme] of LOOKS) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await screenshot(page, `${name}-${language}-${width}-${colorScheme}`);
        expect(await tooWide(page)).toEqual([]);
        expect(await lowContrast(page)).toEqual([]);
      }
    });
  });

  it.each(PAGES)(
    'ADR 15: %s has headings, landmarks and heads of tables in order',
    async (_, path) => {
      const { headings, landmarks, unscoped, unnamed } = await outline(
        await visit(path, { locale: 'ja-JP' }),
      );
      expect(headings.filter((level) => level === 1)).toEqual([1]);
      const leaps = headings.filter((level, i) => level > (headings[i - 1] ?? 0) + 1);
      expect(leaps).toEqual([]);
      expect(landmarks).toEqual({ header: 1, main: 1, footer: 1 });
      expect([unscoped, unnamed]).toEqual([[], []]);
    },
  );

  it('ADR 15: on paper there is no navigation, and links say where they lead', async () => {
    const page = await visit('/');
    await page.emulateMedia({ media: 'print' });
    await screenshot(page, 'repository-en-print');
    expect(await page.locator('.top nav').first().isVisible()).toBe(false);
    expect(await style(page.locator('.downloads a').first(), 'content', '::after')).toContain(
      '/root-ca3.cer',
    );
  });
});
