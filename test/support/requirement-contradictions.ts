import type { Rule } from './requirement-rules.ts';

/** How a contradiction between the sources is resolved. */
export interface Resolution extends Rule {
  /** Ids of the rules whose tests show it, besides tests that name it itself. */
  readonly shownBy: readonly string[];
}

type Places = Readonly<{
  files?: readonly string[];
  shownBy?: readonly string[];
}>;

function resolved(id: string, what: string, { files = [], shownBy = [] }: Places): Resolution {
  return { id, what, files, shownBy };
}

const RESPONDER_POLICIES = 'signer/lint/certificate/ocsp-responder-policies.ts';
const ROOT_CA2 = 'shared/policy/root-ca2.json';
const ROOT_CA3 = 'shared/policy/root-ca3.json';
const DEADLINES = 'signer/revocation/deadlines.ts';
const EXTENSION_RULES = 'shared/policy/rules/extension-rules.ts';

export const RESOLUTIONS: readonly Resolution[] = [
  resolved('CON-1', 'CP lists AKI alone, RFC 5280 demands cRLNumber: both', {
    files: ['signer/lint/crl/extensions.ts', 'signer/crl/tbs-cert-list.ts'],
    shownBy: ['CRL-8', 'CRL-9'],
  }),
  resolved('CON-2', 'reasonCode may be left out or not: always 1, 3, 4 or 5, chosen by a person', {
    files: ['shared/policy/crl-reasons.ts'],
    shownBy: ['CRL-12'],
  }),
  resolved('CON-3', 'other lists of reasons: that of the CP; a sub-CA’s compromise is 1', {
    files: ['shared/policy/crl-reasons.ts', 'signer/lint/crl/entry-reasons.ts'],
    shownBy: ['CRL-12', 'CRL-13'],
  }),
  resolved('CON-4', 'expired entries may go or stay: 10 years, in every chain', {
    files: ['shared/policy/retention.ts'],
    shownBy: ['CRL-15', 'RSP-16'],
  }),
  resolved('CON-5', '8 h to 10 d or 12 months of OCSP validity: the limits of the CP for all', {
    files: ['signer/lint/ocsp/times.ts'],
    shownBy: ['RSP-8'],
  }),
  resolved('CON-6', '"1 year" and "12 months": 364 days', {
    files: ['signer/lint/crl/times.ts', 'shared/policy/certificate-policy.ts'],
    shownBy: ['CRL-4'],
  }),
  resolved('CON-7', '"promptly", by post, 5 business days; or 24 h, 5 d, 7 d: the CSBR’s clock', {
    files: [DEADLINES, 'signer/revocation/grounds.ts'],
  }),
  resolved('CON-8', 'AIA by application or always: always under RootCA3', {
    files: [EXTENSION_RULES, 'signer/issuance/optional-extensions.ts'],
  }),
  resolved('CON-9', 'EKU and AIA of a sub-CA "as needed" or always: always', {
    files: [EXTENSION_RULES, 'signer/lint/certificate/time-stamping-ca-purpose.ts'],
  }),
  resolved('CON-10', 'the CP’s policy identifier alone: the reserved one too in a sub-CA', {
    files: [EXTENSION_RULES, ROOT_CA3],
  }),
  resolved('CON-11', 'caIssuers of a sub-CA: the certificate of its issuer', {
    files: ['signer/lint/certificate/authority-info-access.ts', ROOT_CA3],
    shownBy: ['HTTP-12'],
  }),
  resolved('CON-12', 'CPS URI https or http: as each table says, http for the sub-CA', {
    files: [ROOT_CA3, ROOT_CA2],
  }),
  resolved('CON-13', 'no comma, but one in the CA’s own name: the characters bind subscribers', {
    files: ['signer/lint/certificate/name-characters.ts'],
  }),
  resolved('CON-14', 'unique subjects and re-key: the same applicant, confirmed by the officer', {
    files: ['signer/issuance/subject-register.ts', 'signer/applications/predecessor.ts'],
  }),
  resolved('CON-15', 'ECC RootCA1 without identifier, table, algorithm: refused until given', {
    files: ['shared/policy/policy-file.ts', 'shared/policy/ecc-root-ca1.json'],
  }),
  resolved('CON-16', 'sha384 of RootCA3, sha256 of OCSP clients: sha384', {
    files: [ROOT_CA3, 'signer/lint/ocsp/response-algorithm.ts'],
    shownBy: ['RSP-22', 'CRT-5'],
  }),
  resolved('CON-17', 'RFC 5019 is obsolete: CertIDs of SHA-1 and SHA-256, byKey', {
    files: ['shared/ocsp/request.ts', 'signer/lint/ocsp/responder-id.ts'],
    shownBy: ['REQ-12', 'RSP-2'],
  }),
  resolved('CON-18', 'Last-Modified is producedAt or thisUpdate: they are equal', {
    files: ['signer/lint/ocsp/times.ts'],
    shownBy: ['RSP-7', 'HTTP-2'],
  }),
  resolved('CON-19', 'parameters of the CertID hash: both forms read, NULL written', {
    files: ['shared/ocsp/request.ts', 'signer/lint/ocsp/cert-id.ts'],
    shownBy: ['REQ-13', 'RSP-4', 'RSP-7'],
  }),
  resolved('CON-20', 'extended-revoke needs certificateHold, which is banned: never', {
    files: ['signer/lint/ocsp/no-suspension.ts'],
    shownBy: ['RSP-13', 'RSP-14'],
  }),
  resolved('CON-21', '"should not" or "must not" be good: must not', {
    files: ['workers/ocsp-lookup.ts', 'signer/lint/ocsp/known-status.ts'],
    shownBy: ['RSP-14'],
  }),
  resolved('CON-22', 'offline keys, but CRLs within 24 h: only responders are online', {
    files: ['shared/policy/certificate-policy.ts', 'signer/ceremony/duties.ts'],
    shownBy: ['CRL-18', 'CRT-10', 'CRL-6'],
  }),
  resolved('CON-23', 'a responder a day early, or never back: notBefore is the time of signing', {
    files: ['signer/lint/certificate/validity.ts', 'signer/ceremony/signing-time.ts'],
  }),
  resolved('CON-24', 'nonces of 33 to 128 octets: answered', {
    files: ['shared/ocsp/request-extensions.ts'],
    shownBy: ['REQ-19', 'REQ-20'],
  }),
  resolved('CON-25', 'RSA 2048 of RootCA2 and 4096 of the CSBR: not for code signing', {
    files: [ROOT_CA2],
    shownBy: ['CRT-4'],
  }),
  resolved('CON-26', 'certificatePolicies of a responder: absent', {
    files: [RESPONDER_POLICIES, EXTENSION_RULES],
    shownBy: ['RSP-33'],
  }),
];
