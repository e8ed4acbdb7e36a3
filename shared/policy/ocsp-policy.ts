import {
  choice,
  type Decode,
  flag,
  integer,
  list,
  matching,
  optional,
  required,
  strictObject,
} from '../json-fields.ts';
import { CERT_ID_HASHES } from '../ocsp/cert-id.ts';
import type { Seconds } from '../time.ts';
import { distinguishedName, type NameAttribute } from './name-attribute.ts';
import { RETENTION_YEARS_MOST } from './retention.ts';
import { ocspURL } from './service-url.ts';
import { type Sourced, sourced } from './sourced.ts';

/** How an authority answers OCSP (CP 4.9.9, 4.9.10). */
export interface OCSPPolicy {
  readonly url: Sourced<string>;
  readonly responderProfile: string;
  readonly responderSubject: Sourced<readonly NameAttribute[]>;
  readonly certIDHashes: Sourced<readonly ('sha1' | 'sha256')[]>;
  /** nextUpdate - thisUpdate (RSP-8). */
  readonly validitySeconds: Sourced<Seconds>;
  /** Age at which a response is replaced, before the deadline of RSP-9. */
  readonly refreshAfterSeconds: Sourced<Seconds>;
  /** Years past expiry for which good certificates are answered (RSP-16); absent: 10. */
  readonly goodRetentionYears?: Sourced<number>;
  /** Whether answers about expired certificates carry archiveCutoff (RSP-17); absent: no. */
  readonly archiveCutoff?: Sourced<boolean>;
}

/** 8 h and 10 d - 1 s of RSP-8. */
const OCSP_VALIDITY_LEAST: Seconds = 28_800;
const OCSP_VALIDITY_MOST: Seconds = 863_999;

export const ocspPolicy: Decode<OCSPPolicy> = strictObject<OCSPPolicy>({
  url: required(sourced(ocspURL)),
  responderProfile: required(
    matching(/^[a-z0-9][a-z0-9-]{0,47}$/, 'a name of lower-case letters, digits and hyphens'),
  ),
  responderSubject: required(sourced(distinguishedName)),
  certIDHashes: required(sourced(list(choice(...CERT_ID_HASHES), 2))),
  validitySeconds: required(sourced(integer(OCSP_VALIDITY_LEAST, OCSP_VALIDITY_MOST))),
  refreshAfterSeconds: required(sourced(integer(60, OCSP_VALIDITY_MOST))),
  goodRetentionYears: optional(sourced(integer(0, RETENTION_YEARS_MOST))),
  archiveCutoff: optional(sourced(flag)),
});
