import { addMonths, type UnixSeconds, unixSeconds } from '../time.ts';
import type { Sourced } from './sourced.ts';

/** The part of an authority's policy that says so. */
export interface RetentionPolicy {
  readonly crl: { readonly retentionYears?: Sourced<number> };
  readonly ocsp: { readonly goodRetentionYears?: Sourced<number> } | null;
}

/** CSBR 4.10.1, 7.2; CON-4: no policy keeps revoked certificates on CRL and OCSP for less, past their expiry. */
export const RETENTION_YEARS_LEAST = 10;

/** More is a slip of the pen. */
export const RETENTION_YEARS_MOST = 100;

/** When status stops being told, by how long ago a certificate ended; each is a notAfter. */
export interface RetentionCutoffs {
  /** Revoked certificates that ended before this leave the CRL (CRL-15), and then OCSP (RSP-16). */
  readonly revoked: UnixSeconds;
  /** Good certificates that ended before this are no longer answered (RFC 9919 3.2.3). */
  readonly good: UnixSeconds;
}

/** Years past expiry for which entries and revoked status stay, and good answers; ten where a policy says nothing. */
export function retentionYears({ crl, ocsp }: RetentionPolicy): {
  readonly revoked: number;
  readonly good: number;
} {
  return {
    revoked: crl.retentionYears?.value ?? RETENTION_YEARS_LEAST,
    good: ocsp?.goodRetentionYears?.value ?? RETENTION_YEARS_LEAST,
  };
}

export function retentionCutoffs(policy: RetentionPolicy, now: UnixSeconds): RetentionCutoffs {
  const years = retentionYears(policy);
  return { revoked: yearsBefore(now, years.revoked), good: yearsBefore(now, years.good) };
}

/** Since when what expired is on the CRL: never before the CA issued anything (CRL-16). */
export function expiredCertsSince(
  { notBefore }: { readonly notBefore: UnixSeconds },
  keptSince: UnixSeconds,
): UnixSeconds {
  return keptSince > notBefore ? keptSince : notBefore;
}

/** The same moment so many calendar years earlier, 1970 at the earliest. */
export function yearsBefore(now: UnixSeconds, years: number): UnixSeconds {
  const year = new Date(now * 1000).getUTCFullYear() - years;
  return year < 1970 ? unixSeconds(0) : addMonths(now, -12 * years);
}
