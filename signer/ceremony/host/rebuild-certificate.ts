import { bytesEqual } from '../../../shared/bytes.ts';
import type {
  AuthorityPolicy,
  CertificatePolicy,
} from '../../../shared/policy/certificate-policy.ts';
import { serialNumberFromContents } from '../../../shared/serial-number.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { decodeCertificationRequest } from '../../issuance/decode-certification-request.ts';
import { decodeName, encodeName } from '../../issuance/distinguished-name.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';
import { encodeTBSCertificate, notAfterOf } from '../../issuance/tbs-certificate.ts';
import type { CertificateItem } from '../bundle.ts';
import { octetsOf } from '../canonical-document.ts';
import { type CertifiedFields, certifiedFields } from '../certificate-key.ts';
import type { CeremonyIssuer } from '../lint-items.ts';
import { itemProfileAt } from '../profile-at.ts';

/**
 * The TBSCertificate that this host's policy makes of the serial number, subject and key of an item. Only
 * these three are taken from the bundle, and the subject must be the policy's own; for a subscriber subject,
 * names and what is left out are the application's, and the key is that of its request. Whatever else the
 * bytes say (URLs, policies, constraints) has to come out the same, octet for octet. Undefined when the
 * bytes cannot be read or the subject is another.
 */
export function rebuildCertificate(
  policy: CertificatePolicy,
  issuerPolicy: AuthorityPolicy,
  issuer: CeremonyIssuer,
  item: CertificateItem,
  signedAt: UnixSeconds,
): Uint8Array | undefined {
  const profile = itemProfileAt(policy, item, signedAt);
  const fields = certifiedFields(octetsOf(item.tbs));
  const serialNumber = fields && serialNumberFromContents(fields.serialNumber);
  const holder = fields && holderOf(policy, issuerPolicy, item, fields);
  const subjectKey = holder && keyIdentifier(holder.spki);
  if (!profile.ok || !serialNumber?.ok || !holder || !subjectKey?.ok) return undefined;
  return encodeTBSCertificate({
    ...{ profile: profile.value, serialNumber: serialNumber.value, issuer: issuer.subject },
    ...{ subject: holder.subject, subjectPublicKeyInfo: holder.spki },
    subjectKeyIdentifier: subjectKey.value,
    notBefore: signedAt,
    notAfter: notAfterOf(profile.value, signedAt, issuer.notAfter),
    issuerServices: issuer.services,
    subjectAltNames: item.subscriber?.subjectAltNames ?? [],
  });
}

/** Whose certificate it is; undefined when it may not be. The request of a subscriber was verified before. */
function holderOf(
  policy: CertificatePolicy,
  issuerPolicy: AuthorityPolicy,
  item: CertificateItem,
  { subject, spki }: CertifiedFields,
): Pick<CertifiedFields, 'subject' | 'spki'> | undefined {
  const { subscriber } = item;
  if (subscriber === null)
    return isSubjectOf(policy, issuerPolicy, item, subject) ? { subject, spki } : undefined;
  const request = decodeCertificationRequest(octetsOf(subscriber.request));
  if (!request.ok) return undefined;
  return { subject: octetsOf(subscriber.subject), spki: request.value.spki };
}

/** Octet for octet as the policy is encoded. A sub-CA's is that of the policy; a responder's begins with it, and a serialNumber tells keys apart. */
function isSubjectOf(
  policy: CertificatePolicy,
  issuerPolicy: AuthorityPolicy,
  { role, subjectAuthority }: CertificateItem,
  subject: Uint8Array,
): boolean {
  if (role === 'subordinate-ca') {
    const subordinate = policy.authorities.get(subjectAuthority ?? '');
    return subordinate !== undefined && bytesEqual(subject, encodeName(subordinate.subject.value));
  }
  const named = decodeName(subject);
  if (!named.ok) return false;
  const wanted = issuerPolicy.ocsp?.responderSubject.value;
  if (!wanted) return false;
  const more = named.value.slice(wanted.length);
  const same = bytesEqual(encodeName(named.value.slice(0, wanted.length)), encodeName(wanted));
  // Encoded anew: another string type would be another name to whoever compares octets (RFC 5280 7.1).
  if (!bytesEqual(encodeName(named.value), subject)) return false;
  return same && more.every(([type]) => type === 'serialNumber') && more.length <= 1;
}
