import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { encodePublicationKey } from '../../shared/snapshot/head.ts';
import { type AuditLog, openAuditLog } from '../audit/audit-log.ts';
import type { InitOptions, InitResult, InitWorld } from '../cli/options.ts';
import { CONFIG_FILE, readConfig, readPolicy } from '../config.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { writeSetting } from '../database/setting-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { readOperatorTrust } from '../operators/operator-trust.ts';
import { registerFirstOperators } from '../operators/take-over.ts';
import { publicationKey } from '../publisher/publication-key.ts';
import type { StartError, Started } from '../service.ts';
import { openKeystores } from '../signing/open-keystores.ts';
import { openSigningDoor } from '../signing/signing-door.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { initialConfig, PUBLICATION_KEY } from './initial-config.ts';
import { AUDIT_FILE, DATABASE_FILE } from './state-files.ts';
import { writeJSON, writePrivate } from './state-writing.ts';
import { type TLSMaterial, writeTLSMaterial } from './tls-material.ts';

/**
 * Makes a state directory: configuration, policy, database, audit log, publication key, operator CA,
 * the TLS server's and the first operators' certificates. Everything is made beside it and moved into
 * place last, so that an interrupted `init` leaves no half of one.
 */
export async function initialiseState(options: InitOptions, world: InitWorld): Started<InitResult> {
  if (existsSync(options.state) && readdirSync(options.state).length > 0) {
    return err({
      code: 'state-exists',
      reason: `${options.state} exists and is not empty`,
      remedy: 'Name another directory with --state; an existing one is never written over.',
    });
  }
  const policy = readPolicy(options.policy);
  if (!policy.ok) return policy;
  const config = initialConfig(options);
  const building = `${options.state}.init-${hexFromBytes(world.randomBytes(4))}`;
  mkdirSync(dirname(options.state), { recursive: true });
  mkdirSync(building, { mode: 0o700 });
  try {
    writeJSON(join(building, CONFIG_FILE), config);
    writePrivate(join(building, 'policy.json'), readFileSync(options.policy, 'utf8'));
    const made = await fill(building, options, world);
    if (!made.ok) return made;
    rmSync(options.state, { recursive: true, force: true });
    renameSync(building, options.state);
    return ok({
      ...made.value,
      state: options.state,
      authorities: [...policy.value.authorities.keys()],
    });
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

type Made = Omit<InitResult, 'state' | 'authorities'>;

async function fill(
  state: string,
  options: InitOptions,
  world: InitWorld,
): Promise<Result<Made, StartError>> {
  const config = readConfig(state);
  if (!config.ok) return config;
  const keystores = await openKeystores(config.value.keystores, world);
  if (!keystores.ok) return keystores;
  const audit = openAuditLog(join(state, AUDIT_FILE), world.clock);
  if (!audit.ok) return err({ code: 'state-damaged', reason: 'audit log', remedy: 'Start again.' });
  const door = openSigningDoor(keystores.value, audit.value);
  try {
    const { name, keystore } = config.value.publication;
    const key = await door.generateKey(keystore, PUBLICATION_KEY, { kind: 'ed25519' }, 'init');
    if (!key.ok) return err(startProblem(signingProblem(key.error)));
    const pinned = encodePublicationKey(publicationKey(name, key.value.spki));
    const db = openDatabase(join(state, DATABASE_FILE));
    if (!db.ok)
      return err({ code: 'state-damaged', reason: db.error.reason, remedy: 'Start again.' });
    db.value.transaction((tx) => writeSetting(tx, 'publication-key', hexFromBytes(key.value.spki)));
    const tls = await writeTLSMaterial(state, options, world, door, keystore);
    if (tls.ok) register(tls.value, keystore, { db: db.value, audit: audit.value, world });
    db.value.close();
    if (!tls.ok) return err(startProblem(tls.error));
    const { signer, operators } = tls.value;
    return ok({ signer, operators, publicationKey: pinned });
  } finally {
    await door.close();
    audit.value.close();
  }
}

/** CP 5.4.1: the first operators are on record like all others. */
function register(
  { operatorCA, people }: TLSMaterial,
  keystore: string,
  files: { readonly db: Database; readonly audit: AuditLog; readonly world: InitWorld },
): void {
  const trust = must(readOperatorTrust(operatorCA, keystore), 'the operator CA just made');
  const now = files.world.clock();
  registerFirstOperators({ ...files, trust, now }, people, 'init');
}

function startProblem(error: OperationError): StartError {
  const reason = 'reason' in error ? error.reason : error.code;
  const remedy = 'remedy' in error ? error.remedy : 'Mend what is named and start again.';
  return { code: 'keystore-unavailable', reason, remedy };
}
