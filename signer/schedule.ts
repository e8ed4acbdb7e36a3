import type { Result } from '../shared/result.ts';
import type { UnixSeconds } from '../shared/time.ts';
import { ceremonyAlarm } from './ceremony/duties.ts';
import { crlIsDue } from './crl/sign-crl.ts';
import { activeAuthorities } from './database/authority-table.ts';
import { hasEnded } from './issuance/authority-end.ts';
import { type ActiveAuthority, activeAuthority } from './issuance/issuer.ts';
import { rotateWhenDue } from './ocsp/responder.ts';
import { withdrawOverdue } from './ocsp/withdraw-overdue.ts';
import type { OperationError } from './operations/operation-error.ts';
import { renewResponses } from './presigning/renew.ts';
import { type PublishError, publishErrorText } from './publisher/publish-error.ts';
import type { Publisher } from './publisher/publisher.ts';
import { carryOnRequests } from './revocation/execute-request.ts';
import { renewCRL, settle, turnOf } from './settlement/settle.ts';
import { type SignerContext, signingTime } from './signer-context.ts';
import { unexpected } from './unexpected.ts';

export interface Schedule {
  /** Waits for the round that is under way. */
  stop(): Promise<void>;
}

export interface ScheduleOptions {
  /** Milliseconds between rounds; default 1,000. */
  readonly interval?: number;
  readonly log: (event: { readonly type: string }) => void;
  /** Called once a round, to say what runs out. */
  readonly warn?: () => void;
}

/** Longest pause after failures, in rounds: about a minute. */
const PAUSE_MOST = 60;

/**
 * What happens without anybody asking: facts that a crash left unsettled, responses, CRLs and
 * responders that come due, and whatever waits to be published, retried with growing pauses.
 */
export function startSchedule(
  context: SignerContext,
  publisher: Publisher,
  options: ScheduleOptions,
): Schedule {
  let stopped = false;
  let failures = 0;
  let pause = 0;
  let round: Promise<void> | null = null;
  const ring = ceremonyAlarm(context, options.log);
  const runOne = async () => {
    const failed = await runRound(context, publisher, () => stopped).catch(
      (error) => unexpected(error).error,
    );
    ring();
    options.warn?.();
    failures = failed === null ? 0 : failures + 1;
    pause = failures === 0 ? 0 : Math.min(PAUSE_MOST, 2 ** Math.min(failures - 1, 6));
    if (failed === null) return;
    options.log({ type: 'schedule-failed', reason: publishErrorText(failed) } as { type: string });
  };
  const tick = () => {
    // A round that takes longer than a tick is not followed by the ticks it has missed.
    if (stopped || round) return;
    if (pause > 0) pause -= 1;
    else {
      round = runOne().finally(() => {
        round = null;
      });
    }
  };
  const timer = setInterval(tick, options.interval ?? 1_000);
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await round;
    },
  };
}

/** One round; null when everything that was due was done. */
export async function runRound(
  context: SignerContext,
  publisher: Publisher,
  stopped: () => boolean = () => false,
): Promise<PublishError | null> {
  // Revocations whose day has come, or that a crash interrupted, before what follows from them.
  let failed: PublishError | null = await carryOnRequests(context).catch(
    (error) => unexpected(error).error,
  );
  for (const row of activeAuthorities(context.db)) {
    if (stopped()) return failed;
    // One authority's trouble is not the others'.
    const outcome = await renewAuthority(context, row.id).catch((error) => unexpected(error).error);
    failed ??= outcome;
  }
  if (stopped() || !publisher.isDue()) return failed;
  const published = await publisher.publish('changes');
  return failed ?? (published.ok ? null : published.error);
}

/** What is due for one authority; one thing's trouble does not hold up what can be done without it. */
async function renewAuthority(context: SignerContext, id: number): Promise<OperationError | null> {
  const row = activeAuthorities(context.db).find((candidate) => candidate.id === id);
  const authority = row && activeAuthority(context, row);
  if (!authority || hasEnded(authority, context.clock())) return null;
  let failed: OperationError | null = null;
  const rotated = await inTurnOf(context, authority, rotateWhenDue);
  if (!rotated.ok) failed = rotated.error;
  const crlDue = crlIsDue(context, authority, context.clock());
  const settled = crlDue ? await renewCRL(context, id) : await settle(context, id);
  if (!settled.ok) failed ??= settled.error;
  const renewed = await renewResponses(context, authority);
  if (!renewed.ok) failed ??= renewed.error;
  const withdrawn = await inTurnOf(context, authority, withdrawOverdue);
  if (!withdrawn.ok) failed ??= withdrawn.error;
  return failed;
}

type Step = (
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
) => Promise<Result<unknown, OperationError>>;

function inTurnOf(
  context: SignerContext,
  authority: ActiveAuthority,
  step: Step,
): ReturnType<Step> {
  return context.inTurn(turnOf(authority.row.id), async () => {
    const now = signingTime(context);
    return now.ok ? step(context, authority, now.value) : now;
  });
}
