/** One requirement: a rule of the rule sheet, the clause behind it, and its check. */
export interface Requirement<C> {
  readonly rule: string;
  readonly source: string;
  /** null when it is met, else what was found. */
  readonly check: (candidate: C) => string | null;
}

export interface Finding {
  readonly rule: string;
  readonly source: string;
  readonly reason: string;
}
