import { profileInForce } from '../../../shared/policy/profile-in-force.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { OPTIONAL_EXTENSIONS, withoutExtensions } from '../../issuance/optional-extensions.ts';

/**
 * What a certificate of this profile may look like: as the profile held on the day of notBefore, with
 * what it leaves to the application and without (CON-8). Older certificates have the policies of
 * their time or those of today: the CP's tables let them (CP table 7.1.2-5). Outside the days of its
 * heading the profile as it stands; a requirement of its own tells of that.
 */
export function profileVariants(
  profile: CertificateProfile,
  notBefore: UnixSeconds | undefined,
): readonly CertificateProfile[] {
  const inForce = notBefore === undefined ? undefined : profileInForce(profile, notBefore);
  const byTime = new Set([inForce?.ok ? inForce.value : profile, profile]);
  const optional = OPTIONAL_EXTENSIONS.filter((name) => profile[name]?.perApplication === true);
  return [...byTime].flatMap((whole) =>
    optional.length === 0 ? [whole] : [whole, withoutExtensions(whole, optional)],
  );
}
