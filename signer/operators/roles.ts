import { ROLES, type Role } from '../../shared/policy/roles.ts';

/** What somebody has whom nobody gave roles: everything but the auditor's. */
export const ACTING_ROLES: readonly Role[] = ROLES.filter((role) => role !== 'auditor');

/** Whoever may change who the operators are; AUTHORISATIONS gives these routes to them. */
export const MANAGER_ROLES: readonly Role[] = ['system-manager', 'pki-administrator'];

/**
 * null when one person may have these roles. Which roles have to be separated CP 5.2.4 and 8.3 leave to
 * the CPS; here whoever audits does nothing that would be audited.
 */
export function rolesProblem(roles: readonly Role[]): string | null {
  if (roles.length === 0) return 'at least one role is needed';
  if (new Set(roles).size < roles.length) return 'a role is named twice';
  if (roles.includes('auditor') && roles.length > 1)
    return 'an auditor has no other role (CP 5.2.4)';
  return null;
}

/** A person's name: a folder's, a log's and a certificate's, the same in each. */
export const PERSON_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names that differ in their case alone would be taken for one person by whoever reads them. */
export function samePerson(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
