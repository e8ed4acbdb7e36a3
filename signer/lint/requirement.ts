/**
 * `error`: nothing that breaks it is signed. `warning`: a SHOULD is not met. `notice`: worth a look.
 * Only errors stop a signature.
 */
export type Level = 'error' | 'warning' | 'notice';

/** One requirement: a rule of the rule sheet, the clause behind it, and its check. */
export interface Requirement<C> {
  readonly rule: string;
  readonly source: string;
  readonly level: Level;
  /** null when it is met or does not apply, else what was found. Never throws, whatever the bytes. */
  readonly check: (candidate: C) => string | null;
}

export interface Finding {
  readonly rule: string;
  readonly source: string;
  readonly level: Level;
  readonly reason: string;
}

/** What every requirement finds, in the order of the table, one finding a rule. */
export function findingsOf<C>(
  requirements: readonly Requirement<C>[],
  candidate: C,
): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const { rule, source, level, check } of requirements) {
    if (findings.has(rule)) continue;
    const reason = check(candidate);
    if (reason !== null) findings.set(rule, { rule, source, level, reason });
  }
  return [...findings.values()];
}
