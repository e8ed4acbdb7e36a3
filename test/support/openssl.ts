import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe } from 'vitest';

export interface OpenSSLRun {
  readonly status: number | null;
  readonly stdout: Uint8Array;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
}

/** Runs the openssl command line; a caller looks at `status` itself. */
export function openssl(
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
): OpenSSLRun {
  const run = spawnSync('openssl', args, { input, maxBuffer: 64 << 20 });
  return { status: run.status, stdout: run.stdout, text: `${run.stdout ?? ''}${run.stderr ?? ''}` };
}

/** Runs it and throws unless it succeeds. */
export function opensslOk(args: readonly string[], input?: Uint8Array): OpenSSLRun {
  const run = openssl(args, input);
  if (run.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${run.text}`);
  return run;
}

const installed = openssl(['version']).status === 0;

/**
 * A block of tests that need the openssl command line. Without it they are skipped and the title
 * says so; under CI they run and fail.
 */
export function describeWithOpenSSL(title: string, tests: () => void): void {
  if (installed || process.env['CI']) describe(title, tests);
  else describe.skip(`${title} (skipped: no openssl command line)`, tests);
}

/** A directory of its own for a test file, gone when the process ends. */
export class ScratchDirectory {
  readonly path: string = mkdtempSync(join(tmpdir(), 'inkan-test-'));

  constructor() {
    process.once('exit', () => rmSync(this.path, { recursive: true, force: true }));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, bytes: Uint8Array | string): string {
    writeFileSync(this.file(name), bytes);
    return this.file(name);
  }

  read(name: string): Uint8Array {
    return new Uint8Array(readFileSync(this.file(name)));
  }
}

/** A self-signed P-256 CA made by openssl; answers the path of its certificate (PEM). */
export function makeCA(scratch: ScratchDirectory, name: string): string {
  const certificate = scratch.file(`${name}.pem`);
  const key = scratch.file(`${name}.key`);
  opensslOk([
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', key, '-subj', `/C=JP/O=Inkan test/CN=${name}`, '-days', '30'],
    ...['-out', certificate],
  ]);
  return certificate;
}

/** The OCSPRequest that `openssl ocsp <args> -reqout` writes. */
export function ocspRequestByOpenSSL(
  scratch: ScratchDirectory,
  args: readonly string[],
): Uint8Array {
  opensslOk(['ocsp', ...args, '-reqout', scratch.file('request.der')]);
  return scratch.read('request.der');
}

/** What `openssl ocsp -resp_text` says about a response, unverified. */
export function ocspResponseText(scratch: ScratchDirectory, response: Uint8Array): string {
  const path = scratch.write('response.der', response);
  return openssl(['ocsp', '-respin', path, '-noverify', '-resp_text']).text;
}

export interface OCSPCheck {
  /** PEM files. */
  readonly issuer: string;
  readonly serial: string;
  readonly hash: 'sha1' | 'sha256';
  /** Seconds since 1970 at which the certificates are checked. */
  readonly at: number;
}

/** `openssl ocsp` as a relying party that asked about one serial number and got this response. */
export function verifyOCSPResponse(
  scratch: ScratchDirectory,
  response: Uint8Array,
  { issuer, serial, hash, at }: OCSPCheck,
): string {
  const path = scratch.write('response.der', response);
  return openssl([
    ...['ocsp', '-respin', path, '-issuer', issuer, `-${hash}`, '-serial', serial],
    ...['-CAfile', issuer, '-attime', String(at), '-no_nonce'],
  ]).text;
}
