import type { CertificatePolicy } from './certificate-policy.ts';
import { EXTENSION_RULES } from './rules/extension-rules.ts';
import { hierarchyFindings } from './rules/hierarchy-rules.ts';
import { KEY_RULES } from './rules/key-rules.ts';
import { type ProfileRule, profileUses } from './rules/profile-use.ts';
import { VALIDITY_RULES } from './rules/validity-rules.ts';

/** Where a policy contradicts itself or a rule, why, and which clause says so. */
export interface PolicyFinding {
  /** RFC 6901 JSON Pointer into the file. */
  readonly pointer: string;
  readonly reason: string;
  readonly clause: string;
}

const PROFILE_RULES: readonly ProfileRule[] = [...KEY_RULES, ...EXTENSION_RULES, ...VALIDITY_RULES];

/**
 * Every contradiction in a policy that was read without error; none for one that may be used. A
 * profile is judged for each authority that uses it, a finding told once.
 */
export function policyFindings(
  policy: Pick<CertificatePolicy, 'authorities' | 'profiles'>,
): readonly PolicyFinding[] {
  const findings = new Map<string, PolicyFinding>();
  const add = (pointer: string, reason: string, clause: string) =>
    findings.set(`${pointer} ${reason}`, { pointer, reason, clause });
  for (const [name, authority] of policy.authorities) {
    for (const { field, reason, clause } of hierarchyFindings(policy, authority)) {
      add(`/authorities/${name}/${field}`, reason, clause);
    }
  }
  for (const use of profileUses(policy)) {
    for (const { field, check, clause } of PROFILE_RULES) {
      const reason = check(use);
      if (reason !== null) add(`/profiles/${use.name}/${field}`, reason, clause);
    }
  }
  return [...findings.values()];
}
