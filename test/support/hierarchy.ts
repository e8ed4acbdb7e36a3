import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AuthorityView,
  CertificateView,
  CRLView,
  IssuedCertificateView,
  RevocationView,
} from '../../signer/operations/views.ts';
import { opensslOk } from './openssl.ts';
import { type CAOptions, makeCA, type RunningCA, type RunningSigner } from './running-ca.ts';

export const ROOT = 'root-ca3';
export const SUB_CA = 'time-stamping-ca';

/** Long enough for a machine that does ten things at once. */
const PATIENCE_MS = 60_000;

/** A certificate of the sub-CA, its key and request made by openssl; paths are of PEM files. */
export interface IssuedTSA {
  readonly pem: string;
  readonly key: string;
  readonly serialNumber: string;
  readonly view: IssuedCertificateView;
}

/** A running CA with root and sub-CA, and PEM files as relying parties have them. */
export interface Hierarchy {
  readonly ca: RunningCA;
  readonly signer: RunningSigner;
  readonly root: string;
  readonly subCA: string;
  /** Sub-CA, then root. */
  readonly chain: string;
  issue(name: string): Promise<IssuedTSA>;
  revoke(serialNumber: string, reason: string, ...more: readonly string[]): Promise<RevocationView>;
  show(serialNumber: string): Promise<CertificateView>;
  /** Until the edge serves the sub-CA's newest CRL, and with it everything of that epoch. */
  untilServed(): Promise<void>;
  close(): Promise<void>;
}

export interface HierarchyOptions extends CAOptions {
  /** `none`: nothing is published; every command then ends as `due`. */
  readonly edge?: 'none';
}

export async function startHierarchy(options: HierarchyOptions): Promise<Hierarchy> {
  const ca = await makeCA(options);
  try {
    if (options.edge !== 'none') await ca.startEdge();
    const signer = await ca.startSigner();
    const root = await createAuthority(ca, ROOT);
    const subCA = await createAuthority(ca, SUB_CA);
    const chain = ca.file('chain.pem');
    writeFileSync(chain, readFileSync(subCA, 'utf8') + readFileSync(root, 'utf8'));
    const files = { root, subCA, chain };
    return { ca, signer, ...files, ...operationsOf(ca, options), close: () => ca.close() };
  } catch (error) {
    await ca.close();
    throw error;
  }
}

async function createAuthority(ca: RunningCA, name: string): Promise<string> {
  const { certificate } = await ca.inkanJSON<AuthorityView>('ca', 'create', name);
  writeFileSync(ca.file(`${name}.pem`), certificate);
  return ca.file(`${name}.pem`);
}

function operationsOf(
  ca: RunningCA,
  { keys }: CAOptions,
): Pick<Hierarchy, 'issue' | 'revoke' | 'show' | 'untilServed'> {
  return {
    issue: (name) => issue(ca, name, keys),
    revoke: (serialNumber, reason, ...more) =>
      ca.inkanJSON('certificate', 'revoke', serialNumber, '--reason', reason, ...more),
    show: (serialNumber) => ca.inkanJSON('certificate', 'show', serialNumber),
    untilServed: async () => {
      const { url, sha256 } = await ca.inkanJSON<CRLView>('crl', 'show', SUB_CA);
      await eventually(async () => {
        const crl = await fetch(url);
        await crl.arrayBuffer();
        return crl.headers.get('etag') === `"${sha256}"`;
      });
    },
  };
}

async function issue(ca: RunningCA, name: string, keys: CAOptions['keys']): Promise<IssuedTSA> {
  const paths = { pem: ca.file(`${name}.pem`), key: ca.file(`${name}.key`) };
  const request = ca.file(`${name}.csr`);
  opensslOk([
    ...['req', '-new', ...NEW_KEY[keys], '-nodes', '-keyout', paths.key],
    ...['-subj', `/C=JP/O=Inkan test/CN=${name}`, '-out', request],
  ]);
  const view = await ca.inkanJSON<IssuedCertificateView>(
    ...['certificate', 'issue', '--authority', SUB_CA, '--profile', 'tsa', '--request', request],
    '--confirm-organisation',
  );
  writeFileSync(paths.pem, view.certificate ?? '');
  return { ...paths, serialNumber: view.serialNumber, view };
}

const NEW_KEY = {
  fast: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  policy: ['-newkey', 'rsa:3072'],
} as const;

/** Asks until it is so; throws when it never becomes so. */
export async function eventually(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const start = performance.now(); !(await isSo()); await sleep(50)) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`never so: ${isSo}`);
  }
}
