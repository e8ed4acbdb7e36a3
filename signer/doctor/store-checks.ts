import type { PublicationKey } from '../../shared/snapshot/head.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { KVConfig } from '../publication-config.ts';
import { HEAD_KEY } from '../publisher/kv-client.ts';
import { type PublishedHead, verifyHead } from '../publisher/published-head.ts';
import { type Finding, fine, warning, wrong } from './finding.ts';

export interface StoreWorld {
  readonly now: UnixSeconds;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
}

export interface StoreExamined {
  readonly findings: readonly Finding[];
  /** null: none was read, or none that the publication key signed. */
  readonly head: PublishedHead | null;
}

const PROBE_KEY = 'inkan-doctor-probe';
const PATIENCE_MS = 10_000;
const CLOCK_WARNING_SECONDS = 10;
const CLOCK_ERROR_SECONDS = 60;

/** Reach and rights, the clock against the store's, the age of the head. */
export async function examineStore(
  kv: KVConfig | null,
  publication: { readonly key: PublicationKey; readonly spki: Uint8Array } | null,
  world: StoreWorld,
): Promise<StoreExamined> {
  if (!kv) {
    const remedy = 'name a store in config.json (kv)';
    return { findings: [warning('store', 'nothing is published', remedy)], head: null };
  }
  const token = kv.tokenEnvironment ? world.environment[kv.tokenEnvironment] : undefined;
  if (kv.tokenEnvironment && !token) {
    const found = `the environment variable ${kv.tokenEnvironment} is not set`;
    return { findings: [wrong('store', found, 'put the API token into it')], head: null };
  }
  try {
    const response = await ask(kv, `values/${HEAD_KEY}`, token, world, {});
    const octets = new Uint8Array(await response.arrayBuffer());
    const clock = clockFinding(response.headers.get('Date'), world.now);
    if (response.status === 404)
      return {
        findings: [...clock, warning('store', 'it has no head', 'run `inkan publish`')],
        head: null,
      };
    if (!response.ok) {
      const found = `it answers HTTP ${response.status} to a read`;
      const remedy =
        'give the token the right to edit this namespace, and see that the URL is right';
      return { findings: [...clock, wrong('store', found, remedy)], head: null };
    }
    const head = publication && (verifyHead(octets, publication.key, publication.spki) ?? null);
    return { findings: [...clock, ...headFindings(head, world.now)], head };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    const found = `it cannot be reached (${reason})`;
    return {
      findings: [wrong('store', found, 'see that the network lets this host out')],
      head: null,
    };
  }
}

function headFindings(head: PublishedHead | null, now: UnixSeconds): readonly Finding[] {
  if (!head) {
    const remedy = 'find out who wrote it; the next epoch writes over it';
    return [wrong('store', 'its head is not signed by the publication key', remedy)];
  }
  const { epoch, time, expires } = head.head;
  const found = `epoch ${epoch}, signed ${now - time} s ago`;
  return [
    expires > now
      ? fine('store', found)
      : warning('store', `${found}, expired`, 'start the signer, or see why it does not publish'),
  ];
}

function clockFinding(date: string | null, now: UnixSeconds): readonly Finding[] {
  const theirs = Date.parse(date ?? '') / 1000;
  if (Number.isNaN(theirs)) return [];
  const off = Math.abs(theirs - now);
  const found = `${Math.round(off)} s from the store's`;
  const remedy = 'set the clock right (NTP) before anything is signed';
  if (off > CLOCK_ERROR_SECONDS) return [wrong('clock', found, remedy)];
  return [off > CLOCK_WARNING_SECONDS ? warning('clock', found, remedy) : fine('clock', found)];
}

/** Writes a key of its own, reads it and takes it away. */
export async function probeStore(kv: KVConfig, world: StoreWorld): Promise<Finding> {
  const token = kv.tokenEnvironment ? world.environment[kv.tokenEnvironment] : undefined;
  const path = `values/${PROBE_KEY}`;
  const remedy = 'give the token the right to edit this namespace';
  try {
    const put = await ask(kv, path, token, world, { method: 'PUT', body: 'probe' });
    if (!put.ok) return wrong('store-write', `HTTP ${put.status} to a write`, remedy);
    const removed = await ask(kv, path, token, world, { method: 'DELETE' });
    if (!removed.ok) return wrong('store-write', `HTTP ${removed.status} to a removal`, remedy);
    return fine('store-write', 'a key was written and removed');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    return wrong('store-write', reason, remedy);
  }
}

function ask(
  { url }: KVConfig,
  path: string,
  token: string | undefined,
  { fetch }: StoreWorld,
  init: RequestInit,
): Promise<Response> {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return fetch(`${url}/${path}`, { ...init, headers, signal, redirect: 'error' });
}
