import { err, ok, type Result } from '../result.ts';
import type { UnixSeconds } from '../time.ts';
import { dayOf } from './day.ts';
import type { CertificateProfile } from './profiles.ts';

/** The profile is not (any more, or yet) one that certificates are issued of. */
export interface ProfileNotInForce {
  readonly code: 'profile-not-in-force';
  /** `YYYY-MM-DD`; null where there is no bound. */
  readonly issuedFrom: string | null;
  readonly issuedUntil: string | null;
  /** The clause that says so. */
  readonly source: string;
}

/**
 * The profile as it holds at this moment, with what only older certificates carry put in or left
 * out (CP tables 7.1.2-3 to 7.1.2-6); refused outside the days of its table's heading (CRT-12).
 */
export function profileInForce(
  profile: CertificateProfile,
  now: UnixSeconds,
): Result<CertificateProfile, ProfileNotInForce> {
  const { issuedFrom, issuedUntil, formerCertificatePolicies } = profile;
  const today = dayOf(now);
  const outside = [
    issuedFrom && today < issuedFrom.value ? issuedFrom : undefined,
    issuedUntil && today > issuedUntil.value ? issuedUntil : undefined,
  ].find((bound) => bound !== undefined);
  if (outside) {
    return err({
      code: 'profile-not-in-force',
      issuedFrom: issuedFrom?.value ?? null,
      issuedUntil: issuedUntil?.value ?? null,
      source: outside.source,
    });
  }
  if (!formerCertificatePolicies || today >= formerCertificatePolicies.value.before)
    return ok(profile);
  const { value, source } = formerCertificatePolicies;
  return ok({
    ...profile,
    certificatePolicies: { critical: false, value: value.policies, source },
  });
}
