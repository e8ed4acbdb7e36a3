/** Milliseconds from one signed page to the next: so long a revocation waits for each page under way. */
const AIM = 250;

const LEAST = 16;
const MOST = 4_096;

/** Certificates of a sweep's first page, before it is known how fast its key signs. */
export const FIRST_PAGE = { rsa: 64, ecdsa: 512 } as const;

/**
 * Certificates of the next page, when one of so many took so long. A key in a file signs thirty times
 * as fast with P-256 as with RSA-2048, and another in a module may take a hundred times as long: pages
 * double and halve until each takes about as long, whatever the key.
 */
export function nextPageSize(certificates: number, milliseconds: number): number {
  if (milliseconds < AIM / 2) return Math.min(MOST, certificates * 2);
  if (milliseconds > AIM * 2) return Math.max(LEAST, Math.floor(certificates / 2));
  return certificates;
}
