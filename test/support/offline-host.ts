import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { CommandEnd, PolicyJSON, RunningCA } from './running-ca.ts';
import type { SoftHSMToken } from './softhsm.ts';

const CLI = join(import.meta.dirname, '../../signer/cli.ts');

/** A ceremony host: a directory of its own, and `inkan ceremony` in processes that have no network. */
export interface OfflineHost {
  readonly directory: string;
  /** `inkan ceremony …` on this host, with --host and --json. */
  ceremony(...args: readonly string[]): Promise<CommandEnd>;
  /** The same with more in its environment. */
  ceremonyIn(
    environment: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<CommandEnd>;
  file(name: string): string;
  log(): readonly string[];
  close(): void;
}

/** Whether processes can be put into a network namespace that has nothing but a loopback that is down. */
const hasNamespaces = spawnSync('unshare', ['-rn', 'true']).status === 0;

/** Pins the operators of this CA; keys in the token, or in files without one. */
export function makeOfflineHost(ca: RunningCA, token?: SoftHSMToken): OfflineHost {
  const directory = mkdtempSync(join(tmpdir(), 'inkan-host-'));
  const file = (name: string) => join(directory, name);
  mkdirSync(file('keys'), { mode: 0o700 });
  copyFileSync(join(ca.layout.signer, 'policy.json'), file('policy.json'));
  writeFileSync(file('passphrase'), 'another passphrase\n', { mode: 0o600 });
  writeFileSync(file('pin'), `${token?.pin ?? ''}\n`, { mode: 0o600 });
  const files = { type: 'file', directory: 'keys', passphrase: { file: 'passphrase' } };
  const hsm = token && {
    type: 'pkcs11',
    module: token.module,
    tokenLabel: token.label,
    pin: { file: 'pin' },
  };
  writeFileSync(
    file('ceremony.json'),
    JSON.stringify({
      format: 'inkan-ceremony-host-1',
      policy: 'policy.json',
      keystores: hsm ? { hsm } : { file: files },
      approvals: {
        required: 1,
        operators: [{ name: 'operator', spkiSha256: operatorKey(ca) }],
      },
    }),
  );
  const ceremonyIn = (
    environment: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<CommandEnd> =>
    inNowhere(['ceremony', ...args, '--host', directory, '--json'], {
      ...(token?.environment ?? {}),
      ...environment,
    });
  return {
    directory,
    ceremony: (...args) => ceremonyIn({}, ...args),
    ceremonyIn,
    file,
    log: () => readFileSync(file('log.jsonl'), 'utf8').split('\n').slice(0, -1),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** SHA-256 of the operator's SubjectPublicKeyInfo, by OpenSSL. */
function operatorKey(ca: RunningCA): string {
  const certificate = join(ca.layout.signer, 'operators/operator/cert.pem');
  const command = `openssl x509 -in '${certificate}' -noout -pubkey | openssl pkey -pubin -outform der | sha256sum`;
  return spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout.slice(0, 64);
}

async function inNowhere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  const program = hasNamespaces ? ['unshare', '-rn', process.execPath] : [process.execPath];
  const [name = '', ...before] = program;
  const child = spawn(name, [...before, CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}

/** The policy with these authorities' keys offline, and responders that live long enough for it. */
export function offline(...names: readonly string[]): (policy: PolicyJSON) => void {
  return (policy) => {
    for (const name of names) {
      const custody = { value: 'offline', source: 'test: CSBR 6.2.7.2' };
      Object.assign(policy.authorities[name] ?? {}, { custody });
    }
  };
}
