import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmFailure } from './npm-failure.mjs';
import { holdWhile, oneAtATime } from './one-at-a-time.mjs';
import { repositoryRoot } from './repository.mjs';
import { runToEnd } from './run-to-end.mjs';
import { Stopped, Unprepared } from './unprepared.mjs';

const LOCKFILE = join(repositoryRoot, 'package-lock.json');
const STAMP = join(repositoryRoot, 'node_modules/.package-lock.sha256');
const INSTALLED = join(repositoryRoot, 'node_modules/.package-lock.json');

const NPM_CI = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--engine-strict=false',
  '--prefer-offline',
  '--fetch-retries=4',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-factor=2',
  '--no-audit',
  '--no-fund',
  '--loglevel=error', // hides EBADENGINE: the packages run on Node 24, npm on whatever is here
];

/** Afterwards node_modules is what package-lock.json says. Throws Unprepared when it cannot be. */
export async function ensurePackages() {
  if (isStamped()) return;
  await oneAtATime(async () => {
    if (isStamped()) return;
    if (!isInstalled()) await install();
    linkOwnCommand();
    // Last: if we stop before this, the next start checks again or installs again.
    writeFileSync(STAMP, lockfileHash());
  });
}

async function install() {
  process.stderr.write('Installing packages from package-lock.json (once) …\n');
  const options = { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'], onStart: holdWhile };
  const npm = await runToEnd('npm', NPM_CI, options).catch(refuseWithoutNpm);
  if (npm.stopped) throw new Stopped(npm.status || 1);
  if (npm.status !== 0) throw new Unprepared(npmFailure(npm.output));
}

function refuseWithoutNpm(error) {
  throw new Unprepared(
    `npm could not be started (${error.code}). Install npm, which comes with Node.js, and run this again.`,
  );
}

function isStamped() {
  return read(STAMP) === lockfileHash();
}

function lockfileHash() {
  return createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex');
}

/** Compares what npm says it installed, for those who ran npm themselves. */
function isInstalled() {
  const installed = packagesOf(INSTALLED);
  const locked = packagesOf(LOCKFILE);
  if (installed === undefined || locked === undefined) return false;
  const same = ([path, entry]) => locked[path]?.integrity === entry.integrity;
  const present = ([path, entry]) => path === '' || entry.optional === true || path in installed;
  return Object.entries(installed).every(same) && Object.entries(locked).every(present);
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm links the commands of dependencies only; with this one `npx inkan` works in a clone. */
function linkOwnCommand() {
  const link = join(repositoryRoot, 'node_modules/.bin/inkan');
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(join(link, '..'), { recursive: true });
  symlinkSync('../../.first-run/inkan.mjs', link);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
