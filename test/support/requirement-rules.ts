export interface Rule {
  readonly id: string;
  readonly what: string;
  /** Product files that keep the rule; empty when none does yet. */
  readonly files: readonly string[];
  readonly note?: string;
}

function rule(id: string, what: string, ...files: readonly string[]): Rule {
  return { id, what, files };
}

function open(id: string, what: string, note: string = 'not yet'): Rule {
  return { id, what, files: [], note };
}

const REQUEST = 'shared/ocsp/request.ts';
const REQUEST_EXTENSIONS = 'shared/ocsp/request-extensions.ts';
const TRANSPORT = 'workers/ocsp-transport.ts';
const RESPONSE = 'shared/ocsp/response.ts';
const CACHE = 'workers/cache-policy.ts';
const POLICY = 'shared/policy/root-ca3.json';
const CRL = 'signer/crl/tbs-cert-list.ts';
const lintOfKeys = (...names: readonly string[]) =>
  names.map((name) => `signer/lint/key/${name}.ts`);
const KEY_NUMBERS = lintOfKeys(
  ...['modulus-length', 'public-exponent', 'small-factors', 'prime-power', 'point-on-curve'],
);
const WEAK_KEYS = [
  ...lintOfKeys('fermat', 'roca', 'no-shared-factor', 'weak-key-list'),
  'signer/weak-keys/debian-keys.ts',
];
const REQUEST_CHECKS = 'signer/issuance/certification-request.ts';

