/** What waits for people, in `inkan status`. */
export interface ApplicationDeadlinesView {
  /** Received, screened or approved. */
  readonly open: number;
  /** Issued and not handed over. */
  readonly toDeliver: number;
  readonly complained: number;
  /** Delivered, no receipt, within the 14 days of CP 4.4.1. */
  readonly receiptsDue: number;
  /** Delivered, no receipt, and the 14 days are over. */
  readonly receiptsElapsed: number;
  /** When the next 14 days end. */
  readonly nextReceiptDue: string | null;
  /**
   * Approved under a CA whose key is offline, oldest first, at most 100: to be exported, or in the
   * open ceremony of this id. Nothing counts down: what is not issued is not in force.
   */
  readonly toSign: readonly {
    readonly application: number;
    readonly authority: string;
    readonly ceremony: string | null;
  }[];
}
