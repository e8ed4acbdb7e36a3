/** Clauses that only people can fulfil, from the first to the last in the order of the CP. */
export interface Duty {
  readonly document: 'CP' | 'CSBR';
  readonly from: string;
  readonly to: string;
  readonly what: string;
  /** What the program records of it or reminds of; empty when nothing. */
  readonly program: string;
}

function duty(clauses: string, what: string, program: string = ''): Duty {
  const [from = '', to = from] = clauses.split(' to ');
  return { document: 'CP', from, to, what, program };
}

function dutyOfCSBR(from: string, what: string, program: string): Duty {
  return { document: 'CSBR', from, to: from, what, program };
}

const CUSTODY = 'says of each key `online` or `offline`; offline keys sign in ceremonies (CRT-10)';

export const DUTIES: readonly Duty[] = [
  duty(
    '1.5.1 to 1.5.4',
    'keep, judge and approve the CP; answer reports at the contact',
    'problem reports are entered with `inkan revocation new`',
  ),
  duty(
    '2.1 to 2.4',
    'say in the CPS what is published, when, for whom; publish CP and CPS',
    'publishes certificates, CRLs and reasons (CRT-11, CRL-17, HTTP-11)',
  ),
  duty('3.1.6', 'judge trademarks, ask for proof'),
  duty(
    '3.2.2 to 3.2.2.3',
    'find out that the organisation exists, its address, trade name and country',
    'records each check, its method and its reference; without them it approves nothing',
  ),
  duty(
    '3.2.5',
    'make sure that the agent may act for the organisation',
    'records how; without it it approves nothing',
  ),
  duty('3.2.6', 'decide which CAs are certified'),
  duty(
    '3.4',
    'make sure that a request for revocation is the subscriber’s',
    'records who asked, how, how it was verified; nobody approves what they recorded',
  ),
  duty('4.1.1', 'see that the applicant is of the organisation', 'records the agent'),
  duty('4.2.3', 'issue promptly once approved', 'lists applications by state'),
  duty(
    '4.5.1',
    'the subscriber uses key and certificate for the agreed purpose alone',
    'a purpose is set in each certificate (CRT-1, CRT-2)',
  ),
  duty('4.5.2', 'the relying party reads CP and CPS, and verifies'),
  duty('4.9.2', 'see that who asks for a revocation is of the organisation', 'as 3.4'),
  duty('4.9.5', 'act promptly on a request', 'counts the deadlines and shows them (OPS-1, OPS-2)'),
  duty('4.9.6', 'the relying party looks at CRL or OCSP', 'serves both'),
  duty(
    '4.11',
    'end a subscription as the contract says',
    'revocation with the ground of the request',
  ),
  duty('4.12.1', 'give no CA key to a third party', CUSTODY),
  duty(
    '5.1.1 to 5.1.8',
    'buildings, access, power, water, fire, media, disposal, off-site copies',
    'what to copy: docs/operations.md',
  ),
  duty(
    '5.2.1 to 5.2.4',
    'appoint roles, say how many persons a task takes, part duties',
    'a person is an operator certificate; revocation requests and ceremonies take an approval, on record',
  ),
  duty('5.3.1 to 5.3.8', 'choose, check, train and supervise personnel'),
  duty('5.4.2', 'read the audit log', '`inkan audit show`, `export` and `verify`'),
  duty('5.4.3', 'keep audit logs as long as CPS and CSBR say', 'nothing is removed'),
  duty(
    '5.4.5 to 5.4.8',
    'copy and collect logs, notify, assess vulnerabilities',
    'size and hash of the log are in every published snapshot',
  ),
  duty(
    '5.5.1 to 5.5.7',
    'archive',
    'applications, revocations and audit events are only added to; `inkan audit archive` and `restore`',
  ),
  duty('5.6', 'change CA keys in time', '`inkan status` shows what runs out first'),
  duty(
    '5.7.1 to 5.7.4',
    'plans for incidents, damage, compromise, disaster',
    'ends an authority and revokes below it; "When something is wrong" in docs/operations.md',
  ),
  duty('5.8', 'end the CA'),
  duty(
    '6.1.1 to 6.1.4',
    'make and hand over keys in the presence of those the CPS names',
    'ceremonies, fingerprints on paper; subscribers make their own keys',
  ),
  duty(
    '6.2.1 to 6.2.11',
    'certified modules, several persons, copies, activation, destruction of keys',
    CUSTODY,
  ),
  duty('6.3.1', 'archive public keys', 'certificates and keys seen are never removed'),
  duty(
    '6.3.2',
    'stop using a subscriber key and remove it in time',
    'reminds at 15 and 18 months (CRT-3)',
  ),
  duty(
    '6.4.1 to 6.4.3',
    'choose and protect PINs and passphrases',
    'takes them from a file of mode 0600, the environment or a prompt; never shows them',
  ),
  duty(
    '6.5.1 to 6.7',
    'secure computers, development, networks',
    'docs/threat-model.md; the signer only connects outwards and takes mTLS',
  ),
  duty('6.8', 'keep clocks right', 'signs nothing when the clock went back (OPS-7)'),
  duty(
    '8.1 to 8.7',
    'be audited, publish and act on it, audit oneself',
    'this page; the audit log; `inkan lint` on any artifact',
  ),
  duty('9.1.1', 'fees'),
  duty('9.1.5', 'refunds'),
  duty('9.2.1', 'financial means'),
  duty(
    '9.3.1 to 9.3.3',
    'keep information confidential',
    'private keys stay in their keystores; documents are kept as hashes',
  ),
  duty(
    '9.4.1 to 9.4.6',
    'protect personal information',
    'keeps names of agents and confirmers alone; no addresses of clients',
  ),
  duty('9.5', 'intellectual property'),
  duty('9.6.1 to 9.6.4', 'warrant', 'the repository answers at all hours (HTTP-15)'),
  duty('9.7 to 9.9', 'limits of warranty and liability, indemnities'),
  duty('9.10.1 to 9.11', 'term and end of the CP; notices'),
  duty(
    '9.12.1 to 9.12.3',
    'amend the CP, publish it, change its identifiers',
    'the policy file has the CP’s version and the days from which profiles apply',
  ),
  duty(
    '9.13 to 9.16.5',
    'disputes, law, export control, contracts; exceptions to the CSBR by law go into the CPS',
  ),
  dutyOfCSBR(
    '4.9.3',
    'take revocation requests and problem reports at all hours',
    'records them by channel',
  ),
  dutyOfCSBR('4.9.5', 'begin to investigate within 24 hours', 'counts the deadline (OPS-2)'),
  dutyOfCSBR('5.4.3', 'keep audit logs for two years at least', 'nothing is removed'),
  dutyOfCSBR('6.2.7.1', 'modules of FIPS 140 level 3', CUSTODY),
  dutyOfCSBR('6.2.7.2', 'keys of time-stamp roots and sub-CAs offline or air-gapped', CUSTODY),
  dutyOfCSBR(
    '6.3.2',
    'remove time-stamping keys within 18 months, in a logged ceremony',
    'reminds, and records the removal',
  ),
];

