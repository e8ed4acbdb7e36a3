import type { Page } from 'playwright-core';

export interface GivenFile {
  readonly name: string;
  readonly octets: Uint8Array;
}

/** Lets files go in the middle of the page, as somebody does who misses the field. */
export function dropFiles(page: Page, files: readonly GivenFile[]): Promise<void> {
  const given = files.map(({ name, octets }) => ({
    name,
    base64: Buffer.from(octets).toString('base64'),
  }));
  return page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    for (const { name, base64 } of dropped) {
      const octets = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([octets], name));
    }
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector('h1')?.dispatchEvent(event);
  }, given);
}

/** Puts a text where Ctrl+V takes it from. */
export async function copyToClipboard(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
}

/** The id of whatever has the focus. */
export function focusedId(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.id ?? '');
}
