import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolCommand } from '../../static/program.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** A directory with our tool configuration in which a test may break the rules. */
export interface ScratchTree {
  /** Runs a tool of node_modules/.bin there and returns what it wrote on stdout. */
  readonly run: (tool: string, args: readonly string[]) => string;
  readonly remove: () => void;
}

/** `files`: text by path. */
export function scratchTree(files: Readonly<Record<string, string>>): ScratchTree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'inkan-rules-')));
  for (const name of ['.biome', '.biome.json', '.dependency-cruiser.cjs', '.tsconfig.base.json']) {
    cpSync(join(REPOSITORY, name), join(root, name), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return {
    run: (tool, args) => {
      const [program, ...first] = toolCommand(tool);
      const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
      return spawnSync(program, [...first, ...args], options).stdout;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
