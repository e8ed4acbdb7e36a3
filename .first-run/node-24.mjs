import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { repositoryRoot } from './repository.mjs';
import { Unprepared } from './unprepared.mjs';

/** The Node 24 that package-lock.json pins, or else the one we run on if it is new enough. */
export function node24() {
  const pinned = join(pinnedPackage(), 'bin/node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Unprepared(
    `needs Node.js 24, but none came with the packages for ${process.platform}-${process.arch} and this is ${process.version}. Install Node.js 24 or newer (nodejs.org) and run this again with it.`,
  );
}

/** Where node-gyp finds the C headers of that Node, or undefined if they did not come with it. */
export function nodeHeaders() {
  const dir = pinnedPackage();
  return existsSync(join(dir, 'include/node/node_api.h')) ? dir : undefined;
}

/** A PATH on which `node` is that Node: the tools in node_modules/.bin start with `env node`. */
export function pathWith(node) {
  return [dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
}

function pinnedPackage() {
  return join(repositoryRoot, 'node_modules', `node-linux-${process.arch}`);
}
