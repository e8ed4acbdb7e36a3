import type { Role } from '../../shared/policy/roles.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader } from '../database/database.ts';
import { listOperators, type OperatorRow } from '../database/operator-table.ts';
import type { KeyState } from './operator-error.ts';
import { MANAGER_ROLES } from './roles.ts';

/** Somebody on record, with all keys that this person ever had, the oldest first. */
export interface Person {
  readonly person: string;
  readonly roles: readonly Role[];
  readonly keys: readonly OperatorRow[];
}

export function keyState({ revoked, notAfter }: OperatorRow, now: UnixSeconds): KeyState {
  if (revoked) return 'revoked';
  return notAfter < now ? 'ended' : 'active';
}

/** In the order in which they were first added. */
export function peopleOnRecord(db: Reader): readonly Person[] {
  const people = new Map<string, OperatorRow[]>();
  for (const row of listOperators(db)) {
    const keys = people.get(row.person);
    if (keys) keys.push(row);
    else people.set(row.person, [row]);
  }
  return [...people].map(([person, keys]) => ({ person, roles: keys.at(-1)?.roles ?? [], keys }));
}

/** `active` with one key that is; else what its newest key is. */
export function personState({ keys }: Person, now: UnixSeconds): KeyState {
  const states = keys.map((key) => keyState(key, now));
  return states.includes('active') ? 'active' : (states.at(-1) ?? 'ended');
}

/**
 * Whether somebody could still change the operators if these keys were taken away, or the person had these
 * roles. The two are one question: without such a person the signer can be managed by nobody.
 */
export function managerRemains(
  db: Reader,
  now: UnixSeconds,
  without: {
    readonly keys?: ReadonlySet<number>;
    readonly changed?: Pick<Person, 'person' | 'roles'>;
  },
): boolean {
  return listOperators(db).some((row) => {
    const roles = row.person === without.changed?.person ? without.changed.roles : row.roles;
    const isManager = roles.some((role) => MANAGER_ROLES.includes(role));
    return isManager && keyState(row, now) === 'active' && !without.keys?.has(row.id);
  });
}
