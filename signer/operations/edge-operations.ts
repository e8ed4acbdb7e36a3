import { bytesFromHex } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { latestEpoch } from '../database/epoch-table.ts';
import { blobAt, hasBlobAt, keepsBlobs } from '../database/kept-blob-table.ts';
import type { LiveConfig } from '../edge-config.ts';
import { createLiveAnswers, type LiveError } from '../ocsp/live-answer.ts';
import { createRateLimit } from '../ocsp/rate-limit.ts';
import type { SignerContext } from '../signer-context.ts';

/** Why an edge did not get what it asked for. */
export type EdgeOperationError =
  /** No epoch yet, or the one that brings every blob to the port was not made yet. */
  | { readonly code: 'snapshot-missing' }
  | { readonly code: 'blob-unknown' }
  /** More than `answersPerSecond`, or too many at once. */
  | { readonly code: 'live-limited' }
  | LiveError;

export interface SignedHeadOctets {
  /** The signed note. */
  readonly note: Uint8Array;
  /** SHA-256 of its text. */
  readonly headHash: Uint8Array;
}

/** Everything that an edge can ask of the signer (ADR 17). Nothing here writes a fact. */
export interface EdgeOperations {
  /**
   * The newest head that was made: its epoch passed the gate, is signed and on record, and goes out
   * whatever happens, so that edges may have it also while the store refuses it.
   */
  readHead(): Result<SignedHeadOctets, EdgeOperationError>;
  /** Whether `readBlob` has one, without reading it. */
  hasBlob(hash: string): boolean;
  /** `hash` is 64 lower-case hexadecimal digits. */
  readBlob(hash: string): Result<Uint8Array, EdgeOperationError>;
  /** `der` is an OCSPRequest; answers `LiveAnswer` (formats 14). */
  answerOCSP(der: Uint8Array): Promise<Result<Uint8Array, EdgeOperationError>>;
}

/** Answers waited for at the same time; the door makes them one by one. */
const LIVE_AT_ONCE = 8;

export function edgeOperations(
  context: SignerContext,
  live: LiveConfig = { authorities: [], answersPerSecond: 1 },
): EdgeOperations {
  const { db } = context;
  const limit = createRateLimit(live.answersPerSecond, context.clock);
  const answerLive = createLiveAnswers(context, live.authorities);
  let atOnce = 0;
  return {
    readHead: () => {
      const epoch = keepsBlobs(db) ? latestEpoch(db) : undefined;
      return epoch ? ok(epoch) : err({ code: 'snapshot-missing' });
    },
    hasBlob: (hash) => {
      const octets = bytesFromHex(hash);
      return octets.ok && keepsBlobs(db) && hasBlobAt(db, octets.value);
    },
    readBlob: (hash) => {
      const octets = bytesFromHex(hash);
      const bytes = octets.ok && keepsBlobs(db) ? blobAt(db, octets.value) : undefined;
      return bytes ? ok(bytes) : err({ code: 'blob-unknown' });
    },
    answerOCSP: async (der) => {
      if (live.authorities.length === 0) return err({ code: 'live-status-unknown' });
      if (atOnce >= LIVE_AT_ONCE || !limit.take()) return err({ code: 'live-limited' });
      atOnce += 1;
      try {
        return await answerLive(der);
      } finally {
        atOnce -= 1;
      }
    },
  };
}
