import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** Why the store did not take what it was given; everything here is worth another try later. */
export type KVError =
  | { readonly code: 'kv-unreachable'; readonly reason: string }
  | { readonly code: 'kv-refused'; readonly status: number; readonly reason: string }
  /** HTTP 429: at most 1,200 requests in five minutes for one token. */
  | { readonly code: 'kv-throttled'; readonly retryAfterSeconds: number }
  | { readonly code: 'kv-incomplete'; readonly unsuccessfulKeys: readonly string[] };

export interface KVPair {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Writes to one Workers KV namespace; resolves when every key was acknowledged. */
export interface KVClient {
  putAll(pairs: readonly KVPair[]): Promise<Result<true, KVError>>;
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
  return {
    putAll: async (pairs) => {
      for (const call of calls(pairs)) {
        const put = await putBulk(options, call);
        if (!put.ok) return put;
      }
      return ok(true);
    },
  };
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
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (options.token !== null) headers['Authorization'] = `Bearer ${options.token}`;
  try {
    const signal = AbortSignal.timeout(options.timeout ?? 30_000);
    const response = await options.fetch(`${options.baseUrl}/bulk`, {
      method: 'PUT',
      headers,
      body,
      signal,
      redirect: 'error',
    });
    const text = await response.text();
    if (response.status === 429) {
      return err({
        code: 'kv-throttled',
        retryAfterSeconds: Number(response.headers.get('Retry-After')) || 60,
      });
    }
    if (!response.ok)
      return err({ code: 'kv-refused', status: response.status, reason: text.slice(0, 200) });
    return readAnswer(text, response.status);
  } catch (error) {
    return err({ code: 'kv-unreachable', reason: reasonOf(error) });
  }
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
