import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toolOk } from './tools.ts';

/** SHA-256 of every file below a directory, by path. */
export function contentsOf(directory: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const hashed = files
    .filter((file) => statSync(join(directory, file)).isFile())
    .map((file) => {
      const content = readFileSync(join(directory, file));
      return [file, createHash('sha256').update(content).digest('hex')] as const;
    });
  return Object.fromEntries(hashed);
}

/** With owners' and others' rights as they are, which `cpSync` does not keep. */
export function copyDirectory(from: string, to: string): void {
  toolOk('cp', ['-Rp', from, to]);
}
