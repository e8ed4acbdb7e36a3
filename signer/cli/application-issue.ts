import { err, ok, type Result } from '../../shared/result.ts';
import type { ApplicationView } from '../operations/application-views.ts';
import { answered, factLines, pemLines } from './answers.ts';
import { applicationView } from './application-decoders.ts';
import { applicationFacts } from './application-facts.ts';
import { applicationPath, transition } from './application-number.ts';
import { ask } from './ask.ts';
import { HANDED_OUT_WHEN_PUBLISHED, NO_WAIT, untilPublished } from './await-publication.ts';
import type { CLIWorld, Command, Failure, OptionSpec, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { newFilePossible, writeNewFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

const OUT: OptionSpec = {
  name: 'out',
  value: 'FILE',
  description: 'Write certificate and chain (PEM) to a new file',
};

export const APPLICATION_ISSUE: Command = {
  name: 'application issue',
  summary: 'Issue the certificate of an approved application (CP 4.3.1)',
  operands: ['NUMBER'],
  options: [OUT, NO_WAIT, ...CONNECTION_OPTIONS],
  notes: [
    HANDED_OUT_WHEN_PUBLISHED,
    'A change revokes the certificate that it replaces first (CP 4.8). Asked again it issues nothing more.',
  ],
  examples: ['inkan application issue 7', 'inkan application issue 7 --out tsa.pem'],
  run: issueApplication,
};

export const APPLICATION_DELIVER: Command = {
  name: 'application deliver',
  summary: 'Record that the certificate goes to the subscriber (CP 4.3.2)',
  operands: ['NUMBER'],
  options: [
    {
      name: 'method',
      value: 'M',
      description: 'How it goes',
      required: true,
      choices: ['handed-over', 'sent'],
    },
    {
      name: 'reference',
      value: 'TEXT',
      description: 'The form of receipt, the parcel',
      required: true,
    },
    OUT,
    NO_WAIT,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    HANDED_OUT_WHEN_PUBLISHED,
    'From today the subscriber has 14 days to complain (CP 4.4.1).',
  ],
  examples: ['inkan application deliver 7 --method sent --reference "parcel 4711" --out tsa.pem'],
  run: deliverApplication,
};

async function issueApplication(args: ParsedArguments, world: CLIWorld): Outcome {
  const out = await outPath(args, world);
  if (!out.ok) return out;
  const body = args.has(NO_WAIT.name) ? { wait: false } : {};
  const issued = await transition(args, world, 'issuance', body);
  if (!issued.ok) return issued;
  const view = await published(args, world, issued.value);
  return handOut(view, out.value);
}

async function deliverApplication(args: ParsedArguments, world: CLIWorld): Outcome {
  const out = await outPath(args, world);
  if (!out.ok) return out;
  const path = applicationPath(args);
  if (!path.ok) return path;
  const shown = await ask(args, world, { method: 'GET', path: path.value }, applicationView);
  if (!shown.ok) return shown;
  // OPS-4: the delivery is recorded when there is something to hand over, not before.
  const view =
    shown.value.state === 'issued' ? await published(args, world, shown.value) : shown.value;
  if (view.state === 'issued' && !view.certificate?.certificate) return due(view);
  const body = { method: args.required('method'), reference: args.required('reference') };
  const delivered = await transition(args, world, 'delivery', body);
  return delivered.ok ? handOut(delivered.value, out.value) : delivered;
}

function published(
  args: ParsedArguments,
  world: CLIWorld,
  view: ApplicationView,
): Promise<ApplicationView> {
  const awaited = {
    path: `/v1/applications/${view.application}`,
    decode: applicationView,
    publicationOf: ({ certificate }: ApplicationView) => certificate?.publication,
  };
  return untilPublished(args, world, awaited, view);
}

async function outPath(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<string | undefined, Failure>> {
  const out = args.option('out');
  if (out === undefined) return ok(undefined);
  const path = pathFrom(out, world);
  const free = await newFilePossible(path);
  return free.ok ? ok(path) : free;
}

function due(view: ApplicationView): Outcome {
  const { application } = view;
  const remedy = `issued, publication due: when \`inkan status\` shows nothing due, inkan application deliver ${application}`;
  return Promise.resolve(answered(view, [...factLines(applicationFacts(view)), remedy], EXIT.due));
}

async function handOut(view: ApplicationView, path: string | undefined): Outcome {
  const { application, certificate } = view;
  if (!certificate?.certificate) return due(view);
  const lines = factLines(applicationFacts(view));
  if (path === undefined) return answered(view, lines);
  const pem = pemLines([certificate.certificate, ...certificate.chain]);
  const written = await writeNewFile(path, `${pem.join('\n')}\n`);
  if (written.ok) return answered(view, [...lines, `certificate and chain are in ${path}`]);
  return err({
    ...written.error,
    code: 'done-but-not-written',
    message: `application ${application} is ${view.state}, but ${written.error.message}`,
    remedy: `fetch the certificate with \`inkan application show ${application} --pem\``,
    facts: { application: view },
  });
}
