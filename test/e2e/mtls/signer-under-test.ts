import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES, type Role } from '../../../shared/policy/roles.ts';
import { must } from '../../../shared/result.ts';
import { type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import type { EdgePort } from '../../../signer/api/edge-handler.ts';
import type { APIEvent } from '../../../signer/api/events.ts';
import type { ListenerLimits } from '../../../signer/api/limits.ts';
import { type Listener, startListener } from '../../../signer/api/listener.ts';
import { openAuditLog } from '../../../signer/audit/audit-log.ts';
import { openDatabase } from '../../../signer/database/database.ts';
import {
  insertOperator,
  operatorByKey,
  setOperatorRevoked,
} from '../../../signer/database/operator-table.ts';
import type { Operations } from '../../../signer/operations/operations.ts';
import { spkiFingerprint } from '../../../signer/operators/client-certificate.ts';
import { operatorRegister } from '../../../signer/operators/register.ts';
import type { Identity, OperatorPKI } from './operator-pki.ts';
import { type Call, recordingOperations } from './recording-operations.ts';

/** A real listener over operations that only write down that they were reached. */
export interface SignerUnderTest {
  readonly listener: Listener;
  readonly calls: Call[];
  readonly events: APIEvent[];
  /** Revokes this key in the register. */
  readonly revoke: (spkiSha256: string) => void;
  /** What the register wrote into the audit log. */
  readonly audited: () => readonly Record<string, unknown>[];
}

export interface Differences {
  readonly server?: Identity;
  readonly now?: () => UnixSeconds;
  readonly limits?: Partial<ListenerLimits>;
  readonly operations?: Partial<Operations>;
  readonly edge?: EdgePort;
  /** Of alice and bob; default all. */
  readonly roles?: readonly Role[];
}

export const realNow = (): UnixSeconds => unixSeconds(Math.floor(Date.now() / 1000));

export async function startSigner(
  pki: OperatorPKI,
  differences: Differences = {},
): Promise<SignerUnderTest> {
  const calls: Call[] = [];
  const events: APIEvent[] = [];
  const people = registerOf(pki, differences.roles ?? ROLES);
  const server = differences.server ?? pki.server;
  const listener = await startListener({
    host: '127.0.0.1',
    port: 0,
    serverCertificate: readFileSync(server.certificate, 'latin1'),
    serverKey: readFileSync(server.key, 'latin1'),
    operatorCA: readFileSync(pki.ca.certificate, 'latin1'),
    operations: recordingOperations(calls, differences.operations),
    edge: differences.edge,
    clock: differences.now ?? realNow,
    register: people.register,
    log: (event) => events.push(event),
    limits: { checkIntervalMs: 50, closeGraceMs: 200, ...differences.limits },
  });
  return { listener: must(listener, 'the listener starts'), calls, events, ...people };
}

/** A real register, in a database of its own: alice and bob are on record, nobody else. */
function registerOf({ scratch, operator, secondOperator }: OperatorPKI, roles: readonly Role[]) {
  const directory = mkdtempSync(join(scratch.path, 'register-'));
  const db = must(openDatabase(join(directory, 'signer.sqlite')), 'a new database');
  const log = join(directory, 'audit.jsonl');
  const audit = must(openAuditLog(log, realNow), 'a new log');
  for (const [person, identity] of Object.entries({ alice: operator, bob: secondOperator })) {
    const certificate = new X509Certificate(readFileSync(identity.certificate));
    const row = {
      ...{ person, roles, spkiSha256: spkiFingerprint(certificate) },
      certificate: new Uint8Array(certificate.raw),
      notAfter: unixSeconds(certificate.validToDate.getTime() / 1000),
      ...{ addedAt: unixSeconds(0), addedBy: 'test' },
    };
    db.transaction((tx) => insertOperator(tx, row));
  }
  return {
    register: operatorRegister(db, audit),
    revoke: (spkiSha256: string) => {
      const id = operatorByKey(db, spkiSha256)?.id ?? 0;
      const revoked = { at: unixSeconds(1), by: 'test', reason: 'test' };
      db.transaction((tx) => setOperatorRevoked(tx, id, revoked));
    },
    audited: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
