import { join } from 'node:path';
import { bytesFromHex } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import { openWholeLog } from '../audit/segmented-log.ts';
import { readConfig, readPolicy, type SignerConfig } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { readSetting } from '../database/setting-table.ts';
import { publicationKey } from '../publisher/publication-key.ts';
import type { StartError } from '../service.ts';
import { damagedState } from '../setup/damaged-state.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../setup/state-files.ts';
import type { StoppedState } from './catch-up.ts';

/** Opened as a signer opens it, without its keys: the database is converted, a second signer refused. */
export function openStopped(
  state: string,
  clock: Clock,
): Result<
  { readonly state: StoppedState; readonly config: SignerConfig; close(): void },
  StartError
> {
  const config = readConfig(state);
  if (!config.ok) return config;
  const policy = readPolicy(...config.value.policy);
  if (!policy.ok) return policy;
  const db = openDatabase(join(state, DATABASE_FILE));
  if (!db.ok) {
    const { code, reason } = db.error;
    if (code !== 'database-in-use') return damagedState(reason);
    return err({
      code: 'state-in-use',
      reason: 'a signer runs on this state directory',
      remedy: 'End it first.',
    });
  }
  const audit = openWholeLog(join(state, AUDIT_FILE), clock);
  const spki = bytesFromHex(readSetting(db.value, 'publication-key') ?? '');
  if (!audit.ok || !spki.ok) {
    db.value.close();
    return damagedState(audit.ok ? 'no publication key is on record' : 'the audit log breaks');
  }
  const close = () => {
    audit.value.close();
    db.value.close();
  };
  const publication = {
    spki: spki.value,
    key: publicationKey(config.value.publication.name, spki.value),
  };
  return ok({
    state: {
      ...{ db: db.value, audit: audit.value, policy: policy.value, publication },
      now: clock(),
    },
    config: config.value,
    close,
  });
}
