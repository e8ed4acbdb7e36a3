import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { Reader } from '../database/database.ts';

/** What the publish gate holds an epoch against, besides the octets of the epoch themselves. */
export interface GateFacts {
  readonly db: Reader;
  readonly policy: CertificatePolicy;
}
