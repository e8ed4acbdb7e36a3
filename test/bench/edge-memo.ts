import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSignerInProcess } from '../support/signer-in-process.ts';
import { edgeCases, writeSnapshot } from './edge-cases.ts';
import type { MemoArguments, MemoReport } from './edge-memo-process.ts';
import type { Figure } from './figure.ts';

/** The least that the Worker can be told. */
const BOUND_OCTETS = 1_048_576;
/** Two answers each, ten times the bound in all. */
const CERTIFICATES = 20_000;

/** What the memory of the edge grows to while far more is asked for than it may keep. */
export async function memoFigures(progress: (line: string) => void): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'inkan-bench-memo-'));
  const ca = await openSignerInProcess('p256', CERTIFICATES);
  try {
    const [ocsp] = edgeCases(ca);
    const targets = join(directory, 'targets.json');
    writeFileSync(targets, JSON.stringify(ocsp?.load.requests));
    const settings: MemoArguments = {
      ...{ ...writeSnapshot(ca, directory), targets, memoMaxBytes: BOUND_OCTETS },
    };
    const child = fork(
      join(import.meta.dirname, 'edge-memo-process.ts'),
      [JSON.stringify(settings)],
      {
        execArgv: ['--expose-gc'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    const [report]: MemoReport[] = await once(child, 'message');
    if (!report) throw new Error('the process said nothing');
    progress(`memo: ${report.asked} octets asked for, ${report.peak} held`);
    return [
      {
        ...{ key: 'edge.memo.peakBytes', value: report.peak },
        bound: { atMost: 2 * BOUND_OCTETS },
        how: `heap and buffers above what the edge has after 200 answers, after collection, at the worst of ${report.looks} looks, while ${(report.asked / BOUND_OCTETS).toFixed(1)} times the bound of ${BOUND_OCTETS} is asked for once; the handlers in Node.js, for workerd does not tell`,
      },
    ];
  } finally {
    await ca.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
