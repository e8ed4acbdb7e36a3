import { ok } from '../../shared/result.ts';
import { authorityById } from '../database/authority-table.ts';
import { authoritiesFrom } from '../database/below-query.ts';
import { certificateById } from '../database/certificate-table.ts';
import { listRequests, type RequestRow } from '../database/revocation-request-table.ts';
import { createRequest, findRequest, stepRequest } from '../revocation/register.ts';
import { findIssued } from '../revocation/revoke-certificate.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Operations } from './operations.ts';
import { requestSummary, requestView } from './revocation-request-view.ts';

type RevocationRequestOperations = Pick<
  Operations,
  | 'createRevocationRequest'
  | 'showRevocationRequest'
  | 'listRevocationRequests'
  | 'stepRevocationRequest'
>;

export function revocationRequestOperations(tools: OperationTools): RevocationRequestOperations {
  const { context, bringOut, auditRefusal } = tools;
  return {
    createRevocationRequest: async (input, actor) => {
      const number = createRequest(context, input, actor);
      auditRefusal('revocation new', actor, number);
      if (!number.ok) return number;
      const request = findRequest(context, number.value);
      return request.ok ? ok(requestView(context, request.value)) : request;
    },
    showRevocationRequest: async (number) => {
      const request = findRequest(context, number);
      return request.ok ? ok(requestView(context, request.value)) : request;
    },
    listRevocationRequests: async (input) => {
      const named =
        input.serialNumber === undefined
          ? null
          : findIssued(context.db, input.serialNumber, undefined);
      if (named && !named.ok) return named;
      const rows = listRequests(context.db, {
        state: input.state ?? null,
        open: input.open === true,
        certificateId: named?.value.id ?? null,
        before: input.after ?? null,
        limit: input.limit,
      });
      return ok(rows.map((row) => requestSummary(context, row)));
    },
    stepRevocationRequest: async (input, actor) => {
      const stepped = await stepRequest(context, input, actor);
      auditRefusal(`revocation ${input.step}`, actor, stepped);
      if (!stepped.ok) return stepped;
      if (input.step !== 'execute') return ok(requestView(context, stepped.value));
      const publication = await bringOut(authoritiesOf(tools, stepped.value));
      return ok(requestView(context, stepped.value, publication));
    },
  };
}

/** Whose CRLs and responses change: the issuer's, and those of everything that was ended with it. */
function authoritiesOf(
  { context: { db } }: OperationTools,
  { target, authorityId, certificateId }: RequestRow,
): readonly number[] {
  const issuer = certificateById(db, certificateId)?.authorityId;
  const below = target === 'authority' ? authoritiesFrom(db, authorityId) : [];
  const certified = below.filter((id) => authorityById(db, id)?.certificate);
  return [...new Set([...(issuer === undefined ? [] : [issuer]), ...certified])];
}