/** Clauses that ask nothing of anybody: what they are, and from which to which. */
export const NOTHING_TO_DO: readonly (readonly [string, readonly string[]])[] = [
  ['scope and participants', ['1.3.1 to 1.3.5', '1.4.1 to 1.4.2']],
  ['definitions', ['1.6']],
  ['no notification of others', ['4.4.3', '4.6.7', '4.7.7', '4.8.7']],
  ['a permission that is not used', ['4.9.11']],
  ['not applicable, as there is no suspension (RSP-13)', ['4.9.14 to 4.9.16']],
  [
    'nothing stipulated',
    ['4.10.3', '4.12.2', '7.1.9', '9.1.2 to 9.1.4', '9.2.2 to 9.2.3', '9.4.7', '9.6.5', '9.17'],
  ],
];

/** Headings of clauses below them, with no text of their own. */
export const HEADINGS: readonly string[] = [
  '1',
  '1.3',
  '1.4',
  '1.5',
  '2',
  '3',
  '3.1',
  '3.2',
  '3.3',
  '4',
  '4.1',
  '4.2',
  '4.3',
  '4.4',
  '4.5',
  '4.8',
  '4.9',
  '4.10',
  '4.12',
  '5',
  '5.1',
  '5.2',
  '5.3',
  '5.4',
  '5.5',
  '5.7',
  '6',
  '6.1',
  '6.2',
  '6.3',
  '6.4',
  '6.5',
  '6.6',
  '7',
  '8',
  '9',
  '9.1',
  '9.2',
  '9.3',
  '9.4',
  '9.6',
  '9.10',
  '9.12',
  '9.16',
];
