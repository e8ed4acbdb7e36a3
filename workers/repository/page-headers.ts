import { hexFromBytes } from '../../shared/bytes.ts';
import { sha256 } from '../verified-blobs.ts';
import type { Language } from './language.ts';
import type { Page } from './visit.ts';

/**
 * What a browser may do with a page: load our stylesheet and pictures, send our forms to us, and run
 * nothing. A page with scripts may run those of this host, and these may ask this host alone.
 */
export function pageHeaders(
  language: Language,
  { scripts = [] }: Page,
): Readonly<Record<string, string>> {
  const running = scripts.length > 0 ? ["script-src 'self'", "connect-src 'self'"] : [];
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ...running,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Language': language,
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    // Not on OCSP and CRL answers (HTTP-10): those are the same for everybody.
    Vary: 'Accept-Language',
  };
}

export async function strongETag(body: Uint8Array): Promise<string> {
  return `"${hexFromBytes(await sha256(body))}"`;
}
