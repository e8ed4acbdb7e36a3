import process from 'node:process';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { HOST, KV_NAMESPACE } from './demo-layout.ts';
import { workerModules } from './worker-modules.ts';

/**
 * The local edge: the bundle that `wrangler deploy` would send, in workerd, with a real KV on disk
 * and Cloudflare's KV REST API beside it. Started by `start.ts` with one argument, JSON:
 * { script, kv, port, publicationKey, headRereadSeconds }. Says `ready` to its parent.
 */
interface EdgeArguments {
  readonly script: string;
  readonly kv: string;
  readonly port: number;
  readonly publicationKey: string;
  readonly headRereadSeconds: number;
}

const settings: EdgeArguments = JSON.parse(process.argv[2] ?? '{}');

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    name: 'inkan-edge',
    host: HOST,
    port: settings.port,
    log: new Log(LogLevel.ERROR),
    unsafeLocalExplorer: true,
    modules: workerModules(settings.script),
    compatibilityDate: '2026-10-20',
    kvNamespaces: { SNAPSHOT: KV_NAMESPACE },
    durableObjects: { RADAR: { className: 'QueryRadar', useSQLite: true } },
    resourcePersistencePath: settings.kv,
    bindings: {
      PUBLICATION_KEY: settings.publicationKey,
      HEAD_REREAD_SECONDS: String(settings.headRereadSeconds),
    },
  }),
);

let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await miniflare.dispose();
  process.exit(0);
}

// Ctrl-C reaches the whole group; the parent says when, after the signer has ended.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', end);
process.on('disconnect', end);

try {
  await miniflare.ready;
  process.send?.('ready');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
