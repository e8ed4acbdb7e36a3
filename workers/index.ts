import { type Clock, unixSeconds } from '../shared/time.ts';
import { configuredStores } from './configured-stores.ts';
import { createDeps, type Deps } from './deps.ts';
import { decodeConfiguration, type Env } from './env.ts';
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
    report,
  });
  return { env, deps };
}

const worker: ExportedHandler<Env> = {
  fetch(request, env) {
    if (built?.env !== env) built = build(env);
    return built.deps ? answer(request, built.deps) : answerUnconfigured(request, clock());
  },
};

export default worker;
