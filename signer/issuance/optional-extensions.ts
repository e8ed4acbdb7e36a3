import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** Extensions that a table of the CP lets an application do without. */
export const OPTIONAL_EXTENSIONS = ['authorityInfoAccess'] as const;
export type OptionalExtension = (typeof OPTIONAL_EXTENSIONS)[number];

/** CP tables 7.1.2-2 and 7.1.2-4, CON-8: left out only where the profile leaves it to the application. */
export function checkLeftOut(
  profile: CertificateProfile,
  leaveOut: readonly OptionalExtension[],
): Result<
  true,
  { readonly code: 'subject-refused'; readonly check: string; readonly reason: string }
> {
  const fixed = leaveOut.find((name) => profile[name]?.perApplication !== true);
  if (fixed === undefined) return ok(true);
  const reason = `the profile does not leave ${fixed} to the application`;
  return err({ code: 'subject-refused', check: 'CON-8', reason });
}

export function withoutExtensions(
  profile: CertificateProfile,
  leaveOut: readonly OptionalExtension[],
): CertificateProfile {
  if (!leaveOut.includes('authorityInfoAccess')) return profile;
  const { authorityInfoAccess: _left, ...rest } = profile;
  return rest;
}
