import { basename } from 'node:path';
import type { Page } from 'playwright-core';
import { newVisitor, startBrowser } from '../pages/browser.ts';

/** What somebody with a browser finds in a repository, and what the check page says of these files. */
export interface Browsed {
  /** Texts of the links of the first page. */
  readonly links: readonly string[];
  /** Rows of the lists of issued certificates, those of every CA. */
  readonly issued: readonly string[];
  /** By the name of the file. */
  readonly verdicts: ReadonlyMap<string, string>;
  /** Errors in the console, failed answers, requests to other hosts. */
  readonly faults: readonly string[];
}

/** From the first page to the lists and to the check page, as a person goes. */
export async function browse(origin: string, files: readonly string[]): Promise<Browsed> {
  const browser = await startBrowser();
  try {
    const { page, faults } = await newVisitor(browser, origin);
    await page.goto('/');
    const links = await page.getByRole('link').allTextContents();
    const issued: string[] = [];
    const lists = page.getByRole('link', { name: /^List and search/ });
    for (let i = 0; i < (await lists.count()); i++) {
      await lists.nth(i).click();
      issued.push(...(await page.locator('tbody tr').allTextContents()));
      await page.goto('/');
    }
    await page.goto('/check.html');
    const verdicts = new Map<string, string>();
    for (const file of files) verdicts.set(basename(file), await verdictOn(page, file));
    return { links, issued, verdicts, faults };
  } finally {
    await browser.close();
  }
}

async function verdictOn(page: Page, file: string): Promise<string> {
  await page.reload();
  await page.locator('#check-files').setInputFiles(file);
  await page.getByRole('status').filter({ hasText: /^Done/ }).waitFor();
  return (await page.locator('#check-results article').getAttribute('data-verdict')) ?? '';
}
