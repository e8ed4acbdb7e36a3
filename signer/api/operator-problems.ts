import type { OperatorError } from '../operators/operator-error.ts';
import { listed } from './problem-text.ts';

type Row = readonly [status: number, title: string, detail: string];

/** Rows of problems.ts for whoever may act. */
export const OPERATOR_PROBLEMS: {
  readonly [C in OperatorError['code']]: (
    error: Extract<OperatorError, { readonly code: C }>,
  ) => Row;
} = {
  'operator-unknown': ({ person, known }) => [
    404,
    'No such operator',
    `Name one of ${listed(known)} instead of ${person}.`,
  ],
  'operator-exists': ({ person }) => [
    409,
    'The operator is on record',
    `Give ${person} a new key with \`inkan operator renew\`, or name somebody else.`,
  ],
  'operator-key-taken': ({ person, spkiSha256 }) => [
    409,
    'The key is on record',
    `Make a new key: ${spkiSha256} is or was one of ${person}.`,
  ],
  'operator-key-unknown': ({ person, spkiSha256, known }) => [
    404,
    'Not a key of this operator',
    `Name one of ${listed(known)}: ${person} never had ${spkiSha256}.`,
  ],
  'operator-key-state': ({ person, spkiSha256, state, asked }) => [
    409,
    `There is nothing to ${asked}`,
    asked === 'restore' && state === 'ended'
      ? `Give ${person} a new key with \`inkan operator renew\`: the certificate of ${spkiSha256} has ended.`
      : `Look with \`inkan operator show ${person}\`: ${spkiSha256 ?? 'every key'} is ${state}.`,
  ],
  'operator-roles-refused': ({ reason }) => [
    422,
    'The roles are refused',
    `Give other roles: ${reason}.`,
  ],
  'operator-certificate-refused': ({ reason }) => [
    422,
    'The certificate is refused',
    `Give a client certificate of the operator CA: ${reason}.`,
  ],
  'operator-ca-elsewhere': () => [
    409,
    'The operator CA is not here',
    'Have the CA that `operatorCA` of config.json names certify the key, and give the certificate with --certificate.',
  ],
  'operator-needed': ({ person }) => [
    409,
    'Nobody could change the operators any more',
    `Give somebody else the role system-manager or pki-administrator first: only ${person} can act with one of them.`,
  ],
};
