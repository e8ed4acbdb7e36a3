// node workers/repository/check/build.mjs
//
// Bundles the program of the check page into one module, as text that the edge hands out. wrangler
// runs this before it builds the Worker; `inkan edge` and the tests call it. Plain JavaScript, since it
// runs on whatever Node.js starts wrangler.
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Where `writeCheckProgram` leaves the program, and workers/index.ts imports it from. */
export const CHECK_PROGRAM = join(HERE, 'program.txt');

/** The same source gives the same text, whose hash is in its URL. */
export async function bundleCheckProgram() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(HERE, 'program.ts')],
    absWorkingDir: HERE,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
  });
  return outputFiles[0].text;
}

/** Several may do so at once: the file is always a whole program. */
export async function writeCheckProgram() {
  const text = await bundleCheckProgram();
  const partial = `${CHECK_PROGRAM}.${process.pid}`;
  writeFileSync(partial, text);
  // If we stop before this, the earlier program is whole and the partial file is left over.
  renameSync(partial, CHECK_PROGRAM);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await writeCheckProgram();
  } catch (error) {
    process.stderr.write(`the program of the check page was not built: ${error.message}\n`);
    process.exitCode = 1;
  }
}
