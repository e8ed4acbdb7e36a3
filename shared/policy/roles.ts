/**
 * Roles of the people who act for the CA. CP 4.3.1 names the three that may give the command to sign
 * (CA システムオペレーター、システム責任者、PKI 管理者); registration is that of CP 1.3.2, and an auditor reads
 * everything and changes nothing (CP 8).
 */
export const ROLES = [
  'registration-officer',
  'system-operator',
  'system-manager',
  'pki-administrator',
  'auditor',
] as const;

export type Role = (typeof ROLES)[number];

/** Who may give the command to sign (CP 4.3.1). */
export const COMMANDERS: readonly Role[] = [
  'system-operator',
  'system-manager',
  'pki-administrator',
];

/** What one person alone does not do, as long as the policy does not say otherwise. */
export const DUTIES = ['issue', 'revoke', 'keys', 'policy', 'operators'] as const;

export type Duty = (typeof DUTIES)[number];
