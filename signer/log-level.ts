/** What the signer tells whoever runs it: a type and facts of a fixed form, never a secret. */
export interface LogEvent {
  readonly type: string;
}

export type Log = (event: LogEvent) => void;

export type LogLevel = 'info' | 'warn' | 'error';

/** By the last word of the type: what somebody has to look at, and what was kept out. */
export function levelOf({ type }: LogEvent): LogLevel {
  if (/-(failed|overdue|alarm|lost|unreachable)$/.test(type)) return 'error';
  return /-(refused|late|due|ends|not-compared)$/.test(type) ? 'warn' : 'info';
}
