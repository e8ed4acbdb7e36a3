import { crlIsDue } from './crl/sign-crl.ts';
import { activeAuthorities } from './database/authority-table.ts';
import { newestResponder } from './database/responder-table.ts';
import { activeAuthority } from './issuance/issuer.ts';
import { responderIsDue } from './ocsp/responder.ts';
import type { OperationError } from './operations/operation-error.ts';
import { renewResponses } from './presigning/renew.ts';
import { type PublishError, type Publisher, publishErrorText } from './publisher/publisher.ts';
import { carryOnRequests } from './revocation/execute-request.ts';
import { renewCRL, settle } from './settlement/settle.ts';
import type { SignerContext } from './signer-context.ts';
import { unexpected } from './unexpected.ts';

export interface Schedule {
  /** Waits for the round that is under way. */
  stop(): Promise<void>;
}

export interface ScheduleOptions {
  /** Milliseconds between rounds; default 1,000. */
  readonly interval?: number;
  readonly log: (event: { readonly type: string }) => void;
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
  const runOne = async () => {
    const failed = await runRound(context, publisher, () => stopped).catch(
      (error) => unexpected(error).error,
    );
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

async function renewAuthority(context: SignerContext, id: number): Promise<OperationError | null> {
  const row = activeAuthorities(context.db).find((candidate) => candidate.id === id);
  const authority = row && activeAuthority(context, row);
  if (!authority) return null;
  const now = context.clock();
  const crlDue =
    crlIsDue(context, authority, now) ||
    responderIsDue(authority, newestResponder(context.db, id), now);
  const settled = crlDue ? await renewCRL(context, id) : await settle(context, id);
  if (!settled.ok) return settled.error;
  const renewed = await renewResponses(context, authority);
  return renewed.ok ? null : renewed.error;
}
