/** What is looked at, one after the other. Each has words in `words.ts`. */
export type Check =
  | 'issuer-signature'
  | 'critical-extensions'
  | 'chain'
  | 'validity'
  | 'ocsp-asked'
  | 'ocsp-for-this'
  | 'ocsp-responder'
  | 'ocsp-signature'
  | 'ocsp-times'
  | 'ocsp-status'
  | 'ca-status'
  | 'token-form'
  | 'token-signer'
  | 'token-binding'
  | 'token-digest'
  | 'token-signature'
  | 'tsa-purpose'
  | 'tsa-validity'
  | 'imprint';

/** `open`: could not be decided here, or is left to the reader. */
export type CheckOutcome = 'passed' | 'failed' | 'open';

/** Texts that the words of a check speak of; times are RFC 3339. */
export type Facts = Readonly<Record<string, string>>;

export interface Finding {
  readonly check: Check;
  readonly outcome: CheckOutcome;
  /** Why, where a check may fail for several reasons; has words too. */
  readonly reason: string | undefined;
  readonly facts: Facts;
}

/** Collects what was looked at, in order. */
export class Trail {
  readonly findings: Finding[] = [];

  passed(check: Check, facts: Facts = {}): void {
    this.findings.push({ check, outcome: 'passed', reason: undefined, facts });
  }

  failed(check: Check, reason: string | undefined, facts: Facts = {}): void {
    this.findings.push({ check, outcome: 'failed', reason, facts });
  }

  open(check: Check, reason: string | undefined, facts: Facts = {}): void {
    this.findings.push({ check, outcome: 'open', reason, facts });
  }
}
