import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from './repository.mjs';

const LOCK = join(repositoryRoot, '.build/preparing.lock');
const POLL_MS = 200;
const HALF_WRITTEN_MS = 2000;

/**
 * Runs `work` while no other start in this clone prepares anything, then returns its result. The lock
 * is a file naming who holds it; after a kill -9 it stays, and the next start takes it over.
 */
export async function oneAtATime(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (let told = false; !take(); await sleep(POLL_MS)) {
    if (told) continue;
    told = true;
    process.stderr.write('Another start is preparing this clone; waiting for it …\n');
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** The lock also holds while this program runs: it would go on if we were killed. */
export function holdWhile(pid) {
  appendFileSync(LOCK, `\n${identity(pid)}`);
}

function take() {
  const holder = contents(LOCK);
  if (holder !== undefined && isAlive(holder, LOCK)) return false;
  if (holder === undefined) return create(LOCK);
  return takeOver(holder);
}

/** Only the one that made the claim file may remove a dead holder's lock, and only that lock. */
function takeOver(deadHolder) {
  const claim = `${LOCK}.claim`;
  const claimant = contents(claim);
  if (claimant !== undefined && !isAlive(claimant, claim)) rmSync(claim, { force: true });
  if (!create(claim)) return false;
  try {
    if (contents(LOCK) !== deadHolder) return false;
    rmSync(LOCK, { force: true });
    return create(LOCK);
  } finally {
    rmSync(claim, { force: true });
  }
}

function create(path) {
  try {
    writeFileSync(path, identity(process.pid) ?? `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function contents(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(holder, path) {
  if (holder === '') return ageMs(path) < HALF_WRITTEN_MS;
  return holder.split('\n').some((each) => {
    const pid = Number(each.split(' ')[0]);
    return Number.isInteger(pid) && pid !== process.pid && identity(pid) === each;
  });
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** The process id and, where /proc tells it, the start time, because ids are used again. */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return process.platform === 'linux' || !exists(pid) ? undefined : `${pid}`;
  }
}

function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
