import { DERReader } from '../../shared/der/reader.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import { sequence, time } from '../../shared/der/writer.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { notAfterOf } from '../issuance/tbs-certificate.ts';

/** A TBSCertificate with the validity of the moment at which it is signed. */
export interface DatedCertificate {
  readonly tbs: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/**
 * CP 4.3.1, CON-23: notBefore is the time of signing, and a ceremony is held long after its bundle was
 * made. So the validity, and nothing else, is written anew: both hosts compute it from the policy and
 * the one time that the offline host states. Undefined when the bytes are not a v3 TBSCertificate with
 * extensions.
 */
export function dateCertificate(
  tbs: Uint8Array,
  profile: CertificateProfile,
  signedAt: UnixSeconds,
  issuerNotAfter: UnixSeconds | null,
): DatedCertificate | undefined {
  const outer = new DERReader(tbs);
  const fields = outer.enter(TAG.sequence);
  const version = fields?.whole(contextTag(0));
  const serialNumber = fields?.whole(TAG.integer);
  const signature = fields?.whole(TAG.sequence);
  const issuer = fields?.whole(TAG.sequence);
  const validity = fields?.whole(TAG.sequence);
  const subject = fields?.whole(TAG.sequence);
  const spki = fields?.whole(TAG.sequence);
  const extensions = fields?.whole(contextTag(3));
  if (!version || !serialNumber || !signature || !issuer || !validity || !subject) return undefined;
  if (!spki || !extensions || !fields?.atEnd() || !outer.atEnd()) return undefined;
  const notAfter = notAfterOf(profile, signedAt, issuerNotAfter);
  const dated = sequence(time(signedAt), time(notAfter));
  return {
    tbs: sequence(...[version, serialNumber, signature, issuer, dated, subject, spki, extensions]),
    notBefore: signedAt,
    notAfter,
  };
}
