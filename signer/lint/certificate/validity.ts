import { addMonths, addSeconds } from '../../../shared/time.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { type CertificateValidity, readValidity } from './certificate-fields.ts';
import { isFor, shouldBeCA } from './purposes.ts';

/** How far notBefore may lie from the moment of signing, either way. */
const SIGNING_TAKES_SECONDS = 120;

/** 9000-01-01T00:00:00Z: later times are those of no certificate, and sums with them leave the calendar. */
const FAR_FUTURE = 221_845_392_000;

/** A check of the two times, where they can be read; else `timeEncodingRequirement` refuses them. */
function checkValidity(
  check: (validity: CertificateValidity, candidate: CertificateCandidate) => string | null,
): Requirement<CertificateCandidate>['check'] {
  return (candidate) => {
    const validity = readValidity(candidate.fields.validity);
    if (!validity || validity.notBefore >= FAR_FUTURE) return null;
    return check(validity, candidate);
  };
}

/** UTCTime through 2049, GeneralizedTime from 2050, whole seconds, octet for octet. */
export const timeEncodingRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT times',
  source: 'RFC 5280 4.1.2.5',
  level: 'error',
  check: ({ fields }) => {
    const validity = readValidity(fields.validity);
    if (!validity) return 'times are encoded otherwise';
    return validity.notBefore < FAR_FUTURE ? null : 'notBefore lies after the year 9000';
  },
};

export const notBackdatedRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT notBefore',
  source: 'CP 4.3.1; CON-23',
  level: 'error',
  check: checkValidity(({ notBefore }, { signedAt }) => {
    if (signedAt === null) return null;
    const off = Math.abs(signedAt - notBefore);
    return off <= SIGNING_TAKES_SECONDS
      ? null
      : `notBefore is ${off} s away from the time of signing`;
  }),
};

/** CSBR 6.3.2: a time-stamp certificate, not a CA's, lives 135 months and no longer. */
export const timeStampValidityRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-3',
  source: 'CSBR 6.3.2',
  level: 'error',
  check: checkValidity(({ notBefore, notAfter }, candidate) => {
    if (!isFor(candidate, 'timeStamping') || shouldBeCA(candidate)) return null;
    return notAfter < addMonths(notBefore, 135) ? null : 'valid for more than 135 months';
  }),
};

export const issuerOutlivesRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT notAfter',
  source: 'RFC 5280 6.1; CRT-5',
  level: 'error',
  check: checkValidity(({ notBefore, notAfter }, { issuer }) => {
    if (notAfter <= notBefore) return 'notAfter is not after notBefore';
    const end = issuer?.notAfter ?? null;
    return end === null || notAfter <= end ? null : 'outlives the certificate of its issuer';
  }),
};

/** Both ends count (RFC 5280 4.1.2.5), so the last second of the profile's time is not in it. */
export const profileValidityRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT validity',
  source: 'CP 6.3.2; RFC 5280 4.1.2.5',
  level: 'error',
  check: checkValidity(({ notBefore, notAfter }, { profile }) => {
    if (profile === null) return null;
    const { value } = profile.validity;
    const [end, text] =
      'months' in value
        ? [addMonths(notBefore, value.months), `${value.months} months`]
        : [addSeconds(notBefore, value.days * 86_400), `${value.days} days`];
    return notAfter < end ? null : `valid for more than the ${text} of the profile`;
  }),
};
