import { err, ok } from '../../shared/result.ts';
import { type Backup, makeBackup } from '../backup/make-backup.ts';
import type { SignerConfig } from '../config.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BackupOperations, BackupView } from './backup-views.ts';

/** Where the signer's files are; absent in tests that have none. */
export interface BackupDeps {
  readonly state: string;
  readonly config: SignerConfig;
}

/** One at a time: each has a copy of the database on disk until the last octet is taken. */
export function backupOperations(
  context: SignerContext,
  deps: BackupDeps | undefined,
): BackupOperations {
  let underWay = false;
  return {
    makeBackup: async ({ recipients, withKeys }, actor) => {
      if (!deps || underWay) return err({ code: 'backup-under-way' });
      underWay = true;
      try {
        const { db, audit, clock, randomBytes } = context;
        const keys = withKeys ? 'included' : 'left-out';
        // Before the copy, so that the backup itself tells that it was made, and for whom.
        audit.append({ type: 'backup', recipients, keys, actor: actor.name });
        const backup = await makeBackup({
          ...{ ...deps, randomBytes, recipients, keys, now: clock() },
          copyDatabase: (file) => db.copyTo(file),
          auditCheckpoint: () => audit.checkpoint(),
        });
        const end = () => {
          backup.discard();
          underWay = false;
        };
        return ok({ facts: viewOf(backup), octets: endedBy(backup.octets, end), discard: end });
      } catch (error) {
        underWay = false;
        throw error;
      }
    },
  };
}

function viewOf({ manifest }: Backup): BackupView {
  const { createdAt, epoch, audit, keys, lacks, files } = manifest;
  return { createdAt, epoch, auditSize: audit.size, keys, files: files.length, lacks };
}

async function* endedBy(
  octets: AsyncIterable<Uint8Array>,
  end: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* octets;
  } finally {
    end();
  }
}
