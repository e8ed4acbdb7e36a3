import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CertificatePolicy } from '../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { openEdgePort } from './api/edge-handler.ts';
import { type ListenError, startListener } from './api/listener.ts';
import { type AuditLog, openAuditLog } from './audit/audit-log.ts';
import { removeCopies } from './backup/database-copy.ts';
import type { ServeOptions, ServeWorld } from './cli/options.ts';
import { readConfig, readPolicy, type SignerConfig } from './config.ts';
import { abandonReservations } from './database/certificate-table.ts';
import { type Database, openDatabase } from './database/database.ts';
import { faultCheckpoint } from './fault-checkpoint.ts';
import { compareWaitingKeys } from './issuance/seen-keys.ts';
import { edgeOperations } from './operations/edge-operations.ts';
import { signerOperations } from './operations/signer-operations.ts';
import { publishEarlierCertificates } from './publisher/certificate-files.ts';
import { storeOf } from './publisher/configured-store.ts';
import { publishEarlierChains } from './publisher/earlier-chains.ts';
import type { KVClient } from './publisher/kv-client.ts';
import type { PublicationSigner } from './publisher/publication-key.ts';
import { openPublisher, type Publisher } from './publisher/publisher.ts';
import { startSchedule } from './schedule.ts';
import type { SignerService, StartError, Started } from './service.ts';
import { checkKeys } from './setup/check-keys.ts';
import { checkLive } from './setup/check-live.ts';
import { checkPolicy } from './setup/check-policy.ts';
import { checkPublished } from './setup/check-published.ts';
import { damagedState } from './setup/damaged-state.ts';
import { secretConfig } from './setup/initial-config.ts';
import { AUDIT_FILE, DATABASE_FILE, STATE_FILES } from './setup/state-files.ts';
import { makeTurns, type SignerContext } from './signer-context.ts';
import { openKeystores } from './signing/open-keystores.ts';
import { openSigningDoor, type SigningDoor } from './signing/signing-door.ts';

/** How long an operation waits for the store before it answers that its epoch is due. */
const PUBLISH_WAIT_MS = 20_000;

/**
 * `inkan serve`: opens the state directory, finishes what a crash interrupted, publishes what was
 * promised, and answers operators over mTLS until it is closed.
 */
export async function startService(
  options: ServeOptions,
  world: ServeWorld,
): Started<SignerService & { readonly url: string }> {
  const config = withOptions(readConfig(options.state), options);
  if (!config.ok) return config;
  const policy = readPolicy(...config.value.policy);
  if (!policy.ok) return policy;
  // Before anything is opened: SQLite and the audit log would begin a missing or empty file anew.
  const lost = STATE_FILES.map((file) => join(options.state, file)).find(isMissingOrEmpty);
  if (lost) return damagedState(`${lost} is missing or empty`);
  const db = openState(join(options.state, DATABASE_FILE));
  if (!db.ok) return db;
  const audit = openAuditLog(join(options.state, AUDIT_FILE), world.clock);
  if (!audit.ok) {
    db.value.close();
    return damagedState(`the audit log breaks at line ${audit.error.line}`);
  }
  const closeFiles = () => {
    audit.value.close();
    db.value.close();
  };
  removeCopies(options.state);
  const keystores = await openKeystores(config.value.keystores, world);
  if (!keystores.ok) {
    closeFiles();
    return keystores;
  }
  const door = openSigningDoor(keystores.value, audit.value);
  const service = await startWith({
    options,
    world,
    config: config.value,
    policy: policy.value,
    db: db.value,
    audit: audit.value,
    door,
  });
  if (!service.ok) {
    await door.close();
    closeFiles();
  }
  return service;
}

function withOptions(
  config: Result<SignerConfig, StartError>,
  options: ServeOptions,
): Result<SignerConfig, StartError> {
  if (!config.ok) return config;
  const keystores = new Map(config.value.keystores);
  for (const [name, keystore] of keystores) {
    if (keystore.type === 'file' && options.passphrase) {
      keystores.set(name, { ...keystore, passphrase: secretConfig(options.passphrase, '') });
    }
    if (keystore.type === 'pkcs11' && options.pkcs11Pin) {
      keystores.set(name, { ...keystore, pin: secretConfig(options.pkcs11Pin, '') });
    }
  }
  return ok({ ...config.value, keystores, listen: options.listen ?? config.value.listen });
}

