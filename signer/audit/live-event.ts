/**
 * Live answers are asked for by strangers, so that an event for each would let them fill the disk. What
 * is on disk before the first one is asked for is how many there will be at most, and until when
 * (ADR 17); what was signed of it follows.
 */
export type LiveEvent =
  | {
      readonly type: 'live-allowance';
      readonly keyLabel: string;
      readonly most: number;
      readonly until: string;
    }
  | {
      readonly type: 'live-answers';
      readonly keyLabel: string;
      readonly count: number;
      /** h(n) = SHA-256(h(n-1) || SHA-256(tbs)), h(0) = 32 zero octets. */
      readonly tbsSha256: string;
    };
