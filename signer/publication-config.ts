import {
  type Decode,
  integer,
  list,
  matching,
  nullable,
  optional,
  refined,
  required,
  strictObject,
} from '../shared/json-fields.ts';
import { err, ok } from '../shared/result.ts';

/** The store that epochs go to: Cloudflare's KV bulk API or one like it. */
export interface KVConfig {
  readonly url: string;
  /** Whose value is the bearer token; null sends none. */
  readonly tokenEnvironment: string | null;
}

/** Where Prometheus asks, over plain HTTP. */
export interface MetricsConfig {
  readonly host: string;
  readonly port: number;
}

export interface HeadConfig {
  readonly lifetimeSeconds: number;
  readonly renewSeconds: number;
  readonly intervalMilliseconds: number;
}

export const environmentVariable: Decode<string> = matching(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  'the name of an environment variable',
);

/** Under an hour, so that a frozen edge is noticed (architecture 1). */
const HEAD_RENEW_MOST = 3_600;

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A token goes over the network only where nobody can read it. */
export const kv: Decode<KVConfig> = refined(
  strictObject<KVConfig>({
    url: required(
      matching(/^https?:\/\/[!-~]+[^/]$/, 'an http or https URL without a slash at its end'),
    ),
    tokenEnvironment: required(nullable(environmentVariable)),
  }),
  (store) => {
    const url = URL.parse(store.url);
    const open = store.tokenEnvironment === null || LOOPBACK.has(url?.hostname ?? '');
    return url?.protocol === 'https:' || (url && open) ? ok(store) : err('plain');
  },
  'must have an https URL, for a token is sent to it',
);

export const head: Decode<HeadConfig> = refined(
  strictObject<HeadConfig>({
    lifetimeSeconds: required(integer(60, 86_400)),
    renewSeconds: required(integer(10, HEAD_RENEW_MOST)),
    intervalMilliseconds: required(integer(0, 60_000)),
  }),
  (times) => (times.renewSeconds < times.lifetimeSeconds ? ok(times) : err('order')),
  'must have a renewSeconds below its lifetimeSeconds: a head is renewed before it ends',
);

/** CP 4.9.10: which edges tell of queries for serial numbers that were never assigned. */
export interface RadarConfig {
  /** Base URLs; each is asked for `/radar.json`. */
  readonly edges: readonly string[];
  /** Such queries for one issuer in one hour from which on they are an alert. */
  readonly alertPerHour: number;
}

const edge: Decode<string> = refined(
  matching(/^https?:\/\/[!-~]{1,500}$/, 'an http or https URL'),
  (text) => {
    const url = URL.parse(text);
    const bare = url && url.pathname === '/' && url.search + url.hash + url.username === '';
    return bare ? ok(url.origin) : err('path');
  },
  'must be an http or https URL without path, query and user',
);

export const radar: Decode<RadarConfig> = strictObject<RadarConfig>({
  edges: required(list(edge, 16)),
  alertPerHour: required(integer(1, 1_000_000_000)),
});

/** This machine alone, unless another address is named. */
export const metrics: Decode<MetricsConfig> = refined(
  strictObject<Partial<Pick<MetricsConfig, 'host'>> & Pick<MetricsConfig, 'port'>>({
    host: optional(matching(/^[!-~]{1,255}$/, 'a host')),
    port: required(integer(0, 65_535)),
  }),
  ({ host = '127.0.0.1', port }) => ok({ host, port }),
  'must be a host and a port',
);
