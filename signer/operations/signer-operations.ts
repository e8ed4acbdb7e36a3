import { err, ok } from '../../shared/result.ts';
import { activeAuthorities, findAuthority } from '../database/authority-table.ts';
import type { Publisher } from '../publisher/publisher.ts';
import { settle } from '../settlement/settle.ts';
import type { SignerContext } from '../signer-context.ts';
import { authorityOperations } from './authority-operations.ts';
import { certificateOperations } from './certificate-operations.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Operations } from './operations.ts';
import { type PublicationDeps, publicationOf, publishNow } from './publication.ts';
import { statusView } from './status-view.ts';

/** The operations over a real context; each ends when its facts are published or known to be due. */
export function signerOperations(
  context: SignerContext,
  publisher: Publisher,
  deps: PublicationDeps,
): Operations {
  const tools: OperationTools = {
    context,
    bringOut: async (authorityIds) => {
      for (const id of authorityIds) {
        const settled = await settle(context, id);
        if (!settled.ok)
          return publicationOf(context, { code: 'settlement', error: settled.error });
      }
      return publishNow(context, publisher, deps);
    },
    auditRefusal: (operation, actor, outcome) => {
      if (outcome.ok) return;
      context.audit.append({
        type: 'refusal',
        operation,
        code: outcome.error.code,
        actor: actor.name,
      });
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
    publish: async ({ everything }) => {
      for (const { id } of activeAuthorities(context.db)) {
        const settled = await settle(context, id);
        if (!settled.ok) return settled;
      }
      return ok(await publishNow(context, publisher, deps, everything ? 'everything' : 'renew'));
    },
    status: async () => ok(statusView(context, publisher)),
  };
}
