import type { OperationError } from '../operations/operation-error.ts';

type Code =
  | 'application-required'
  | 'application-unknown'
  | 'application-open'
  | 'transition-refused'
  | 'application-incomplete'
  | 'fingerprint-mismatch'
  | 'publication-due';

type Row = readonly [status: number, title: string, detail: string];

/** Rows of problems.ts for applications. */
export const APPLICATION_PROBLEMS: {
  readonly [C in Code]: (error: Extract<OperationError, { readonly code: C }>) => Row;
} = {
  'application-required': ({ authority, source }) => [
    409,
    'The policy asks for an application',
    `Use \`inkan application new\`: ${authority} issues under approved applications only (${source}).`,
  ],
  'application-unknown': ({ application }) => [
    404,
    'No such application',
    `Look ${application} up in the list of applications.`,
  ],
  'application-open': ({ application, shared }) => [
    409,
    `Another application has this ${shared}`,
    `Decide or withdraw application ${application} first: it is open and has the same ${shared}.`,
  ],
  'transition-refused': ({ application, state, transition, allowed, reason }) => [
    409,
    'The state of the application does not allow this',
    `Application ${application} is ${state}, which ${reason ?? `does not allow to ${transition} it`}; it allows: ${allowed.join(', ') || 'nothing more'}.`,
  ],
  'application-incomplete': ({ application, missing }) => [
    409,
    'The application cannot be approved',
    `Screen application ${application} again or reject it: ${missing.map(({ clause, reason }) => `${reason} (${clause})`).join('; ')}.`,
  ],
  'fingerprint-mismatch': ({ told, requestSha256 }) => [
    422,
    'The fingerprint is another',
    `Ask the applicant again, the request may have been exchanged: ${told} was told and the request has ${requestSha256} (CP 3.2.1).`,
  ],
  'publication-due': ({ serialNumber, reason }) => [
    409,
    'The certificate is not published yet',
    `Hand ${serialNumber} over when \`inkan status\` shows nothing due: ${reason} (OPS-4).`,
  ],
};
