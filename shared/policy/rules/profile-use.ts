import type { AuthorityPolicy, CertificatePolicy } from '../certificate-policy.ts';
import type { Day } from '../day.ts';
import type { CertificateProfile } from '../profiles.ts';

/** Certificates of one profile by one authority: what the rules of a policy are asked about. */
export interface ProfileUse {
  readonly name: string;
  readonly profile: CertificateProfile;
  readonly role: 'root' | 'sub-ca' | 'subscriber' | 'responder';
  /** Who signs it; for a root itself. */
  readonly signer: AuthorityPolicy;
  readonly signerProfile: CertificateProfile;
  /** Rules of the authority whose certificate it is, else of the one that signs it. */
  readonly scope: 'code-signing' | 'time-stamping' | 'private';
}

/** A rule about each use of a profile. */
export interface ProfileRule {
  readonly clause: string;
  /** Field of the profile that the finding points at. */
  readonly field: string;
  /** null when it is met, else what is wrong; completes "the field …". */
  readonly check: (use: ProfileUse) => string | null;
}

/** CSBR 6.1.5 and 7.1.2 ask for today's sizes and extensions since then. */
const CSBR_SINCE: Day = '2021-06-01';

/** A profile that ended before today's CSBR began; it is kept to say what was issued. */
export function isHistoric({ issuedUntil }: CertificateProfile): boolean {
  return issuedUntil !== undefined && issuedUntil.value < CSBR_SINCE;
}

export function isTimeStamping({ extKeyUsage }: CertificateProfile): boolean {
  return extKeyUsage?.value.includes('timeStamping') === true;
}

export function isResponder({ extKeyUsage }: CertificateProfile): boolean {
  return extKeyUsage?.value.includes('OCSPSigning') === true;
}

export function isCA({ basicConstraints }: CertificateProfile): boolean {
  return basicConstraints?.value.cA === true;
}

/** CP 1.1: the CP binds both; `private` is another CA's own business. */
export function isUnderCP({ scope }: ProfileUse): boolean {
  return scope !== 'private';
}

/** Code-signing time-stamps as CSBR is now. */
export function isUnderCSBR({ scope, profile }: ProfileUse): boolean {
  return scope === 'code-signing' && !isHistoric(profile);
}

/** Every use, in the order of the file; names that point nowhere were refused before. */
export function profileUses({
  authorities,
  profiles,
}: Pick<CertificatePolicy, 'authorities' | 'profiles'>): readonly ProfileUse[] {
  const uses: ProfileUse[] = [];
  for (const authority of authorities.values()) {
    const issuer = authority.issuer === null ? authority : authorities.get(authority.issuer);
    const add = (name: string, role: ProfileUse['role'], signer: AuthorityPolicy | undefined) => {
      const profile = profiles.get(name);
      const signerProfile = signer && profiles.get(signer.profile);
      if (!profile || !signer || !signerProfile) return;
      const scope = authority.scope?.value ?? 'private';
      uses.push({ name, profile, role, signer, signerProfile, scope });
    };
    add(authority.profile, authority.issuer === null ? 'root' : 'sub-ca', issuer);
    for (const name of authority.issues) add(name, 'subscriber', authority);
    if (authority.ocsp) add(authority.ocsp.responderProfile, 'responder', authority);
  }
  return uses;
}
