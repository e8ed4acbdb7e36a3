import type { OperationError } from '../operations/operation-error.ts';
import { listed } from './problem-text.ts';

type Code =
  | 'authority-unknown'
  | 'authority-exists'
  | 'issuer-missing'
  | 'authority-expired'
  | 'authority-revoked'
  | 'custody-offline';

type Row = readonly [status: number, title: string, detail: string];

/** Rows of problems.ts for the CAs themselves. */
export const AUTHORITY_PROBLEMS: {
  readonly [C in Code]: (error: Extract<OperationError, { readonly code: C }>) => Row;
} = {
  'authority-unknown': ({ authority, known }) => [
    404,
    'No such authority',
    known.includes(authority)
      ? `${authority} is of the policy and not made yet: \`inkan ca create\` makes one whose key is here, a ceremony one whose key is offline.`
      : `Name one of ${listed(known)} instead of ${authority}.`,
  ],
  'authority-exists': ({ authority }) => [
    409,
    'The authority exists',
    `Use ${authority} as it is: an authority is created once.`,
  ],
  'issuer-missing': ({ authority, issuer }) => [
    409,
    'The issuer does not exist yet',
    `Create ${issuer}, which issues ${authority}, first.`,
  ],
  'authority-expired': ({ authority, notAfter }) => [
    409,
    'The authority has expired',
    `Issue from another authority: ${authority} ended at ${notAfter}.`,
  ],
  'authority-revoked': ({ authority }) => [
    409,
    'The authority is revoked',
    `Issue from another authority: the certificate of ${authority}, or one above it, is revoked.`,
  ],
  'custody-offline': ({ authority }) => [
    409,
    'The key of this authority must be offline',
    `Use \`inkan ceremony export ${authority}\`, with --responder for a new responder, or \`inkan ceremony root ${authority}\` on the offline host for a root: its key is there and never here.`,
  ],
};
