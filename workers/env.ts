import { err, ok, type Result } from '../shared/result.ts';
import { decodePublicationKey } from '../shared/snapshot/head.ts';
import type { EdgeConfiguration } from './deps.ts';
import { isMirrorURL } from './http-store.ts';
import type { QueryRadar } from './query-radar.ts';

/** Bindings and variables of wrangler.toml, as the platform hands them over: not yet checked. */
export interface Env {
  /** `head` and `blob/<sha256 hex>`. Untrusted: every value is verified after it was read. */
  readonly SNAPSHOT: KVNamespace;
  /** The same keys in R2, asked when KV does not do. */
  readonly SNAPSHOT_BUCKET?: R2Bucket;
  /** The signer's blob port over mTLS, asked when nothing else does. */
  readonly SIGNER?: Fetcher;
  /**
   * `https://host:port` of the signer: where an `mtls_certificates` binding connects to. A service
   * binding knows that by itself; then the name only stands in the request.
   */
  readonly SIGNER_URL?: string;
  /** SHA-1 of the keys of issuers that have live answers (ADR 17), hexadecimal; empty: none. */
  readonly LIVE_ISSUERS?: string;
  /** How often one Cloudflare location may ask for a live answer. */
  readonly LIVE_RATE?: RateLimit;
  /** URLs of hosts that serve the files of `inkan mirror`, separated by white space. */
  readonly MIRRORS?: string;
  /** Where queries for serial numbers that were never assigned are brought together (CP 4.9.10). */
  readonly RADAR?: DurableObjectNamespace<QueryRadar>;
  /** Workers Analytics Engine: how often each outcome, store, CertID hash and issuer was counted. */
  readonly OUTCOMES?: AnalyticsEngineDataset;
  /** Secret: URL that alarms of the cron are posted to. */
  readonly ALARM_WEBHOOK?: string;
  /** C2SP vkey of the only key whose heads are accepted. */
  readonly PUBLICATION_KEY: string;
  /** How long an adopted head is used before it is read again: 1 to 3,600, default 30. */
  readonly HEAD_REREAD_SECONDS?: string | number;
  /** Bound of what is kept between requests: 1 MiB to 96 MiB, default 32 MiB. */
  readonly MEMO_MAX_BYTES?: string | number;
}

export type ConfigurationError = {
  readonly code: 'configuration-invalid';
  readonly variable: keyof Env;
};

const MEBIBYTE = 1 << 20;

/** An isolate may hold 128 MB in all, so the memo stays under 96 MiB. */
export function decodeConfiguration(env: Env): Result<EdgeConfiguration, ConfigurationError> {
  if (typeof env.SNAPSHOT?.get !== 'function') return invalid('SNAPSHOT');
  const publicationKey = decodePublicationKey(String(env.PUBLICATION_KEY).trim());
  if (!publicationKey.ok) return invalid('PUBLICATION_KEY');
  const mirrors = words(env.MIRRORS);
  if (!mirrors.every(isMirrorURL)) return invalid('MIRRORS');
  const signerURL = originOf(env.SIGNER_URL || 'https://signer.internal');
  if (signerURL === undefined) return invalid('SIGNER_URL');
  const live = words(env.LIVE_ISSUERS?.toLowerCase());
  const liveIsPossible = live.length === 0 || typeof env.SIGNER?.fetch === 'function';
  if (!liveIsPossible || !live.every(isKeyHash)) return invalid('LIVE_ISSUERS');
  const headRereadSeconds = wholeNumber(env.HEAD_REREAD_SECONDS ?? 30, 1, 3600);
  if (headRereadSeconds === undefined) return invalid('HEAD_REREAD_SECONDS');
  const memoMaxBytes = wholeNumber(env.MEMO_MAX_BYTES ?? 32 * MEBIBYTE, MEBIBYTE, 96 * MEBIBYTE);
  if (memoMaxBytes === undefined) return invalid('MEMO_MAX_BYTES');
  const key = publicationKey.value;
  const liveIssuers = new Set(live);
  return ok({
    ...{ publicationKey: key, mirrors, signerURL, liveIssuers },
    ...{ headRereadSeconds, memoMaxBytes },
  });
}

function invalid(variable: keyof Env): { readonly ok: false; readonly error: ConfigurationError } {
  return err({ code: 'configuration-invalid', variable });
}

function wholeNumber(value: string | number, least: number, most: number): number | undefined {
  if (!/^\d{1,10}$/.test(String(value))) return undefined;
  const number = Number(value);
  return number >= least && number <= most ? number : undefined;
}

/** undefined unless it is an https URL of nothing but an origin. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  const bare = url?.protocol === 'https:' && url.href === `${url.origin}/`;
  return bare ? url.origin : undefined;
}

/** Separated by white space. */
function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

function isKeyHash(word: string): boolean {
  return /^[0-9a-f]{40}$/.test(word);
}
