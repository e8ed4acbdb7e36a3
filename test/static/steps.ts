import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkWorkerBundle } from './bundle.ts';
import { REPOSITORY, runTool } from './program.ts';
import type { StepEnd } from './step-end.ts';

export interface StaticStep {
  /** Also the word that selects it: `npm test -- types`. */
  readonly name: string;
  readonly what: string;
  readonly run: () => Promise<StepEnd>;
}

export const STATIC_STEPS: readonly StaticStep[] = [
  {
    name: 'lint',
    what: 'format and lint',
    run: () => tool('biome', ['check', '--diagnostic-level=error', '.']),
  },
  { name: 'types', what: 'types', run: () => tool('tsc', ['-b', '--pretty', 'false']) },
  { name: 'imports', what: 'who may import whom', run: checkImports },
  { name: 'bundle', what: 'Worker bundle', run: checkWorkerBundle },
];

function checkImports(): Promise<StepEnd> {
  const folders = ['workers', 'shared', 'signer', 'test'];
  const present = folders.filter((folder) => existsSync(join(REPOSITORY, folder)));
  return tool('depcruise', ['--config', '.dependency-cruiser.cjs', ...present]);
}

async function tool(name: string, args: readonly string[]): Promise<StepEnd> {
  const { status, output } = await runTool(name, args);
  return status === 0 ? {} : { failure: output.trim() };
}
