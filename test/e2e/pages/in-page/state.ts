import type { Locator, Page } from 'playwright-core';

/** What is said by whatever has the focus. */
export function focusedText(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent?.trim());
}

/** What would be copied. */
export function selectedText(page: Page): Promise<string> {
  return page.evaluate(() => String(getSelection()));
}

/** A property of the computed style, of the element or of what is put after it. */
export function style(
  locator: Locator,
  property: 'content' | 'outlineStyle',
  part?: '::after',
): Promise<string> {
  return locator.evaluate((element, [name, pseudo]) => getComputedStyle(element, pseudo)[name], [
    property,
    part,
  ] as const);
}

/** Where the links to our own host lead, as they are written. */
export function ownLinks(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('a[href^="/"]')].map((link) => link.getAttribute('href') ?? ''),
  );
}
