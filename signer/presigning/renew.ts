import { err, ok, type Result } from '../../shared/result.ts';
import { serialColumn } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { deleteEmptyBatches, dueBatches } from '../database/ocsp-table.ts';
import { enqueueShard } from '../database/outbox-table.ts';
import { integerColumn } from '../database/row.ts';
import { factualStatus } from '../database/unsettled-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import type { StatusToSign } from '../lint/ocsp/candidate.ts';
import { ensureResponder } from '../ocsp/responder.ts';
import { type SignedStatuses, signStatuses, storeStatuses } from '../ocsp/sign-statuses.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { turnOf } from '../settlement/settle.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { renewalThreshold } from './plan.ts';

/** Certificates that are signed and stored together; two such pages are under way at a time. */
const PAGE = 2_048;

interface Page {
  readonly statuses: readonly StatusToSign[];
  /** The last key of the page: the next one begins after it. */
  readonly place: number;
  readonly serial: Uint8Array;
}

/**
 * Renews every response of this authority that is due. In turn with settlements, so that a status is
 * never overwritten by an older one; a revocation that waits is let in between two pages.
 * Answers how many certificates were renewed.
 */
export async function renewResponses(
  context: SignerContext,
  authority: ActiveAuthority,
): Promise<Result<number, OperationError>> {
  const turn = turnOf(authority.row.id);
  const now = signingTime(context);
  if (!now.ok) return now;
  let renewed = 0;
  const threshold = renewalThreshold(authority.policy, now.value);
  const due = dueBatches(context.db, authority.row.id, threshold).map(({ id }) => id);
  for (const batchId of due) {
    for (;;) {
      const round = await context.inTurn(turn, () => renewRound(context, authority, batchId));
      if (!round.ok) return round;
      if (round.value === 0) break;
      renewed += round.value;
    }
  }
  if (renewed > 0) context.db.transaction((tx) => deleteEmptyBatches(tx, authority.row.id));
  return ok(renewed);
}

/** How many pages one turn takes before others may go: a few hundred milliseconds of RSA. */
const PAGES_A_TURN = 4;

/** While one page is stored, the next is being signed: neither the keys nor the disk wait. */
async function renewRound(
  context: SignerContext,
  authority: ActiveAuthority,
  batchId: number,
): Promise<Result<number, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const responder = await ensureResponder(context, authority, now.value);
  if (!responder.ok) return responder;
  const sign = (page: Page | undefined) =>
    page && signStatuses(context, authority, responder.value, page.statuses, now.value);
  let done = 0;
  let page = readPage(context.db, authority.row.id, batchId, undefined);
  let signing = sign(page);
  for (let pages = 0; page && signing && pages < PAGES_A_TURN; pages++) {
    const next =
      pages + 1 < PAGES_A_TURN ? readPage(context.db, authority.row.id, batchId, page) : undefined;
    const signed = await signing;
    signing = signed.ok ? sign(next) : undefined;
    if (!signed.ok) return err(signed.error);
    storePage(context, authority, signed.value);
    done += page.statuses.length;
    page = next;
  }
  return ok(done);
}

function storePage(
  context: SignerContext,
  authority: ActiveAuthority,
  signed: SignedStatuses,
): void {
  context.db.transaction((tx) => {
    for (const place of storeStatuses(tx, signed)) enqueueShard(tx, authority.row.id, place);
    rememberTime(tx, signed.times.thisUpdate);
  });
  context.checkpoint('renew: page stored');
}

/** Statuses from the facts, not from the responses that they replace. */
function readPage(
  db: Reader,
  authorityId: number,
  batchId: number,
  after: Page | undefined,
): Page | undefined {
  const rows = db.all(
    `SELECT r.place, r.serial, v.revocation_date, v.reason
     FROM ocsp_response r
     JOIN certificate c ON c.authority_id = r.authority_id AND c.serial = r.serial
     LEFT JOIN revocation v ON v.certificate_id = c.id
       AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
     WHERE r.batch_id = ?1 AND r.authority_id = ?2 AND (r.place, r.serial) > (?3, ?4)
     ORDER BY r.place, r.serial LIMIT ?5`,
    batchId,
    authorityId,
    after?.place ?? -1,
    after?.serial ?? new Uint8Array(0),
    PAGE,
  );
  const last = rows[rows.length - 1];
  if (!last) return undefined;
  return {
    statuses: rows.map((row) => ({
      serialNumber: serialColumn(row, 'serial'),
      certStatus: factualStatus(row),
    })),
    place: integerColumn(last, 'place'),
    serial: serialColumn(last, 'serial'),
  };
}
