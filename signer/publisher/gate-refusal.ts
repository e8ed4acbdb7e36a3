import { err, type Result } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';

/** A rule of the publish gate that the epoch breaks; what is published stays as it was. */
export interface GateRefusal {
  readonly code: 'gate-refused';
  readonly rule: string;
  readonly reason: string;
  /** The certificate whose responses are to be signed again before the next attempt. */
  readonly signAgain?: { readonly authorityId: number; readonly serialNumber: SerialNumber };
}

export type GateOutcome = Result<true, GateRefusal>;

export function refuseEpoch(
  rule: string,
  reason: string,
): { readonly ok: false; readonly error: GateRefusal } {
  return err({ code: 'gate-refused', rule, reason });
}
