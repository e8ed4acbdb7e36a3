import { err, ok, type Result } from '../../shared/result.ts';
import { decodeRequest } from '../ceremony/bundle.ts';
import { answered, exitOf, factLines, publicationFact } from './answers.ts';
import { ask, segment } from './ask.ts';
import { approveRequest } from './ceremony-approve.ts';
import {
  ceremonyList,
  ceremonyRequestView,
  ceremonyView,
  importedCeremonyView,
} from './ceremony-decoders.ts';
import { exportBody, fingerprintOption, readText } from './ceremony-input.ts';
import { ceremonyFacts, requestLines } from './ceremony-text.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { EXIT } from './exit-codes.ts';
import { newFilePossible, writeNewFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { shownText } from './shown-text.ts';

export const CEREMONY_EXPORT: Command = {
  name: 'ceremony export',
  summary: 'Write what the offline key of an authority has to sign now, approved by you',
  operands: ['AUTHORITY'],
  options: [
    { name: 'reason', value: 'TEXT', description: 'Why; shown where it is signed', required: true },
    { name: 'out', value: 'FILE', description: 'Write the bundle to this file', required: true },
    { name: 'subordinate', value: 'NAME', description: 'Certify this sub-CA of the policy' },
    {
      name: 'subordinate-key',
      value: 'FILE',
      description: 'Its key, from `inkan ceremony key`, when its custody is offline',
    },
    {
      name: 'sha256',
      value: 'HEX',
      description: 'With --subordinate-key: its public key sha-256, as the offline host printed it',
    },
    {
      name: 'application',
      value: 'NUMBER',
      description: 'Certify the applicant of this approved application; may be given several times',
      repeatable: true,
    },
    { name: 'responder', description: 'A new responder certificate though none is due' },
    { name: 'keystore', value: 'K', description: 'Where keys are made here; default: the first' },
    { name: 'days', value: 'N', description: 'How long the bundle holds: 1 to 90; default 14' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'There is always a CRL of all that is revoked, and a responder certificate when one is due. An open bundle of the same authority is superseded: its answer will be refused. What it would have certified for applications or sub-CAs is asked for again or left out, with a warning.',
    'For an application this is the command to issue of CP 4.3.1: give it only if you may. A change revokes the certificate that it replaces now (CP 4.8).',
    'Read what is printed and compare its sha-256 on the offline host.',
  ],
  examples: [
    "inkan ceremony export root-ca3 --reason 'first CRL and responder' --out bundle.json",
    "inkan ceremony export root-ca2 --application 7 --application 9 --reason 'TSA of two customers' --out bundle.json",
    "inkan ceremony export root-ca3 --subordinate time-stamping-ca --reason 'new sub-CA' --out bundle.json",
  ],
  run: exportBundle,
};

export const CEREMONY_LIST: Command = {
  name: 'ceremony list',
  summary: 'List the ceremonies, newest first',
  operands: [],
  options: CONNECTION_OPTIONS,
  notes: [],
  examples: ['inkan ceremony list', 'inkan ceremony list --json'],
  run: listCeremonies,
};

export const CEREMONY_SHOW: Command = {
  name: 'ceremony show',
  summary: 'Show a ceremony; with --out write its bundle again, approved by you',
  operands: ['ID'],
  options: [
    { name: 'out', value: 'FILE', description: 'Write the bundle to this file' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [],
  examples: ['inkan ceremony show 0f3a…', 'inkan ceremony show 0f3a… --out bundle.json'],
  run: showCeremony,
};

export const CEREMONY_CANCEL: Command = {
  name: 'ceremony cancel',
  summary: 'Take an open bundle back: its answer will be refused',
  operands: ['ID'],
  options: CONNECTION_OPTIONS,
  notes: ['Its serial numbers stay on record and are never good.'],
  examples: ['inkan ceremony cancel 0f3a…'],
  run: cancelCeremony,
};

export const CEREMONY_IMPORT: Command = {
  name: 'ceremony import',
  summary: 'Verify what the offline host signed, and publish it',
  operands: ['FILE'],
  options: [
    {
      name: 'sha256',
      value: 'HEX',
      description: "For a root: its certificate's SHA-256 from the signed transcript",
    },
    ...CONNECTION_OPTIONS,
  ],
  notes: ['The same file given again changes nothing.'],
  examples: ['inkan ceremony import answer.json', 'inkan ceremony import root.json --sha256 3b1f…'],
  run: importAnswer,
};

async function exportBundle(args: ParsedArguments, world: CLIWorld): Outcome {
  const out = pathFrom(args.required('out'), world);
  const free = await newFilePossible(out);
  if (!free.ok) return free;
  const body = await exportBody(args, world);
  if (!body.ok) return body;
  const asked = { method: 'POST', path: '/v1/ceremonies', body: body.value } as const;
  const exported = await ask(args, world, asked, ceremonyRequestView);
  if (!exported.ok) return exported;
  const { ceremony, superseded, leftOut, request } = exported.value;
  const written = await writeBundle(args, world, request, out);
  if (!written.ok) return written;
  const lines = [
    ...written.value,
    '',
    ...(superseded === null ? [] : [`supersedes ${superseded}, whose answer will be refused`]),
    ...leftOut.map(
      (item) => `WARNING: no longer in it, waits for another export: ${shownText(item)}`,
    ),
    `written to ${out}`,
  ];
  return answered({ ceremony, superseded, leftOut, file: out }, lines);
}

/** Approves the request with the key of the operator who asks, and writes the bundle. */
async function writeBundle(
  args: ParsedArguments,
  world: CLIWorld,
  text: string,
  out: string,
): Promise<Result<readonly string[], Failure>> {
  const request = decodeRequest(text);
  if (!request.ok) {
    const message = `the request of the signer cannot be read: ${request.error.reason}`;
    const remedy = 'use a client of the same version as the signer';
    return err({ exit: EXIT.bug, code: 'answer-malformed', message, remedy });
  }
  const bundle = await approveRequest(args, world, request.value, []);
  if (!bundle.ok) return bundle;
  const written = await writeNewFile(out, bundle.value);
  return written.ok ? ok(requestLines(request.value)) : written;
}

async function listCeremonies(args: ParsedArguments, world: CLIWorld): Outcome {
  const asked = { method: 'GET', path: '/v1/ceremonies' } as const;
  const listed = await ask(args, world, asked, ceremonyList);
  if (!listed.ok) return listed;
  const { ceremonies } = listed.value;
  if (ceremonies.length === 0) return answered(listed.value, ['no ceremony yet']);
  const lines = ceremonies.map(({ id, state, authority, createdAt, reason, applications }) => {
    const of = applications.length === 0 ? '' : `  applications ${applications.join(', ')}`;
    const text = `${state.padEnd(9)} ${authority}  ${createdAt}  ${shownText(reason)}${of}`;
    return [id, text] as const;
  });
  return answered(listed.value, factLines(lines));
}

async function showCeremony(args: ParsedArguments, world: CLIWorld): Outcome {
  const out = args.option('out');
  const path = out === undefined ? undefined : pathFrom(out, world);
  const free = path === undefined ? ok(undefined) : await newFilePossible(path);
  if (!free.ok) return free;
  const asked = { method: 'GET', path: `/v1/ceremonies/${segment(args.operand(0))}` } as const;
  const shown = await ask(args, world, asked, ceremonyRequestView);
  if (!shown.ok) return shown;
  const { ceremony, request } = shown.value;
  if (path === undefined) return answered(ceremony, factLines(ceremonyFacts(ceremony)));
  if (ceremony.state !== 'open')
    return usageFailure(`the ceremony is ${ceremony.state}`, 'export a new bundle');
  const written = await writeBundle(args, world, request, path);
  if (!written.ok) return written;
  return answered({ ceremony, file: path }, [...written.value, '', `written to ${path}`]);
}

async function cancelCeremony(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = `/v1/ceremonies/${segment(args.operand(0))}/cancellation`;
  const asked = { method: 'POST', path, body: {} } as const;
  const cancelled = await ask(args, world, asked, ceremonyView);
  if (!cancelled.ok) return cancelled;
  return answered(cancelled.value, factLines(ceremonyFacts(cancelled.value)));
}

async function importAnswer(args: ParsedArguments, world: CLIWorld): Outcome {
  const text = await readText(args.operand(0), world);
  if (!text.ok) return text;
  const sha256 = fingerprintOption(args);
  if (!sha256.ok) return sha256;
  const body = { text: text.value, ...(sha256.value ? { sha256: sha256.value } : {}) };
  const asked = { method: 'POST', path: '/v1/ceremony-answers', body } as const;
  const imported = await ask(args, world, asked, importedCeremonyView);
  if (!imported.ok) return imported;
  const { ceremony, authorities, publication } = imported.value;
  const lines = factLines([
    ...ceremonyFacts(ceremony),
    ['authorities', authorities.join(', ')],
    publicationFact(publication),
  ]);
  return answered(imported.value, lines, exitOf(publication));
}
