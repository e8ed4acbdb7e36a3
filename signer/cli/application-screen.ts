import { ok, type Result } from '../../shared/result.ts';
import {
  CHECK_NAMES,
  CHECKS,
  type CheckName,
  type CheckResult,
} from '../applications/screening.ts';
import { DOCUMENT, HASHED_HERE, readDocuments } from './application-documents.ts';
import { kebab } from './application-facts.ts';
import { transitionAnswer } from './application-number.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

export const APPLICATION_SCREEN: Command = {
  name: 'application screen',
  summary: 'Record what was verified of an application (CP 3.2, 4.2.1)',
  operands: ['NUMBER'],
  options: [
    {
      name: 'fingerprint',
      value: 'HEX',
      description: "SHA-256 of the request's DER, as the applicant told it",
      required: true,
    },
    { name: 'confirmed-by', value: 'NAME', description: 'Who told it', required: true },
    {
      name: 'confirmed-how',
      value: 'WAY',
      description: 'By which way, other than that of the request',
      required: true,
    },
    {
      name: 'check',
      value: 'ITEM=METHOD:EVIDENCE',
      description: 'An item that passed, and where its proof is kept',
      repeatable: true,
    },
    {
      name: 'not-applicable',
      value: 'ITEM=WHY',
      description: 'An item that does not apply',
      repeatable: true,
    },
    { name: 'failed', value: 'ITEM=WHY', description: 'An item that failed', repeatable: true },
    {
      name: 'organisation-only',
      description: 'You state that the subject is no individual and no pseudonym',
    },
    DOCUMENT,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'Each of these items is given once, with one of its methods:',
    ...CHECK_NAMES.map(
      (name) => `${kebab(name)} (${CHECKS[name].clause}): ${CHECKS[name].methods.join(', ')}`,
    ),
    'EVIDENCE says where the proof is kept; put nobody’s personal data into it. Until it is decided an application can be screened again.',
    HASHED_HERE,
  ],
  examples: [
    'inkan application screen 7 --fingerprint "$FINGERPRINT" --confirmed-by "Taro Yamada" --confirmed-how telephone --check identity=government-agency:registry-2026-114 --not-applicable "trade-name=none in the subject" --check country=government-agency:registry-2026-114 --check authorisation=document:letter-7 --organisation-only',
  ],
  run: screenApplication,
};

async function screenApplication(args: ParsedArguments, world: CLIWorld): Outcome {
  const sha256 = readFingerprint(args.required('fingerprint'));
  if (!sha256.ok) return sha256;
  const checks = readChecks(args);
  if (!checks.ok) return checks;
  const documents = await readDocuments(args, world);
  if (!documents.ok) return documents;
  return transitionAnswer(args, world, 'screening', {
    fingerprint: {
      sha256: sha256.value,
      confirmedBy: args.required('confirmed-by'),
      how: args.required('confirmed-how'),
    },
    checks: Object.fromEntries(checks.value),
    organisationOnly: args.has('organisation-only'),
    documents: documents.value,
  });
}

/** As people write down what they hear: any case, colons or spaces between. */
function readFingerprint(text: string): Result<string, Failure> {
  const digits = text.toLowerCase().replace(/[: ]/g, '');
  if (/^[0-9a-f]{64}$/.test(digits)) return ok(digits);
  return usageFailure('--fingerprint is no SHA-256', 'give 64 hexadecimal digits');
}

function readChecks(args: ParsedArguments): Result<ReadonlyMap<CheckName, CheckResult>, Failure> {
  const checks = new Map<CheckName, CheckResult>();
  for (const option of ['check', 'not-applicable', 'failed'] as const) {
    for (const text of args.all(option)) {
      const read = readCheck(option, text);
      if (!read.ok) return read;
      const [name, result] = read.value;
      if (checks.has(name)) return usageFailure(`${kebab(name)} is given twice`, 'give it once');
      checks.set(name, result);
    }
  }
  const missing = CHECK_NAMES.find((name) => !checks.has(name));
  if (missing === undefined) return ok(checks);
  return usageFailure(
    `the item ${kebab(missing)} is missing (${CHECKS[missing].clause})`,
    'give it with --check, --not-applicable or --failed',
  );
}

function readCheck(
  option: 'check' | 'not-applicable' | 'failed',
  text: string,
): Result<readonly [CheckName, CheckResult], Failure> {
  const [, item = '', said = ''] = /^([a-z-]+)=(.+)$/s.exec(text) ?? [];
  const name = CHECK_NAMES.find((known) => kebab(known) === item);
  if (name === undefined) {
    const items = CHECK_NAMES.map(kebab).join(', ');
    return usageFailure(`--${option} cannot be ${text}`, `write ITEM=…, ITEM one of ${items}`);
  }
  if (option !== 'check') return ok([name, { result: option, evidence: said }]);
  const [, method = '', evidence = ''] = /^([a-z-]+):(.+)$/s.exec(said) ?? [];
  const { methods } = CHECKS[name];
  if (methods.includes(method)) return ok([name, { result: 'passed', method, evidence }]);
  return usageFailure(
    `--check cannot be ${text}`,
    `write ${item}=METHOD:EVIDENCE, METHOD one of ${methods.join(', ')}`,
  );
}
