import { randomBytes } from 'node:crypto';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must, type Result } from '../../../../shared/result.ts';
import { type UnixSeconds, unixSeconds } from '../../../../shared/time.ts';
import { openAuditLog } from '../../../../signer/audit/audit-log.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { openDatabase } from '../../../../signer/database/database.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import { type ActiveAuthority, activeAuthority } from '../../../../signer/issuance/issuer.ts';
import { openFileKeystore } from '../../../../signer/keystore/encrypted-file.ts';
import type { OperationError } from '../../../../signer/operations/operation-error.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import { makeTurns, type SignerContext } from '../../../../signer/signer-context.ts';
import { openSigningDoor } from '../../../../signer/signing/signing-door.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';
import { makeTestPolicy } from '../../../support/running-ca.ts';
import { NOW, ROOT_CA3 } from '../lint/certificate-under-test.ts';

/**
 * The acts of the CA in this process: a real database, audit log and keystore in a directory of
 * their own; the clock stands until it is set. Nothing is published.
 */
export interface SignerUnderTest {
  readonly context: SignerContext;
  readonly scratch: ScratchDirectory;
  setClock(now: number): UnixSeconds;
  authority(name: string): ActiveAuthority;
  /** Signs what its facts ask for. */
  settle(name: string): Promise<void>;
  close(): Promise<void>;
}

export const KEYSTORE = 'embedded';

/** What a test changes of a policy file. */
export type PolicyChange = (policy: {
  readonly authorities: Record<string, Record<string, unknown>>;
  readonly profiles: Record<string, Record<string, unknown>>;
}) => void;

/** What `fastPolicy` leaves out of the shipped file; `asShipped` brings it back. */
type LeftOut = 'applications' | 'certificates' | 'subscribers';

export function asShipped(...fields: readonly LeftOut[]): PolicyChange {
  const shipped = JSON.parse(ROOT_CA3);
  return ({ authorities }) => {
    for (const [name, authority] of Object.entries(authorities)) {
      for (const field of fields) authority[field] = shipped.authorities[name][field];
    }
  };
}

/**
 * root-ca3.json with P-256 in place of RSA, so that a key takes a millisecond; it asks for no
 * applications and publishes no certificates. Changed on demand.
 */
export function fastPolicy(change: PolicyChange = () => undefined): string {
  const policy = JSON.parse(ROOT_CA3);
  for (const name of Object.keys(policy.profiles)) {
    const source = 'test: fast keys';
    Object.assign(policy.profiles[name], {
      key: { value: { kind: 'ec', namedCurves: ['P-256'] }, source },
      signatureAlgorithm: { value: 'ecdsa-with-SHA256', source },
    });
  }
  makeTestPolicy(policy);
  for (const authority of Object.values<Record<string, unknown>>(policy.authorities)) {
    delete authority['applications'];
    delete authority['certificates'];
  }
  change(policy);
  return JSON.stringify(policy);
}

/** With another policy when one is given. */
export async function startSigner(policy: string = fastPolicy()): Promise<SignerUnderTest> {
  const scratch = new ScratchDirectory();
  let now = NOW;
  const clock = () => now;
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const keystore = must(
    await openFileKeystore({
      directory: scratch.file('keys'),
      passphrase: 'test passphrase',
      randomBytes: random,
      threads: 1,
    }),
    'keystore',
  );
  const audit = must(openAuditLog(scratch.file('audit.log'), clock), 'audit log');
  const context: SignerContext = {
    db: must(openDatabase(scratch.file('signer.db')), 'database'),
    policy: must(decodeCertificatePolicy(policy), 'policy'),
    door: openSigningDoor(new Map([[KEYSTORE, keystore]]), audit),
    audit,
    clock,
    randomBytes: random,
    checkpoint: () => undefined,
    inTurn: makeTurns(),
  };
  const authority = (name: string) => {
    const row = findAuthority(context.db, name);
    const active = row && activeAuthority(context, row);
    if (!active) throw new Error(`${name} is not certified`);
    return active;
  };
  return {
    context,
    scratch,
    setClock: (at) => {
      now = unixSeconds(at);
      return now;
    },
    authority,
    settle: async (name) => {
      must(await settle(context, authority(name).row.id), `settle ${name}`);
    },
    close: async () => {
      await context.door.close();
      audit.close();
      context.db.close();
    },
  };
}

/** Root and sub-CA of the policy. */
export async function startHierarchy(policy?: string): Promise<SignerUnderTest> {
  const signer = await startSigner(policy);
  for (const name of ['root-ca3', 'time-stamping-ca']) {
    const input = { authority: name, keystore: KEYSTORE, actor: 'test' };
    must(await createAuthority(signer.context, input), name);
  }
  return signer;
}

/** The code of a refusal, with the rule or reason where it has one. */
export function refusalOf(result: Result<unknown, OperationError>): string {
  if (result.ok) return 'accepted';
  const { error } = result;
  return 'check' in error ? `${error.code} ${error.check}` : error.code;
}
