import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoLayout } from '../../signer/demo/demo-layout.ts';
import { bundleWorker } from '../../signer/demo/edge.ts';
import { endProcess } from '../../signer/demo/signer-process.ts';
import { openSignerInProcess } from '../support/signer-in-process.ts';
import { edgeCases, type Prepared, writeSnapshot } from './edge-cases.ts';
import { memoFigures } from './edge-memo.ts';
import { compare } from './edge-rounds.ts';
import { bundleFigures } from './edge-size.ts';
import { startFigures } from './edge-start.ts';
import { startEdgeProcess } from './edge-under-load.ts';
import type { Figure, Section } from './figure.ts';
import { loadGenerator } from './load.ts';
import { childProcess } from './processor-time.ts';

const CERTIFICATES = 1_000;
/** An entry has 42 octets. */
const REVOKED = 2_380;

export const edge: Section = {
  name: 'edge',
  what: 'requests/s of the Worker as shares of a bare Worker; its size, start and memory',
  run: async (progress) => {
    const directory = mkdtempSync(join(tmpdir(), 'inkan-bench-edge-'));
    try {
      const script = await bundleWorker(demoLayout(directory));
      const figures: Figure[] = [...(await bundleFigures(script))];
      const ca = await openSignerInProcess('p256', CERTIFICATES, { revoked: REVOKED });
      try {
        const prepared = { script, ...writeSnapshot(ca, directory) };
        const cases = edgeCases(ca);
        figures.push(...(await underLoad(prepared, cases, directory, progress)));
        figures.push(...(await startFigures(prepared, cases, progress)));
      } finally {
        await ca.close();
      }
      figures.push(...(await memoFigures(progress)));
      return figures;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

async function underLoad(
  prepared: Prepared,
  cases: ReturnType<typeof edgeCases>,
  directory: string,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  let child: ChildProcess | undefined;
  try {
    const bare = cases.map(({ answer }) => answer);
    const started = await startEdgeProcess({ ...prepared, bare });
    child = started.child;
    const workerd = childProcess(child.pid ?? 0, 'workerd');
    const generator = loadGenerator(directory);
    const figures: Figure[] = [];
    for (const [i, one] of cases.entries()) {
      await one.warmUp(started.urls.ours);
      const urls = { ours: started.urls.ours, bare: started.urls.bare[i] ?? '' };
      figures.push(...(await compare({ ...urls, workerd, generator, edgeCase: one }, progress)));
    }
    return figures;
  } finally {
    if (child) await endProcess(child);
  }
}
