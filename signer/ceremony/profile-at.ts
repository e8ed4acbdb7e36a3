import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { type ProfileNotInForce, profileInForce } from '../../shared/policy/profile-in-force.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { profileNamed } from '../issuance/issuer.ts';
import { withoutExtensions } from '../issuance/optional-extensions.ts';
import type { CertificateItem } from './bundle.ts';

/** CRT-12: the profile of this name as it holds at that moment, if certificates of it are issued then. */
export function profileAt(
  policy: CertificatePolicy,
  profile: string,
  at: UnixSeconds,
): Result<CertificateProfile, ProfileNotInForce & { readonly profile: string }> {
  const inForce = profileInForce(profileNamed(policy, profile), at);
  return inForce.ok ? inForce : err({ ...inForce.error, profile });
}

/** The same for an item of a ceremony: without what the application of a subscriber does without. */
export function itemProfileAt(
  policy: CertificatePolicy,
  { profile, subscriber }: Pick<CertificateItem, 'profile' | 'subscriber'>,
  at: UnixSeconds,
): ReturnType<typeof profileAt> {
  const inForce = profileAt(policy, profile, at);
  if (!inForce.ok) return inForce;
  return ok(withoutExtensions(inForce.value, subscriber?.leaveOut ?? []));
}
