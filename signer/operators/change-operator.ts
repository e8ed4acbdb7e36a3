import type { Role } from '../../shared/policy/roles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import {
  type OperatorRow,
  setOperatorRestored,
  setOperatorRevoked,
  setOperatorRoles,
} from '../database/operator-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { actOnOperators, personNamed } from './act.ts';
import { keyState, managerRemains, type Person, personState } from './people.ts';
import { rolesProblem } from './roles.ts';

export interface RevokeOperatorInput {
  readonly person: string;
  /** Absent: every key of the person. */
  readonly spkiSha256?: string;
  readonly reason: string;
}

/** Shuts a person, or one key of a person, out. It only takes away, so that one person may do it at once. */
export function revokeOperator(
  context: SignerContext,
  { person, spkiSha256, reason }: RevokeOperatorInput,
  actor: string,
): Promise<Result<true, OperationError>> {
  return actOnOperators(context, async (now) => {
    const known = personNamed(context, person);
    if (!known.ok) return known;
    const key = spkiSha256 === undefined ? ok(null) : keyNamed(known.value, spkiSha256);
    if (!key.ok) return key;
    const named = key.value ? [key.value] : known.value.keys;
    // Also one that has ended: a certificate with its key may be made to end later.
    const revoking = named.filter(({ revoked }) => revoked === null);
    if (revoking.length === 0) return wrongState(known.value, key.value, 'revoke', now);
    const keys = new Set(revoking.map(({ id }) => id));
    const { db, audit, checkpoint } = context;
    if (managerRemains(db, now, {}) && !managerRemains(db, now, { keys }))
      return err({ code: 'operator-needed', person });
    // The log first: if we stop between the two nothing is changed, and it is asked for again.
    for (const row of revoking) {
      const event = { person, spkiSha256: row.spkiSha256, reason, actor };
      audit.append({ type: 'operator-revoked', ...event });
    }
    checkpoint('operator: in the log');
    db.transaction((tx) => {
      for (const { id } of revoking) setOperatorRevoked(tx, id, { at: now, by: actor, reason });
      rememberTime(tx, now);
    });
    checkpoint('operator: recorded');
    return ok(true);
  });
}

export interface RestoreOperatorInput {
  readonly person: string;
  readonly spkiSha256: string;
}

/** Takes the revocation of a key back, with the roles that the person has now. */
export function restoreOperator(
  context: SignerContext,
  { person, spkiSha256 }: RestoreOperatorInput,
  actor: string,
): Promise<Result<true, OperationError>> {
  return actOnOperators(context, async (now) => {
    const known = personNamed(context, person);
    if (!known.ok) return known;
    const key = keyNamed(known.value, spkiSha256);
    if (!key.ok) return key;
    if (!key.value.revoked || key.value.notAfter < now)
      return wrongState(known.value, { ...key.value, revoked: null }, 'restore', now);
    const { db, audit, checkpoint } = context;
    const { roles } = known.value;
    audit.append({ type: 'operator-restored', person, spkiSha256, roles, actor });
    checkpoint('operator: in the log');
    db.transaction((tx) => {
      setOperatorRestored(tx, key.value.id);
      rememberTime(tx, now);
    });
    checkpoint('operator: recorded');
    return ok(true);
  });
}

export interface SetOperatorRolesInput {
  readonly person: string;
  readonly roles: readonly Role[];
}

/** These roles in place of those that the person has; from the next request on. */
export async function changeRoles(
  context: SignerContext,
  { person, roles }: SetOperatorRolesInput,
  actor: string,
): Promise<Result<true, OperationError>> {
  const reason = rolesProblem(roles);
  if (reason !== null) return err({ code: 'operator-roles-refused', reason });
  return actOnOperators(context, async (now) => {
    const known = personNamed(context, person);
    if (!known.ok) return known;
    const { db, audit, checkpoint } = context;
    const changed = { person, roles };
    if (managerRemains(db, now, {}) && !managerRemains(db, now, { changed }))
      return err({ code: 'operator-needed', person });
    audit.append({ type: 'operator-roles', person, roles, actor });
    checkpoint('operator: in the log');
    db.transaction((tx) => {
      setOperatorRoles(tx, person, roles);
      rememberTime(tx, now);
    });
    checkpoint('operator: recorded');
    return ok(true);
  });
}

function keyNamed(
  { person, keys }: Person,
  spkiSha256: string,
): Result<OperatorRow, OperationError> {
  const key = keys.find((row) => row.spkiSha256 === spkiSha256);
  if (key) return ok(key);
  const known = keys.map((row) => row.spkiSha256);
  return err({ code: 'operator-key-unknown', person, spkiSha256, known });
}

function wrongState(
  person: Person,
  key: OperatorRow | null,
  asked: 'revoke' | 'restore',
  now: UnixSeconds,
): Result<never, OperationError> {
  const state = key ? keyState(key, now) : personState(person, now);
  const spkiSha256 = key?.spkiSha256 ?? null;
  return err({ code: 'operator-key-state', person: person.person, spkiSha256, state, asked });
}
