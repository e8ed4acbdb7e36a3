/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'error';
  readonly found: string;
  /** What to do; null where nothing is. */
  readonly remedy: string | null;
}

export function fine(check: string, found: string): Finding {
  return { check, result: 'ok', found, remedy: null };
}

export function warning(check: string, found: string, remedy: string): Finding {
  return { check, result: 'warning', found, remedy };
}

export function wrong(check: string, found: string, remedy: string): Finding {
  return { check, result: 'error', found, remedy };
}
