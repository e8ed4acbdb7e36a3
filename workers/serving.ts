import { sendAlarms } from './alarm-webhook.ts';
import type { Deps } from './deps.ts';
import { surveyFreshness } from './freshness.ts';
import type { Fetch } from './http-store.ts';
import { answer } from './routes.ts';

/**
 * Answers one request, and hands over what was counted when that is due. `background` keeps the work
 * going after the answer; the work never rejects.
 */
export function serve(
  request: Request,
  deps: Deps,
  background: (work: Promise<void>) => void,
): Response | Promise<Response> {
  const now = deps.clock();
  if (deps.queries.due(now)) background(deps.queries.passOn(now));
  if (deps.outcomes.due(now)) deps.outcomes.passOn(now);
  return answer(request, deps);
}

/** How often `watch` is to be called. */
export const WATCH_SECONDS = 300;

export interface Watch {
  /** Takes one line of JSON for each alarm. */
  readonly report: (line: string) => void;
  /** URL that alarms are posted to. */
  readonly webhook: string | undefined;
  readonly fetch: Fetch;
}

/** What is about to run out, and who is to be told. */
export async function watch(deps: Deps, { report, webhook, fetch }: Watch): Promise<void> {
  const freshness = await surveyFreshness(deps);
  for (const alarm of freshness.alarms) report(JSON.stringify(alarm));
  if (webhook === undefined) return;
  if (await sendAlarms(webhook, freshness, fetch)) return;
  deps.monitoring.concern('webhook-unavailable');
}
