import { err } from '../../shared/result.ts';
import { APPLICATION_STATES } from '../applications/states.ts';
import { answered, factLines, pemLines } from './answers.ts';
import { applicationPage, applicationView } from './application-decoders.ts';
import { applicationFacts } from './application-facts.ts';
import { applicationPath } from './application-number.ts';
import { ask, queryOf } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { PLAIN_PEM } from './plain-pem.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

export const APPLICATION_SHOW: Command = {
  name: 'application show',
  summary: 'Show an application, what it allows, and what happened to it',
  operands: ['NUMBER'],
  options: [PLAIN_PEM, ...CONNECTION_OPTIONS],
  notes: ['With --pem: the certificate and its chain, root last, once they are published.'],
  examples: ['inkan application show 7', 'inkan application show 7 --pem > tsa.pem'],
  run: showApplication,
};

export const APPLICATION_LIST: Command = {
  name: 'application list',
  summary: 'List applications, a page at a time',
  operands: [],
  options: [
    { name: 'status', value: 'S', description: 'Only these', choices: APPLICATION_STATES },
    { name: 'limit', value: 'N', description: 'Applications a page, 1 to 1000; default 100' },
    { name: 'after', value: 'NUMBER', description: 'The page after this application' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'When there may be more, the last line says how to ask for it; with --json it is `next`.',
  ],
  examples: [
    'inkan application list --status received',
    'inkan application list --after 100 --json',
  ],
  run: listApplications,
};

async function showApplication(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = applicationPath(args);
  if (!path.ok) return path;
  const shown = await ask(args, world, { method: 'GET', path: path.value }, applicationView);
  if (!shown.ok) return shown;
  const { certificate, application, state } = shown.value;
  if (!args.has('pem')) return answered(shown.value, factLines(applicationFacts(shown.value)));
  if (certificate?.certificate)
    return answered(shown.value, pemLines([certificate.certificate, ...certificate.chain]));
  return err({
    exit: EXIT.refused,
    code: certificate ? 'publication-due' : 'not-issued',
    message: certificate
      ? 'the certificate is not handed out before it is published'
      : `application ${application} is ${state} and has no certificate`,
    remedy: certificate ? 'ask again when `inkan status` shows nothing due' : 'issue it first',
  });
}

async function listApplications(args: ParsedArguments, world: CLIWorld): Outcome {
  const query = queryOf({
    state: args.option('status'),
    limit: args.option('limit'),
    after: args.option('after'),
  });
  const asked = { method: 'GET', path: `/v1/applications${query}` } as const;
  const page = await ask(args, world, asked, applicationPage);
  if (!page.ok) return page;
  const { applications, next } = page.value;
  const lines = applications.map(
    ({ application, state, kind, receivedAt, authority, organisation, subject }) =>
      [application, state, kind, receivedAt, authority, organisation, subject].join('  '),
  );
  if (applications.length === 0) lines.push('no application');
  if (next !== null) lines.push(`more: --after ${next}`);
  return answered(page.value, lines);
}
