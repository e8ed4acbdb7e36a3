import { type Clock, unixSeconds } from '../shared/time.ts';
import { configuredStores } from './configured-stores.ts';
import { createDeps, type Deps, type EdgeConfiguration } from './deps.ts';
import { decodeConfiguration, type Env } from './env.ts';
import type { LiveSource } from './live-answers.ts';
import type { OutcomeSink } from './outcome-export.ts';
import { radarBinding } from './radar-binding.ts';
import { answerUnconfigured } from './routes.ts';
import { serve, watch } from './serving.ts';
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
    live: liveSource(env, configuration.value),
    loadCheckProgram,
    report,
  });
  return { env, deps };
}

function liveSource(
  { SIGNER: signer, LIVE_RATE: rate }: Env,
  { signerURL: url, liveIssuers: issuers }: EdgeConfiguration,
): LiveSource | undefined {
  if (!signer || issuers.size === 0) return undefined;
  const mayAsk = rate && (async () => (await rate.limit({ key: 'live' })).success);
  return { url, issuers, mayAsk, fetch: (address, init) => signer.fetch(address, init) };
}

/** Its own module of the Worker, which the platform reads only when it is imported. */
async function loadCheckProgram(): Promise<string> {
  const { default: text } = await import('./repository/check/program.txt');
  return text;
}

function outcomeSink({ OUTCOMES: dataset }: Env): OutcomeSink | undefined {
  return dataset && ((name, rise) => dataset.writeDataPoint({ indexes: [name], doubles: [rise] }));
}

const worker: ExportedHandler<Env> = {
  fetch(request, env, context) {
    if (built?.env !== env) built = build(env);
    const { deps } = built;
    if (!deps) return answerUnconfigured(request, clock());
    return serve(request, deps, (work) => context.waitUntil(work));
  },
  /** The cron. */
  async scheduled(_controller, env) {
    if (built?.env !== env) built = build(env);
    const { deps } = built;
    if (deps) await watch(deps, { report, webhook: env.ALARM_WEBHOOK, fetch });
  },
};

export default worker;
// biome-ignore lint/performance/noBarrelFile: the platform finds a Durable Object among these exports
export { QueryRadar } from './query-radar.ts';
