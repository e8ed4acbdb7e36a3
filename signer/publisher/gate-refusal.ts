import { err, type Result } from '../../shared/result.ts';

/** A rule of the publish gate that the epoch breaks; what is published stays as it was. */
export interface GateRefusal {
  readonly code: 'gate-refused';
  readonly rule: string;
  readonly reason: string;
}

export type GateOutcome = Result<true, GateRefusal>;

export function refuseEpoch(
  rule: string,
  reason: string,
): { readonly ok: false; readonly error: GateRefusal } {
  return err({ code: 'gate-refused', rule, reason });
}
