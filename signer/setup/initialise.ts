import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { encodePublicationKey } from '../../shared/snapshot/head.ts';
import { openAuditLog } from '../audit/audit-log.ts';
import type { InitOptions, InitResult, InitWorld } from '../cli/options.ts';
import { CONFIG_FILE, readConfig, readPolicy } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { writeSetting } from '../database/setting-table.ts';
import { pem } from '../issuance/pem.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { publicationKey } from '../publisher/publication-key.ts';
import type { StartError, Started } from '../service.ts';
import { openKeystores } from '../signing/open-keystores.ts';
import { openSigningDoor, type SigningDoor } from '../signing/signing-door.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { initialConfig, PUBLICATION_KEY } from './initial-config.ts';
import { issueTLSIdentity, makeOperatorCA } from './operator-ca.ts';
import { OPERATOR_PROFILE, SERVER_PROFILE } from './operator-profiles.ts';
import { AUDIT_FILE, DATABASE_FILE } from './state-files.ts';

/**
 * Makes a state directory: configuration, policy, database, audit log, publication key, operator CA,
 * the TLS server's and the first operator's certificates. Everything is made beside it and moved into
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
    db.value.close();
    const operator = await writeTLSMaterial(state, options, world, door, keystore);
    return operator.ok ? ok({ ...operator.value, publicationKey: pinned }) : operator;
  } finally {
    await door.close();
    audit.value.close();
  }
}

async function writeTLSMaterial(
  state: string,
  options: InitOptions,
  world: InitWorld,
  door: SigningDoor,
  keystore: string,
): Promise<Result<Omit<Made, 'publicationKey'>, StartError>> {
  const { host, port } = options.listen;
  const caWorld = { door, randomBytes: world.randomBytes, now: world.clock() };
  const ca = await makeOperatorCA(caWorld, keystore);
  if (!ca.ok) return err(startProblem(ca.error));
  const names = [...new Set([host, 'localhost', '127.0.0.1', '::1'])].filter(
    (name) => name !== '0.0.0.0' && name !== '::',
  );
  const server = await issueTLSIdentity(caWorld, ca.value, SERVER_PROFILE, 'Inkan signer', names);
  if (!server.ok) return err(startProblem(server.error));
  const operator = await issueTLSIdentity(
    caWorld,
    ca.value,
    OPERATOR_PROFILE,
    options.operator,
    [],
  );
  if (!operator.ok) return err(startProblem(operator.error));
  writePrivate(join(state, 'tls/operator-ca.pem'), pem('CERTIFICATE', ca.value.certificate));
  writePrivate(join(state, 'tls/server.pem'), server.value.certificate);
  writePrivate(join(state, 'tls/server.key.pem'), server.value.privateKey);
  const folder = `operators/${options.operator}`;
  writePrivate(join(state, folder, 'cert.pem'), operator.value.certificate);
  writePrivate(join(state, folder, 'key.pem'), operator.value.privateKey);
  const signer = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  writeJSON(join(state, 'client.json'), {
    signer,
    operatorCA: 'tls/operator-ca.pem',
    certificate: `${folder}/cert.pem`,
    key: `${folder}/key.pem`,
  });
  const operatorSpkiSha256 = hexFromBytes(sha256(operator.value.spki));
  return ok({ signer, operator: options.operator, operatorSpkiSha256 });
}

function startProblem(error: OperationError): StartError {
  const reason = 'reason' in error ? error.reason : error.code;
  const remedy = 'remedy' in error ? error.remedy : 'Mend what is named and start again.';
  return { code: 'keystore-unavailable', reason, remedy };
}

function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600, flush: true });
  chmodSync(file, 0o600);
}

function writeJSON(file: string, value: unknown): void {
  writePrivate(file, `${JSON.stringify(value, null, 2)}\n`);
}
