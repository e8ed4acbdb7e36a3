import { type Clock, unixSeconds } from '../shared/time.ts';
import { sendAlarms } from './alarm-webhook.ts';
import { configuredStores } from './configured-stores.ts';
import { createDeps, type Deps } from './deps.ts';
import { decodeConfiguration, type Env } from './env.ts';
import { surveyFreshness } from './freshness.ts';
import type { OutcomeSink } from './outcome-export.ts';
import { radarBinding } from './radar-binding.ts';
import { answer, answerUnconfigured } from './routes.ts';
import { STORE_TIME_LIMIT_MILLISECONDS } from './store-list.ts';

const clock: Clock = () => unixSeconds(Math.floor(Date.now() / 1000));

function report(line: string): void {
  // biome-ignore lint/suspicious/noConsole: the log of a Worker is its console
  console.error(line);
}

/** What this isolate has built and remembers; `deps` is absent when the configuration is bad. */
interface Built {
  readonly env: Env;
  readonly deps: Deps | undefined;
}

let built: Built | undefined;

function build(env: Env): Built {
  const configuration = decodeConfiguration(env);
  if (!configuration.ok) {
    report(JSON.stringify(configuration.error));
    return { env, deps: undefined };
  }
  const deps = createDeps(configuration.value, {
    clock,
    stores: configuredStores(env, configuration.value),
    storeTimeLimitMilliseconds: STORE_TIME_LIMIT_MILLISECONDS,
    radar: radarBinding(env),
    outcomes: outcomeSink(env),
    report,
  });
  return { env, deps };
}

function outcomeSink({ OUTCOMES: dataset }: Env): OutcomeSink | undefined {
  return dataset && ((name, rise) => dataset.writeDataPoint({ indexes: [name], doubles: [rise] }));
}

const worker: ExportedHandler<Env> = {
  fetch(request, env, context) {
    if (built?.env !== env) built = build(env);
    const { deps } = built;
    if (!deps) return answerUnconfigured(request, clock());
    const now = clock();
    if (deps.queries.due(now)) context.waitUntil(deps.queries.passOn(now));
    if (deps.outcomes.due(now)) deps.outcomes.passOn(now);
    return answer(request, deps);
  },
  /** The cron: what is about to run out, and who is to be told. */
  async scheduled(_controller, env) {
    if (built?.env !== env) built = build(env);
    const { deps } = built;
    if (!deps) return;
    const freshness = await surveyFreshness(deps);
    for (const alarm of freshness.alarms) report(JSON.stringify(alarm));
    if (env.ALARM_WEBHOOK === undefined) return;
    if (await sendAlarms(env.ALARM_WEBHOOK, freshness, fetch)) return;
    deps.monitoring.concern('webhook-unavailable');
  },
};

export default worker;
// biome-ignore lint/performance/noBarrelFile: the platform finds a Durable Object among these exports
export { QueryRadar } from './query-radar.ts';
