/**
 * CP 7.2.2: the only CRLReason values of this CA (CRL-12). Suspension does not exist (CP 4.9.13),
 * `unspecified` cannot be entered (CON-2), and a sub-CA's compromise is coded 1 as well (CRL-13).
 */
export const CRL_REASONS = {
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;

export type CRLReasonName = keyof typeof CRL_REASONS;
export type CRLReason = (typeof CRL_REASONS)[CRLReasonName];

export const CRL_REASON_NAMES: readonly CRLReasonName[] = [
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
];

export function isCRLReasonName(text: string): text is CRLReasonName {
  return Object.hasOwn(CRL_REASONS, text);
}

export function crlReasonFromNumber(value: number): CRLReason | undefined {
  return value === 1 || value === 3 || value === 4 || value === 5 ? value : undefined;
}

export function crlReasonName(reason: CRLReason): CRLReasonName {
  switch (reason) {
    case 1:
      return 'keyCompromise';
    case 3:
      return 'affiliationChanged';
    case 4:
      return 'superseded';
    case 5:
      return 'cessationOfOperation';
  }
}
