import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import { DOCUMENT_OCTETS_MAX } from '../documents/document-file.ts';
import { answered, exitOf, factLines } from './answers.ts';
import { ask, segment } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { confirmed, YES_OPTION } from './confirmation.ts';
import {
  DOCUMENT_KINDS,
  documentFacts,
  documentLine,
  documentListView,
  documentView,
} from './document-text.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

const NAME = {
  name: 'name',
  value: 'NAME',
  description: 'What all editions of it are called: lower-case letters, digits, hyphens',
  required: true,
} as const;

const DOCUMENT_ADD: Command = {
  name: 'document add',
  summary: 'Put an edition of a CP, a CPS or a notice into the repository (CP 9.12)',
  operands: ['FILE'],
  options: [
    NAME,
    { name: 'edition', value: 'V', description: 'Its version, such as 5.09', required: true },
    {
      name: 'kind',
      value: 'KIND',
      description: 'What it is',
      required: true,
      choices: DOCUMENT_KINDS,
    },
    { name: 'title', value: 'TEXT', description: 'For people', required: true },
    { name: 'language', value: 'TAG', description: 'Such as ja or en (BCP 47)', required: true },
    {
      name: 'effective',
      value: 'DAY',
      description: 'From which day on it is in force, YYYY-MM-DD',
      required: true,
    },
    {
      name: 'change',
      value: 'HOW',
      description: 'Of an edition after others: the kind of change (CP 9.12.1)',
      choices: ['major', 'minor'],
    },
    { name: 'summary', value: 'TEXT', description: 'Of an edition after others: what changed' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'FILE is a PDF or plain text in UTF-8 whose name ends in .pdf or .txt, at most 8 MiB.',
    'A change that clearly concerns users of certificates and CRLs is major and raises the number before the point; any other is minor and raises the one after it (CP 9.12.1). A change is announced by being published and cannot be in force before that; users have a week to object (CP 9.12.2).',
    'A translation is a document with a name of its own. Earlier editions stay in the repository.',
  ],
  examples: [
    'inkan document add tsa-cp-5.08.pdf --name tsa-cp --edition 5.08 --kind certificate-policy --title "Time Stamp Service CP" --language ja --effective 2025-11-01',
    'inkan document add tsa-cp-5.09.pdf --name tsa-cp --edition 5.09 --kind certificate-policy --title "Time Stamp Service CP" --language ja --effective 2027-04-01 --change minor --summary "Contact address"',
  ],
  run: addDocument,
};

const DOCUMENT_LIST: Command = {
  name: 'document list',
  summary: 'List the documents of the repository, each with its editions',
  operands: [],
  options: CONNECTION_OPTIONS,
  notes: ['Changes against which users may still object say until when (CP 9.12.2).'],
  examples: ['inkan document list', 'inkan document list --json'],
  run: listDocuments,
};

const DOCUMENT_SHOW: Command = {
  name: 'document show',
  summary: 'Show the editions of a document, the withdrawn ones among them',
  operands: ['NAME'],
  options: [
    { name: 'edition', value: 'V', description: 'Only this version' },
    ...CONNECTION_OPTIONS,
  ],
  notes: ['`announced` is the time of the epoch that first carried it (CP 9.12.2).'],
  examples: ['inkan document show tsa-cp', 'inkan document show tsa-cp --edition 5.09 --json'],
  run: showDocument,
};

const DOCUMENT_WITHDRAW: Command = {
  name: 'document withdraw',
  summary: 'Take a mistaken upload out of the repository',
  operands: ['NAME', 'EDITION'],
  options: [
    { name: 'reason', value: 'TEXT', description: 'Why; it is recorded', required: true },
    YES_OPTION,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'For a wrong file or a wrong statement only: an edition that was in force stays in the repository. Whoever has fetched the file keeps it, and the record of it stays.',
  ],
  examples: [
    'inkan document withdraw tsa-cp 5.09 --reason "the draft was uploaded"',
    'inkan document withdraw tsa-cp 5.09 --reason "the draft was uploaded" --yes --json',
  ],
  run: withdrawDocument,
};

/** In the order of the help. */
export const DOCUMENT_COMMANDS: readonly Command[] = [
  DOCUMENT_ADD,
  DOCUMENT_LIST,
  DOCUMENT_SHOW,
  DOCUMENT_WITHDRAW,
];

async function addDocument(args: ParsedArguments, world: CLIWorld): Outcome {
  const change = args.option('change');
  const summary = args.option('summary');
  if ((change === undefined) !== (summary === undefined))
    return usageFailure('--change and --summary belong together', 'give both, or neither');
  const bytes = await readDocument(args.operand(0), world);
  if (!bytes.ok) return bytes;
  const body = {
    name: args.required('name'),
    kind: args.required('kind'),
    title: args.required('title'),
    language: args.required('language'),
    version: args.required('edition'),
    effective: args.required('effective'),
    ...(change === undefined ? {} : { change: { kind: change, summary } }),
    fileName: basename(args.operand(0)),
    bytes: bytes.value.toString('base64'),
  };
  const asked = { method: 'POST', path: '/v1/documents', body } as const;
  const added = await ask(args, world, asked, documentView);
  if (!added.ok) return added;
  return answered(
    added.value,
    factLines(documentFacts(added.value)),
    exitOf(added.value.publication),
  );
}

/** Looked at before it is read: what is too long is not sent. */
async function readDocument(name: string, world: CLIWorld): Promise<Result<Buffer, Failure>> {
  const path = pathFrom(name, world);
  try {
    if ((await stat(path)).size > DOCUMENT_OCTETS_MAX)
      return usageFailure(`${name} is too long`, `give at most ${DOCUMENT_OCTETS_MAX} octets`);
    return ok(await readFile(path));
  } catch {
    return usageFailure(`cannot read ${name}`, 'name a readable file');
  }
}

async function listDocuments(args: ParsedArguments, world: CLIWorld): Outcome {
  const listed = await ask(args, world, { method: 'GET', path: '/v1/documents' }, documentListView);
  if (!listed.ok) return listed;
  const { folder, documents } = listed.value;
  const lines = documents.map(documentLine);
  if (documents.length === 0)
    lines.push(folder === null ? 'no document, and no folder in the policy' : 'no document');
  return answered(listed.value, lines);
}

async function showDocument(args: ParsedArguments, world: CLIWorld): Outcome {
  const name = args.operand(0);
  const path = `/v1/documents/${segment(name)}`;
  const shown = await ask(args, world, { method: 'GET', path }, documentListView);
  if (!shown.ok) return shown;
  const edition = args.option('edition');
  const documents = shown.value.documents.filter(
    ({ version }) => edition === undefined || version === edition,
  );
  if (documents.length > 0) {
    const lines = documents.flatMap((document) => ['', ...factLines(documentFacts(document))]);
    return answered({ ...shown.value, documents }, lines.slice(1));
  }
  return err({
    exit: EXIT.notFound,
    code: 'document-unknown',
    message: `${name} has no version ${edition}`,
    remedy: 'look it up with `inkan document list`',
  });
}

async function withdrawDocument(args: ParsedArguments, world: CLIWorld): Outcome {
  const [name, edition] = [args.operand(0), args.operand(1)];
  const sure = await confirmed(args, world, [
    `${name} ${edition} leaves the repository. An edition that was in force has to stay there.`,
  ]);
  if (!sure.ok) return sure;
  const path = `/v1/documents/${segment(name)}/${segment(edition)}/withdrawal`;
  const body = { reason: args.required('reason') };
  const withdrawn = await ask(args, world, { method: 'POST', path, body }, documentView);
  if (!withdrawn.ok) return withdrawn;
  const { value } = withdrawn;
  return answered(value, factLines(documentFacts(value)), exitOf(value.publication));
}
