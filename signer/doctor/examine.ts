import { join } from 'node:path';
import { ok, type Result } from '../../shared/result.ts';
import { openWholeLog } from '../audit/segmented-log.ts';
import { readConfig, readPolicy, type SignerConfig } from '../config.ts';
import { publicationKey } from '../publisher/publication-key.ts';
import type { StartError } from '../service.ts';
import { auditLogProblem } from '../setup/check-audit-log.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../setup/state-files.ts';
import { openKeystores } from '../signing/open-keystores.ts';
import { checkNotBehind, type ExaminedDatabase, examineDatabase } from './database-checks.ts';
import { checkDisk, checkModes, checkTLS } from './file-checks.ts';
import { type Finding, fine, warning, wrong } from './finding.ts';
import { examineStore, probeStore, type StoreWorld } from './store-checks.ts';

export interface DoctorWorld extends StoreWorld {
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface Examination {
  readonly findings: readonly Finding[];
  /** Whether a signer has the state directory. */
  readonly isRunning: boolean;
}

/** Every check of a state directory; refused where there is none. */
export async function examineState(
  state: string,
  probe: 'write-probe' | 'read-only',
  world: DoctorWorld,
): Promise<Result<Examination, StartError>> {
  const config = readConfig(state);
  if (!config.ok && config.error.code === 'state-missing') return config;
  if (!config.ok)
    return ok({ findings: [ofStart('configuration', config.error)], isRunning: false });
  const policy = readPolicy(...config.value.policy);
  const database = examineDatabase(join(state, DATABASE_FILE), world.now);
  const { name } = config.value.publication;
  const spki = database.publicationKey;
  const publication = spki && { spki, key: publicationKey(name, spki) };
  const store = await examineStore(config.value.kv, publication, world);
  const isRunning = database.isHeld;
  return ok({
    isRunning,
    findings: [
      fine('configuration', 'it can be read'),
      policy.ok ? fine('policy', 'it can be read') : ofStart('policy', policy.error),
      ...checkModes(state, config.value),
      ...checkTLS(state, config.value, world.now),
      checkDisk(state),
      ...database.findings,
      ...(isRunning ? [] : [checkAudit(state, world)]),
      ...(await checkKeystores(config.value, database, world)),
      ...(isRunning ? store.findings.filter(({ check }) => check === 'clock') : store.findings),
      ...(store.head && !isRunning ? [checkNotBehind(database, store.head)] : []),
      ...(probe === 'write-probe' && config.value.kv
        ? [await probeStore(config.value.kv, world)]
        : []),
    ],
  });
}

function ofStart(check: string, { reason, remedy }: StartError): Finding {
  return wrong(check, reason, remedy);
}

function checkAudit(state: string, { now }: DoctorWorld): Finding {
  const log = openWholeLog(join(state, AUDIT_FILE), () => now);
  if (!log.ok)
    return wrong('audit-log', auditLogProblem(log.error).error.reason, 'restore the newest backup');
  const { size } = log.value.checkpoint();
  log.value.close();
  return fine('audit-log', `${size} events, each the successor of the one before it`);
}

/** A running signer holds them open; one that a person has to open is not asked for. */
async function checkKeystores(
  { keystores }: SignerConfig,
  { isHeld }: ExaminedDatabase,
  { environment, randomBytes }: DoctorWorld,
): Promise<readonly Finding[]> {
  if (isHeld) return [fine('keystores', 'the running signer has them open')];
  const findings: Finding[] = [];
  for (const [name, keystore] of keystores) {
    const check = `keystore ${name}`;
    const source = keystore.type === 'file' ? keystore.passphrase : keystore.pin;
    if ('prompt' in source) {
      findings.push(warning(check, 'it opens at start, by hand', 'start the signer to see'));
      continue;
    }
    const opened = await openKeystores(new Map([[name, keystore]]), { environment, randomBytes });
    if (!opened.ok) {
      findings.push(ofStart(check, opened.error));
      continue;
    }
    for (const open of opened.value.values()) await open.close();
    findings.push(fine(check, keystore.type === 'file' ? 'it opens' : 'the token opens'));
  }
  return findings;
}