/** Ids of the rule sheet in its order. */
export const RULES: readonly Rule[] = [
  rule('REQ-1', 'plain http, GET and POST, no redirect', 'workers/routes.ts'),
  rule('REQ-2', 'GET is / and percent-encoded base64', TRANSPORT),
  rule('REQ-3', 'slashes and plus signs are kept', TRANSPORT),
  rule('REQ-4', 'other characters, bad escapes, no data: malformed', TRANSPORT),
  rule('REQ-5', 'GET above 255 octets is accepted', TRANSPORT),
  rule('REQ-6', 'limits, refused without a look-up', TRANSPORT, REQUEST),
  rule('REQ-7', 'POST whatever its content type', TRANSPORT),
  rule('REQ-8', '405 with Allow; HEAD', 'workers/routes.ts'),
  rule('REQ-9', 'strict DER', REQUEST, 'shared/der/reader.ts'),
  rule('REQ-10', 'other version, empty list: malformed', REQUEST),
  rule('REQ-11', 'several certificates: unauthorized', REQUEST),
  rule('REQ-12', 'SHA-1 and SHA-256 answered, others unauthorized', REQUEST),
  rule('REQ-13', 'hash parameters absent or NULL', REQUEST),
  rule('REQ-14', 'name and key hash both match one issuer', 'workers/issuer-index.ts'),
  rule('REQ-15', 'impossible serial numbers and hash lengths', REQUEST, 'shared/serial-number.ts'),
  rule('REQ-16', 'signatures are not checked, their form is', REQUEST),
  rule('REQ-17', 'unknown critical extensions: malformed', REQUEST_EXTENSIONS),
  rule('REQ-18', 'an extension twice: malformed', REQUEST_EXTENSIONS),
  rule('REQ-19', 'nonces of 1 to 128 octets ignored', REQUEST_EXTENSIONS),
  rule('REQ-20', 'RFC 9654 instead of 8954', REQUEST_EXTENSIONS),
  rule('REQ-21', 'acceptable responses without basic: unauthorized', REQUEST_EXTENSIONS),
  rule('REQ-22', 'preferred algorithms ignored with one variant', REQUEST_EXTENSIONS),
  rule('REQ-23', 'serviceLocator ignored', REQUEST_EXTENSIONS),
  open('REQ-24', 'count and report queries for unused serial numbers'),
  rule('RSP-1', 'successful, basic, DER, version left out', RESPONSE, 'signer/lint/ocsp/form.ts'),
  rule('RSP-2', 'responderID byKey', 'signer/lint/ocsp/responder-id.ts', RESPONSE),
  rule(
    'RSP-3',
    'one SingleResponse',
    RESPONSE,
    'signer/lint/ocsp/form.ts',
    'signer/lint/ocsp/live.ts',
  ),
  rule(
    'RSP-4',
    'CertID hash parameters NULL',
    'shared/ocsp/cert-id.ts',
    'signer/lint/ocsp/cert-id.ts',
  ),
  rule('RSP-5', 'GeneralizedTime without fraction', 'shared/time.ts', 'signer/lint/ocsp/times.ts'),
  rule('RSP-6', 'nextUpdate always', RESPONSE, 'signer/lint/ocsp/times.ts'),
  rule('RSP-7', 'thisUpdate = producedAt, never in the future', 'signer/lint/ocsp/times.ts'),
  rule('RSP-8', 'valid 8 h to 10 d less a second', 'signer/lint/ocsp/times.ts', POLICY),
  rule(
    'RSP-9',
    'refreshed in time',
    'signer/presigning/plan.ts',
    'shared/ocsp/refresh-deadline.ts',
  ),
  rule('RSP-10', 'at the edge within 24 h of the revocation', 'signer/revocation/deadlines.ts'),
  rule('RSP-11', 'revoked carries time and reason', 'signer/lint/ocsp/revocation.ts'),
  rule('RSP-12', 'no reasonCode extension', RESPONSE, 'signer/lint/ocsp/extensions.ts'),
  rule(
    'RSP-13',
    'no certificateHold, no extended-revoke',
    'shared/policy/crl-reasons.ts',
    'signer/lint/ocsp/no-suspension.ts',
  ),
  rule(
    'RSP-14',
    'never good for an unassigned serial number',
    'workers/ocsp-lookup.ts',
    'signer/lint/ocsp/known-status.ts',
  ),
  rule(
    'RSP-15',
    'no responseExtensions but a nonce that was asked for',
    RESPONSE,
    'signer/lint/ocsp/extensions.ts',
    'signer/lint/ocsp/live.ts',
  ),
  rule(
    'RSP-16',
    'revoked stays answered 10 years past expiry',
    'shared/policy/retention.ts',
    'signer/ocsp/withdraw-overdue.ts',
  ),
  rule(
    'RSP-17',
    'archiveCutoff for expired certificates',
    'signer/ocsp/archive-cutoff.ts',
    'signer/lint/ocsp/archive-cutoff.ts',
    'signer/lint/ocsp/extensions.ts',
  ),
  rule('RSP-18', 'a responder certified by the same CA key', 'signer/publisher/publish-gate.ts'),
  rule('RSP-19', 'roots do not sign OCSP: delegated', 'signer/lint/certificate/key-usage.ts'),
  rule('RSP-20', 'certs holds exactly the responder', RESPONSE, 'signer/lint/ocsp/certs.ts'),
  rule(
    'RSP-21',
    'the responder outlives its responses',
    'signer/lint/ocsp/times.ts',
    'signer/publisher/publish-gate.ts',
  ),
  rule(
    'RSP-22',
    'signature algorithms with NULL',
    'shared/der/oids.ts',
    'signer/lint/ocsp/response-algorithm.ts',
  ),
  rule(
    'RSP-23',
    'revocationTime = revocationDate, not in the future',
    'signer/lint/ocsp/revocation.ts',
  ),
  rule(
    'RSP-24',
    'CRL and OCSP say the same',
    'signer/publisher/publish-gate.ts',
    'signer/publisher/crl-gate.ts',
  ),
  rule('RSP-30', 'OCSPSigning alone', 'signer/lint/certificate/ocsp-signing-purpose.ts'),
  rule(
    'RSP-31',
    'keyUsage critical, digitalSignature',
    POLICY,
    'signer/lint/certificate/ocsp-responder-usage.ts',
  ),
  rule('RSP-32', 'nocheck is NULL', 'signer/lint/certificate/ocsp-no-check.ts'),
  rule('RSP-33', 'no certificatePolicies', 'signer/lint/certificate/ocsp-responder-policies.ts'),
  rule('RSP-34', 'no CRL or AIA pointers', 'signer/lint/certificate/ocsp-responder-pointers.ts'),
  rule('RSP-35', 'AKI and SKI', 'signer/lint/certificate/key-identifiers.ts'),
  rule(
    'RSP-36',
    'short-lived, new key each time',
    'signer/ocsp/make-responder.ts',
    'signer/ocsp/responder-key.ts',
    'signer/lint/certificate/ocsp-responder-validity.ts',
    'signer/ceremony/responder-duty.ts',
    POLICY,
  ),
  rule('HTTP-1', 'content type and length', 'workers/ocsp-answer.ts'),
  rule('HTTP-2', 'Last-Modified, Expires, Date', CACHE),
  rule('HTTP-3', 'strong ETag, SHA-256', 'workers/ocsp-answer.ts'),
  rule('HTTP-4', 'max-age computed at serving time', CACHE),
  rule('HTTP-5', 'never no-cache on an answer', CACHE),
  rule('HTTP-6', 'errors are not stored', CACHE),
  rule('HTTP-7', '304', CACHE),
  rule('HTTP-8', 'max-age and Expires both honest', CACHE),
  rule('HTTP-9', 'POST answered each time', 'workers/ocsp.ts'),
  rule('HTTP-10', 'no coding, no Vary', 'workers/ocsp-answer.ts'),
  rule('HTTP-11', 'one DER CRL, pkix-crl', 'shared/snapshot/file.ts', 'workers/files.ts'),
  rule(
    'HTTP-12',
    'caIssuers .cer of the issuer',
    'signer/publisher/file-table.ts',
    'workers/files.ts',
  ),
  rule('HTTP-13', 'CRL caching', CACHE),
  rule('HTTP-14', 'http URLs', 'shared/policy/certificate-policy.ts'),
  open(
    'HTTP-15',
    'an answer within 10 s',
    'store reads are limited to 2 s each; load is measured by `npm run bench`',
  ),
  rule('CRL-1', 'v2', 'signer/lint/crl/basic-fields.ts', CRL),
  rule('CRL-2', 'issuer and algorithm', 'signer/lint/crl/basic-fields.ts'),
  rule('CRL-3', 'times and their encodings', 'signer/lint/crl/times.ts'),
  rule('CRL-4', 'nextUpdate within 364 days', 'signer/lint/crl/times.ts', POLICY),
  open('CRL-5', 'comparison with other requirements', 'does not bind'),
  rule(
    'CRL-6',
    'a new CRL after revocation, issuance and in time',
    'signer/settlement/settle.ts',
    'signer/crl/sign-crl.ts',
    'signer/ceremony/duties.ts',
  ),
  rule('CRL-7', 'nextUpdate not earlier than before', 'signer/lint/crl/times.ts'),
  rule('CRL-8', 'AKI and cRLNumber alone', 'signer/lint/crl/extensions.ts', CRL),
  rule(
    'CRL-9',
    'cRLNumber rises',
    'signer/lint/crl/number.ts',
    'signer/database/authority-table.ts',
  ),
  rule('CRL-10', 'full CRL, no issuingDistributionPoint', 'signer/lint/crl/partition.ts'),
  rule('CRL-11', 'no empty list', 'signer/lint/crl/not-empty.ts', CRL),
  rule(
    'CRL-12',
    'reasonCode 1, 3, 4 or 5, always',
    'signer/lint/crl/entry-reasons.ts',
    'shared/policy/crl-reasons.ts',
  ),
  rule(
    'CRL-13',
    'what a reason means for tokens',
    'shared/policy/crl-reasons.ts',
    'signer/cli/reasons.ts',
  ),
  rule('CRL-14', 'no serial twice, dates not after thisUpdate', 'signer/lint/crl/entries.ts'),
  rule(
    'CRL-15',
    'entries stay 10 years past expiry',
    'shared/policy/retention.ts',
    'signer/publisher/crl-gate.ts',
  ),
  rule('CRL-16', 'expiredCertsOnCRL by switch', 'signer/lint/crl/expired-certs.ts', CRL),
  rule('CRL-17', 'published reason information', 'signer/crl/reasons-file.ts'),
  rule(
    'CRL-18',
    'CRLs signed in ceremonies',
    'signer/ceremony/import-signatures.ts',
    'signer/ceremony/host/sign-bundle.ts',
  ),
  rule(
    'CRT-1',
    'timeStamping critical and alone',
    'signer/lint/certificate/time-stamping-purpose.ts',
  ),
  rule(
    'CRT-2',
    'sub-CA for time-stamping alone',
    'signer/lint/certificate/time-stamping-ca-purpose.ts',
  ),
  rule(
    'CRT-3',
    '135 months; private keys 15 and 18',
    'signer/lint/certificate/validity.ts',
    'signer/operations/key-reminders.ts',
  ),
  rule('CRT-4', 'key sizes', REQUEST_CHECKS, 'signer/lint/certificate/public-key.ts', POLICY),
  rule(
    'CRT-5',
    'signature algorithms; an expired CA issues nothing',
    'signer/lint/certificate/signature-algorithm.ts',
    'signer/issuance/issuer.ts',
  ),
  rule(
    'CRT-6',
    'characters of names',
    'signer/issuance/distinguished-name.ts',
    'signer/lint/certificate/name-characters.ts',
  ),
  rule(
    'CRT-7',
    'lengths of names',
    'signer/issuance/distinguished-name.ts',
    'signer/lint/certificate/name-lengths.ts',
  ),
  rule('CRT-8', 'organisations, unique subjects', 'signer/issuance/subject-register.ts'),
  rule(
    'CRT-9',
    'policy identifiers of every CA of the CP',
    'shared/policy/rules/extension-rules.ts',
    'shared/policy/policy-file.ts',
  ),
  rule(
    'CRT-10',
    'offline keys; that the HSM is of FIPS 140 level 3 is for people to see to',
    'signer/issuance/create-authority.ts',
    'signer/ceremony/host/make-key.ts',
    'signer/setup/check-policy.ts',
  ),
  rule('CRT-11', 'issued certificates are published', 'signer/publisher/certificate-files.ts'),
  rule(
    'CRT-12',
    'no TSA directly under RootCA3 after 2018-09-26',
    'shared/policy/profile-in-force.ts',
    'shared/policy/rules/validity-rules.ts',
    'signer/lint/certificate/root-ca3-end.ts',
    'signer/lint/certificate/profile-in-force.ts',
  ),
  rule(
    'CSR-1',
    'proof of possession, strict DER',
    'signer/issuance/decode-certification-request.ts',
    REQUEST_CHECKS,
  ),
  rule(
    'CSR-2',
    'fingerprints recorded and confirmed',
    'signer/issuance/receive-request.ts',
    'signer/applications/decide.ts',
  ),
  rule('CSR-3', 'no MD5 or SHA-1 signature', 'signer/issuance/decode-certification-request.ts'),
  rule('CSR-4', 'nothing requested is taken over', 'signer/issuance/prepare-issuance.ts'),
  rule(
    'CSR-5',
    'a key is certified once',
    'signer/lint/key/not-certified-before.ts',
    'signer/database/key-holder-query.ts',
  ),
  rule('CSR-6', 'RSA numbers, EC points', ...KEY_NUMBERS),
  rule('CSR-7', 'weak keys', ...WEAK_KEYS),
  rule('CSR-8', 'each certificate its own key', 'signer/lint/key/not-certified-before.ts'),
  rule('OPS-1', 'revocation deadlines counted', 'signer/revocation/deadlines.ts'),
  rule('OPS-2', 'investigations begin in 24 h', 'signer/revocation/deadlines.ts'),
  rule(
    'OPS-3',
    'issuance by command of an authorised person',
    'signer/api/person.ts',
    'signer/applications/issue-application.ts',
  ),
  rule(
    'OPS-4',
    'good is visible before the certificate is handed over',
    'signer/operations/certificate-view.ts',
    'signer/applications/decide.ts',
  ),
  rule('OPS-5', 'receipts and complaints', 'signer/applications/states.ts'),
  rule('OPS-6', 'audit logs kept', 'signer/audit/segmented-log.ts', 'signer/audit/archive.ts'),
  rule('OPS-7', 'a clock that went back signs nothing', 'signer/signer-context.ts'),
];
