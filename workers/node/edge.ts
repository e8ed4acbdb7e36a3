import type { AddressInfo } from 'node:net';
import { err, ok, type Result } from '../../shared/result.ts';
import type { PublicationKey } from '../../shared/snapshot/head.ts';
import type { Clock, Seconds } from '../../shared/time.ts';
import { createDeps } from '../deps.ts';
import type { Fetch } from '../http-store.ts';
import { serve, WATCH_SECONDS, watch } from '../serving.ts';
import { STORE_TIME_LIMIT_MILLISECONDS } from '../store-list.ts';
import { loadCheckProgram } from './check-program.ts';
import { createEdgeServer } from './http-server.ts';
import { memoryRadar } from './memory-radar.ts';
import { type Source, storesOf } from './source.ts';

/** `inkan edge`. */
export interface EdgeOptions {
  /** The only key whose heads are accepted. */
  readonly publicationKey: PublicationKey;
  /** Asked in this order. */
  readonly sources: readonly Source[];
  /** Port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** How long an adopted head is used before it is read again. */
  readonly headRereadSeconds: Seconds;
  /** Bound of what is kept between requests. */
  readonly memoMaxBytes: number;
  /** URL that alarms are posted to every five minutes. */
  readonly alarmWebhook?: string;
}

export interface EdgeWorld {
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Takes one line of JSON: what was refused, what is about to run out. */
  readonly report: (line: string) => void;
}

export interface RunningEdge {
  readonly url: string;
  /** Ends it in good order: answers under way are finished first. */
  close(): Promise<void>;
}

/** The address is taken, not ours, or not there. */
export type EdgeStartError = { readonly code: 'listen-failed'; readonly reason: string };

/** How long answers under way may still take once the edge is told to end. */
const CLOSE_MILLISECONDS = 5_000;

/**
 * The handlers of the Worker on Node.js, for a CA that wants a host of its own beside Cloudflare.
 * It starts also while no store answers, and then says tryLater and 503, as the Worker does.
 */
export async function startEdge(
  options: EdgeOptions,
  world: EdgeWorld,
): Promise<Result<RunningEdge, EdgeStartError>> {
  const { clock, fetch, report } = world;
  const deps = createDeps(options, {
    clock,
    stores: storesOf(options.sources, fetch),
    storeTimeLimitMilliseconds: STORE_TIME_LIMIT_MILLISECONDS,
    radar: memoryRadar(),
    loadCheckProgram,
    report,
  });
  const background = (work: Promise<void>) => void work;
  const server = createEdgeServer((request) => serve(request, deps, background));
  const { host, port } = options.listen;
  const failure = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => resolve(undefined));
  });
  if (failure) return err({ code: 'listen-failed', reason: failure.message });
  const rounds = setInterval(() => {
    // One round that fails must not end the answers.
    watch(deps, { report, webhook: options.alarmWebhook, fetch }).catch((error: unknown) => {
      deps.monitoring.bug(String(error));
    });
  }, WATCH_SECONDS * 1000);
  return ok({
    url: urlOf(server.address() as AddressInfo),
    async close() {
      clearInterval(rounds);
      const closed = new Promise((resolve) => server.close(resolve));
      const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS);
      await closed;
      clearTimeout(impatient);
    },
  });
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
