#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { type Clock, unixSeconds } from '../shared/time.ts';
import { EXIT } from './cli/exit-codes.ts';
import { runCLI } from './cli/run.ts';
import { encryptPkcs8 } from './keystore/encrypted-pkcs8.ts';
import { startService } from './main.ts';
import { secretConfig } from './setup/initial-config.ts';
import { initialiseState } from './setup/initialise.ts';
import { readSecret } from './signing/open-keystores.ts';

/** A signal that arrives again so soon is the same one, passed on by whoever started us. */
const SAME_SIGNAL_MS = 3_000;

const stop = new AbortController();
let firstSignalAt = 0;

const clock: Clock = () => unixSeconds(Math.floor(Date.now() / 1000));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stop.signal.aborted) {
      firstSignalAt = performance.now();
      stop.abort(signal);
    } else if (performance.now() - firstSignalAt > SAME_SIGNAL_MS) {
      // Asked twice: what is under way is left as a crash would leave it, which loses nothing.
      process.exit(EXIT.interrupted);
    }
  });
}

// The reader of a pipe has gone (`inkan … | head`): nothing is left to say.
process.stdout.on('error', () => process.exit(EXIT.ok));

/** What an edge may use; the handlers are loaded by these two commands alone. */
const edgeWorld = { clock, fetch: (url: string, init: RequestInit) => fetch(url, init) };

const exit = await runCLI(process.argv.slice(2), {
  initialise: initialiseState,
  serve: startService,
  startEdge: async (options, report) => {
    const { startEdge } = await import('../workers/node/edge.ts');
    return startEdge(options, { ...edgeWorld, report });
  },
  mirror: async (options, report) => {
    const { mirror } = await import('../workers/node/mirror.ts');
    return mirror(options, { ...edgeWorld, report });
  },
  secrets: {
    read: (source) =>
      readSecret(
        source.kind === 'prompt' ? { prompt: source.prompt } : secretConfig(source, ''),
        process.env,
      ),
    encryptKey: (pkcs8, passphrase) => encryptPkcs8(pkcs8, passphrase, randomBytes),
  },
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  currentDirectory: process.cwd(),
  clock,
  randomBytes,
  stop: stop.signal,
  version: versionOf(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
});
process.exitCode = exit;
// A command that was interrupted may still hold a connection open; nobody waits for it any more.
if (exit === EXIT.interrupted) process.exit(exit);

function versionOf(packageJSON: string): string {
  const [, version] = /"version": "([^"]+)"/.exec(packageJSON) ?? [];
  return version ?? 'unknown';
}
