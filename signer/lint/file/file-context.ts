import type { CertificatePolicy } from '../../../shared/policy/certificate-policy.ts';
import type { KnownIssuer } from './known-issuer.ts';

/** What a file is held against; what is null is not checked, and a notice says so. */
export interface FileContext {
  readonly policy: CertificatePolicy | null;
  /** A profile of the policy; null: the one that fits best. */
  readonly profile: string | null;
  readonly issuer: KnownIssuer | null;
}
