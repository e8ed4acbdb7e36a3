import { policyText } from '../../../shared/policy/policy-file.ts';
import { isoText, type UnixSeconds } from '../../../shared/time.ts';
import { nameText } from '../../issuance/distinguished-name.ts';
import { profileNamed } from '../../issuance/issuer.ts';
import { keyAlgorithmOf } from '../responder-key.ts';
import type { MadeRoot } from './make-root.ts';
import type { Host } from './open-host.ts';

type PolicyOfHost = Pick<Host, 'policy' | 'policyFiles'>;

const RULE = '-'.repeat(72);

const PEOPLE = [
  'Master of ceremonies',
  'Operator of the host',
  'Key custodian 1',
  'Key custodian 2',
  'Witness 1',
  'Witness 2',
];

/** The script of a root's key ceremony, printed before it: what is done, in order, and who does it. */
export function rootScript(
  { policy, policyFiles }: PolicyOfHost,
  name: string,
  keystore: string,
): readonly string[] {
  const authority = policy.authorities.get(name);
  const profile = authority && profileNamed(policy, authority.profile);
  const key = profile && keyAlgorithmOf(profile.key.value);
  const validity = profile?.validity.value;
  const steps = [
    'Everybody signs in below. Nobody works alone with the host or the token.',
    'The host has no network: no cable, no radio. It was started from the agreed medium.',
    'The clock of the host shows the right time in UTC.',
    `The policy on the host is ${policyText(policy)}; the SHA-256 of its files (sha256sum) is the one above.`,
    'The log of the host (log.jsonl) is read to its end; number of lines and last hash are written down.',
    `The token or file of keystore ${keystore} is put in; its custodians give their parts of the PIN.`,
    `\`inkan ceremony root ${name} --host DIR --keystore ${keystore} --out FILE --transcript FILE\``,
    'The name of the authority is typed to confirm. Key and certificate are made.',
    'Everybody compares the transcript with the screen and signs it.',
    'FILE and the transcript are copied to the medium that leaves the room; the medium is sealed.',
    'The key is backed up as the HSM vendor describes, under the same custody. The token is locked away.',
    `Beside the network: \`inkan ceremony import FILE --sha256 …\` with the fingerprint of the transcript.`,
  ];
  return [
    `KEY CEREMONY SCRIPT: ${name}`,
    RULE,
    `Policy      ${policyText(policy)}`,
    ...policyFiles.map((file) => `  ${grouped(file.sha256)}  ${file.name}`),
    `Subject     ${nameText(authority?.subject.value ?? [])}`,
    `Key         ${key?.kind === 'rsa' ? `RSA ${key.modulusLength}` : (key?.namedCurve ?? '')}`,
    `Signature   ${profile?.signatureAlgorithm.value ?? ''}`,
    `Validity    ${validity && 'months' in validity ? `${validity.months} months` : `${validity?.days ?? 0} days`}`,
    RULE,
    ...steps.flatMap((step, index) => [
      `[ ] ${String(index + 1).padStart(2)}. ${step}`,
      '        time (UTC) ____________   initials ________',
    ]),
    RULE,
    ...signatureLines(),
  ];
}

/** What was made, for witnesses to compare with the screen and to sign. */
export function rootTranscript(
  { policy, policyFiles }: PolicyOfHost,
  name: string,
  made: MadeRoot,
  now: UnixSeconds,
): readonly string[] {
  return [
    `KEY CEREMONY TRANSCRIPT: ${name}`,
    RULE,
    `Printed at            ${isoText(now)}`,
    `Policy                ${policyText(policy)}`,
    ...policyFiles.map((file) => `  ${grouped(file.sha256)}  ${file.name}`),
    `Key label             ${made.keyLabel}`,
    `Public key SHA-256    ${grouped(made.spkiSha256)}`,
    `Certificate SHA-256   ${grouped(made.certificateSha256)}`,
    `Log of the host       ${made.logSize} lines, last hash`,
    `                      ${grouped(made.logHash)}`,
    RULE,
    ...made.summary.map(([field, value]) => `${field.padEnd(30)} ${value}`),
    RULE,
    'We were there, the script was followed, and these values were on the screen.',
    'Deviations: ____________________________________________________________',
    '',
    ...signatureLines(),
  ];
}

function signatureLines(): readonly string[] {
  return PEOPLE.map(
    (role) => `${role.padEnd(22)} name ____________________ signature ____________________`,
  );
}

/** In groups of eight, so that two people can read them to each other. */
function grouped(hex: string): string {
  return (hex.match(/.{1,8}/g) ?? []).join(' ');
}
