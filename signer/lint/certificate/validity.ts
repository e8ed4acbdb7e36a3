import { bytesEqual } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { sequence, time } from '../../../shared/der/writer.ts';
import { addMonths, type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extendedKeyPurposes } from './candidate.ts';

/** How far notBefore may lie from the moment of signing, either way. */
const SIGNING_TAKES_SECONDS = 120;

function validityOf({ parsed }: CertificateCandidate): readonly [UnixSeconds, UnixSeconds] {
  const { notBefore, notAfter } = parsed.validity;
  return [
    unixSeconds(notBefore.getTime().getTime() / 1000),
    unixSeconds(notAfter.getTime().getTime() / 1000),
  ];
}

export const notBackdatedRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT notBefore',
  source: 'CP 4.3.1; CON-23',
  check: (candidate) => {
    const [notBefore] = validityOf(candidate);
    const off = Math.abs(candidate.now - notBefore);
    return off <= SIGNING_TAKES_SECONDS
      ? null
      : `notBefore is ${off} s away from the time of signing`;
  },
};

/** CSBR 6.3.2: a time-stamp certificate, not a CA's, lives 135 months and no longer. */
export const timeStampValidityRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-3',
  source: 'CSBR 6.3.2',
  check: (candidate) => {
    if (!extendedKeyPurposes(candidate).includes('timeStamping')) return null;
    if (candidate.profile.basicConstraints?.value.cA) return null;
    const [notBefore, notAfter] = validityOf(candidate);
    return notAfter < addMonths(notBefore, 135) ? null : 'valid for more than 135 months';
  },
};

export const issuerOutlivesRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT notAfter',
  source: 'RFC 5280 6.1; CRT-5',
  check: (candidate) => {
    const [notBefore, notAfter] = validityOf(candidate);
    if (notAfter <= notBefore) return 'notAfter is not after notBefore';
    const { notAfter: issuerNotAfter } = candidate.issuer;
    if (issuerNotAfter === null || notAfter <= issuerNotAfter) return null;
    return 'outlives the certificate of its issuer';
  },
};

/** UTCTime through 2049, GeneralizedTime from 2050, whole seconds, octet for octet. */
export const timeEncodingRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT times',
  source: 'RFC 5280 4.1.2.5',
  check: (candidate) => {
    const [notBefore, notAfter] = validityOf(candidate);
    const expected = sequence(time(notBefore), time(notAfter));
    const reader = new DERReader(candidate.fields.validity).enter(TAG.sequence);
    return reader && bytesEqual(candidate.fields.validity, expected)
      ? null
      : 'times are encoded otherwise';
  },
};
