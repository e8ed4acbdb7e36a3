import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import { activeAuthorities, authorityById } from '../database/authority-table.ts';
import { certificateById } from '../database/certificate-table.ts';
import { listUncertifiedKeys } from '../database/responder-key-table.ts';
import { newestResponder, type ResponderRow, respondersOf } from '../database/responder-table.ts';
import { countWaiting } from '../database/withdrawal-table.ts';
import { authorityEnded, hasEnded } from '../issuance/authority-end.ts';
import { type ActiveAuthority, activeAuthority } from '../issuance/issuer.ts';
import { makeResponder } from '../ocsp/make-responder.ts';
import { canStillSign } from '../presigning/plan.ts';
import { turnOf } from '../settlement/settle.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import type { OperationError } from './operation-error.ts';
import type { OperationTools } from './operation-tools.ts';
import type { Actor, Operations, RotateResponderInput } from './operations.ts';
import { responderView } from './responder-view.ts';
import type { ResponderListView, RotatedResponderView } from './views.ts';

type ResponderOperations = Pick<Operations, 'rotateResponder' | 'showResponder' | 'listResponders'>;

export function responderOperations(tools: OperationTools): ResponderOperations {
  const { context } = tools;
  return {
    rotateResponder: (input, actor) => rotate(tools, input, actor),
    showResponder: async (name) => {
      const authority = answeringNamed(tools, name);
      if (!authority.ok) return authority;
      const row = newestResponder(context.db, authority.value.row.id);
      if (!row) return err({ code: 'responder-missing', authority: name });
      return ok(responderView(context, authority.value, row));
    },
    listResponders: async () => ok(list(context)),
  };
}

function activeNamed(
  { context, authorityNamed }: OperationTools,
  name: string,
): Result<ActiveAuthority, OperationError> {
  const row = authorityNamed(name);
  if (!row.ok) return row;
  const active = activeAuthority(context, row.value);
  const known = [...context.policy.authorities.keys()];
  return active ? ok(active) : err({ code: 'authority-unknown', authority: name, known });
}

/** Its policy answers OCSP. */
function answeringNamed(
  tools: OperationTools,
  name: string,
): Result<ActiveAuthority, OperationError> {
  const active = activeNamed(tools, name);
  if (!active.ok) return active;
  const { ocsp } = active.value.policy;
  return ocsp === null ? err({ code: 'ocsp-unanswered', authority: name }) : active;
}

async function rotate(
  tools: OperationTools,
  { authority: name }: RotateResponderInput,
  actor: Actor,
): Promise<Result<RotatedResponderView, OperationError>> {
  const { context } = tools;
  const authority = answeringNamed(tools, name);
  if (!authority.ok) {
    tools.auditRefusal('responder rotate', actor, authority);
    return authority;
  }
  const { id } = authority.value.row;
  const rotated = await context.inTurn(turnOf(id), () =>
    rotateInTurn(context, authority.value, actor),
  );
  tools.auditRefusal('responder rotate', actor, rotated);
  if (!rotated.ok) return rotated;
  const { made, before } = rotated.value;
  const publication = await tools.bringOut([id]);
  const replaced = before && certificateById(context.db, before.certificateId);
  return ok({
    ...responderView(context, authority.value, made),
    replaces: replaced ? serialNumberText(replaced.serialNumber) : null,
    publication,
  });
}

interface Rotation {
  readonly made: ResponderRow;
  readonly before: ResponderRow | undefined;
}

async function rotateInTurn(
  context: SignerContext,
  authority: ActiveAuthority,
  actor: Actor,
): Promise<Result<Rotation, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const { row, notAfter } = authority;
  if (row.custody === 'offline') return err({ code: 'custody-offline', authority: row.name });
  if (hasEnded(authority, now.value)) return authorityEnded(authority);
  if (!canStillSign(notAfter, now.value)) {
    return err({
      code: 'responder-useless',
      authority: row.name,
      notAfter: isoText(notAfter),
    });
  }
  const [before] = respondersOf(context.db, row.id);
  const made = await makeResponder(context, authority, now.value, actor.name);
  return made.ok ? ok({ made: made.value, before }) : made;
}

function list(context: SignerContext): ResponderListView {
  const { db } = context;
  const authorities = activeAuthorities(db).flatMap((row) => activeAuthority(context, row) ?? []);
  return {
    responders: authorities.flatMap((authority) =>
      respondersOf(db, authority.row.id).map((row) => responderView(context, authority, row)),
    ),
    uncertifiedKeys: listUncertifiedKeys(db).map((key) => ({
      authority: authorityById(db, key.authorityId)?.name ?? '',
      state: key.state,
      keystore: key.keystore,
      keyLabel: key.keyLabel,
      begunAt: isoText(key.begunAt),
      begunBy: key.begunBy,
    })),
    unanswered: countWaiting(db),
  };
}
