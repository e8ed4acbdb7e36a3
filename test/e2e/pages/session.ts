import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { newVisitor, startBrowser, type Visitor, type VisitorOptions } from './browser.ts';
import { type RepositoryEdge, startRepositoryEdge } from './repository-edge.ts';

/** A repository and a browser for the tests of one block. */
export interface Session {
  /** Opens a page as somebody new. */
  visit(path: string, options?: VisitorOptions): Promise<Page>;
  origin(): string;
}

/**
 * Starts both before the tests and ends them after. Each test fails when one of its pages writes an
 * error into the console, asks another host for anything, or asks ours for what is not there (ADR 15).
 */
export function openSession(): Session {
  let edge: RepositoryEdge | undefined;
  let browser: Browser | undefined;
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    edge = await startRepositoryEdge();
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
  return {
    async visit(path, options = {}) {
      if (!browser || !edge) throw new Error('nothing is running');
      const visitor = await newVisitor(browser, edge.origin, options);
      visitors.push(visitor);
      await visitor.page.goto(path);
      return visitor.page;
    },
    origin: () => edge?.origin ?? '',
  };
}

/** Every kind of page. */
export const PAGES = [
  ['repository', '/'],
  ['issued', '/issued.html'],
  ['search', '/issued.html?q=superseded'],
  ['good', '/certificate.html?ca=root-ca3&serial=01aaaaaaaaaaaaaaaaaaaaaaaaaaaa1000'],
  ['revoked', '/certificate.html?ca=root-ca3&serial=01cccc'],
  ['status', '/status.html'],
] as const;
