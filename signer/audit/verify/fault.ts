import { err } from '../../../shared/result.ts';

/** The first thing in a log that cannot be as it was written. */
export interface AuditFault {
  /** Line of the log, from 1. Where only a head tells, the first line that may be another. */
  readonly line: number;
  readonly code:
    | 'entry-malformed'
    | 'chain-broken'
    | 'checkpoint-differs'
    | 'log-too-short'
    | 'segment-wrong'
    | 'key-use-wrong'
    | 'serial-number-twice'
    | 'never-signed'
    | 'crl-number-not-higher'
    | 'epoch-never-promised'
    | 'head-not-in-log'
    | 'certificate-not-in-log'
    | 'certificate-differs';
  readonly reason: string;
}

export interface Faulty {
  readonly ok: false;
  readonly error: AuditFault;
}

export function fault(line: number, code: AuditFault['code'], reason: string): Faulty {
  return err({ line, code, reason });
}

/** What somebody should look at though nothing is proved by it; the first hundred are told, all are counted. */
export class Notices {
  readonly told: string[] = [];
  count = 0;

  add(line: number, what: string): void {
    this.count += 1;
    if (this.told.length < 100) this.told.push(`line ${line}: ${what}`);
  }
}
