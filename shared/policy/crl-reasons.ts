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

/**
 * What a verifier of time-stamp tokens makes of each reason (RFC 3161 4; CRL-12, CRL-13). An entry
 * without a reason would make every token of that authority invalid, so one is always chosen (CON-2).
 */
export const CRL_REASON_MEANINGS: Readonly<
  Record<CRLReasonName, { readonly en: string; readonly ja: string }>
> = {
  keyCompromise: {
    en: 'Someone else had the key, or may have had it. By RFC 3161 no token made with this key can be trusted any more, whenever it was made, unless other evidence shows that it is genuine.',
    ja: '私有鍵が危殆化した、またはそのおそれがある。この鍵で作られたタイムスタンプは、作成時期にかかわらず、ほかの証拠がない限り信頼できない。',
  },
  affiliationChanged: {
    en: 'The subject changed its name or organisation; the key is not compromised. Tokens made before the revocation date stay valid.',
    ja: '主体者の名称または所属が変わった。鍵は危殆化していない。失効日時より前のタイムスタンプは有効である。',
  },
  superseded: {
    en: 'Another certificate has taken its place; the key is not compromised. Tokens made before the revocation date stay valid.',
    ja: '別の証明書に置き換えられた。鍵は危殆化していない。失効日時より前のタイムスタンプは有効である。',
  },
  cessationOfOperation: {
    en: 'The service or the subject has ended; the key is not compromised. Tokens made before the revocation date stay valid.',
    ja: '業務または主体者が終了した。鍵は危殆化していない。失効日時より前のタイムスタンプは有効である。',
  },
};