function isMissingOrEmpty(file: string): boolean {
  return !statSync(file, { throwIfNoEntry: false })?.size;
}

function openState(file: string): Result<Database, StartError> {
  const db = openDatabase(file);
  if (db.ok) return db;
  if (db.error.code === 'database-in-use') {
    return err({
      code: 'state-in-use',
      reason: 'another signer uses this state directory',
      remedy: 'End it first, or name another directory.',
    });
  }
  return damagedState(`${file}: ${db.error.reason}`);
}

interface Parts {
  readonly options: ServeOptions;
  readonly world: ServeWorld;
  readonly config: SignerConfig;
  readonly policy: CertificatePolicy;
  readonly db: Database;
  readonly audit: AuditLog;
  readonly door: SigningDoor;
}

async function startWith(parts: Parts): Started<SignerService & { readonly url: string }> {
  const { options, world, config, policy, db, audit, door } = parts;
  const fits = checkPolicy(policy, db);
  if (!fits.ok) return fits;
  const live = checkLive(config, policy);
  if (!live.ok) return live;
  const signer = await checkKeys(parts);
  if (!signer.ok) return signer;
  const { clock, randomBytes, environment, log } = world;
  const kv = storeOf(config.kv, environment);
  const published = config.kv && (await checkPublished(db, signer.value, kv, pause));
  if (published && !published.ok) return published;
  if (published?.value === 'not-compared') log({ type: 'store-not-compared' });
  const checkpoint = faultCheckpoint(environment['INKAN_FAULT_STOP_AT']);
  const context: SignerContext = {
    ...{ db, policy, door, audit, clock, randomBytes, checkpoint },
    inTurn: makeTurns(),
  };
  audit.append({ type: 'signer-start', version: process.version });
  const abandoned = db.transaction((tx) => abandonReservations(tx));
  if (abandoned > 0) audit.append({ type: 'reservations-abandoned', count: abandoned });
  await compareWaitingKeys(context);
  publishEarlierCertificates(context);
  publishEarlierChains(context);
  const publisher = makePublisher(context, config, signer.value, kv);
  const operations = signerOperations(context, publisher, {
    publishWait: PUBLISH_WAIT_MS,
    sleep: pause,
    backup: { state: options.state, config },
    radar: config.radar && { ...config.radar, signer: signer.value, fetch },
  });
  const read = (file: string) => readFileSync(join(options.state, 'tls', file), 'utf8');
  const listener = await startListener({
    host: config.listen.host,
    port: config.listen.port,
    serverCertificate: read('server.pem'),
    serverKey: read('server.key.pem'),
    operatorCA: read('operator-ca.pem'),
    operations,
    edge:
      config.edge && openEdgePort(config.edge.clients, edgeOperations(context, config.edge.live)),
    clock,
    log,
  });
  if (!listener.ok) return listenProblem(config, listener.error);
  const schedule = startSchedule(context, publisher, { log });
  log({ type: 'signer-ready', url: listener.value.url } as { type: string });
  const close = async () => {
    await listener.value.close();
    await schedule.stop();
    await context.inTurn('publisher', async () => undefined);
    audit.append({ type: 'signer-stop' });
    await door.close();
    audit.close();
    db.close();
  };
  return ok({ operations, url: listener.value.url, close });
}

function listenProblem(
  { listen }: SignerConfig,
  { code, reason }: ListenError,
): Result<never, StartError> {
  if (code === 'tls-material-refused') return damagedState(`tls/: ${reason}`);
  return err({
    code: 'port-in-use',
    reason: `${listen.host}:${listen.port}: ${reason}`,
    remedy: 'End what uses it, or choose another address with --listen.',
  });
}

async function pause(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false });
}

function makePublisher(
  context: SignerContext,
  { head, edge }: SignerConfig,
  signer: PublicationSigner,
  kv: KVClient,
): Publisher {
  return openPublisher(context, {
    kv,
    signer,
    headLifetime: head.lifetimeSeconds,
    headRenewal: head.renewSeconds,
    headInterval: head.intervalMilliseconds,
    publishedBlobs: edge ? 'kept' : 'dropped',
    sleep: pause,
  });
}
