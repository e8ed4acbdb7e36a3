import { err, ok } from '../../shared/result.ts';
import { ceremonyDue } from '../ceremony/duties.ts';
import { activeAuthorities, findAuthority } from '../database/authority-table.ts';
import type { ServerCertificate } from '../operators/ending.ts';
import type { PublishError } from '../publisher/publish-error.ts';
import type { Publisher, PublishWhat } from '../publisher/publisher.ts';
import { settle } from '../settlement/settle.ts';
import type { SignerContext } from '../signer-context.ts';
import { unexpected } from '../unexpected.ts';
import { applicationOperations } from './application-operations.ts';
import { auditOperations } from './audit-operations.ts';
import { authorityOperations } from './authority-operations.ts';
import { type BackupDeps, backupOperations } from './backup-operations.ts';
import { certificateOperations } from './certificate-operations.ts';
import { documentOperations } from './document-operations.ts';
import { keyOperations } from './key-operations.ts';
import { offlineOperations } from './offline-operations.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Operations } from './operations.ts';
import { type OperatorDeps, operatorOperations } from './operator-operations.ts';
import { type PublicationDeps, publicationOf, publishNow } from './publication.ts';
import { type RadarDeps, radarOperations } from './radar-operations.ts';
import { refusedBecause } from './refused-because.ts';
import { responderOperations } from './responder-operations.ts';
import { revocationRequestOperations } from './revocation-request-operations.ts';
import { statusView } from './status-view.ts';
import type { PublicationView } from './views.ts';

/** The operations over a real context; each ends when its facts are published or known to be due. */
export function signerOperations(
  context: SignerContext,
  publisher: Publisher,
  deps: PublicationDeps & {
    readonly radar?: RadarDeps | undefined;
    readonly operators: OperatorDeps;
    readonly server: ServerCertificate | null;
    readonly backup?: BackupDeps;
  },
): Operations {
  /** What cannot be settled now does not hold up what can be published. */
  const bringOut = async (ids: readonly number[], what: PublishWhat): Promise<PublicationView> => {
    let obstacle: PublishError | null = null;
    for (const id of ids) {
      const settled = await settle(context, id).catch(unexpected);
      if (!settled.ok) obstacle ??= settled.error;
      obstacle ??= ceremonyDue(context, id);
    }
    const published = await publishNow(context, publisher, deps, what);
    return obstacle ? publicationOf(context, obstacle) : published;
  };
  const tools: OperationTools = {
    context,
    bringOut: (authorityIds) => bringOut(authorityIds, 'changes'),
    auditRefusal: (operation, actor, outcome) => {
      if (outcome.ok) return;
      const { code } = outcome.error;
      const because = refusedBecause(outcome.error);
      context.audit.append({ type: 'refusal', operation, code, ...because, actor: actor.name });
    },
    authorityNamed: (name) => {
      const row = findAuthority(context.db, name);
      if (row?.certificate) return ok(row);
      return err({
        code: 'authority-unknown',
        authority: name,
        known: [...context.policy.authorities.keys()],
      });
    },
  };
  return {
    ...authorityOperations(tools),
    ...certificateOperations(tools),
    ...applicationOperations(tools),
    ...keyOperations(tools),
    ...revocationRequestOperations(tools),
    ...responderOperations(tools),
    ...documentOperations(tools),
    ...backupOperations(context, deps.backup),
    ...radarOperations(context, deps.radar),
    ...auditOperations(context),
    ...offlineOperations(tools),
    ...operatorOperations(tools, deps.operators),
    publish: async ({ everything }) => {
      const ids = activeAuthorities(context.db).map(({ id }) => id);
      return ok(await bringOut(ids, everything ? 'everything' : 'renew'));
    },
    status: async () => ok(statusView(context, publisher, deps.server)),
  };
}
