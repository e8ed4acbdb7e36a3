import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { describe } from 'vitest';

/** Programs of Debian packages that every test run installs (.first-run/debian-packages.mjs). */
export type RequiredTool =
  | 'openssl'
  | 'curl'
  | 'ocsptool'
  | 'certtool'
  | 'softhsm2-util'
  | 'pkcs11-tool'
  | 'nginx'
  | 'systemd-analyze'
  | 'chromium';

/**
 * A block of tests that need these programs. Without one they are skipped and the title says which;
 * under CI they run and fail.
 */
export function describeWithTools(
  title: string,
  tools: readonly RequiredTool[],
  tests: () => void,
): void {
  const missing = tools.filter((name) => !isInstalled(name));
  if (missing.length === 0 || process.env['CI']) describe(title, tests);
  else describe.skip(`${title} (skipped: no ${missing.join(', ')})`, tests);
}

/** A block of tests for a program that no test run has to have; without it they are skipped. */
export function describeIf(title: string, reason: string | undefined, tests: () => void): void {
  if (reason === undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${reason})`, tests);
}

/** Servers are in administrators' directories, which a user's PATH need not have. */
export const PATH_WITH_SBIN: string = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;

export function isInstalled(name: string): boolean {
  const env = { ...process.env, PATH: PATH_WITH_SBIN };
  return spawnSync(name, ['--version'], { stdio: 'ignore', env }).error === undefined;
}

export interface ToolRun {
  readonly status: number | null;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
}

/** Runs a program to its end; a caller looks at `status` itself. */
export function tool(
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ToolRun {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...environment };
  const run = spawnSync(name, args, { encoding: 'utf8', maxBuffer: 64 << 20, env });
  return { status: run.status, text: `${run.stdout ?? ''}${run.stderr ?? ''}` };
}

/** Runs it and throws unless it succeeds; answers what it said. */
export function toolOk(
  name: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): string {
  const run = tool(name, args, environment);
  if (run.status !== 0) throw new Error(`${name} ${args.join(' ')}: ${run.text}`);
  return run.text;
}
