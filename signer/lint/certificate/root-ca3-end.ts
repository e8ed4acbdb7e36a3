import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { readValidity } from './certificate-fields.ts';
import { attributesOf } from './name-attributes.ts';
import { isFor, shouldBeCA } from './purposes.ts';

const ROOT_CA3 = 'Security Communication RootCA3';
/** 2018-09-27T00:00:00+09:00, the end of the last day. */
const ENDED_AT = 1_537_974_000;

export const rootCA3EndRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-12',
  source: 'CP table 7.1.2-4, heading',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'timeStamping') || shouldBeCA(candidate)) return null;
    const issuer = attributesOf(candidate.fields.issuer) ?? [];
    if (!issuer.some(({ type, text }) => type === 'CN' && text === ROOT_CA3)) return null;
    const notBefore = readValidity(candidate.fields.validity)?.notBefore ?? ENDED_AT;
    return notBefore < ENDED_AT ? null : 'a TSA directly under RootCA3 after 2018-09-26';
  },
};
