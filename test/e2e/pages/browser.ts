import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium without a window. Root may only start it without its sandbox. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    timeout: 60_000,
  });
}

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What a page must not do: errors in the console, and requests to anybody else. */
  readonly faults: readonly string[];
}

export interface VisitorOptions {
  readonly locale?: string;
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** Somebody who opens the repository for the first time. */
export async function newVisitor(
  browser: Browser,
  origin: string,
  { locale = 'en-GB', width = 1_200, colorScheme = 'light' }: VisitorOptions = {},
): Promise<Visitor> {
  const viewport = { width, height: 900 };
  const context = await browser.newContext({ baseURL: origin, locale, viewport, colorScheme });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`asked ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  return { page, context, faults };
}

const SCREENSHOTS = join(import.meta.dirname, '../../../.build/screenshots');

/** For people to look at; no test compares them. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
