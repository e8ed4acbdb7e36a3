import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '../../shared/time.ts';
import type { NamedOperator } from '../cli/options.ts';
import type { AuthorityView, CertificateView } from '../operations/views.ts';
import { initialiseState } from '../setup/initialise.ts';
import { applyForCertificate } from './demo-application.ts';
import {
  DemoError,
  type DemoLayout,
  type DemoPorts,
  edgeURL,
  HOST,
  kvURL,
  PUBLICATION_NAME,
} from './demo-layout.ts';
import { demoPolicy } from './demo-policy.ts';
import { keepPorts } from './demo-ports.ts';
import { makeTSARequest } from './demo-request.ts';
import { ensureTLS, TLS_CA } from './demo-tls.ts';
import { ensureTLSPolicy } from './demo-tls-policy.ts';
import { forgeCertificate } from './forgery.ts';
import { inkan } from './signer-process.ts';

export const ROOT = 'root-ca3';
export const SUB_CA = 'time-stamping-ca';

/** TSA 01 is for the printed revoke command, 02 stamps, 03 is revoked from the start. */
export const TSAS = ['tsa-01', 'tsa-02', 'tsa-03'] as const;
export type TSAName = (typeof TSAS)[number];

/** Nobody does everything alone; the first is who the commands are run as when nobody is named. */
export const DEMO_OPERATORS: readonly NamedOperator[] = [
  { person: 'alice', roles: ['registration-officer', 'system-operator'] },
  { person: 'bob', roles: ['system-manager', 'pki-administrator'] },
  { person: 'carol', roles: ['auditor'] },
];

function writeOnce(file: string, text: string): void {
  if (existsSync(file)) return;
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode: 0o600, flush: true });
  renameSync(beside, file);
}

/** Makes the signer's state directory at the first start; answers the publication key to pin. */
export async function ensureState(
  layout: DemoLayout,
  ports: DemoPorts,
  clock: Clock,
): Promise<string> {
  mkdirSync(layout.demo, { recursive: true, mode: 0o700 });
  mkdirSync(layout.edge, { recursive: true, mode: 0o700 });
  const pinned = join(layout.demo, 'publication.vkey');
  if (existsSync(layout.signer)) {
    const kept = readPinned(pinned, layout);
    ensureTLSPolicy(layout, ports);
    return kept;
  }
  if (existsSync(pinned)) {
    throw new DemoError(
      `${layout.signer} is missing, and ${layout.demo} has the files of its CA`,
      `Put it back, or move ${layout.base} away and start again: a new demo CA is made.`,
    );
  }
  keepPorts(layout, ports);
  const policy = join(layout.demo, 'policy.json');
  const passphrase = join(layout.demo, 'passphrase');
  writeOnce(passphrase, `${randomBytes(24).toString('base64url')}\n`);
  writeFileSync(policy, demoPolicy(edgeURL(ports)));
  const made = await initialiseState(
    {
      state: layout.signer,
      policy,
      operators: DEMO_OPERATORS,
      listen: { host: HOST, port: ports.signer },
      kv: { url: kvURL(ports) },
      publicationName: PUBLICATION_NAME,
      passphrase: { kind: 'file', path: passphrase },
    },
    {
      clock,
      randomBytes,
      environment: process.env,
    },
  );
  if (!made.ok) throw new DemoError(made.error.reason, made.error.remedy);
  writeFileSync(pinned, `${made.value.publicationKey}\n`);
  ensureTLSPolicy(layout, ports);
  return made.value.publicationKey;
}

function readPinned(file: string, layout: DemoLayout): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  throw new DemoError(
    `${layout.signer} exists, but ${file} is missing`,
    `Put it back, or move ${layout.base} away and start again: a new demo CA is made.`,
  );
}

/** Makes what is missing of the demo's CAs and certificates; says each step before it is taken. */
export async function ensureCertificates(
  layout: DemoLayout,
  clock: Clock,
  say: (line: string) => void,
): Promise<void> {
  const { authorities } = await inkan<{ authorities: readonly AuthorityView[] }>(layout, [
    'ca',
    'list',
  ]);
  const file = (name: string) => join(layout.demo, name);
  for (const name of [ROOT, SUB_CA, TLS_CA]) {
    const known = authorities.find((authority) => authority.name === name);
    if (!known) say(`making ${name} (${name === TLS_CA ? 'P-256' : 'RSA-4096'})`);
    const view = known ?? (await inkan<AuthorityView>(layout, ['ca', 'create', name]));
    writeOnce(file(`${name}.pem`), view.certificate);
  }
  await ensureTLS(layout, clock(), say);
  const trust = readFileSync(file(`${ROOT}.pem`), 'utf8');
  const issuer = readFileSync(file(`${SUB_CA}.pem`), 'utf8');
  writeOnce(file('chain.pem'), issuer + trust);
  for (const name of TSAS) await ensureTSA(layout, name, say);
  const genuine = file('tsa-01.pem');
  if (!existsSync(file('forged.pem')))
    writeOnce(file('forged.pem'), forgeCertificate(readFileSync(genuine, 'utf8')));
}

async function ensureTSA(
  layout: DemoLayout,
  name: TSAName,
  say: (line: string) => void,
): Promise<void> {
  const file = (ending: string) => join(layout.demo, `${name}${ending}`);
  if (!existsSync(file('.pem'))) {
    say(`issuing ${name} from a fresh request`);
    if (!existsSync(file('.csr.pem'))) {
      const { privateKey, request } = makeTSARequest(
        `Inkan Demo ${name.toUpperCase().replace('-', ' ')}`,
      );
      // The key first: a certificate without its key would be of no use.
      writeFileSync(file('.key.pem'), privateKey, { mode: 0o600 });
      writeOnce(file('.csr.pem'), request);
    }
    const wanted = { authority: SUB_CA, profile: 'tsa' };
    const { certificate, serialNumber } = await applyForCertificate(layout, name, wanted);
    writeOnce(file('.serial'), `${serialNumber}\n`);
    writeOnce(file('.pem'), certificate);
  }
  if (name !== 'tsa-03') return;
  const shown = await inkan<CertificateView>(layout, [
    'certificate',
    'show',
    serialOf(layout, name),
  ]);
  if (shown.status === 'revoked') return;
  say(`revoking ${name} (keyCompromise)`);
  await inkan(layout, [
    'certificate',
    'revoke',
    serialOf(layout, name),
    '--reason',
    'keyCompromise',
  ]);
}

export function serialOf(layout: DemoLayout, name: TSAName): string {
  return readFileSync(join(layout.demo, `${name}.serial`), 'utf8').trim();
}
