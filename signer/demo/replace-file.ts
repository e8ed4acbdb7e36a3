import { renameSync, writeFileSync } from 'node:fs';

/** The whole text or what was there before; only the owner can read it. */
export function replaceFile(file: string, text: string): void {
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode: 0o600, flush: true });
  renameSync(beside, file);
}
