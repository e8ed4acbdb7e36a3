import { err } from '../../shared/result.ts';
import type { KVConfig } from '../publication-config.ts';
import { type KVClient, type KVError, openKVClient } from './kv-client.ts';

const NONE = {
  code: 'kv-unreachable',
  reason: 'no store is configured (kv in config.json)',
} as const satisfies KVError;

/** The store of config.json; without one every call says so. */
export function storeOf(
  kv: KVConfig | null,
  environment: Readonly<Record<string, string | undefined>>,
): KVClient {
  if (!kv) return { putAll: async () => err(NONE), get: async () => err(NONE), callsLeft: () => 0 };
  const token = kv.tokenEnvironment ? (environment[kv.tokenEnvironment] ?? null) : null;
  return openKVClient({ baseUrl: kv.url, token, fetch });
}
