import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { addMonths, type UnixSeconds } from '../../../shared/time.ts';
import { readTime } from '../read-time.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extendedKeyPurposes } from './candidate.ts';

/** How far notBefore may lie from the moment of signing, either way. */
const SIGNING_TAKES_SECONDS = 120;

interface Validity {
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/** undefined when a time is encoded otherwise: then `timeEncodingRequirement` refuses it. */
function validityOf({ fields }: CertificateCandidate): Validity | undefined {
  const reader = new DERReader(fields.validity).enter(TAG.sequence);
  const notBefore = reader && nextTime(reader);
  const notAfter = reader && nextTime(reader);
  if (notBefore === undefined || notAfter === undefined || !reader?.atEnd()) return undefined;
  return { notBefore, notAfter };
}

function nextTime(reader: DERReader): UnixSeconds | undefined {
  const der = reader.whole(TAG.utcTime) ?? reader.whole(TAG.generalizedTime);
  return der && readTime(der);
}

/** A check of the two times, where they can be read. */
function checkValidity(
  check: (validity: Validity, candidate: CertificateCandidate) => string | null,
): Requirement<CertificateCandidate>['check'] {
  return (candidate) => {
    const validity = validityOf(candidate);
    return validity ? check(validity, candidate) : null;
  };
}

/** UTCTime through 2049, GeneralizedTime from 2050, whole seconds, octet for octet. */
export const timeEncodingRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT times',
  source: 'RFC 5280 4.1.2.5',
  check: (candidate) => (validityOf(candidate) ? null : 'times are encoded otherwise'),
};

export const notBackdatedRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT notBefore',
  source: 'CP 4.3.1; CON-23',
  check: checkValidity(({ notBefore }, { now }) => {
    const off = Math.abs(now - notBefore);
    return off <= SIGNING_TAKES_SECONDS
      ? null
      : `notBefore is ${off} s away from the time of signing`;
  }),
};

/** CSBR 6.3.2: a time-stamp certificate, not a CA's, lives 135 months and no longer. */
export const timeStampValidityRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-3',
  source: 'CSBR 6.3.2',
  check: checkValidity(({ notBefore, notAfter }, candidate) => {
    if (!extendedKeyPurposes(candidate).includes('timeStamping')) return null;
    if (candidate.profile.basicConstraints?.value.cA) return null;
    return notAfter < addMonths(notBefore, 135) ? null : 'valid for more than 135 months';
  }),
};

export const issuerOutlivesRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT notAfter',
  source: 'RFC 5280 6.1; CRT-5',
  check: checkValidity(({ notBefore, notAfter }, { issuer }) => {
    if (notAfter <= notBefore) return 'notAfter is not after notBefore';
    if (issuer.notAfter === null || notAfter <= issuer.notAfter) return null;
    return 'outlives the certificate of its issuer';
  }),
};
