import type { Result } from '../../shared/result.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { SignerContext } from '../signer-context.ts';
import type { OperationError } from './operation-error.ts';
import type { Actor } from './operations.ts';
import type { PublicationView } from './views.ts';

/** What the operations share. */
export interface OperationTools {
  readonly context: SignerContext;
  /** CRL and OCSP of these authorities, then the epoch that carries both. */
  readonly bringOut: (authorityIds: readonly number[]) => Promise<PublicationView>;
  /** Writes a refusal into the audit log (CP 5.4); successes are written where they happen. */
  readonly auditRefusal: (
    operation: string,
    actor: Actor,
    outcome: Result<unknown, OperationError>,
  ) => void;
  /** A certified authority. */
  readonly authorityNamed: (name: string) => Result<AuthorityRow, OperationError>;
}
