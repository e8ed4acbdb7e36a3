/** What answers a clause that no rule of the sheet cites, or that takes more than its rules. */
export interface Answer {
  readonly clause: string;
  /** Rules that answer it although they come from elsewhere. */
  readonly rules?: readonly string[];
  readonly files?: readonly string[];
  /** The clauses that this one refers to. */
  readonly as?: readonly string[];
}

const APPLICATIONS = 'signer/applications';
const SCREENING = `${APPLICATIONS}/screening.ts`;
const CERTIFICATE_LINT = 'signer/lint/certificate';
const EXTENSIONS_LISTED = `${CERTIFICATE_LINT}/extensions-listed.ts`;

function kept(clause: string, ...files: readonly string[]): Answer {
  return { clause, files };
}

function byRules(clause: string, ...rules: readonly string[]): Answer {
  return { clause, rules };
}

function refersTo(clause: string, ...as: readonly string[]): Answer {
  return { clause, as };
}

export const CP_ANSWERS: readonly Answer[] = [
  byRules('3.1.1', 'CRT-6', 'CRT-7'),
  kept('3.2.2', SCREENING, `${APPLICATIONS}/create-application.ts`),
  kept('3.2.2.1', SCREENING),
  kept('3.2.2.2', SCREENING),
  kept('3.2.2.3', SCREENING),
  kept('3.2.4', 'signer/operations/certificate-view.ts'),
  kept('3.2.5', SCREENING),
  refersTo('3.3.1', '3.2'),
  refersTo('3.3.2', '3.2'),
  kept('3.4', 'signer/revocation/register.ts', 'signer/revocation/channels.ts'),
  kept('4.1.1', `${APPLICATIONS}/create-application.ts`),
  kept('4.1.2', `${APPLICATIONS}/create-application.ts`),
  kept('4.2.1', SCREENING),
  kept('4.2.2', `${APPLICATIONS}/decide.ts`),
  kept('4.3.2', `${APPLICATIONS}/decide.ts`),
  ...[1, 2, 3, 4, 5, 6].map((n) => refersTo(`4.6.${n}`, `4.7.${n}`)),
  kept('4.7.1', `${APPLICATIONS}/predecessor.ts`),
  refersTo('4.7.2', '4.1.1'),
  refersTo('4.7.3', '4.2'),
  refersTo('4.7.4', '4.3.2'),
  refersTo('4.7.5', '4.4.1'),
  refersTo('4.7.6', '4.4.2'),
  kept('4.8.1', `${APPLICATIONS}/revoke-for-change.ts`),
  refersTo('4.8.2', '4.9.2', '4.1.1'),
  refersTo('4.8.3', '4.9.3', '4.2'),
  refersTo('4.8.4', '4.3.2'),
  refersTo('4.8.5', '4.4.1'),
  refersTo('4.8.6', '4.4.2'),
  kept('4.9.1', 'signer/revocation/grounds.ts', 'signer/revocation/end-authority.ts'),
  refersTo('4.9.2', '3.4'),
  kept('4.9.3', 'signer/revocation/channels.ts', 'signer/revocation/register.ts'),
  kept('4.9.4', 'signer/revocation/business-days.ts', 'signer/revocation/deadlines.ts'),
  kept('4.9.5', 'signer/revocation/execute-request.ts'),
  byRules('4.9.9', 'REQ-1', 'HTTP-1', 'RSP-14'),
  refersTo('4.9.12', '4.9.1'),
  refersTo('4.10.1', '4.9.9'),
  byRules('5.2.1', 'OPS-3'),
  kept('5.4.1', 'signer/audit/audit-log.ts', 'signer/audit/signer-event.ts'),
  byRules('5.4.3', 'OPS-6'),
  kept(
    '5.4.4',
    'signer/audit/segmented-log.ts',
    'signer/setup/check-audit-log.ts',
    'signer/audit/verify/verify-log.ts',
  ),
  byRules('6.1.5', 'CRT-4'),
  byRules('6.1.6', 'CSR-6', 'CSR-7'),
  byRules('6.1.7', 'RSP-19', 'RSP-31', 'CRT-1', 'CRT-2'),
  byRules('6.2.7', 'CRT-10', 'CRL-18'),
  byRules('6.3.2', 'CRT-3'),
  byRules('6.8', 'OPS-7'),
  kept(
    '7.1',
    `${CERTIFICATE_LINT}/serial-number.ts`,
    'signer/issuance/tbs-certificate.ts',
    EXTENSIONS_LISTED,
  ),
  kept('7.1.1', `${CERTIFICATE_LINT}/version.ts`),
  kept('7.1.2', EXTENSIONS_LISTED, `${CERTIFICATE_LINT}/requirements.ts`),
  kept('7.1.5', EXTENSIONS_LISTED),
  kept('7.1.7', EXTENSIONS_LISTED),
  byRules('7.1.8', 'CRT-9', 'CON-12'),
];

export const CSBR_ANSWERS: readonly Answer[] = [
  kept('4.9.6', 'signer/revocation/record-revocation.ts'),
  kept('7.1', `${CERTIFICATE_LINT}/serial-number.ts`),
  kept('7.1.2.1', `${CERTIFICATE_LINT}/basic-constraints.ts`, EXTENSIONS_LISTED),
  kept('7.1.2.4', EXTENSIONS_LISTED),
  kept('7.1.4.1', `${CERTIFICATE_LINT}/issuer-name.ts`),
];

/** Headings of the CSBR (3.7.0, in sentence case) for the clauses that rules or answers cite. */
export const CSBR_HEADINGS: Readonly<Record<string, string>> = {
  '4.9.1': 'Circumstances for revocation',
  '4.9.1.1': 'Reasons for revoking a subscriber certificate',
  '4.9.1.2': 'Reasons for revoking a subordinate CA certificate',
  '4.9.3': 'Procedure for revocation request',
  '4.9.5': 'Time within which CA must process the revocation request',
  '4.9.6': 'Revocation checking requirement for relying parties',
  '4.9.7': 'CRL issuance frequency',
  '4.9.9': 'On-line revocation/status checking availability',
  '4.9.10': 'On-line revocation checking requirements',
  '4.9.13': 'Circumstances for suspension',
  '4.10.1': 'Operational characteristics',
  '4.10.2': 'Service availability',
  '5.4.3': 'Retention period for audit log',
  '6.1.1.3': 'Subscriber key pair generation',
  '6.1.5': 'Key sizes',
  '6.1.6': 'Public key parameters generation and quality checking',
  '6.2.7.1': 'Private key storage for CA keys',
  '6.2.7.2': 'Private key storage for timestamp authorities',
  '6.3.2': 'Certificate operational periods and key pair usage periods',
  '7.1': 'Certificate profile',
  '7.1.2.1': 'Root CA certificate',
  '7.1.2.2': 'Subordinate CA certificate',
  '7.1.2.3': 'Code signing and timestamp certificate',
  '7.1.2.4': 'All certificates',
  '7.1.3': 'Algorithm object identifiers',
  '7.1.3.2': 'Signature AlgorithmIdentifier',
  '7.1.4.1': 'Name encoding',
  '7.1.4.2.2': 'Subject distinguished name fields',
  '7.1.6.3': 'Subordinate CA certificates',
  '7.2': 'CRL profile',
  '7.2.2': 'CRL and CRL entry extensions',
};
