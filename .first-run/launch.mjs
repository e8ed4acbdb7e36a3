import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareForTests } from './for-tests.mjs';
import { node24, pathWith } from './node-24.mjs';
import { ensurePackages } from './packages.mjs';
import { repositoryRoot } from './repository.mjs';
import { runToEnd } from './run-to-end.mjs';
import { Stopped, Unprepared } from './unprepared.mjs';

/** Keeps the Cloudflare tools from reporting home and from fetching at start. */
const QUIET_TOOLS = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

/** The exit code of what was asked for, or 1 with a message when it could not be started. */
export async function launch(argv) {
  try {
    const asked = read(argv);
    await ensurePackages();
    const node = node24();
    const env = { ...process.env, ...QUIET_TOOLS, PATH: pathWith(node) };
    if (asked.forTests) await prepareForTests(env);
    return (await start(asked, node, env)).status;
  } catch (error) {
    if (error instanceof Stopped) return error.status;
    if (!(error instanceof Unprepared)) throw error;
    process.stderr.write(`inkan: ${error.message}\n`);
    return 1;
  }
}

function read(argv) {
  const forTests = argv[0] === '--for-tests';
  const rest = forTests ? argv.slice(1) : argv;
  const bin = rest[0] === '--bin';
  const [name, ...args] = bin ? rest.slice(1) : rest;
  if (name === undefined || name.startsWith('-')) {
    throw new Unprepared(
      'usage: run.mjs [--for-tests] <entry.ts> [argument…]  or  run.mjs --bin <name> [argument…]',
    );
  }
  return { forTests, bin, name, args };
}

function start({ bin, name, args }, node, env) {
  const path = join(repositoryRoot, bin ? 'node_modules/.bin' : '', name);
  if (!existsSync(path)) throw new Unprepared(`${name} does not exist in ${repositoryRoot}`);
  const options = { stdio: 'inherit', env };
  return bin ? runToEnd(path, args, options) : runToEnd(node, [path, ...args], options);
}
