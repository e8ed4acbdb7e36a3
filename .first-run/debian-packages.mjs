import { existsSync } from 'node:fs';
import { holdWhile, oneAtATime } from './one-at-a-time.mjs';
import { hasProgram } from './programs.mjs';
import { runToEnd } from './run-to-end.mjs';
import { Stopped } from './unprepared.mjs';

/** Every Debian package that the tests use: what it is for, and how one sees that it is there. */
const NEEDED = [
  {
    name: 'openssl',
    purpose: 'relying party for OCSP and CRLs, second implementation for expected values',
    present: () => hasProgram('openssl'),
  },
  {
    name: 'curl',
    purpose: 'plain HTTP and mTLS client',
    present: () => hasProgram('curl'),
  },
  {
    name: 'gnutls-bin',
    purpose: 'ocsptool, a second OCSP client',
    present: () => hasProgram('ocsptool'),
  },
  {
    name: 'softhsm2',
    purpose: 'the HSM of the tests',
    present: () => hasProgram('softhsm2-util') && SOFTHSM_MODULES.some((path) => existsSync(path)),
  },
  {
    name: 'opensc',
    purpose: 'pkcs11-tool, a second view of the keys in the HSM',
    present: () => hasProgram('pkcs11-tool'),
  },
  {
    name: 'nginx',
    purpose: 'a web server that staples OCSP responses',
    present: () => hasProgram('nginx'),
  },
  {
    name: 'systemd',
    purpose: 'systemd-analyze, which judges the units of docs/systemd',
    present: () => hasProgram('systemd-analyze'),
  },
  {
    name: 'chromium',
    purpose: 'the browser that looks at the pages of the repository',
    present: () => hasProgram('chromium'),
  },
];

const SOFTHSM_MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** Installs what is missing if we may, else says so. */
export async function ensureDebianPackages(env) {
  if (missing().length === 0) return;
  if (process.getuid?.() === 0 && hasProgram('apt-get')) await oneAtATime(() => install(env));
  const left = missing();
  if (left.length === 0) return;
  const names = left.map(({ name }) => name).join(' ');
  const list = left.map(({ name, purpose }) => `  ${name}: ${purpose}`).join('\n');
  process.stderr.write(
    `Missing for the tests:\n${list}\nInstall with: sudo apt-get install ${names}\n`,
  );
}

function missing() {
  return NEEDED.filter(({ present }) => !present());
}

async function install(env) {
  const names = missing().map(({ name }) => name);
  if (names.length === 0) return;
  process.stderr.write(`Installing Debian packages for the tests: ${names.join(' ')} …\n`);
  await aptGet(['update'], env);
  const apt = await aptGet(['install', '--yes', '--no-install-recommends', ...names], env);
  if (apt.status === 0) return;
  process.stderr.write(`${apt.output.trim().split('\n').slice(-6).join('\n')}\n`);
}

async function aptGet(args, env) {
  const apt = await runToEnd('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    onStart: holdWhile,
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (apt.stopped) throw new Stopped(apt.status || 1);
  return apt;
}
