import { readFile } from 'node:fs/promises';

/**
 * The program of the check page from its source. An installation without development packages has no
 * esbuild: there it is what `node workers/repository/check/build.mjs` left when it was prepared.
 */
export async function loadCheckProgram(): Promise<string> {
  const { bundleCheckProgram, CHECK_PROGRAM } = await import('../repository/check/build.mjs');
  try {
    return await bundleCheckProgram();
  } catch {
    return await readFile(CHECK_PROGRAM, 'utf8');
  }
}
