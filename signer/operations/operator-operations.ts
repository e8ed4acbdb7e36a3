import { ok, type Result } from '../../shared/result.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import type { OperatorRow } from '../database/operator-table.ts';
import { pem } from '../issuance/pem.ts';
import { personNamed } from '../operators/act.ts';
import { addOperator, renewOperator } from '../operators/add-operator.ts';
import { changeRoles, restoreOperator, revokeOperator } from '../operators/change-operator.ts';
import type { OperatorTrust } from '../operators/operator-trust.ts';
import { keyState, type Person, peopleOnRecord, personState } from '../operators/people.ts';
import type { SignerContext } from '../signer-context.ts';
import type { Actor } from './actor.ts';
import type { OperationError } from './operation-error.ts';
import type { OperationTools } from './operation-tools.ts';
import type { OperatorKeyView, OperatorOperations, OperatorView } from './operator-views.ts';

/** What acts on the operators need besides the CA's own tools. */
export interface OperatorDeps {
  readonly trust: OperatorTrust;
  /** Cuts the connections of whoever is no longer let in; not those of this key, which hears the answer. */
  readonly dropRevoked: (but: string) => void;
}

export function operatorOperations(
  { context, auditRefusal }: OperationTools,
  { trust, dropRevoked }: OperatorDeps,
): OperatorOperations {
  /** The person as the act left it; a refusal goes into the log. */
  const finish = async (
    operation: string,
    person: string,
    actor: Actor,
    outcome: Promise<Result<true, OperationError>>,
  ): Promise<Result<OperatorView, OperationError>> => {
    const done = await outcome;
    auditRefusal(`operator ${operation}`, actor, done);
    if (!done.ok) return done;
    dropRevoked(actor.spkiSha256);
    return show(context, person);
  };
  return {
    listOperators: async () => {
      const now = context.clock();
      return ok(peopleOnRecord(context.db).map((person) => operatorView(person, now)));
    },
    showOperator: async (person) => show(context, person),
    addOperator: (input, actor) =>
      finish('add', input.person, actor, addOperator(context, trust, input, actor.name)),
    renewOperator: (input, actor) =>
      finish('renew', input.person, actor, renewOperator(context, trust, input, actor.name)),
    revokeOperator: (input, actor) =>
      finish('revoke', input.person, actor, revokeOperator(context, input, actor.name)),
    restoreOperator: (input, actor) =>
      finish('restore', input.person, actor, restoreOperator(context, input, actor.name)),
    setOperatorRoles: (input, actor) =>
      finish('roles', input.person, actor, changeRoles(context, input, actor.name)),
  };
}

function show(context: SignerContext, name: string): Result<OperatorView, OperationError> {
  const person = personNamed(context, name);
  return person.ok ? ok(operatorView(person.value, context.clock())) : person;
}

function operatorView(person: Person, now: UnixSeconds): OperatorView {
  return {
    person: person.person,
    roles: person.roles,
    state: personState(person, now),
    keys: person.keys.map((row) => keyView(row, now)),
  };
}

function keyView(row: OperatorRow, now: UnixSeconds): OperatorKeyView {
  const { spkiSha256, notAfter, addedAt, addedBy, revoked, certificate } = row;
  return {
    spkiSha256,
    state: keyState(row, now),
    notAfter: isoText(notAfter),
    addedAt: isoText(addedAt),
    addedBy,
    revoked: revoked && { ...revoked, at: isoText(revoked.at) },
    certificate: pem('CERTIFICATE', certificate),
  };
}
