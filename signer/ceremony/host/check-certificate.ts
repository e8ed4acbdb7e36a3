import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { examineKeyForm, firstRefusal } from '../../issuance/certification-request.ts';
import { sha256 } from '../../issuance/public-key.ts';
import type { CertificateItem } from '../bundle.ts';
import { octetsOf } from '../canonical-document.ts';
import { certifiedFields } from '../certificate-key.ts';
import { type CeremonyIssuer, lintCertificate } from '../lint-items.ts';
import { itemProfileAt } from '../profile-at.ts';
import { dateCertificate } from '../signing-time.ts';
import { checkSubscriber } from './check-subscriber.ts';
import { readHostAuthority } from './host-authority.ts';
import { type HostError, lintRefused, notInForce, refuseAtHost } from './host-error.ts';
import type { Host } from './open-host.ts';
import { rebuildCertificate } from './rebuild-certificate.ts';

/** A certificate of a bundle, against the policy and the keys of this host. */
export function checkCertificate(
  host: Host,
  name: string,
  item: CertificateItem,
  issuer: CeremonyIssuer,
  now: UnixSeconds,
): Result<unknown, HostError> {
  const own = host.policy.profiles.get(item.profile);
  const policy = host.policy.authorities.get(name);
  if (!own || !policy || !profilesOf(host, name, item).includes(item.profile)) {
    const reason = `the policy here does not let this authority issue ${item.profile} as ${item.role}`;
    return refuseAtHost('policy-differs', reason, 'bring both hosts the same policy file');
  }
  const inForce = itemProfileAt(host.policy, item, now);
  if (!inForce.ok) return notInForce(inForce.error);
  const profile = inForce.value;
  if (item.subscriber !== null) {
    const subscriber = checkSubscriber(policy, own, item.subscriber, issuer);
    if (!subscriber.ok) return subscriber;
  }
  const form = checkKeyForm(item, own);
  if (!form.ok) return form;
  const dated = dateCertificate(octetsOf(item.tbs), profile, now, issuer.notAfter);
  const linted = dated && lintCertificate(dated.tbs, profile, issuer, now);
  if (!dated || !linted?.ok) return lintRefused(linted?.ok ? undefined : linted?.error.findings);
  const rebuilt = rebuildCertificate(host.policy, policy, issuer, item, now);
  if (rebuilt && bytesEqual(rebuilt, dated.tbs)) return isKeyHere(host, item);
  const reason = `the certificate ${item.profile} is not what the policy here makes of its subject and key`;
  return refuseAtHost('certificate-differs', reason, 'do not sign it; find out who made it');
}

/** CSR-3, CSR-8: size, exponent, a point on its curve; whoever made the key. */
function checkKeyForm(item: CertificateItem, { key }: CertificateProfile): Result<true, HostError> {
  const spki = certifiedFields(octetsOf(item.tbs))?.spki;
  if (!spki) return lintRefused(undefined);
  const verdict = firstRefusal(examineKeyForm(spki, key.value));
  if (verdict.ok) return verdict;
  const reason = `the key of the certificate ${item.profile} ${verdict.error.reason}`;
  return refuseAtHost('certificate-differs', reason, 'do not sign it; find out who made it');
}

/** Profiles that the role allows: a responder's, that of the sub-CA which is named, or those of subscribers. */
function profilesOf(
  { policy }: Host,
  issuer: string,
  { role, subjectAuthority }: CertificateItem,
): readonly string[] {
  const own = policy.authorities.get(issuer);
  switch (role) {
    case 'ocsp-responder':
      return own?.ocsp ? [own.ocsp.responderProfile] : [];
    case 'subordinate-ca': {
      const subordinate = policy.authorities.get(subjectAuthority ?? '');
      return subordinate?.issuer === issuer ? [subordinate.profile] : [];
    }
    case 'subscriber':
      return own?.issues ?? [];
  }
}

/** A sub-CA of offline custody must have its key on this very host. */
function isKeyHere(host: Host, item: CertificateItem): Result<true, HostError> {
  const name = item.role === 'subordinate-ca' ? item.subjectAuthority : null;
  const policy = name === null ? undefined : host.policy.authorities.get(name);
  if (name === null || policy?.custody.value !== 'offline') return ok(true);
  const spki = readHostAuthority(host.directory, name)?.spki;
  const found = item.summary.find(([field]) => field === 'public key sha-256')?.[1];
  if (spki && found === hexFromBytes(sha256(octetsOf(spki)))) return ok(true);
  const reason = `the key of ${name} was not made on this host`;
  return refuseAtHost(
    'subject-key-not-here',
    reason,
    `make it with \`inkan ceremony key ${name}\``,
  );
}
