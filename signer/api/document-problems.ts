import type { OperationError } from '../operations/operation-error.ts';

type Code =
  | 'documents-unpublished'
  | 'document-unknown'
  | 'document-exists'
  | 'document-changed'
  | 'document-refused';

type Row = readonly [status: number, title: string, detail: string];

/** Rows of problems.ts for the documents of the repository. */
export const DOCUMENT_PROBLEMS: {
  readonly [C in Code]: (error: Extract<OperationError, { readonly code: C }>) => Row;
} = {
  'documents-unpublished': () => [
    409,
    'The policy names no folder of documents',
    'Give `documents.url` with its clause in the policy file, and start the signer again.',
  ],
  'document-unknown': ({ name, version }) => [
    404,
    'No such document',
    `Look ${version === null ? name : `version ${version} of ${name}`} up with \`inkan document list\`: it is not in the repository.`,
  ],
  'document-exists': ({ name, version }) => [
    409,
    'This edition is in the repository',
    `Leave it: ${name} ${version} is this very file.`,
  ],
  'document-changed': ({ name, version, sha256 }) => [
    409,
    'Another file has this version',
    `Raise the version number (CP 9.12.1), or withdraw ${name} ${version} first if it was a mistake: its SHA-256 is ${sha256}.`,
  ],
  'document-refused': ({ clause, reason }) => [
    422,
    'The edition is refused',
    `Correct what the clause names, nothing was published: ${reason} (${clause}).`,
  ],
};
