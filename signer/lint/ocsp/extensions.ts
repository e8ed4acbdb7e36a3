import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import type { Requirement } from '../requirement.ts';
import { readInstant } from './instant.ts';
import type { ResponseCandidate } from './response-candidate.ts';

const EXTENDED_REVOKE = '1.3.6.1.5.5.7.48.1.9';

function singleExtensions({ fields }: ResponseCandidate) {
  return fields.responses.flatMap((single) => single.singleExtensions ?? []);
}

/** RSP-12: the reason stands in RevokedInfo, never in an extension. */
export const noReasonExtensionRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-12',
  source: 'CP 7.3.2; TLSBR 7.3.2',
  level: 'error',
  check: (candidate) =>
    singleExtensions(candidate).some(({ extnID }) => extnID === OID['id-ce-cRLReasons'])
      ? 'singleExtensions has a reasonCode'
      : null,
};

/** No responseExtensions; archiveCutoff is the one singleExtension. */
export const responseExtensionsRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-15',
  source: 'RFC 9919 3.2.1; RFC 6960 4.4.8',
  level: 'error',
  check: (candidate) => {
    const [extension] = candidate.fields.responseExtensions ?? [];
    if (extension?.extnID === EXTENDED_REVOKE) return 'responseExtensions has extended-revoke';
    if (candidate.fields.responseExtensions) return 'responseExtensions are there';
    const other = singleExtensions(candidate).find(
      ({ extnID }) => extnID !== OID['id-pkix-ocsp-archive-cutoff'],
    );
    return other ? `singleExtensions has ${other.extnID}` : null;
  },
};

export const encodedArchiveCutoffRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-17',
  source: 'RFC 6960 4.4.4',
  level: 'error',
  check: (candidate) => {
    const cutoff = singleExtensions(candidate).find(
      ({ extnID }) => extnID === OID['id-pkix-ocsp-archive-cutoff'],
    );
    if (!cutoff) return null;
    if (cutoff.critical) return 'archiveCutoff is critical';
    const reader = new DERReader(cutoff.value);
    const at = readInstant(reader.whole(TAG.generalizedTime) ?? new Uint8Array(0));
    const producedAt = readInstant(candidate.fields.producedAt);
    if (at === undefined || !reader.atEnd()) return 'archiveCutoff is no GeneralizedTime';
    return producedAt === undefined || at < producedAt ? null : 'archiveCutoff is not in the past';
  },
};
