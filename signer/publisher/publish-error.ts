import type { OperationError } from '../operations/operation-error.ts';
import type { Unexpected } from '../unexpected.ts';
import type { KVError } from './kv-client.ts';
import { type StateBehind, stateBehindText } from './published-head.ts';

/** Why an epoch is not out; everything is tried again. */
export type PublishError =
  | OperationError
  | { readonly code: 'store'; readonly error: KVError }
  | StateBehind
  /** What a catch-up took from the store is not signed anew yet. */
  | { readonly code: 'catch-up-unsettled' }
  | Unexpected;

/** One sentence for people. */
export function publishErrorText(error: PublishError): string {
  switch (error.code) {
    case 'store':
      return storeText(error.error);
    case 'state-behind':
      return `state-behind: ${stateBehindText(error)}; nothing is published`;
    case 'catch-up-unsettled':
      return 'catch-up-unsettled: what was taken from the store is not signed anew yet';
    default:
      return 'reason' in error ? `${error.code}: ${error.reason}` : error.code;
  }
}

function storeText(kv: KVError): string {
  switch (kv.code) {
    case 'kv-unreachable':
      return `the KV store cannot be reached: ${kv.reason}`;
    case 'kv-refused':
      return `the KV store refused (HTTP ${kv.status}): ${kv.reason}`;
    case 'kv-throttled':
      return `the KV store asks to wait ${kv.retryAfterSeconds} s`;
    case 'kv-incomplete':
      return `the KV store did not take ${kv.unsuccessfulKeys.length} keys`;
    case 'kv-lost':
      return `the KV store lost ${kv.keys.length} blobs that it said it took`;
    case 'kv-stale':
      return 'the KV store shows another head than it said it took';
  }
}
