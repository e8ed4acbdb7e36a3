import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { generalizedTime } from '../../../shared/der/writer.ts';
import { derFault } from '../der/canonical.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** As the policy's retention says, and only where the policy asks for it. */
export const crlExpiredCertsRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-16',
  source: 'X.509 9.5.2.8',
  level: 'error',
  check: ({ fields, expiredCertsOnCRL }) => {
    const found = fields.crlExtensions.find(
      ({ extnID }) => extnID === OID['id-ce-expiredCertsOnCRL'],
    );
    if (!found) return expiredCertsOnCRL == null ? null : 'expiredCertsOnCRL is absent';
    const isTime = new DERReader(found.value).peekTag() === TAG.generalizedTime;
    if (!isTime || derFault(found.value) !== null)
      return 'expiredCertsOnCRL is not a GeneralizedTime in whole seconds';
    if (expiredCertsOnCRL === undefined) return null;
    if (expiredCertsOnCRL === null) return 'expiredCertsOnCRL is not in the policy';
    return bytesEqual(found.value, generalizedTime(expiredCertsOnCRL))
      ? null
      : 'expiredCertsOnCRL is not the time that the policy says';
  },
};
