import type { CRLReasonName } from '../../shared/policy/crl-reasons.ts';

/**
 * What a verifier of time-stamp tokens makes of each reason (RFC 3161 4; CRL-12, CRL-13). An entry
 * without a reason would make every token of that authority invalid, so one is always chosen (CON-2).
 */
export const REASON_MEANINGS: readonly (readonly [CRLReasonName, string])[] = [
  [
    'keyCompromise',
    'Someone else had the key, or may have had it. By RFC 3161 no token made with this key can be trusted any more, whenever it was made, unless other evidence shows that it is genuine. Set --revocation-date to when the compromise began: code-signing verifiers keep what is proved to be older (CSBR 4.9.6). Use it for a compromised sub-CA too.',
  ],
  [
    'affiliationChanged',
    'The subject changed its name or organisation; the key is not compromised. Tokens made before the revocation date stay valid.',
  ],
  [
    'superseded',
    'Another certificate has taken its place; the key is not compromised. Tokens made before the revocation date stay valid.',
  ],
  [
    'cessationOfOperation',
    'The service or the subject has ended; the key is not compromised. Tokens made before the revocation date stay valid.',
  ],
];
