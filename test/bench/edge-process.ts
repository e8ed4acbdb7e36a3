import { readFileSync } from 'node:fs';
import process from 'node:process';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { KV_NAMESPACE } from '../../signer/demo/demo-layout.ts';
import { workerModules } from '../../signer/demo/worker-modules.ts';

/**
 * Our bundle and bare Workers in one workerd, each on a socket of its own: Miniflare's proxy is in
 * front of none. Started by `edge-under-load.ts` with one argument, JSON of `EdgeProcessArguments`;
 * sends their URLs to its parent.
 */
export interface EdgeProcessArguments {
  readonly script: string;
  readonly publicationKey: string;
  /** What the KV holds, each value in a file. */
  readonly kv: readonly { readonly key: string; readonly file: string }[];
  /** One bare Worker each. */
  readonly bare: readonly BareAnswer[];
}

export interface BareAnswer {
  readonly type: string;
  readonly status: 200 | 304;
  readonly octets: number;
}

export interface EdgeProcessReady {
  readonly ours: string;
  /** In the order of the arguments. */
  readonly bare: readonly string[];
}

/** The least that a Worker can do: it answers, and reads the body of a POST. */
function bareScript({ type, status }: BareAnswer): string {
  return `
import answer from './answer.bin';
const headers = new Headers({ 'Content-Type': '${type}' });
const body = ${status === 304 ? 'null' : 'answer'};
export default {
  fetch(request) {
    if (request.method === 'POST') return request.arrayBuffer().then(() => new Response(body, { headers }));
    return new Response(body, { status: ${status}, headers });
  },
};`;
}

const settings: EdgeProcessArguments = JSON.parse(process.argv[2] ?? '{}');
const common = { compatibilityDate: '2026-10-20', unsafeDirectSockets: [{}] };
const bareName = (i: number) => `bare-${i}`;

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    log: new Log(LogLevel.ERROR),
    workers: [
      {
        ...{ ...common, name: 'ours', modules: workerModules(settings.script) },
        kvNamespaces: { SNAPSHOT: KV_NAMESPACE },
        bindings: { PUBLICATION_KEY: settings.publicationKey, HEAD_REREAD_SECONDS: '30' },
      },
      ...settings.bare.map((answer, i) => ({
        ...{ ...common, name: bareName(i) },
        modules: [
          { type: 'ESModule' as const, path: 'index.js', contents: bareScript(answer) },
          { type: 'Data' as const, path: 'answer.bin', contents: new Uint8Array(answer.octets) },
        ],
      })),
    ],
  }),
);

process.on('SIGTERM', () => void miniflare.dispose().then(() => process.exit(0)));
process.on('disconnect', () => void miniflare.dispose().then(() => process.exit(0)));

const kv = await miniflare.getKVNamespace('SNAPSHOT', 'ours');
for (const { key, file } of settings.kv) {
  await kv.put(key, new Uint8Array(readFileSync(file)).buffer);
}
const url = async (worker: string) => (await miniflare.unsafeGetDirectURL(worker)).href;
const ready: EdgeProcessReady = {
  ours: await url('ours'),
  bare: await Promise.all(settings.bare.map((_answer, i) => url(bareName(i)))),
};
process.send?.(ready);
