import type { Seconds } from '../../shared/time.ts';

const DAY: Seconds = 86_400;

/** Until when a certificate has to be revoked, counted from receipt (OPS-1, CON-7). */
export interface Term {
  /** An earlier wish of the same clause, where there is one. */
  readonly should: Seconds | null;
  readonly must: Seconds;
  readonly source: string;
}

/** What can have happened, and how soon CSBR 4.9.1.1 wants a subscriber's certificate revoked for it. */
export interface Ground {
  readonly title: string;
  readonly source: string;
  readonly must: Seconds;
  /** The key is not the subscriber's alone any more: the reason can only be keyCompromise (CRL-13). */
  readonly compromise?: true;
  /** It may be asked for a day to come; the term then begins on that day (CP 4.9.4). */
  readonly plannable?: true;
}

export type GroundName =
  | 'subscriber-request'
  | 'request-not-authorised'
  | 'key-compromise'
  | 'key-easily-computed'
  | 'key-method-flawed'
  | 'suspect-code'
  | 'key-not-compliant'
  | 'misuse'
  | 'agreement-breached'
  | 'information-changed'
  | 'issued-against-rules'
  | 'information-wrong'
  | 'right-to-issue-ended'
  | 'service-ended'
  | 'required-by-policy';

/** By the names that commands use, in the order of CSBR 4.9.1.1. */
export const GROUNDS: Readonly<Record<GroundName, Ground>> = {
  'subscriber-request': {
    title: 'The subscriber, or the sub-CA, asks for it in writing',
    source: 'CSBR 4.9.1.1 item 1, 4.9.1.2 item 1; CP 4.9.1',
    must: DAY,
    plannable: true,
  },
  'request-not-authorised': {
    title: 'The subscriber says that the certificate was never authorised',
    source: 'CSBR 4.9.1.1 item 2, 4.9.1.2 item 2',
    must: DAY,
  },
  'key-compromise': {
    title: 'There is evidence that the private key is compromised',
    source: 'CSBR 4.9.1.1 item 3, 4.9.1.2 item 3; CP 4.9.1',
    must: DAY,
    compromise: true,
  },
  'key-easily-computed': {
    title: 'The private key can be computed from the public key',
    source: 'CSBR 4.9.1.1 item 4',
    must: DAY,
    compromise: true,
  },
  'key-method-flawed': {
    title: 'A method exposes the private key, or it was made by a flawed method',
    source: 'CSBR 4.9.1.1 item 5',
    must: DAY,
    compromise: true,
  },
  'suspect-code': {
    title: 'The certificate was used to sign Suspect Code',
    source: 'CSBR 4.9.1.1 item 6',
    must: DAY,
  },
  'key-not-compliant': {
    title: 'Key size or quality no longer comply with CSBR 6.1.5 and 6.1.6',
    source: 'CSBR 4.9.1.1 item 7, 4.9.1.2 item 3',
    must: 5 * DAY,
  },
  misuse: {
    title: 'There is evidence that the certificate was misused',
    source: 'CSBR 4.9.1.1 item 8, 4.9.1.2 item 4',
    must: 5 * DAY,
  },
  'agreement-breached': {
    title: 'The subscriber broke the agreement, the CP, the CPS or the law',
    source: 'CSBR 4.9.1.1 item 9; CP 4.9.1',
    must: 5 * DAY,
  },
  'information-changed': {
    title: 'What the certificate says has changed',
    source: 'CSBR 4.9.1.1 item 10; CP 4.8.1, 4.9.1',
    must: 5 * DAY,
  },
  'issued-against-rules': {
    title: 'It was not issued as CSBR, CP or CPS demand',
    source: 'CSBR 4.9.1.1 item 11, 4.9.1.2 item 5',
    must: 5 * DAY,
  },
  'information-wrong': {
    title: 'What the certificate says is inaccurate',
    source: 'CSBR 4.9.1.1 item 12, 4.9.1.2 item 6; CP 4.9.1',
    must: 5 * DAY,
  },
  'right-to-issue-ended': {
    title: "The CA's right to issue ends",
    source: 'CSBR 4.9.1.1 item 13, 4.9.1.2 item 8',
    must: 5 * DAY,
  },
  'service-ended': {
    title: 'The CA ends the service, or ceases operation',
    source: 'CP 4.9.1; CSBR 4.9.1.1 item 14, 4.9.1.2 items 7 and 9',
    must: 5 * DAY,
    plannable: true,
  },
  'required-by-policy': {
    title: 'CP or CPS demand it for another cause',
    source: 'CSBR 4.9.1.1 item 14, 4.9.1.2 item 9; CP 4.9.1',
    must: 5 * DAY,
  },
};

export const GROUND_NAMES: readonly GroundName[] = Object.keys(GROUNDS) as GroundName[];

/** OPS-1: 24 hours, or 5 days with 24 hours wished for; for a CA's certificate 7 days (CSBR 4.9.1.2). */
export function termOf(name: GroundName, isCA: boolean): Term {
  if (isCA) return { should: null, must: 7 * DAY, source: 'CSBR 4.9.1.2, OPS-1' };
  const { must } = GROUNDS[name];
  return { should: must > DAY ? DAY : null, must, source: 'CSBR 4.9.1.1, OPS-1' };
}
