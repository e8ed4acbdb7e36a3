import { hexFromBytes } from '../shared/bytes.ts';

/** The module that runs in the browser of whoever checks a certificate. */
export interface CheckProgram {
  /** `/check.<16 hex digits of its SHA-256>.js`: other octets have another address. */
  readonly path: string;
  readonly body: string;
}

/** Resolves with what the build left; rejects where nothing was built. */
export type LoadProgram = () => Promise<string>;

/** Any address that a program has, or had before the edge was replaced. */
export const CHECK_PROGRAM_PATH: RegExp = /^\/check\.[0-9a-f]{16}\.js$/;

/**
 * Loaded when the page is asked for, and then kept. `undefined` when there is none, which is told to
 * `report` each time. Two requests at once may both load it: no promise is shared between requests.
 */
export function createCheckProgram(
  load: LoadProgram,
  report: (detail: string) => void,
): () => Promise<CheckProgram | undefined> {
  let held: CheckProgram | undefined;
  return async () => {
    if (held) return held;
    try {
      const body = await load();
      const octets = new TextEncoder().encode(body);
      const hash = hexFromBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', octets)));
      held = { path: `/check.${hash.slice(0, 16)}.js`, body };
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
    }
    return held;
  };
}
