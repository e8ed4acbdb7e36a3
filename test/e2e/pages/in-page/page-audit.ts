import type { Page } from 'playwright-core';

/** Elements that reach past the window, and the page itself if it scrolls sideways. */
export function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 1,
    );
    const names = found.map((element) => `${element.tagName} ${element.textContent?.slice(0, 40)}`);
    return document.documentElement.scrollWidth > width ? ['the page scrolls', ...names] : names;
  });
}

/** WCAG 2.2 1.4.3: text whose colour and background differ by less than 4.5 to 1. */
export function lowContrast(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string) => {
      const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)';
      const color = getComputedStyle(element).backgroundColor;
      return channels(color)[3] === 0 ? groundOf(element.parentElement) : color;
    };
    const faint: string[] = [];
    for (const element of document.querySelectorAll('body *')) {
      const text = [...element.childNodes].find(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      if (!text) continue;
      const [a, b] = [getComputedStyle(element).color, groundOf(element)].map(luminance);
      const [lighter, darker] = [Math.max(a ?? 0, b ?? 0), Math.min(a ?? 0, b ?? 0)];
      const ratio = (lighter + 0.05) / (darker + 0.05);
      if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.tagName} ${text.textContent}`);
    }
    return faint;
  });
}

export interface Outline {
  /** Levels of the headings, in order. */
  readonly headings: readonly number[];
  readonly landmarks: Readonly<Record<'header' | 'main' | 'footer', number>>;
  /** Heads of tables that do not say whether they head a row or a column. */
  readonly unscoped: readonly string[];
  /** Navigations and fields without a name. */
  readonly unnamed: readonly string[];
}

export function outline(page: Page): Promise<Outline> {
  return page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)];
    const count = (selector: string) => all(selector).length;
    const text = (element: Element) => element.outerHTML.slice(0, 80);
    const labelled = (field: Element) => document.querySelector(`label[for="${field.id}"]`);
    return {
      headings: all('h1, h2, h3, h4, h5, h6').map(({ tagName }) => Number(tagName.slice(1))),
      landmarks: { header: count('body > header'), main: count('main'), footer: count('footer') },
      unscoped: all('th:not([scope])').map(text),
      unnamed: [
        ...all('nav:not([aria-label])'),
        ...all('input:not([type=hidden]), select').filter((field) => !labelled(field)),
      ].map(text),
    };
  });
}
