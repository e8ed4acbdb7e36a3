import { err, ok, type Result } from '../../shared/result.ts';
import type { ExportCeremonyInput } from '../ceremony/ceremony-order.ts';
import { exportCeremony } from '../ceremony/export-ceremony.ts';
import { importCeremony } from '../ceremony/import-ceremony.ts';
import { cancelCeremony, expireCeremonies } from '../ceremony/pending.ts';
import { authorityById, findAuthority } from '../database/authority-table.ts';
import { ceremonyByBundle, listCeremonies, pendingCeremony } from '../database/ceremony-table.ts';
import { settle, turnOf } from '../settlement/settle.ts';
import { signingTime } from '../signer-context.ts';
import type { CeremonyOperations, ImportCeremonyInput } from './ceremony-operations.ts';
import { ceremonyRequestView, ceremonyView } from './ceremony-view.ts';
import type { CeremonyRequestView, CeremonyView, ImportedCeremonyView } from './ceremony-views.ts';
import type { OperationError } from './operation-error.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Actor } from './operations.ts';

const LIST_MOST = 200;

/** Ceremonies over a real context. What changes is done one at a time for one authority. */
export function offlineOperations(tools: OperationTools): CeremonyOperations {
  const { context } = tools;
  const { db } = context;
  return {
    exportCeremony: (input, actor) => exportIn(tools, input, actor),
    listCeremonies: async () => {
      expireCeremonies(context, context.clock());
      return ok(listCeremonies(db, LIST_MOST).map((row) => ceremonyView(context, row)));
    },
    showCeremony: async (id) => {
      const row = ceremonyByBundle(db, id);
      if (!row) return err({ code: 'ceremony-unknown', ceremony: id });
      return ok(ceremonyRequestView(context, row, null));
    },
    cancelCeremony: (id, actor) => cancelIn(tools, id, actor),
    importCeremony: (input, actor) => importIn(tools, input, actor),
  };
}

async function exportIn(
  { context, auditRefusal }: OperationTools,
  input: ExportCeremonyInput,
  actor: Actor,
): Promise<Result<CeremonyRequestView, OperationError>> {
  const { db } = context;
  const row = findAuthority(db, input.authority);
  // What came back before is brought out first, so that the new CRL follows it.
  if (row?.certificate) await settle(context, row.id);
  const before = row && pendingCeremony(db, row.id);
  const exported = await context.inTurn('create authority', () =>
    context.inTurn(turnOf(row?.id ?? 0), () => exportCeremony(context, input, actor)),
  );
  auditRefusal('ceremony export', actor, exported);
  if (!exported.ok) return exported;
  const superseded = before && ceremonyByBundle(db, before.bundleId);
  const ended = superseded?.state === 'cancelled' ? superseded : null;
  return ok(ceremonyRequestView(context, exported.value, ended));
}

async function cancelIn(
  { context, auditRefusal }: OperationTools,
  id: string,
  actor: Actor,
): Promise<Result<CeremonyView, OperationError>> {
  const authorityId = ceremonyByBundle(context.db, id)?.authorityId ?? 0;
  const cancelled = await context.inTurn(turnOf(authorityId), async () => {
    const now = signingTime(context);
    return now.ok ? cancelCeremony(context, id, actor.name, now.value) : now;
  });
  auditRefusal('ceremony cancel', actor, cancelled);
  return cancelled.ok ? ok(ceremonyView(context, cancelled.value)) : cancelled;
}

async function importIn(
  { context, bringOut, auditRefusal }: OperationTools,
  { text, sha256 }: ImportCeremonyInput,
  actor: Actor,
): Promise<Result<ImportedCeremonyView, OperationError>> {
  const { db } = context;
  const input = sha256 === undefined ? { text } : { text, sha256 };
  const imported = await context.inTurn('create authority', async () =>
    importCeremony(context, input, actor.name),
  );
  auditRefusal('ceremony import', actor, imported);
  if (!imported.ok) return imported;
  const { ceremony, authorityIds } = imported.value;
  const publication = await bringOut(authorityIds);
  const row = ceremonyByBundle(db, ceremony);
  if (!row) return err({ code: 'ceremony-unknown', ceremony });
  const authorities = authorityIds.flatMap((id) => authorityById(db, id)?.name ?? []);
  return ok({ ceremony: ceremonyView(context, row), authorities, publication });
}
