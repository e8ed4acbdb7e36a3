import type { UnixSeconds } from '../../shared/time.ts';
import type { Log } from '../log-level.ts';
import type { MetricsConfig } from '../publication-config.ts';
import { collectMetrics, type Measured } from './collect.ts';
import { startMetricsListener } from './metrics-listener.ts';

export interface Metrics {
  close(): Promise<void>;
}

/** What is told of the publisher: when it began to have something to do. */
type Watched = Omit<Measured, 'dueSince'> & { readonly isDue: () => boolean };

const LOOK_MILLISECONDS = 1_000;

/**
 * Starts the endpoint where one is configured. A port that is taken is told and no more: a CA that
 * cannot be watched still has to revoke.
 */
export async function startMetrics(
  config: MetricsConfig | undefined,
  watched: Watched,
  log: Log,
): Promise<Metrics> {
  if (!config) return { close: async () => undefined };
  let since: UnixSeconds | null = null;
  const look = () => {
    if (!watched.isDue()) since = null;
    else since ??= watched.context.clock();
  };
  const timer = setInterval(look, LOOK_MILLISECONDS);
  const measured: Measured = { ...watched, dueSince: () => since };
  const listener = await startMetricsListener(config, () => collectMetrics(measured));
  if (!listener.ok) {
    const event = { type: 'metrics-failed', port: config.port, reason: listener.error.reason };
    log(event);
    clearInterval(timer);
    return { close: async () => undefined };
  }
  const ready = { type: 'metrics-listening', url: listener.value.url };
  log(ready);
  return {
    close: async () => {
      clearInterval(timer);
      await listener.value.close();
    },
  };
}
