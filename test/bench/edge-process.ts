import { readFileSync } from 'node:fs';
import process from 'node:process';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { KV_NAMESPACE } from '../../signer/demo/demo-layout.ts';

/**
 * Our bundle and a bare Worker in one workerd, each on a socket of its own: Miniflare's proxy is in
 * front of neither. Started by `edge.ts` with one argument, JSON of `EdgeProcessArguments`; sends
 * their URLs to its parent.
 */
export interface EdgeProcessArguments {
  readonly script: string;
  readonly publicationKey: string;
  /** What the KV holds, each value in a file. */
  readonly kv: readonly { readonly key: string; readonly file: string }[];
  /** File of what the bare Worker answers with. */
  readonly answer: string;
}

export interface EdgeProcessReady {
  readonly ours: string;
  readonly bare: string;
}

/** The least that a Worker can do: it answers, and reads the body of a POST. */
const BARE = `
import answer from './answer.bin';
const headers = new Headers({ 'Content-Type': 'application/ocsp-response' });
export default {
  fetch(request) {
    if (request.method === 'POST') return request.arrayBuffer().then(() => new Response(answer, { headers }));
    return new Response(answer, { headers });
  },
};`;

const settings: EdgeProcessArguments = JSON.parse(process.argv[2] ?? '{}');
const common = { compatibilityDate: '2026-10-20', unsafeDirectSockets: [{}] };

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    log: new Log(LogLevel.ERROR),
    workers: [
      {
        ...common,
        name: 'ours',
        modules: [
          { type: 'ESModule', path: 'index.js', contents: readFileSync(settings.script, 'utf8') },
        ],
        kvNamespaces: { SNAPSHOT: KV_NAMESPACE },
        bindings: { PUBLICATION_KEY: settings.publicationKey, HEAD_REREAD_SECONDS: '30' },
      },
      {
        ...common,
        name: 'bare',
        modules: [
          { type: 'ESModule', path: 'index.js', contents: BARE },
          { type: 'Data', path: 'answer.bin', contents: readFileSync(settings.answer) },
        ],
      },
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
const ready: EdgeProcessReady = { ours: await url('ours'), bare: await url('bare') };
process.send?.(ready);
