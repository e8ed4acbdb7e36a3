import { bytesEqual } from '../../../shared/bytes.ts';
import type { AuthorityPolicy } from '../../../shared/policy/certificate-policy.ts';
import type { NameAttribute } from '../../../shared/policy/name-attribute.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import { CP_SUBSCRIBER_RULES } from '../../../shared/policy/subscriber-rules.ts';
import { err, type Result } from '../../../shared/result.ts';
import { verifyCertificationRequest } from '../../issuance/certification-request.ts';
import { checkSubscriberName, decodeName, encodeName } from '../../issuance/distinguished-name.ts';
import { nameKey } from '../../issuance/name-key.ts';
import { checkLeftOut } from '../../issuance/optional-extensions.ts';
import { checkSubjectAltNames } from '../../issuance/subject-alt-name.ts';
import { octetsOf } from '../canonical-document.ts';
import type { CeremonyIssuer } from '../lint-items.ts';
import type { SubscriberOrder } from '../subscriber-item.ts';
import { type HostError, refuseAtHost } from './host-error.ts';

const REMEDY = 'do not sign it; find out who made it';

interface Found {
  readonly check: string;
  readonly reason: string;
}

/**
 * What this host can say of an application by itself: the request proves possession of its key, and the key
 * is one that the profile allows (CSR-1 to CSR-4, CSR-8 but for the lists that only the signer has); the
 * names are those that the policy lets a subscriber have, and not the CA's own.
 */
export function checkSubscriber(
  policy: AuthorityPolicy,
  profile: CertificateProfile,
  subscriber: SubscriberOrder,
  issuer: CeremonyIssuer,
): Result<true, HostError> {
  const about = `application ${subscriber.application}`;
  const request = verifyCertificationRequest(octetsOf(subscriber.request), profile.key.value);
  if (!request.ok) {
    const { reason, check } = request.error;
    return refuseAtHost('request-refused', `the request of ${about}: ${reason} (${check})`, REMEDY);
  }
  if (bytesEqual(request.value.spki, issuer.spki))
    return refuseAtHost('request-refused', `the key of ${about} is the CA's own (CSR-5)`, REMEDY);
  const named = checkNames(policy, profile, subscriber);
  if (named.ok) return named;
  const { reason, check } = named.error;
  return refuseAtHost('subject-refused', `the subject of ${about}: ${reason} (${check})`, REMEDY);
}

function checkNames(
  policy: AuthorityPolicy,
  profile: CertificateProfile,
  { subject, subjectAltNames, leaveOut }: SubscriberOrder,
): Result<true, Found> {
  const attributes = readName(octetsOf(subject));
  if (!attributes.ok) return attributes;
  const { names } = policy.subscribers ?? CP_SUBSCRIBER_RULES;
  const vetted = checkSubscriberName(attributes.value, names.value);
  if (!vetted.ok) return vetted;
  const own = [policy.subject.value, policy.ocsp?.responderSubject.value ?? []];
  const key = nameKey(octetsOf(subject));
  if (own.some((name) => nameKey(encodeName(name)) === key))
    return err({ check: 'CRT-8', reason: "it is the CA's own name" });
  const altNames = checkSubjectAltNames(profile, subjectAltNames);
  return altNames.ok ? checkLeftOut(profile, leaveOut) : altNames;
}

/** In the one encoding that a Name has here. */
function readName(der: Uint8Array): Result<readonly NameAttribute[], Found> {
  try {
    const attributes = decodeName(der);
    if (!attributes.ok || bytesEqual(encodeName(attributes.value), der)) return attributes;
  } catch {
    // The parsers of @peculiar throw on what they cannot read.
  }
  return err({ check: 'CP 7.1.4', reason: 'it cannot be read' });
}
