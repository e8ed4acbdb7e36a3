import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { must } from '../../shared/result.ts';
import { decodePublicationKey } from '../../shared/snapshot/head.ts';
import { unixSeconds } from '../../shared/time.ts';
import { type BlobStore, blobKey, HEAD_KEY } from '../../workers/blob-store.ts';
import { createDeps } from '../../workers/deps.ts';
import { answer } from '../../workers/routes.ts';
import type { EdgeProcessArguments } from './edge-process.ts';

/**
 * The handlers of the Worker over a snapshot in memory, and how much more memory they hold after each
 * part of the requests. Started by `edge-memo.ts` with one argument; sends one `MemoReport`.
 */
export interface MemoArguments extends Pick<EdgeProcessArguments, 'publicationKey' | 'kv'> {
  /** File with the targets of GETs, a JSON array. */
  readonly targets: string;
  readonly memoMaxBytes: number;
}

export interface MemoReport {
  /** Octets of all answers. */
  readonly asked: number;
  /** The most that was held at a look. */
  readonly peak: number;
  readonly looks: number;
}

const LOOK_EVERY = 2_000;

const settings: MemoArguments = JSON.parse(process.argv[2] ?? '{}');
const values = new Map(
  settings.kv.map(({ key, file }) => [key, new Uint8Array(readFileSync(file))]),
);
const targets: readonly string[] = JSON.parse(readFileSync(settings.targets, 'utf8'));
/** Copies, as a store across the network gives them: what is kept of them counts. */
const store: BlobStore = {
  head: async () => values.get(HEAD_KEY)?.slice() ?? null,
  blob: async (hash) => values.get(blobKey(hash))?.slice() ?? null,
};
const deps = createDeps(
  {
    publicationKey: must(decodePublicationKey(settings.publicationKey), 'publication key'),
    ...{ headRereadSeconds: 3_600, memoMaxBytes: settings.memoMaxBytes },
  },
  {
    clock: () => unixSeconds(Math.floor(Date.now() / 1000)),
    stores: [{ name: 'memory', store }],
    storeTimeLimitMilliseconds: 2_000,
    report: () => undefined,
  },
);

/** V8 gives buffers back a moment after it has found them unused. */
async function held(): Promise<number> {
  globalThis.gc?.();
  await setTimeout(200);
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function ask(target: string): Promise<number> {
  const response = await answer(new Request(`http://127.0.0.1${target}`), deps);
  const length = (await response.arrayBuffer()).byteLength;
  if (length < 100) throw new Error(`${target} has no signed response`);
  return length;
}

// What the engine makes of the code itself is no memory of the memo.
for (const target of targets.slice(0, 200)) await ask(target);
const before = await held();
let asked = 0;
let peak = 0;
let looks = 0;
for (const [i, target] of targets.entries()) {
  asked += await ask(target);
  if ((i + 1) % LOOK_EVERY !== 0) continue;
  looks += 1;
  peak = Math.max(peak, (await held()) - before);
}
const report: MemoReport = { asked, peak, looks };
process.send?.(report, () => process.disconnect());
