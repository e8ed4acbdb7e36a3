import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { unixSeconds } from '../../shared/time.ts';
import { runCLI } from '../../signer/cli/run.ts';
import type { ApplicationView } from '../../signer/operations/application-views.ts';
import { opensslOk } from './openssl.ts';
import type { CommandEnd, PolicyJSON, RunningCA } from './running-ca.ts';

/** Applications as a registration officer brings them on, with the commands of `inkan`. */

export const DOCUMENT_KINDS = ['application-form', 'existence-proof', 'subscriber-agreement'];

/** A policy as SECOM's: nothing is issued without an application, and a subject is one applicant's. */
export function withApplications({ authorities }: PolicyJSON): void {
  for (const authority of Object.values(authorities))
    Object.assign(authority, {
      applications: { value: 'required', source: 'CP 4.1 to 4.3' },
      subscribers: undefined,
    });
}

export interface Applicant {
  /** The path of a PKCS#10 request that openssl made, PEM. */
  readonly request: string;
  /** SHA-256 of its DER, as openssl computes it: what the applicant reads out. */
  readonly fingerprint: string;
  readonly arguments: readonly string[];
}

/** A new key and request by openssl, documents, and the arguments that all applications take. */
export function makeApplicant(ca: RunningCA, name: string): Applicant {
  const request = ca.file(`${name}.csr.pem`);
  opensslOk([
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', ca.file(`${name}.key.pem`), '-subj', `/C=JP/O=Inkan test/CN=${name}`],
    ...['-out', request],
  ]);
  const der = opensslOk(['req', '-in', request, '-outform', 'DER']).stdout;
  const documents = DOCUMENT_KINDS.flatMap((kind) => {
    const path = ca.file(`${name}.${kind}.txt`);
    writeFileSync(path, documentText(name, kind));
    return ['--document', `${kind}=${path}`];
  });
  const named = ['--organisation', 'Inkan test', '--agent', 'A. Agent', '--request', request];
  return {
    request,
    fingerprint: createHash('sha256').update(der).digest('hex').toUpperCase(),
    arguments: [...named, ...documents],
  };
}

export function documentText(name: string, kind: string): string {
  return `${kind} of ${name}: not to be uploaded\n`;
}

export function newArguments(applicant: Applicant): readonly string[] {
  const what = ['--authority', 'time-stamping-ca', '--profile', 'tsa'];
  return ['application', 'new', ...what, ...applicant.arguments];
}

export function screenArguments(number: number, fingerprint: string): readonly string[] {
  return [
    ...['application', 'screen', String(number), '--fingerprint', fingerprint],
    ...['--confirmed-by', 'A. Agent', '--confirmed-how', 'telephone', '--organisation-only'],
    ...['--check', 'identity=government-agency:registry 114'],
    ...['--not-applicable', 'trade-name=none in the subject'],
    ...['--check', 'country=government-agency:registry 114'],
    ...['--check', 'authorisation=document:letter 7'],
  ];
}

export const DELIVERY = ['--method', 'sent', '--reference', 'parcel 1'];

/**
 * The command line in this process, over mTLS to the signer's own; must succeed or be due. Bringing an
 * application on takes many commands, and starting a process for each takes longer than they do.
 */
export async function command<T = ApplicationView>(
  ca: RunningCA,
  ...args: readonly string[]
): Promise<T> {
  const said = { stdout: '', stderr: '' };
  const notHere = () => Promise.reject(new Error('not a command of the officer'));
  const status = await runCLI([...args, '--state', ca.layout.signer, '--json'], {
    ...{ initialise: notHere, serve: notHere, startEdge: notHere, mirror: notHere },
    ...{ stdin: process.stdin, environment: {} },
    secrets: { read: notHere, encryptKey: notHere },
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    currentDirectory: ca.layout.demo,
    clock: () => unixSeconds(0),
    randomBytes,
    stop: new AbortController().signal,
    version: 'test',
  });
  if (status !== 0 && status !== 5) throw new Error(`inkan ${args.join(' ')}: ${said.stderr}`);
  return JSON.parse(said.stdout);
}

/** One command of one application, which must succeed or be due. */
export function act(
  ca: RunningCA,
  what: string,
  number: number,
  ...more: readonly string[]
): Promise<ApplicationView> {
  return command(ca, 'application', what, String(number), ...more);
}

/** From the arguments of `new`, `rekey` or `change` to the approval. */
export async function approve(
  ca: RunningCA,
  applicant: Applicant,
  created: readonly string[] = newArguments(applicant),
): Promise<number> {
  const { application } = await command(ca, ...created);
  await command(ca, ...screenArguments(application, applicant.fingerprint));
  await act(ca, 'approve', application);
  return application;
}

/** The problem that a refused command printed. */
export function refusalOf(end: CommandEnd): { readonly code: string; readonly remedy: string } {
  return JSON.parse(end.stderr).error;
}

export function auditLines(ca: RunningCA): readonly Readonly<Record<string, unknown>>[] {
  const text = readFileSync(`${ca.layout.signer}/audit.jsonl`, 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line));
}
