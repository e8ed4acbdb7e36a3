import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import type { CertificatePolicy } from '../../../shared/policy/certificate-policy.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import { unixSeconds } from '../../../shared/time.ts';
import { splitSignedDER } from '../../signing/signed-der.ts';
import {
  type CandidateIssuer,
  type CertificateCandidate,
  signedCertificateCandidate,
} from '../certificate/candidate.ts';
import {
  type CertificateFields,
  readTBSCertificate,
  readValidity,
} from '../certificate/certificate-fields.ts';
import { isCA, keyPurposes } from '../certificate/purposes.ts';
import { certificateRequirements } from '../certificate/requirements.ts';
import { type Finding, findingsOf } from '../requirement.ts';
import type { FileContext } from './file-context.ts';
import { algorithmsDiffer, notice } from './file-requirement.ts';
import { authorityNamed, type KnownIssuer, knownIssuer } from './known-issuer.ts';
import { profileVariants } from './profile-variants.ts';
import { signatureFindings } from './verified.ts';

export interface CertificateFileReport {
  readonly profile: string | null;
  readonly findings: readonly Finding[];
}

/** Every requirement of a certificate that needs no more than the file, the policy and the issuer. */
export function lintCertificateFile(der: Uint8Array, context: FileContext): CertificateFileReport {
  const signed = splitSignedDER(der);
  const fields = signed && readTBSCertificate(signed.tbs);
  if (!signed || !fields) return { profile: null, findings: [] };
  const selfIssued = bytesEqual(fields.issuer, fields.subject);
  const issuer = selfIssued ? knownIssuer(der) : context.issuer;
  const outside = [
    ...algorithmsDiffer('CRT-5', signed, fields.signature),
    ...signatureFindings(
      der,
      issuer ? { spki: issuer.spki, name: selfIssued ? 'itself' : 'the issuer' } : null,
    ),
  ];
  const candidateIssuer = candidateIssuerOf(fields, issuer ?? null, context.policy, selfIssued);
  const found = bestProfile(signed.tbs, candidateIssuer, context);
  return {
    profile: found.profile,
    findings: [...outside, ...policyNotices(fields, context), ...found.findings],
  };
}

/**
 * What the policy says of the issuer goes along with what its certificate says. Without that
 * certificate its name and key are taken as the file gives them, and only the URLs are checked.
 */
function candidateIssuerOf(
  fields: CertificateFields,
  issuer: KnownIssuer | null,
  policy: CertificatePolicy | null,
  selfIssued: boolean,
): CandidateIssuer | null {
  const subject = issuer?.subject ?? fields.issuer;
  const keyIdentifier = issuer?.keyIdentifier ?? claimedKeyIdentifier(fields);
  if (selfIssued) return { subject, keyIdentifier, notAfter: null };
  const authority = policy ? authorityNamed(policy, fields.issuer) : undefined;
  if (!authority && issuer === null) return null;
  const notAfter = issuer?.notAfter ?? unixSeconds(NO_END);
  if (!authority) return { subject, keyIdentifier, notAfter };
  const { crl, ocsp, caIssuers } = authority;
  const urls = {
    crlUrl: crl.url.value,
    ocspUrl: ocsp?.url.value ?? null,
    caIssuersUrl: caIssuers.url.value,
  };
  return { subject, keyIdentifier, notAfter, services: { keyIdentifier, ...urls } };
}

/** 9999-12-31T23:59:59Z of RFC 5280 4.1.2.5: no certificate ends after it. */
const NO_END = 253_402_300_799;

/** What authorityKeyIdentifier says; empty when it says nothing. */
function claimedKeyIdentifier({ extensions }: CertificateFields): Uint8Array {
  const oid = OID['id-ce-authorityKeyIdentifier'];
  const value = extensions.find(({ extnID }) => extnID === oid)?.value ?? new Uint8Array(0);
  const claimed = new DERReader(value).enter(TAG.sequence)?.contents(contextPrimitiveTag(0));
  return claimed ?? new Uint8Array(0);
}

function policyNotices(fields: CertificateFields, { policy }: FileContext): readonly Finding[] {
  if (policy === null)
    return [notice('policy', 'CP 7.1', 'not held against a profile: no --policy was given')];
  if (authorityNamed(policy, fields.issuer)) return [];
  return [notice('policy', 'CP 1.1', 'the issuer is no authority of this policy')];
}

/** The named profile, or of the likely ones that with the fewest errors. */
function bestProfile(
  tbs: Uint8Array,
  issuer: CandidateIssuer | null,
  { policy, profile: wanted }: FileContext,
): CertificateFileReport {
  const fields = readTBSCertificate(tbs);
  const notBefore = fields && readValidity(fields.validity)?.notBefore;
  const profiles = [...(policy?.profiles ?? [])]
    .filter(([name]) => wanted === null || wanted === name)
    .flatMap(([name, profile]) =>
      profileVariants(profile, notBefore).map((variant) => [name, variant] as const),
    );
  const reports = (profiles.length > 0 ? profiles : [[null, null] as const]).map(
    ([name, profile]) => {
      const candidate = signedCertificateCandidate(tbs, profile, issuer);
      const findings = candidate.ok ? findingsOf(certificateRequirements, candidate.value) : [];
      const likely = candidate.ok && profile !== null && isLikely(candidate.value, profile);
      return { profile: name, findings, likely };
    },
  );
  // A wrong guess costs more than any error of the right profile.
  const cost = ({ findings, likely }: (typeof reports)[number]) =>
    findings.filter(({ level }) => level === 'error').length + (likely ? 0 : 1_000);
  const best = reports.reduce((least, report) => (cost(report) < cost(least) ? report : least));
  return { profile: best.profile, findings: best.findings };
}

/** It is a CA or not, and has the purposes, as the profile says. */
function isLikely(candidate: CertificateCandidate, profile: CertificateProfile): boolean {
  const asked = profile.extKeyUsage?.value ?? [];
  const purposes = keyPurposes(candidate);
  const same = asked.every((purpose) => purposes.includes(OID[`id-kp-${purpose}`]));
  const cA = profile.basicConstraints?.value.cA === true;
  return same && asked.length === purposes.length && cA === isCA(candidate);
}
