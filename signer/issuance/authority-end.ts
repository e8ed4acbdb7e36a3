import { err } from '../../shared/result.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { ActiveAuthority } from './issuer.ts';

/** RFC 5280 6.1.3 a: what it signs from here on verifies for nobody, so it signs nothing more. */
export function hasEnded({ notAfter }: ActiveAuthority, now: UnixSeconds): boolean {
  return now > notAfter;
}

export function authorityEnded({ row, notAfter }: ActiveAuthority): {
  readonly ok: false;
  readonly error: OperationError;
} {
  return err({ code: 'authority-expired', authority: row.name, notAfter: isoText(notAfter) });
}
