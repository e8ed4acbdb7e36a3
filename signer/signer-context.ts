import type { CertificatePolicy } from '../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type Clock, isoText, type UnixSeconds, unixSeconds } from '../shared/time.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { Database, Transaction } from './database/database.ts';
import { readSetting, writeSetting } from './database/setting-table.ts';
import type { OperationError } from './operations/operation-error.ts';
import type { SigningDoor } from './signing/signing-door.ts';

/** Everything that the acts of the CA use besides their input. */
export interface SignerContext {
  readonly db: Database;
  readonly policy: CertificatePolicy;
  readonly door: SigningDoor;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Called between any two writes with a name for the place; the fault tests stop the process there. */
  readonly checkpoint: (place: string) => void;
  /** One act at a time for one key, in the order of asking. */
  readonly inTurn: <T>(key: string, act: () => Promise<T>) => Promise<T>;
}

/** A step of the clock back of up to this is taken as the same moment (leap smear, NTP). */
const CLOCK_SLACK_SECONDS = 5;

/**
 * OPS-7: the time to sign with, never before that of an act on record. Refuses when the clock is
 * further behind than a small correction explains.
 */
export function signingTime(context: SignerContext): Result<UnixSeconds, OperationError> {
  const now = context.clock();
  const seen = Number(readSetting(context.db, 'last-seen-clock') ?? 0);
  if (now + CLOCK_SLACK_SECONDS < seen) {
    return err({
      code: 'clock-went-back',
      now: isoText(now),
      lastSeen: new Date(seen * 1000).toISOString(),
    });
  }
  return ok(unixSeconds(Math.max(now, seen)));
}

/** Remembers the time of an act, in the transaction of the act. */
export function rememberTime(tx: Transaction, now: UnixSeconds): void {
  const seen = Number(readSetting(tx, 'last-seen-clock') ?? 0);
  if (now > seen) writeSetting(tx, 'last-seen-clock', String(now));
}

/** The queue behind `inTurn`. */
export function makeTurns(): SignerContext['inTurn'] {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(act, act);
    const settled = mine.catch(() => undefined);
    tails.set(key, settled);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === settled) tails.delete(key);
    }
  };
}
