import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** Why the store did not take what it was given; everything here is worth another try later. */
export type KVError =
  | { readonly code: 'kv-unreachable'; readonly reason: string }
  | { readonly code: 'kv-refused'; readonly status: number; readonly reason: string }
  /** HTTP 429: at most 1,200 requests in five minutes for one token. */
  | { readonly code: 'kv-throttled'; readonly retryAfterSeconds: number }
  | { readonly code: 'kv-incomplete'; readonly unsuccessfulKeys: readonly string[] }
  /** It said that it took these blobs, and does not have them. */
  | { readonly code: 'kv-lost'; readonly keys: readonly string[] }
  /** It said that it took the head, and shows another. */
  | { readonly code: 'kv-stale' };

export interface KVPair {
  readonly key: string;
  readonly value: Uint8Array;
}

/** One Workers KV namespace. */
export interface KVClient {
  /** Resolves when every key was acknowledged. */
  putAll(pairs: readonly KVPair[]): Promise<Result<true, KVError>>;
  /** null: it has no such key. */
  get(key: string): Promise<Result<Uint8Array | null, KVError>>;
  /** Of the calls that one token may make in five minutes. */
  callsLeft(): number;
}

export interface KVClientOptions {
  /**
   * The namespace: `https://api.cloudflare.com/client/v4/accounts/<id>/storage/kv/namespaces/<id>`, or
   * the same under the local explorer of `wrangler dev` and Miniflare, which asks for no token.
   */
  readonly baseUrl: string;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  /** Milliseconds until a call without an answer is given up; default 30,000. */
  readonly timeout?: number;
}

/** Miniflare takes 500 keys a call, Cloudflare 10,000 and 100 MB; base64 makes 4 octets of 3. */
const KEYS_A_CALL = 500;
const OCTETS_A_CALL = 24 << 20;

export function blobKey(hash: Uint8Array): string {
  return `blob/${hexFromBytes(hash)}`;
}

export const HEAD_KEY = 'head';

/** Cloudflare's bulk write: PUT <namespace>/bulk with [{ key, value, base64 }]. */
export function openKVClient(options: KVClientOptions): KVClient {
  const made = new CallCount();
  return {
    callsLeft: () => made.left(),
    get: async (key) => {
      made.add();
      return getValue(options, key);
    },
    putAll: async (pairs) => {
      for (const call of calls(pairs)) {
        made.add();
        const put = await putBulk(options, call);
        if (!put.ok) return put;
      }
      return ok(true);
    },
  };
}

/** Cloudflare's limit for one token; past it everything is refused for five minutes. */
const CALLS_MOST = 1_200;
const CALLS_WINDOW_MS = 300_000;

class CallCount {
  #times: number[] = [];

  add(): void {
    this.#times.push(performance.now());
  }

  left(): number {
    const since = performance.now() - CALLS_WINDOW_MS;
    this.#times = this.#times.filter((time) => time > since);
    return CALLS_MOST - this.#times.length;
  }
}

function calls(pairs: readonly KVPair[]): readonly (readonly KVPair[])[] {
  const list: KVPair[][] = [];
  let octets = 0;
  for (const pair of pairs) {
    const last = list[list.length - 1];
    if (last && last.length < KEYS_A_CALL && octets + pair.value.length <= OCTETS_A_CALL) {
      last.push(pair);
      octets += pair.value.length;
    } else {
      list.push([pair]);
      octets = pair.value.length;
    }
  }
  return list;
}

async function putBulk(
  options: KVClientOptions,
  pairs: readonly KVPair[],
): Promise<Result<true, KVError>> {
  const body = JSON.stringify(
    pairs.map(({ key, value }) => ({ key, value: base64FromBuffer(value), base64: true })),
  );
  try {
    const response = await ask(options, 'bulk', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    const text = await response.text();
    return response.ok ? readAnswer(text, response.status) : err(refusal(response, text));
  } catch (error) {
    return err({ code: 'kv-unreachable', reason: reasonOf(error) });
  }
}

/** GET <namespace>/values/<key>, the key escaped; the octets as they were written. */
async function getValue(
  options: KVClientOptions,
  key: string,
): Promise<Result<Uint8Array | null, KVError>> {
  try {
    const response = await ask(options, `values/${encodeURIComponent(key)}`, {});
    if (response.status === 404) return ok(null);
    if (!response.ok) return err(refusal(response, await response.text()));
    return ok(new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    return err({ code: 'kv-unreachable', reason: reasonOf(error) });
  }
}

function ask(
  { baseUrl, token, timeout, fetch }: KVClientOptions,
  path: string,
  init: RequestInit & { readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
  return fetch(`${baseUrl}/${path}`, {
    ...init,
    headers: { ...init.headers, ...authorization },
    signal: AbortSignal.timeout(timeout ?? 30_000),
    redirect: 'error',
  });
}

function refusal({ status, headers }: Response, text: string): KVError {
  if (status === 429) {
    const retryAfterSeconds = Number(headers.get('Retry-After')) || 60;
    return { code: 'kv-throttled', retryAfterSeconds };
  }
  return { code: 'kv-refused', status, reason: text.slice(0, 200) };
}

function base64FromBuffer(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** { success, result: { successful_key_count, unsuccessful_keys } }; anything else is no acknowledgement. */
function readAnswer(text: string, status: number): Result<true, KVError> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return err({ code: 'kv-refused', status, reason: 'the answer is not JSON' });
  }
  const { success, result } = isRecord(answer) ? answer : {};
  if (success !== true) return err({ code: 'kv-refused', status, reason: text.slice(0, 200) });
  const failed = isRecord(result) ? result['unsuccessful_keys'] : undefined;
  if (!Array.isArray(failed) || failed.length === 0) return ok(true);
  return err({ code: 'kv-incomplete', unsuccessfulKeys: failed.map(String) });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
