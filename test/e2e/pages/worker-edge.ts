import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { addSeconds, type UnixSeconds } from '../../../shared/time.ts';
import { demoLayout } from '../../../signer/demo/demo-layout.ts';
import { bundleWorker } from '../../../signer/demo/edge.ts';
import { workerModules } from '../../../signer/demo/worker-modules.ts';
import { blobKey, HEAD_KEY } from '../../../workers/blob-store.ts';
import {
  addContent,
  type Blobs,
  createPublisher,
  HOUR,
  type TestContent,
  type TestPublisher,
} from '../../support/edge-snapshot.ts';

/** The bundle that would be deployed, in workerd. */
export interface WorkerEdge {
  readonly origin: string;
  close(): Promise<void>;
}

/** Publishes one epoch, made for the origin at which it is going to be served. */
export async function startWorkerEdge(
  now: UnixSeconds,
  contentFor: (origin: string) => Promise<TestContent>,
): Promise<WorkerEdge> {
  const directory = mkdtempSync(join(tmpdir(), 'inkan-pages-'));
  const script = await bundleWorker(demoLayout(directory));
  const publisher = await createPublisher('ca.example/snapshot');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'inkan-edge',
      host: '127.0.0.1',
      port: 0,
      log: new Log(LogLevel.ERROR),
      modules: workerModules(script),
      compatibilityDate: '2026-10-20',
      kvNamespaces: ['SNAPSHOT'],
      durableObjects: { RADAR: { className: 'QueryRadar', useSQLite: true } },
      bindings: { PUBLICATION_KEY: publisher.vkey },
    }),
  );
  const { origin } = await miniflare.ready;
  const kv = await miniflare.getKVNamespace('SNAPSHOT');
  for (const [key, value] of await encoded(publisher, await contentFor(origin), now)) {
    await kv.put(key, value.slice().buffer);
  }
  return {
    origin,
    async close() {
      await miniflare.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function encoded(
  publisher: TestPublisher,
  content: TestContent,
  now: UnixSeconds,
): Promise<readonly (readonly [key: string, value: Uint8Array])[]> {
  const blobs: Blobs = new Map();
  // More files than a root may list.
  const rootHash = await addContent(blobs, { ...content, filePageBits: 2 });
  const time = addSeconds(now, -60);
  const note = await publisher.signHead({
    epoch: 1,
    rootHash,
    time,
    expires: addSeconds(now, 2 * HOUR),
  });
  const values = [...blobs].map(([hash, bytes]) => [blobKey(hash), bytes] as const);
  return [...values, [HEAD_KEY, note]];
}
