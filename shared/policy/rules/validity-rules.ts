import { isCA, isTimeStamping, isUnderCSBR, type ProfileRule } from './profile-use.ts';

/** CSBR 6.3.2. */
const TIME_STAMP_MONTHS = 135;
const KEY_USED_MONTHS = 15;
const KEY_REMOVED_MONTHS = 18;

/** The fewest days that 135 months can have: eleven years and three months. */
const TIME_STAMP_DAYS = 4_106;

/** CP table 7.1.2-4: the last day of time-stamp certificates directly under RootCA3. */
const UNDER_ROOT_UNTIL = '2018-09-26';

export const VALIDITY_RULES: readonly ProfileRule[] = [
  {
    clause: 'CSBR 6.3.2; CRT-3',
    field: 'validity',
    check: ({ profile }) => {
      if (!isTimeStamping(profile) || isCA(profile)) return null;
      const { value } = profile.validity;
      const within =
        'months' in value ? value.months <= TIME_STAMP_MONTHS : value.days <= TIME_STAMP_DAYS;
      return within
        ? null
        : `is more than the ${TIME_STAMP_MONTHS} months of a time-stamp certificate`;
    },
  },
  {
    clause: 'CSBR 6.3.2; CRT-3',
    field: 'privateKeyUsage',
    check: (use) => {
      const usage = use.profile.privateKeyUsage?.value;
      if (usage && usage.removedWithinMonths < usage.months)
        return 'has the key removed before it is used up';
      if (!isUnderCSBR(use) || use.role !== 'subscriber') return null;
      if (!usage) return 'must say how long the private key is used';
      return usage.months <= KEY_USED_MONTHS && usage.removedWithinMonths <= KEY_REMOVED_MONTHS
        ? null
        : `must be at most ${KEY_USED_MONTHS} months, removed within ${KEY_REMOVED_MONTHS}`;
    },
  },
  {
    clause: 'CP 7.1.2',
    field: 'issuedUntil',
    check: ({ profile: { issuedFrom, issuedUntil } }) =>
      issuedFrom && issuedUntil && issuedUntil.value < issuedFrom.value
        ? 'is before issuedFrom'
        : null,
  },
  {
    clause: 'CP table 7.1.2-4; CRT-12',
    field: 'issuedUntil',
    check: ({ profile, role, scope, signer }) => {
      if (scope !== 'code-signing' || role !== 'subscriber' || signer.issuer !== null) return null;
      const { issuedUntil } = profile;
      return issuedUntil && issuedUntil.value <= UNDER_ROOT_UNTIL
        ? null
        : `must be ${UNDER_ROOT_UNTIL} or earlier for certificates directly under the root`;
    },
  },
];
