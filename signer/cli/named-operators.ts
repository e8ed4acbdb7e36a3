import { ROLES, type Role } from '../../shared/policy/roles.ts';
import { ok, type Result } from '../../shared/result.ts';
import { ACTING_ROLES, PERSON_NAME, rolesProblem, samePerson } from '../operators/roles.ts';
import { type Failure, usageFailure } from './command.ts';
import type { NamedOperator } from './options.ts';

export const DEFAULT_OPERATOR = 'operator';

/** `NAME` or `NAME:ROLE,ROLE`, each person once; nobody named: one who has every role but the auditor's. */
export function namedOperators(
  texts: readonly string[],
): Result<readonly NamedOperator[], Failure> {
  const operators: NamedOperator[] = [];
  for (const text of texts.length === 0 ? [DEFAULT_OPERATOR] : texts) {
    const [name = '', ...more] = text.split(':');
    const person = personNameFrom(name, '--operator');
    if (!person.ok) return person;
    const roles = more.length === 0 ? ok(ACTING_ROLES) : rolesFrom(more.join(':'), '--operator');
    if (!roles.ok) return roles;
    if (operators.some((other) => samePerson(other.person, name)))
      return usageFailure(`--operator names ${name} twice`, 'give everybody a name of their own');
    operators.push({ person: person.value, roles: roles.value });
  }
  return ok(operators);
}

/** `where` is the option or operand, for the message. */
export function personNameFrom(name: string, where: string): Result<string, Failure> {
  if (PERSON_NAME.test(name)) return ok(name);
  return usageFailure(
    `${where} cannot be ${name}`,
    'give 1 to 64 letters, digits, dots, underscores and hyphens',
  );
}

/** Roles separated by commas. */
export function rolesFrom(text: string, where: string): Result<readonly Role[], Failure> {
  const names = text.split(',');
  const roles = ROLES.filter((role) => names.includes(role));
  const unknown = names.find((name) => !ROLES.some((role) => role === name));
  if (unknown !== undefined)
    return usageFailure(`${where} has no role ${unknown}`, `give some of ${ROLES.join(', ')}`);
  const problem = rolesProblem(roles.length < names.length ? [...roles, ...roles] : roles);
  if (problem !== null) return usageFailure(`${where} cannot be ${text}: ${problem}`, 'change it');
  return ok(roles);
}
