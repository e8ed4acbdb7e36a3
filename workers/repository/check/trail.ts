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

/** Why a check did not pass, where it may fail for several reasons. */
export type Reason =
  | 'foreign'
  | 'forged'
  | 'unsupported'
  | 'invalid'
  | 'expired'
  | 'not-yet-valid'
  | 'issuer-outside-validity'
  | 'ended-since'
  | 'unknown'
  | 'revoked'
  | 'unauthorized'
  | 'malformedRequest'
  | 'internalError'
  | 'tryLater'
  | 'sigRequired'
  | 'no-answer'
  | 'unreadable'
  | 'serial-number'
  | 'responder-missing'
  | 'responder-foreign'
  | 'responder-purpose'
  | 'responder-expired'
  | 'times-missing'
  | 'times-ahead'
  | 'times-over'
  | 'older-than-token'
  | 'no-data'
  | 'weak-hash'
  | 'same-weak-hash'
  | 'unknown-hash'
  | 'not-stamped'
  | 'not-read';

/** Texts that the words of a check speak of; times are RFC 3339. */
export type Facts = Readonly<Record<string, string>>;

export interface Finding {
  readonly check: Check;
  readonly outcome: CheckOutcome;
  readonly reason: Reason | undefined;
  readonly facts: Facts;
}

/** Collects what was looked at, in order. */
export class Trail {
  readonly findings: Finding[] = [];

  passed(check: Check, facts: Facts = {}): void {
    this.findings.push({ check, outcome: 'passed', reason: undefined, facts });
  }

  failed(check: Check, reason: Reason | undefined, facts: Facts = {}): void {
    this.findings.push({ check, outcome: 'failed', reason, facts });
  }

  open(check: Check, reason: Reason | undefined, facts: Facts = {}): void {
    this.findings.push({ check, outcome: 'open', reason, facts });
  }
}
