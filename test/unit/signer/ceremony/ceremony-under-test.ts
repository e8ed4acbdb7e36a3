import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { vi } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must, type Result } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { approve } from '../../../../signer/ceremony/approval.ts';
import {
  type CeremonyRequest,
  decodeRequest,
  encodeBundle,
  requestHash,
} from '../../../../signer/ceremony/bundle.ts';
import type { ExportCeremonyInput } from '../../../../signer/ceremony/ceremony-order.ts';
import { exportCeremony } from '../../../../signer/ceremony/export-ceremony.ts';
import type { CheckedBundle } from '../../../../signer/ceremony/host/check-bundle.ts';
import type { HostError } from '../../../../signer/ceremony/host/host-error.ts';
import { makeSubordinateKey } from '../../../../signer/ceremony/host/make-key.ts';
import { type MadeRoot, makeRoot } from '../../../../signer/ceremony/host/make-root.ts';
import { type Host, openHost } from '../../../../signer/ceremony/host/open-host.ts';
import { type SignedBundle, signBundle } from '../../../../signer/ceremony/host/sign-bundle.ts';
import { importCeremony } from '../../../../signer/ceremony/import-ceremony.ts';
import type { ImportedCeremony } from '../../../../signer/ceremony/import-signatures.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { requestText } from '../../../../signer/database/ceremony-table.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import type { OperationError } from '../../../../signer/operations/operation-error.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';
import { makeTestPolicy } from '../../../support/running-ca.ts';
import { startSigner } from '../issuance/signer-under-test.ts';
import { NOW, ROOT_CA3 } from '../lint/certificate-under-test.ts';

// Every act on the host opens an encrypted key; the machine may be doing ten other things.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

export const ROOT = 'root-ca3';
export const SUB_CA = 'time-stamping-ca';
export const DAY = 86_400;
/** Who exports. */
export const ALICE = { name: 'alice', spkiSha256: 'a1'.repeat(32) };

/** A key pair that stands for an operator. */
export interface Operator {
  readonly name: string;
  readonly key: string;
  readonly spkiSha256: string;
}

