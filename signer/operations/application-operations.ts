import { ok, type Result } from '../../shared/result.ts';
import { applicationNamed } from '../applications/act.ts';
import { createApplication } from '../applications/create-application.ts';
import {
  acceptApplication,
  approveApplication,
  complainOfApplication,
  deliverApplication,
  rejectApplication,
  screenApplication,
  withdrawApplication,
} from '../applications/decide.ts';
import { issueApplication } from '../applications/issue-application.ts';
import { deliveredBefore } from '../applications/states.ts';
import { listApplications } from '../database/application-query.ts';
import type { ApplicationOperations } from './application-input.ts';
import { applicationSummary, applicationView } from './application-view.ts';
import type { ApplicationView } from './application-views.ts';
import type { OperationError } from './operation-error.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Actor } from './operations.ts';
import type { PublicationView } from './views.ts';

type Outcome<T> = Result<T, OperationError>;

export function applicationOperations(tools: OperationTools): ApplicationOperations {
  const { context, auditRefusal, bringOut } = tools;

  const shown = (id: number, told: PublicationView | null = null): Outcome<ApplicationView> => {
    const record = applicationNamed(context, id);
    return record.ok ? ok(applicationView(context, record.value, told)) : record;
  };

  /** One act at a time on one application: an issuance waits for the key meanwhile. */
  const act = (
    what: string,
    id: number,
    actor: Actor,
    run: () => Outcome<true> | Promise<Outcome<true>>,
  ): Promise<Outcome<ApplicationView>> =>
    context.inTurn(`application ${id}`, async () => {
      const outcome = await run();
      auditRefusal(`application ${what}`, actor, outcome);
      return outcome.ok ? shown(id) : outcome;
    });

  return {
    createApplication: async (input, actor) => {
      const created = await createApplication(context, input, actor);
      auditRefusal(`application ${input.kind}`, actor, created);
      return created.ok ? shown(created.value) : created;
    },
    showApplication: async (id) => shown(id),
    listApplications: async ({ state, after, limit }) => {
      const filter = {
        ...{ state: state ?? null, afterId: after ?? 0, limit },
        deliveredBefore: deliveredBefore(context.clock()),
      };
      const rows = listApplications(context.db, filter);
      return ok(rows.map((row) => applicationSummary(context, row, row.state)));
    },
    screenApplication: ({ application: id, ...screening }, actor) =>
      act('screen', id, actor, () => screenApplication(context, id, screening, actor)),
    approveApplication: ({ application: id, reference }, actor) =>
      act('approve', id, actor, () => approveApplication(context, id, reference, actor)),
    rejectApplication: ({ application: id, reason }, actor) =>
      act('reject', id, actor, () => rejectApplication(context, id, reason, actor)),
    withdrawApplication: ({ application: id, reason }, actor) =>
      act('withdraw', id, actor, () => withdrawApplication(context, id, reason, actor)),
    issueApplication: async ({ application: id, wait }, actor) => {
      const issued = await act('issue', id, actor, () => issueApplication(context, id, actor));
      const record = applicationNamed(context, id);
      if (!issued.ok || !record.ok) return issued;
      const told = wait === false ? null : await bringOut([record.value.application.authorityId]);
      return shown(id, told);
    },
    deliverApplication: ({ application: id, ...delivery }, actor) =>
      act('deliver', id, actor, () => deliverApplication(context, id, delivery, actor)),
    acceptApplication: ({ application: id, reference }, actor) =>
      act('accept', id, actor, () => acceptApplication(context, id, reference, actor)),
    complainOfApplication: ({ application: id, ...complaint }, actor) =>
      act('complain', id, actor, () => complainOfApplication(context, id, complaint, actor)),
  };
}
