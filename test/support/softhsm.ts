import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import process from 'node:process';
import { describe } from 'vitest';
import { ScratchDirectory } from './openssl.ts';

const MODULE_PLACES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/*/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
];

const modulePath = MODULE_PLACES.flatMap((place) => globSync(place))[0];

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--help'], { stdio: 'ignore' }).error === undefined;
}

function missingTools(): string[] {
  const missing = ['softhsm2-util', 'pkcs11-tool'].filter((name) => !hasProgram(name));
  return modulePath === undefined ? ['libsofthsm2.so', ...missing] : missing;
}

const missing = missingTools().join(', ');

/**
 * A block of tests that need SoftHSM and pkcs11-tool. Without them they are skipped and the title
 * says what is missing; under CI they run and fail.
 */
export function describeWithSoftHSM(title: string, tests: () => void): void {
  if (missing === '' || process.env['CI']) describe(title, tests);
  else describe.skip(`${title} (skipped: no ${missing})`, tests);
}

/** A SoftHSM token in a directory of its own, gone when the process ends. */
export class SoftHSMToken {
  readonly module: string;
  readonly label = 'inkan-test';
  readonly pin = '987654';
  /** What a process needs in order to find this token. */
  readonly environment: Readonly<Record<string, string>>;

  constructor() {
    const scratch = new ScratchDirectory();
    mkdirSync(scratch.file('tokens'));
    const settings = [
      `directories.tokendir = ${scratch.file('tokens')}`,
      'objectstore.backend = file',
      'log.level = ERROR',
      '',
    ];
    this.environment = {
      SOFTHSM2_CONF: scratch.write('softhsm2.conf', settings.join('\n')),
      PATH: process.env['PATH'] ?? '',
    };
    this.module = modulePath ?? '/usr/lib/softhsm/libsofthsm2.so';
    const names = ['--init-token', '--free', '--label', this.label];
    this.#run('softhsm2-util', [...names, '--so-pin', '123456', '--pin', this.pin]);
  }

  /** Runs OpenSC's pkcs11-tool on the token, logged in; answers what it printed. */
  pkcs11Tool(args: readonly string[]): string {
    const token = ['--module', this.module, '--token-label', this.label];
    const pin = args.includes('--pin') ? [] : ['--pin', this.pin];
    return this.#run('pkcs11-tool', [...token, '--login', ...pin, ...args]);
  }

  /** Imports a PKCS#8 PEM file; SoftHSM makes such keys sensitive and not extractable. */
  importKey(path: string, label: string, id: string): void {
    const token = ['--token', this.label, '--pin', this.pin];
    this.#run('softhsm2-util', ['--import', path, ...token, '--label', label, '--id', id]);
  }

  #run(program: string, args: readonly string[]): string {
    const run = spawnSync(program, args, { env: { ...this.environment }, encoding: 'utf8' });
    if (run.status === 0) return run.stdout;
    throw new Error(`${program} ${args.join(' ')}: ${run.error?.message ?? run.stderr}`);
  }
}
