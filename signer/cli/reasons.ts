import {
  CRL_REASON_MEANINGS,
  CRL_REASON_NAMES,
  type CRLReasonName,
} from '../../shared/policy/crl-reasons.ts';

/** What the operator has to do besides, where a reason asks for it. */
const ADVICE: Partial<Record<CRLReasonName, string>> = {
  keyCompromise:
    'Set --revocation-date to when the compromise began: code-signing verifiers keep what is proved to be older (CSBR 4.9.6). Use it for a compromised sub-CA too.',
};

/** The table of reasons for whoever has to choose one (CRL-13, CON-2). */
export const REASON_MEANINGS: readonly (readonly [CRLReasonName, string])[] = CRL_REASON_NAMES.map(
  (name) => [name, [CRL_REASON_MEANINGS[name].en, ADVICE[name]].filter(Boolean).join(' ')],
);
