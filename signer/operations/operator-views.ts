import type { Role } from '../../shared/policy/roles.ts';
import type { Result } from '../../shared/result.ts';
import type { AddOperatorInput, RenewOperatorInput } from '../operators/add-operator.ts';
import type {
  RestoreOperatorInput,
  RevokeOperatorInput,
  SetOperatorRolesInput,
} from '../operators/change-operator.ts';
import type { KeyState } from '../operators/operator-error.ts';
import type { Actor } from './actor.ts';
import type { OperationError } from './operation-error.ts';

/** One key of a person. */
export interface OperatorKeyView {
  /** Of the SubjectPublicKeyInfo, lower-case hexadecimal. */
  readonly spkiSha256: string;
  readonly state: KeyState;
  readonly notAfter: string;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly revoked: { readonly at: string; readonly by: string; readonly reason: string } | null;
  /** PEM. */
  readonly certificate: string;
}

/** A person who may act, or might once. */
export interface OperatorView {
  readonly person: string;
  readonly roles: readonly Role[];
  /** `active` while one key is. */
  readonly state: KeyState;
  /** The oldest first. */
  readonly keys: readonly OperatorKeyView[];
}

/** What will keep somebody out, or the signer from being reached, within 30 days. */
export interface EndingCertificateView {
  /** null: the signer's own, as a TLS server. */
  readonly person: string | null;
  readonly spkiSha256: string;
  readonly notAfter: string;
  /** Whole days left; 0 on the last one and negative once it has ended. */
  readonly daysLeft: number;
}

type Outcome<T> = Promise<Result<T, OperationError>>;

export interface OperatorOperations {
  listOperators(): Outcome<readonly OperatorView[]>;
  showOperator(person: string): Outcome<OperatorView>;
  /** CP 5.2.1: somebody new, with a certificate for the key of the request, or with one that is there. */
  addOperator(input: AddOperatorInput, actor: Actor): Outcome<OperatorView>;
  /** Another key for somebody on record. */
  renewOperator(input: RenewOperatorInput, actor: Actor): Outcome<OperatorView>;
  /** Shuts out at once, on open connections too. */
  revokeOperator(input: RevokeOperatorInput, actor: Actor): Outcome<OperatorView>;
  restoreOperator(input: RestoreOperatorInput, actor: Actor): Outcome<OperatorView>;
  setOperatorRoles(input: SetOperatorRolesInput, actor: Actor): Outcome<OperatorView>;
}
