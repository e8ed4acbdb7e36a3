import { endProcess } from '../../signer/demo/signer-process.ts';
import type { EdgeCase, Prepared } from './edge-cases.ts';
import { startEdgeProcess } from './edge-under-load.ts';
import { type Figure, median, spread } from './figure.ts';

const STARTS = 5;

/** The first answer of a process that has answered nothing: ours with its reads of the store, and the bare one. */
export async function startFigures(
  prepared: Prepared,
  cases: readonly EdgeCase[],
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const [ocsp] = cases;
  if (!ocsp) throw new Error('no case');
  const firsts: number[] = [];
  const bares: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const { child, urls } = await startEdgeProcess({ ...prepared, bare: [ocsp.answer] });
    try {
      // What the process needs once for its first connection is not counted for either.
      await timed(urls.bare[0] ?? '');
      bares.push(await timed(urls.bare[0] ?? ''));
      firsts.push(await timed(new URL(String(ocsp.load.requests[i]), urls.ours).href));
    } finally {
      await endProcess(child);
    }
    progress(`start ${i + 1} of ${STARTS}: first answer after ${firsts.at(-1)?.toFixed(1)} ms`);
  }
  return [
    {
      ...{ key: 'edge.coldStartMilliseconds', value: median(firsts) },
      how: `from the first OCSP request of a new isolate to its signed answer: evaluation, head, root and shard from the local KV, three signature and hash checks; a bare Worker beside it answers in ${median(bares).toFixed(2)} ms; median, ${spread(firsts)}`,
    },
  ];
}

async function timed(url: string): Promise<number> {
  const began = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return performance.now() - began;
}