/** A signer and an offline host, each with its own files; their clocks are one unless they are set apart. */
export interface CeremonyUnderTest {
  readonly context: SignerContext;
  readonly operator: Operator;
  readonly scratch: ScratchDirectory;
  /** Clock of both; then of the host alone. */
  setClock(now: number): void;
  setHostClock(now: number): void;
  now(): number;
  root(): Promise<MadeRoot>;
  importRoot(made: MadeRoot): Promise<Result<ImportedCeremony, OperationError>>;
  subordinateKey(): Promise<string>;
  /** The canonical request of a new export. */
  request(input?: Partial<ExportCeremonyInput>): Promise<CeremonyRequest>;
  refusedExport(input: Partial<ExportCeremonyInput>): Promise<string>;
  bundle(request: CeremonyRequest, ...operators: readonly Operator[]): string;
  sign(bundle: string, confirm?: Confirm): Promise<Result<SignedBundle, HostError>>;
  import(text: string): Promise<Result<ImportedCeremony, OperationError>>;
  settle(name?: string): Promise<void>;
  /** Export, sign, import, settle. */
  hold(input?: Partial<ExportCeremonyInput>): Promise<CeremonyRequest>;
  withHost<T>(act: (host: Host) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** As people who read the fingerprint of a key file from paper: the one that is in it. */
function stated(input: Partial<ExportCeremonyInput>): Partial<ExportCeremonyInput> {
  if (input.subordinateKey === undefined) return input;
  const spki = Buffer.from(JSON.parse(input.subordinateKey).spki, 'base64');
  return { subordinateKeySha256: hexFromBytes(sha256(spki)), ...input };
}

type Confirm = (checked: CheckedBundle) => Promise<boolean>;

export function makeOperator(name: string): Operator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const spkiSha256 = hexFromBytes(sha256(new Uint8Array(publicKey)));
  return { name, key: privateKey, spkiSha256 };
}

/** root-ca3.json with P-256 keys and these authorities offline. */
export function offlinePolicy(...names: readonly string[]): string {
  const policy = JSON.parse(ROOT_CA3);
  const source = 'test: fast keys';
  for (const name of Object.keys(policy.profiles)) {
    const key = { value: { kind: 'ec', namedCurves: ['P-256'] }, source };
    const signatureAlgorithm = { value: 'ecdsa-with-SHA256', source };
    Object.assign(policy.profiles[name], { key, signatureAlgorithm });
  }
  makeTestPolicy(policy);
  for (const name of names) policy.authorities[name].custody = { value: 'offline', source };
  return JSON.stringify(policy);
}

export function startCeremony(...offline: readonly string[]): Promise<CeremonyUnderTest> {
  return startWithPolicy(offlinePolicy(...(offline.length === 0 ? [ROOT] : offline)));
}

/** Both hosts with this policy file, as `offlinePolicy` makes them. */
export async function startWithPolicy(
  policy: string,
  authority = ROOT,
): Promise<CeremonyUnderTest> {
  const signer = await startSigner();
  const scratch = new ScratchDirectory();
  const operator = makeOperator('alice');
  writeHostConfig(scratch, policy, [operator]);
  const context = {
    ...signer.context,
    policy: must(decodeCertificatePolicy(policy), 'policy of the test'),
  };
  let now: number = NOW;
  let hostNow: number = NOW;
  const world = {
    clock: () => unixSeconds(hostNow),
    randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
    environment: {},
    checkpoint: () => undefined,
  };
  const withHost = async <T>(act: (host: Host) => Promise<T>): Promise<T> => {
    const host = must(openHost(scratch.path, world), 'host');
    try {
      return await act(host);
    } finally {
      host.close();
    }
  };
  const test: CeremonyUnderTest = {
    ...{ context, operator, scratch, withHost },
    setClock: (at) => {
      now = signer.setClock(at);
      hostNow = now;
    },
    setHostClock: (at) => {
      hostNow = at;
    },
    now: () => now,
    root: async () => must(await withHost((host) => makeRoot(host, authority, 'file')), 'root'),
    importRoot: ({ text, certificateSha256 }) =>
      importCeremony(context, { text, sha256: certificateSha256 }, 'alice'),
    subordinateKey: async () =>
      must(await withHost((host) => makeSubordinateKey(host, SUB_CA, 'file')), 'key').text,
    request: async (input = {}) => {
      const asked = { authority, reason: 'test', ...stated(input) };
      const row = must(await exportCeremony(context, asked, ALICE), 'export');
      return must(decodeRequest(requestText(context.db, row.id)), 'request');
    },
    refusedExport: async (input) => {
      const asked = { authority, reason: 'test', ...stated(input) };
      const exported = await exportCeremony(context, asked, ALICE);
      return exported.ok ? 'accepted' : exported.error.code;
    },
    bundle: (request, ...operators) => bundleOf(request, operators.length ? operators : [operator]),
    sign: (text, confirm = async () => true) => withHost((host) => signBundle(host, text, confirm)),
    import: (text) => importCeremony(context, { text }, 'alice'),
    settle: async (name = authority) => {
      must(await settle(context, findAuthority(context.db, name)?.id ?? 0), `settle ${name}`);
    },
    hold: async (input = {}) => {
      const request = await test.request(input);
      const { text } = must(await test.sign(test.bundle(request)), 'sign');
      must(await test.import(text), 'import');
      await test.settle();
      return request;
    },
    close: () => signer.close(),
  };
  return test;
}

export function writeHostConfig(
  scratch: ScratchDirectory,
  policy: string,
  operators: readonly Operator[],
  required = 1,
): void {
  scratch.write('policy.json', policy);
  scratch.write('passphrase', 'offline passphrase\n');
  const mode = { mode: 0o600 };
  writeFileSync(scratch.file('passphrase-file'), 'offline passphrase\n', mode);
  scratch.write(
    'ceremony.json',
    JSON.stringify({
      format: 'inkan-ceremony-host-1',
      policy: 'policy.json',
      keystores: {
        file: { type: 'file', directory: 'keys', passphrase: { file: 'passphrase-file' } },
      },
      approvals: {
        required,
        operators: operators.map(({ name, spkiSha256 }) => ({ name, spkiSha256 })),
      },
    }),
  );
}

/** A root that is imported and has had its first ceremony: responder and CRL 1. */
export async function startWithRoot(...offline: readonly string[]): Promise<CeremonyUnderTest> {
  return firstCeremony(await startCeremony(...offline));
}

/** Its root's key ceremony, and the one that brings responder and CRL 1. */
export async function firstCeremony(test: CeremonyUnderTest): Promise<CeremonyUnderTest> {
  must(await test.importRoot(await test.root()), 'root');
  await test.hold();
  return test;
}

export function bundleOf(request: CeremonyRequest, operators: readonly Operator[]): string {
  const approvals = operators.map(({ name, key }) =>
    must(approve(requestHash(request), name, createPrivateKey(key)), 'approval'),
  );
  return encodeBundle(request, approvals);
}

export function codeOf(result: Result<unknown, { readonly code: string }>): string {
  return result.ok ? 'accepted' : result.error.code;
}
