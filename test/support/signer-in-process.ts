import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { must } from '../../shared/result.ts';
import { randomSerialNumber, type SerialNumber } from '../../shared/serial-number.ts';
import { addSeconds, type Seconds, unixSeconds } from '../../shared/time.ts';
import { openAuditLog } from '../../signer/audit/audit-log.ts';
import { readConfig, readPolicy } from '../../signer/config.ts';
import { findAuthority } from '../../signer/database/authority-table.ts';
import { hasWaitingCertificates } from '../../signer/database/certificate-publication-table.ts';
import {
  reserveCertificate,
  setCertificateIssued,
} from '../../signer/database/certificate-table.ts';
import { openDatabase, type Transaction } from '../../signer/database/database.ts';
import { insertRevocation } from '../../signer/database/revocation-table.ts';
import { markUnsettled } from '../../signer/database/unsettled-table.ts';
import { demoPolicy } from '../../signer/demo/demo-policy.ts';
import { createAuthority } from '../../signer/issuance/create-authority.ts';
import { type ActiveAuthority, activeAuthority } from '../../signer/issuance/issuer.ts';
import { ACTING_ROLES } from '../../signer/operators/roles.ts';
import { promiseEpoch } from '../../signer/publisher/promise-epoch.ts';
import type { PublicationSigner } from '../../signer/publisher/publication-key.ts';
import { settle } from '../../signer/settlement/settle.ts';
import { checkKeys } from '../../signer/setup/check-keys.ts';
import { initialiseState } from '../../signer/setup/initialise.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../../signer/setup/state-files.ts';
import { makeTurns, type SignerContext } from '../../signer/signer-context.ts';
import { openKeystores } from '../../signer/signing/open-keystores.ts';
import { openSigningDoor } from '../../signer/signing/signing-door.ts';
import { makeTestPolicy } from './running-ca.ts';

export type ResponderKey = 'rsa2048' | 'p256';

/** The parts of a signer in this process: real database, audit log, file keystore and door. */
export interface SignerInProcess {
  readonly context: SignerContext;
  readonly authority: ActiveAuthority;
  readonly publication: PublicationSigner;
  /** C2SP vkey. */
  readonly publicationKey: string;
  readonly serialNumbers: readonly SerialNumber[];
  /** From now on its clock is this much ahead. */
  advance(by: Seconds): void;
  /** An epoch of everything that changed, gate and head included. */
  promise(): Promise<void>;
  close(): Promise<void>;
}

const AUTHORITY = 'root-ca3';
const DAY: Seconds = 86_400;

/** One certificate in this many is revoked. */
const REVOKED_ONE_IN = 50;

const RESPONDER_KEYS = {
  rsa2048: { kind: 'rsa', modulusLengths: [2048] },
  p256: { kind: 'ec', namedCurves: ['P-256'] },
} as const;

/** The demo's policy with quick CA keys and the responder key that is asked for. */
function policyText(responder: ResponderKey): string {
  const policy = JSON.parse(demoPolicy('http://127.0.0.1'));
  const source = 'test: key that is asked for';
  for (const [name, profile] of Object.entries<Record<string, unknown>>(policy.profiles)) {
    const key = RESPONDER_KEYS[name === 'ocsp-responder' ? responder : 'p256'];
    profile['key'] = { value: key, source };
    profile['signatureAlgorithm'] = { value: 'ecdsa-with-SHA256', source };
  }
  makeTestPolicy(policy);
  return JSON.stringify(policy);
}

/**
 * A CA with this many issued certificates, each signed and in a promised epoch; `revoked` more fill its
 * CRL and are not among `serialNumbers`.
 */
