import { base64FromBytes } from '../../shared/bytes.ts';
import { ok, type Result } from '../../shared/result.ts';
import { answered, factLines } from './answers.ts';
import { applicationView } from './application-decoders.ts';
import { DOCUMENT, HASHED_HERE, readDocuments } from './application-documents.ts';
import { applicationFacts } from './application-facts.ts';
import { ask } from './ask.ts';
import { CHOSEN_CONTENTS, chosenContents } from './chosen-contents.ts';
import type { CLIWorld, Command, Failure, OptionSpec, Outcome } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { readRequest } from './request-file.ts';
import { readSerialNumber } from './serial-argument.ts';

const APPLICANT: readonly OptionSpec[] = [
  {
    name: 'request',
    value: 'FILE',
    description: 'PKCS#10, PEM or DER; - reads standard input',
    required: true,
  },
  { name: 'organisation', value: 'NAME', description: 'Who applies', required: true },
  {
    name: 'agent',
    value: 'NAME',
    description: 'The representative, employee or agent who acts for it (CP 4.1.1)',
    required: true,
  },
  DOCUMENT,
];

const ISSUER: OptionSpec = {
  name: 'authority',
  value: 'A',
  description: 'Its issuer, where two issued this serial number',
};

const SHOWN = [
  HASHED_HERE,
  'An approval needs application-form and existence-proof (CP 3.2.2) and subscriber-agreement (CP 4.1.2), now or when it is screened. The same command again is the same application.',
];

export const APPLICATION_NEW: Command = {
  name: 'application new',
  summary: 'Record an application for a certificate (CP 4.1)',
  operands: [],
  options: [
    { name: 'authority', value: 'A', description: 'The issuing authority', required: true },
    { name: 'profile', value: 'P', description: 'The certificate profile', required: true },
    ...APPLICANT,
    {
      name: 'subject',
      value: 'DN',
      description: 'The subject, most general first; default: the one in the request',
    },
    ...CHOSEN_CONTENTS,
    ...CONNECTION_OPTIONS,
  ],
  notes: SHOWN,
  examples: [
    'inkan application new --authority tsa-ca --profile tsa --request tsa.csr --organisation "Example K.K." --agent "Taro Yamada" --document application-form=form.pdf --document existence-proof=registry.pdf --document subscriber-agreement=agreement.pdf',
  ],
  run: (args, world) => {
    const subject = args.option('subject');
    return apply(args, world, {
      kind: 'new',
      authority: args.required('authority'),
      profile: args.required('profile'),
      ...(subject === undefined ? {} : { subject }),
      ...chosenContents(args),
    });
  },
};

export const APPLICATION_REKEY: Command = {
  name: 'application rekey',
  summary: 'Record an application for a new key of the same subject (CP 4.7)',
  operands: ['SERIAL'],
  options: [
    ...APPLICANT,
    {
      name: 'confirm-same-subject',
      description: 'You confirm that the subscriber who holds the subject asks for it (CON-14)',
    },
    ISSUER,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'Authority, profile and everything but the key are those of the certificate SERIAL, which goes on until it is revoked or ends. There is no renewal without a new key (CP 4.6). The applicant is verified as for a first application (CP 3.3).',
    ...SHOWN,
  ],
  examples: [
    'inkan application rekey 01a2b3 --request new.csr --organisation "Example K.K." --agent "Taro Yamada" --confirm-same-subject --document application-form=form.pdf --document existence-proof=registry.pdf --document subscriber-agreement=agreement.pdf',
  ],
  run: (args, world) => {
    const confirmSameSubject = args.has('confirm-same-subject');
    return applyForSerial(args, world, { kind: 'rekey', confirmSameSubject });
  },
};

export const APPLICATION_CHANGE: Command = {
  name: 'application change',
  summary: 'Record an application for other contents: revoke, then issue (CP 4.8)',
  operands: ['SERIAL'],
  options: [
    ...APPLICANT,
    {
      name: 'subject',
      value: 'DN',
      description: 'The new subject, most general first',
      required: true,
    },
    {
      name: 'reason',
      value: 'REASON',
      description: 'For which SERIAL is revoked when the new one is issued',
      required: true,
      choices: ['affiliationChanged', 'superseded'],
    },
    ...CHOSEN_CONTENTS,
    {
      name: 'with-aia',
      description: 'With authorityInfoAccess, though SERIAL is without',
    },
    ISSUER,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'The certificate SERIAL is revoked by `inkan application issue`, just before the new one is made; the register of revocations shows it. What you do not name stays as SERIAL has it.',
    ...SHOWN,
  ],
  examples: [
    'inkan application change 01a2b3 --request new.csr --subject "C=JP, O=Example Holdings, CN=TSA 01" --reason affiliationChanged --organisation "Example Holdings" --agent "Taro Yamada" --document application-form=form.pdf --document existence-proof=registry.pdf --document subscriber-agreement=agreement.pdf',
  ],
  run: (args, world) =>
    applyForSerial(args, world, {
      kind: 'change',
      ...(args.has('with-aia') ? { leaveOut: [] } : {}),
      ...chosenContents(args),
      subject: args.required('subject'),
      reason: args.required('reason'),
    }),
};

async function applyForSerial(args: ParsedArguments, world: CLIWorld, what: object): Outcome {
  const serialNumber = readSerialNumber(args.operand(0));
  if (!serialNumber.ok) return serialNumber;
  const authority = args.option('authority');
  const named = authority === undefined ? {} : { authority };
  return apply(args, world, { ...what, serialNumber: serialNumber.value, ...named });
}

async function apply(args: ParsedArguments, world: CLIWorld, what: object): Outcome {
  const applicant = await readApplicant(args, world);
  if (!applicant.ok) return applicant;
  const body = { ...what, ...applicant.value };
  const asked = { method: 'POST', path: '/v1/applications', body } as const;
  const view = await ask(args, world, asked, applicationView);
  return view.ok ? answered(view.value, factLines(applicationFacts(view.value))) : view;
}

async function readApplicant(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<object, Failure>> {
  const request = await readRequest(args.required('request'), world);
  if (!request.ok) return request;
  const documents = await readDocuments(args, world);
  if (!documents.ok) return documents;
  return ok({
    organisation: args.required('organisation'),
    agent: args.required('agent'),
    documents: documents.value,
    request: base64FromBytes(request.value),
  });
}
