import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplicationState } from '../applications/states.ts';
import type { ApplicationView } from '../operations/application-views.ts';
import { DemoError, type DemoLayout } from './demo-layout.ts';
import { inkan } from './signer-process.ts';

/** Says what each document would be; applications want the hashes of three. */
const DOCUMENTS = ['application-form', 'existence-proof', 'subscriber-agreement'] as const;

/** What the demo's registration officer does next; a state without a step is the end. */
const NEXT: Partial<
  Readonly<Record<ApplicationState, (view: ApplicationView) => readonly string[]>>
> = {
  received: ({ requestSha256 }) => [
    ...['screen', '--fingerprint', requestSha256, '--organisation-only'],
    ...['--confirmed-by', 'Demo applicant', '--confirmed-how', 'demonstration'],
    ...['--check', 'identity=attestation:demonstration'],
    ...['--not-applicable', 'trade-name=demonstration'],
    ...['--check', 'country=attestation:demonstration'],
    ...['--check', 'authorisation=document:demonstration'],
  ],
  screened: () => ['approve'],
  approved: () => ['issue'],
  issued: () => ['deliver', '--method', 'handed-over', '--reference', 'demonstration'],
  delivered: () => ['accept', '--reference', 'demonstration'],
};

/**
 * Brings a request the whole way of CP 4.1 to 4.4; answers the certificate, PEM. Goes on where an
 * earlier start stopped: the application's number is kept beside its request.
 */
export async function applyForCertificate(
  layout: DemoLayout,
  name: string,
  what: { readonly authority: string; readonly profile: string },
): Promise<{ readonly certificate: string; readonly serialNumber: string }> {
  let view = await recordedApplication(layout, name, what);
  for (let next = NEXT[view.state]; next; next = NEXT[view.state]) {
    const [command = '', ...more] = next(view);
    const args = ['application', command, String(view.application), ...more];
    view = await inkan<ApplicationView>(layout, args);
  }
  const { certificate = null, serialNumber = '' } = view.certificate ?? {};
  if (certificate) return { certificate, serialNumber };
  throw new DemoError(
    `application ${view.application} is ${view.state} and has no certificate`,
    `Remove ${name}.* from ${layout.demo} and start again.`,
  );
}

async function recordedApplication(
  layout: DemoLayout,
  name: string,
  { authority, profile }: { readonly authority: string; readonly profile: string },
): Promise<ApplicationView> {
  const file = (ending: string) => join(layout.demo, `${name}${ending}`);
  const kept = file('.application');
  if (existsSync(kept)) {
    const number = readFileSync(kept, 'utf8').trim();
    return inkan<ApplicationView>(layout, ['application', 'show', number]);
  }
  const paper = join(layout.demo, 'document.txt');
  writeFileSync(paper, 'What an applicant would show (CP 3.2.2); this is a demonstration.\n');
  const view = await inkan<ApplicationView>(layout, [
    ...['application', 'new', '--authority', authority, '--profile', profile],
    ...['--request', file('.csr.pem'), '--organisation', 'Inkan Demo', '--agent', 'Demo applicant'],
    ...DOCUMENTS.flatMap((kind) => ['--document', `${kind}=${paper}`]),
  ]);
  // If we stop before this the same command finds the same application.
  writeFileSync(kept, `${view.application}\n`);
  return view;
}
