import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import type { AuthorityPolicy, CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { BugError, err, must, ok, type Result } from '../../shared/result.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import { isoText, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { type AuthorityRow, authorityById, findAuthority } from '../database/authority-table.ts';
import { isKeyRevoked } from '../database/revocation-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import type { SigningKey } from '../signing/signing-key.ts';
import type { IssuerServices } from './certificate-extensions.ts';
import { keyIdentifier, sha256 } from './public-key.ts';

/** An authority that is certified and may sign. */
export interface ActiveAuthority {
  readonly row: AuthorityRow;
  readonly policy: AuthorityPolicy;
  readonly certificate: Uint8Array;
  readonly keyIdentifier: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly services: IssuerServices;
}

export function certificateValidity(
  der: Uint8Array,
): Pick<ActiveAuthority, 'notBefore' | 'notAfter'> {
  const { notBefore, notAfter } = AsnConvert.parse(der, Certificate).tbsCertificate.validity;
  return {
    notBefore: unixSeconds(notBefore.getTime().getTime() / 1000),
    notAfter: unixSeconds(notAfter.getTime().getTime() / 1000),
  };
}

export function certificateNotAfter(der: Uint8Array): UnixSeconds {
  return certificateValidity(der).notAfter;
}

export function profileNamed(policy: CertificatePolicy, name: string): CertificateProfile {
  const profile = policy.profiles.get(name);
  // The policy's references were checked when it was read.
  if (!profile) throw new BugError(`no profile ${name}`);
  return profile;
}

export function activeAuthority(
  context: SignerContext,
  row: AuthorityRow,
): ActiveAuthority | undefined {
  const policy = context.policy.authorities.get(row.name);
  if (!policy || row.certificate === null) return undefined;
  const identifier = must(keyIdentifier(row.spki), 'key of an authority');
  return {
    row,
    policy,
    certificate: row.certificate,
    keyIdentifier: identifier,
    ...certificateValidity(row.certificate),
    services: servicesOf(policy, identifier),
  };
}

/** Where an authority of this policy publishes, for the certificates that it issues. */
export function servicesOf(policy: AuthorityPolicy, identifier: Uint8Array): IssuerServices {
  return {
    keyIdentifier: identifier,
    crlUrl: policy.crl.url.value,
    ocspUrl: policy.ocsp?.url.value ?? null,
    caIssuersUrl: policy.caIssuers.url.value,
  };
}

/** The authority of this name, certified, not expired (CRT-5), and with its key in a keystore here. */
export function authorityThatSigns(
  context: SignerContext,
  name: string,
  now: UnixSeconds,
): Result<ActiveAuthority, OperationError> {
  const authority = authorityThatIssues(context, name, now);
  if (!authority.ok || authority.value.row.custody === 'online') return authority;
  return err({ code: 'custody-offline', authority: name });
}

/** The same wherever its key is: for what a ceremony will sign. */
export function authorityThatIssues(
  context: SignerContext,
  name: string,
  now: UnixSeconds,
): Result<ActiveAuthority, OperationError> {
  const row = findAuthority(context.db, name);
  const active = row && activeAuthority(context, row);
  if (!active) {
    return err({
      code: 'authority-unknown',
      authority: name,
      known: [...context.policy.authorities.keys()],
    });
  }
  if (active.notAfter < now) {
    return err({ code: 'authority-expired', authority: name, notAfter: isoText(active.notAfter) });
  }
  if (isRevoked(context, active.row)) return err({ code: 'authority-revoked', authority: name });
  return ok(active);
}

/** The authority's certificate or one above it: what is issued below would be worth nothing. */
function isRevoked({ db }: SignerContext, row: AuthorityRow): boolean {
  let at: AuthorityRow | undefined = row;
  while (at) {
    if (isKeyRevoked(db, sha256(at.spki))) return true;
    at = at.issuerId === null ? undefined : authorityById(db, at.issuerId);
  }
  return false;
}

/** A CA's key with the algorithm of its CRLs. */
export interface CASigningKey extends SigningKey {
  readonly algorithm: SignatureAlgorithm;
}

/** With which algorithm this authority signs CRLs and certificates: that of its own profile. */
export function signingKeyOf(context: SignerContext, row: AuthorityRow): CASigningKey {
  const policy = context.policy.authorities.get(row.name);
  if (!policy) throw new BugError(`no authority ${row.name} in the policy`);
  const algorithm = profileNamed(context.policy, policy.profile).signatureAlgorithm.value;
  // What a CA signs besides certificates is never signed with SHA-1 (CRT-5); its policy was checked.
  if (algorithm === 'sha1WithRSAEncryption') throw new BugError('a CA certificate with SHA-1');
  return { keystore: row.keystore, label: row.keyLabel, spki: row.spki, algorithm };
}
