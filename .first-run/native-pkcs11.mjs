import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHeaders } from './node-24.mjs';
import { holdWhile, oneAtATime } from './one-at-a-time.mjs';
import { hasProgram } from './programs.mjs';
import { repositoryRoot } from './repository.mjs';
import { runToEnd } from './run-to-end.mjs';
import { Stopped } from './unprepared.mjs';

const PACKAGE = join(repositoryRoot, 'node_modules/pkcs11js');
const BUILT = join(PACKAGE, 'build/Release');
const TOOLS = ['python3', 'make', 'g++'];

/** Compiles pkcs11js, which the install leaves uncompiled, or says why the HSM tests cannot run. */
export async function ensureNativePKCS11(env) {
  if (isBuilt()) return;
  const obstacle = obstacleToBuilding();
  if (obstacle === undefined) return oneAtATime(() => build(env));
  process.stderr.write(`pkcs11js cannot be compiled, so no test reaches an HSM: ${obstacle}\n`);
}

function isBuilt() {
  return existsSync(BUILT) && readdirSync(BUILT).some((name) => name.endsWith('.node'));
}

function obstacleToBuilding() {
  if (!existsSync(PACKAGE)) return 'the optional package is not installed here.';
  const lacking = TOOLS.filter((name) => !hasProgram(name));
  if (lacking.length === 0) return undefined;
  return `${lacking.join(', ')} missing. Install with: sudo apt-get install ${lacking.join(' ')}`;
}

async function build(env) {
  if (isBuilt()) return;
  process.stderr.write('Compiling pkcs11js (once) …\n');
  const headers = nodeHeaders();
  const args = ['rebuild', 'pkcs11js', '--ignore-scripts=false', '--loglevel=error'];
  if (headers !== undefined) args.push(`--nodedir=${headers}`);
  const options = { stdio: ['ignore', 'pipe', 'pipe'], onStart: holdWhile };
  const npm = await runToEnd('npm', args, { cwd: repositoryRoot, env, ...options });
  if (npm.stopped) throw new Stopped(npm.status || 1);
  if (npm.status === 0 && isBuilt()) return;
  const tail = npm.output.trim().split('\n').slice(-12).join('\n');
  process.stderr.write(`pkcs11js could not be compiled, so no test reaches an HSM:\n${tail}\n`);
}
