import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CertificatePolicy } from '../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../shared/result.ts';
import type { SegmentedLog } from './audit/segmented-log.ts';
import { sayStepWhileStopped, startWatch } from './audit/watch.ts';
import { removeCopies } from './backup/database-copy.ts';
import type { ServeOptions, ServeWorld } from './cli/options.ts';
import { readConfig, readPolicy, type SignerConfig } from './config.ts';
import { abandonReservations } from './database/certificate-table.ts';
import { type Database, openDatabase } from './database/database.ts';
import { faultCheckpoint } from './fault-checkpoint.ts';
import { compareWaitingKeys } from './issuance/seen-keys.ts';
import { type Counters, countedLog, countedStore, createCounters } from './metrics/counters.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { openListener } from './open-listener.ts';
import { signerOperations } from './operations/signer-operations.ts';
import { statusView } from './operations/status-view.ts';
import { endingAlarm } from './operators/ending.ts';
import { takeOverOperators } from './operators/take-over.ts';
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
import { type OpenOperators, openOperators } from './setup/open-operators.ts';
import { openStateLog, startEvent } from './setup/open-state-log.ts';
import { overrideConfig } from './setup/override-config.ts';
import { DATABASE_FILE, STATE_FILES } from './setup/state-files.ts';
import { makeTurns, type SignerContext } from './signer-context.ts';
import { countedKeystores } from './signing/counted-keystores.ts';
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
  const config = overrideConfig(readConfig(options.state), options);
  if (!config.ok) return config;
  const policy = readPolicy(...config.value.policy);
  if (!policy.ok) return policy;
  // Before anything is opened: SQLite and the audit log would begin a missing or empty file anew.
  const lost = STATE_FILES.map((file) => join(options.state, file)).find(isMissingOrEmpty);
  if (lost) return damagedState(`${lost} is missing or empty`);
  const db = openState(join(options.state, DATABASE_FILE));
  if (!db.ok) return db;
  const checkpoint = faultCheckpoint(world.environment['INKAN_FAULT_STOP_AT']);
  const { clock } = world;
  const audit = openStateLog(options.state, config.value, db.value, { clock, checkpoint });
  if (!audit.ok) {
    db.value.close();
    return audit;
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
  const counters = createCounters();
  const counted = countedKeystores(keystores.value, counters.signatures.add);
  const door = openSigningDoor(counted, audit.value);
  const service = await startWith({
    options,
    world,
    config: config.value,
    policy: policy.value,
    db: db.value,
    audit: audit.value,
    door,
    counters,
    checkpoint,
  });
  if (!service.ok) {
    await door.close();
    closeFiles();
  }
  return service;
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
  readonly audit: SegmentedLog;
  readonly door: SigningDoor;
  readonly counters: Counters;
  readonly checkpoint: SignerContext['checkpoint'];
}

async function startWith(parts: Parts): Started<SignerService & { readonly url: string }> {
  const { options, world, config, policy, db, audit, door, counters, checkpoint } = parts;
  const fits = checkPolicy(policy, db);
  if (!fits.ok) return fits;
  const live = checkLive(config, policy);
  if (!live.ok) return live;
  const people = openOperators(options.state, config, db, audit);
  if (!people.ok) return people;
  const { trust, ownTrust, server, serverCertificate } = people.value;
  const signer = await checkKeys(parts);
  if (!signer.ok) return signer;
  const { clock, randomBytes, environment } = world;
  const log = countedLog(world.log, counters);
  const kv = storeOf(config.kv, environment);
  const published = config.kv && (await checkPublished(db, signer.value, kv, pause));
  if (published && !published.ok) return published;
  if (published?.value === 'not-compared') log({ type: 'store-not-compared' });
  const context: SignerContext = {
    ...{ db, policy, door, audit, clock, randomBytes, checkpoint },
    inTurn: makeTurns(),
  };
  await takeUp(parts, context, ownTrust);
  const publisher = makePublisher(context, config, signer.value, countedStore(kv, counters));
  let dropRevoked: (but: string) => void = () => undefined;
  const operations = signerOperations(context, publisher, {
    publishWait: PUBLISH_WAIT_MS,
    sleep: pause,
    server,
    operators: { trust, dropRevoked: (but) => dropRevoked(but) },
    backup: { state: options.state, config },
    radar: config.radar && { ...config.radar, signer: signer.value, fetch },
  });
  const listener = await openListener(parts, context, people.value, operations, log);
  if (!listener.ok) return listener;
  dropRevoked = (but) => void listener.value.dropRevoked(but);
  const warn = endingAlarm(context, server, log);
  const schedule = startSchedule(context, publisher, { log, warn });
  const watch = startWatch(audit, { clock, monotonic, log });
  const metrics = await startMetrics(
    config.metrics,
    {
      ...{ context, counters, serverCertificate },
      startedAt: clock(),
      isDue: () => publisher.isDue(),
      status: () => statusView(context, publisher, server),
    },
    log,
  );
  log({ type: 'signer-ready', url: listener.value.url } as { type: string });
  const close = async () => {
    await metrics.close();
    await listener.value.close();
    await schedule.stop();
    await context.inTurn('publisher', async () => undefined);
    await door.close();
    watch.stop();
    audit.append({ type: 'signer-stop' });
    audit.close();
    db.close();
  };
  return ok({ operations, url: listener.value.url, close });
}

/** What was left by the run before, or by a version from before. */
async function takeUp(
  { options, world, config, db, audit }: Parts,
  context: SignerContext,
  trust: OpenOperators['ownTrust'],
): Promise<void> {
  const { clock } = world;
  sayStepWhileStopped(audit, clock);
  audit.append(startEvent(options.state, config, world.version ?? 'unknown'));
  const abandoned = db.transaction((tx) => abandonReservations(tx));
  if (abandoned > 0) audit.append({ type: 'reservations-abandoned', count: abandoned });
  takeOverOperators(options.state, { db, audit, trust, now: clock() });
  await compareWaitingKeys(context);
  publishEarlierCertificates(context);
  publishEarlierChains(context);
}

/** Seconds since the process began; never set back. */
function monotonic(): number {
  return performance.now() / 1_000;
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
