import { createHash } from 'node:crypto';
import { hexFromBytes } from '../../shared/bytes.ts';
import { addSeconds, isoText, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import type { AuditLog } from '../audit/audit-log.ts';

/** Signatures and seconds of one allowance: two events for so much, whoever asks for it. */
const MOST = 10_000;
const LASTS: Seconds = 600;

interface Open {
  readonly until: UnixSeconds;
  count: number;
  hash: Uint8Array;
}

/**
 * "About to sign" for live answers: on disk before the first of an allowance is asked for. After a stop
 * the second event is missing, and the first still says what there can be at most.
 */
export class LiveAllowances {
  readonly #audit: AuditLog;
  readonly #open = new Map<string, Open>();

  constructor(audit: AuditLog) {
    this.#audit = audit;
  }

  /** Before the signature is asked for; a new allowance when there is none, or it is used up. */
  take(keyLabel: string, tbs: Uint8Array, now: UnixSeconds): void {
    const known = this.#open.get(keyLabel);
    const lasts = known && known.count < MOST && now < known.until;
    const open = lasts ? known : this.#begin(keyLabel, now);
    open.count += 1;
    const digest = createHash('sha256').update(tbs).digest();
    open.hash = createHash('sha256').update(open.hash).update(digest).digest();
  }

  /** Says of every allowance what was signed. */
  close(): void {
    for (const keyLabel of [...this.#open.keys()]) this.#end(keyLabel);
  }

  #begin(keyLabel: string, now: UnixSeconds): Open {
    this.#end(keyLabel);
    const until = addSeconds(now, LASTS);
    this.#audit.append({ type: 'live-allowance', keyLabel, most: MOST, until: isoText(until) });
    const open = { until, count: 0, hash: new Uint8Array(32) };
    this.#open.set(keyLabel, open);
    return open;
  }

  #end(keyLabel: string): void {
    const open = this.#open.get(keyLabel);
    if (!open) return;
    this.#open.delete(keyLabel);
    const tbsSha256 = hexFromBytes(open.hash);
    this.#audit.append({ type: 'live-answers', keyLabel, count: open.count, tbsSha256 });
  }
}
