import type { AuthoritiesError } from './authorities.ts';
import type { Refusal } from './given.ts';
import type { Verdict } from './report.ts';
import type { Check, CheckOutcome, Reason } from './trail.ts';

/** All that the page says by itself. `{name}` stands for a fact of that name. */
export interface Words {
  readonly verdicts: Readonly<Record<Verdict, VerdictWords>>;
  readonly checks: Readonly<Record<Check, CheckWords>>;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly outcomes: Readonly<Record<CheckOutcome, string>>;
  readonly facts: Readonly<Record<FactName, string>>;
  readonly refusals: Readonly<Record<Refusal, string>>;
  readonly errors: Readonly<Record<AuthoritiesError['code'] | 'bug' | 'insecure', string>>;
  /** Text of the link to this page over https. */
  readonly overHttps: string;
  readonly revoked: { readonly text: string; readonly noReason: string };
  readonly certificate: string;
  readonly token: string;
  readonly pasted: string;
  readonly checking: string;
  readonly done: string;
  readonly nothing: string;
  readonly checksMade: string;
}

export interface VerdictWords {
  readonly title: string;
  readonly text: string;
}

/** The name of a check, and what it means that it passed. */
export interface CheckWords {
  readonly name: string;
  readonly passed: string;
}

/** In the order in which they are shown. */
export const FACT_NAMES = [
  'subject',
  'issuer',
  'serialNumber',
  'genTime',
  'tokenSerialNumber',
  'policy',
  'stamped',
  'notBefore',
  'notAfter',
  'thisUpdate',
  'nextUpdate',
  'sha256',
] as const;

export type FactName = (typeof FACT_NAMES)[number];

export type Language = 'en' | 'ja';
