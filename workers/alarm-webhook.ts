import type { Alarm, Freshness } from './freshness.ts';

/** How the platform's fetch is used here. */
export type Post = (url: string, init: RequestInit) => Promise<Response>;

/** The receiver may be slow, but a cron run must end. */
const TIME_LIMIT_MILLISECONDS = 10_000;

/**
 * POST of JSON to the webhook while there are alarms: { "alarms": [...], "freshness": {...} }.
 * Sent again by every run until they are gone, since an isolate remembers nothing; the receiver
 * groups by `alarm` and `artifact`. Answers whether it was taken.
 */
export async function sendAlarms(
  webhook: string,
  freshness: Freshness,
  post: Post,
): Promise<boolean> {
  if (freshness.alarms.length === 0) return true;
  const text = freshness.alarms.map(alarmText).join('; ');
  try {
    const response = await post(webhook, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      // `text` is what chat systems show.
      body: JSON.stringify({ text: `Inkan edge: ${text}`, alarms: freshness.alarms, freshness }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIME_LIMIT_MILLISECONDS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function alarmText(alarm: Alarm): string {
  switch (alarm.alarm) {
    case 'no-snapshot':
      return 'no store has a verified snapshot';
    case 'head-expired':
      return `epoch ${alarm.epoch} has expired and no newer one came`;
    case 'runs-out':
      return `${alarm.artifact} runs out in ${Math.floor(alarm.runwaySeconds / 60)} minutes`;
    case 'shards-unavailable':
      return `${alarm.shards} OCSP shards of issuer ${alarm.issuer} cannot be read`;
    case 'crls-unknown':
      return 'the catalogue cannot be read, so nobody here watches the CRLs';
  }
}
