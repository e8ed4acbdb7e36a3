import type { OperationError } from '../operations/operation-error.ts';

type Code = 'backup-under-way';

type Row = readonly [status: number, title: string, detail: string];

/** Rows of problems.ts for backups. */
export const BACKUP_PROBLEMS: {
  readonly [C in Code]: (error: Extract<OperationError, { readonly code: C }>) => Row;
} = {
  'backup-under-way': () => [
    409,
    'Another backup is under way',
    'Wait until it has ended: each takes the room of the database on the signer.',
  ],
};