export async function openSignerInProcess(
  responder: ResponderKey,
  certificates: number,
  { revoked = 0 }: { readonly revoked?: number } = {},
): Promise<SignerInProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'inkan-signer-'));
  const state = join(directory, 'signer');
  let ahead = 0;
  const clock = () => unixSeconds(Math.floor(Date.now() / 1000) + ahead);
  const world = { clock, randomBytes, environment: process.env };
  const publicationKey = await makeState(directory, state, responder, world);
  const config = must(readConfig(state), 'configuration just made');
  const db = must(openDatabase(join(state, DATABASE_FILE)), 'database just made');
  const audit = must(openAuditLog(join(state, AUDIT_FILE), clock), 'audit log just made');
  const door = openSigningDoor(
    must(await openKeystores(config.keystores, world), 'keystore'),
    audit,
  );
  const context: SignerContext = {
    ...{ db, audit, door, clock, randomBytes },
    policy: must(readPolicy(...config.policy), 'policy just made'),
    checkpoint: () => undefined,
    inTurn: makeTurns(),
  };
  const publication = must(await checkKeys({ config, db, door }), 'keys just made');
  const authority = await makeAuthority(context);
  const promise = async () => {
    must(await promiseEpoch(context, publication, 7_200, 'changes'), 'the next epoch');
  };
  const serialNumbers = db.transaction((tx) => {
    addCertificates(tx, context, authority, revoked, 1);
    return addCertificates(tx, context, authority, certificates, REVOKED_ONE_IN);
  });
  must(await settle(context, authority.row.id), 'first responses');
  // An epoch takes so many certificates at most.
  do await promise();
  while (hasWaitingCertificates(db));
  return {
    ...{ context, publication, publicationKey, serialNumbers, promise },
    // Read again: its shards grew with the certificates.
    authority: await makeAuthority(context),
    advance: (by) => {
      ahead += by;
    },
    close: async () => {
      await door.close();
      audit.close();
      db.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function makeState(
  directory: string,
  state: string,
  responder: ResponderKey,
  world: Parameters<typeof initialiseState>[1],
): Promise<string> {
  const policy = join(directory, 'policy.json');
  const passphrase = join(directory, 'passphrase');
  mkdirSync(directory, { recursive: true });
  writeFileSync(policy, policyText(responder));
  writeFileSync(passphrase, 'test passphrase\n', { mode: 0o600 });
  const options = {
    ...{
      state,
      policy,
      operators: [{ person: 'test', roles: ACTING_ROLES }],
      publicationName: 'test.example/snapshot',
    },
    listen: { host: '127.0.0.1', port: 0 },
    passphrase: { kind: 'file', path: passphrase } as const,
  };
  return must(await initialiseState(options, world), 'inkan init').publicationKey;
}

async function makeAuthority(context: SignerContext): Promise<ActiveAuthority> {
  if (!findAuthority(context.db, AUTHORITY)) {
    const wanted = { authority: AUTHORITY, keystore: 'file', actor: 'test' };
    must(await createAuthority(context, wanted), 'the authority');
  }
  const row = findAuthority(context.db, AUTHORITY);
  const active = row && activeAuthority(context, row);
  if (!active) throw new Error('the authority is not active');
  return active;
}

/** Rows as issuance leaves them; their DER is of a real size and content, but not their own. */
function addCertificates(
  tx: Transaction,
  context: SignerContext,
  { row, certificate }: ActiveAuthority,
  count: number,
  revokedOneIn: number,
): readonly SerialNumber[] {
  const now = context.clock();
  return Array.from({ length: count }, (_, i) => {
    const serialNumber = randomSerialNumber(randomBytes);
    const reservation = {
      ...{ authorityId: row.id, serialNumber, profile: 'tsa', subject: row.subject },
      ...{ spkiSha256: randomBytes(32), requestId: null },
      ...{ notBefore: addSeconds(now, -DAY), notAfter: addSeconds(now, 365 * DAY) },
    };
    const id = reserveCertificate(tx, reservation, now);
    setCertificateIssued(tx, id, certificate);
    if (i % revokedOneIn === 0) {
      const revocation = { revocationDate: now, reason: 4, recordedAt: now } as const;
      insertRevocation(tx, { id, authorityId: row.id }, revocation, 'test');
    }
    markUnsettled(tx, row.id, id);
    return serialNumber;
  });
}
