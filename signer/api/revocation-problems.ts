import type { OperationError } from '../operations/operation-error.ts';
import { listed } from './problem-text.ts';

type Code =
  | 'already-revoked'
  | 'revocation-date-refused'
  | 'revocation-request-unknown'
  | 'revocation-request-refused'
  | 'revocation-step-refused'
  | 'second-person-needed';

type Row = readonly [status: number, title: string, detail: string];

/** Rows of problems.ts for revocations and their register. */
export const REVOCATION_PROBLEMS: {
  readonly [C in Code]: (error: Extract<OperationError, { readonly code: C }>) => Row;
} = {
  'already-revoked': ({ serialNumber, revocationDate, reason }) => [
    409,
    'The certificate is revoked already',
    `Leave ${serialNumber} as it is: it was revoked as of ${revocationDate} for ${reason}.`,
  ],
  'revocation-date-refused': ({ reason }) => [
    422,
    'The revocation date is refused',
    `Give another revocation date or none: ${reason}.`,
  ],
  'revocation-request-unknown': ({ number }) => [
    404,
    'No such revocation request',
    `Look in the list of revocation requests: there is none with the number ${number}.`,
  ],
  'revocation-request-refused': ({ check, reason }) => [
    422,
    'The revocation request is refused',
    `Record it as it can be carried out: ${reason} (${check}).`,
  ],
  'revocation-step-refused': ({ number, state, asked, allowed }) => [
    409,
    'The revocation request does not allow this now',
    `Choose one of ${listed(allowed)} instead of ${asked}: request ${number} is ${state}.`,
  ],
  'second-person-needed': ({ number, person }) => [
    409,
    'A second person has to approve',
    `Have somebody else approve request ${number}: ${person} recorded it.`,
  ],
};
