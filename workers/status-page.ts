import { httpDate, type Seconds, type UnixSeconds, unixSeconds } from '../shared/time.ts';
import { NEVER_CACHED } from './cache-policy.ts';
import { type Freshness, type Surveyed, surveyFreshness } from './freshness.ts';
import type { Monitoring } from './monitoring.ts';

/** No OCSP request: seven characters are not padded base64 (REQ-4). */
export const HEALTH_PATH = '/healthz';

/** What machines read of it; people have a page. */
export const STATUS_PATH = '/status.json';

/** A survey is used again for this long, so that whoever asks often causes no store reads. */
const SURVEY_SECONDS: Seconds = 30;

export interface StatusPages {
  /** What is about to run out, at most `SURVEY_SECONDS` old. */
  survey(deps: Surveyed): Promise<Freshness>;
  /** GET /status.json: the survey and the counters of this isolate. */
  status(deps: Surveyed & { readonly monitoring: Monitoring }): Promise<Response>;
  /** GET /healthz: 200 while there is a snapshot whose head has not expired, else 503. */
  health(deps: Surveyed): Promise<Response>;
}

export function createStatusPages(): StatusPages {
  let held: Freshness | undefined;
  let heldUntil = unixSeconds(0);

  async function survey(deps: Surveyed): Promise<Freshness> {
    const now = deps.clock();
    if (held && now < heldUntil) return held;
    held = await surveyFreshness(deps);
    heldUntil = unixSeconds(now + SURVEY_SECONDS);
    return held;
  }

  return {
    survey,
    async status(deps) {
      const freshness = await survey(deps);
      const body = JSON.stringify({ ...freshness, counts: deps.monitoring.counts() });
      return page(200, 'application/json', body, deps.clock());
    },
    async health(deps) {
      const now = deps.clock();
      const snapshot = await deps.heads.current();
      const healthy = snapshot !== undefined && now < snapshot.head.expires;
      const text = healthy ? `ok, epoch ${snapshot.head.epoch}` : 'no current snapshot';
      return page(healthy ? 200 : 503, 'text/plain; charset=utf-8', `${text}\n`, now);
    },
  };
}

function page(status: number, type: string, body: string, now: UnixSeconds): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Cache-Control': NEVER_CACHED,
      'X-Content-Type-Options': 'nosniff',
      Date: httpDate(now),
    },
  });
}
