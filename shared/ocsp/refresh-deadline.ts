import type { Seconds } from '../time.ts';

/**
 * CP 4.9.10 items 3 and 4 (RSP-9): the age at which a response of this validity must have been
 * replaced. Under 16 h half of it; else 8 h before its end, and 4 days at the latest.
 */
export function refreshDeadline(validity: Seconds): Seconds {
  if (validity < 57_600) return Math.floor(validity / 2);
  return Math.min(validity - 28_800, 345_600);
}
