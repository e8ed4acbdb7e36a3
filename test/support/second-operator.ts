import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../unit/signer/cli/cli-under-test.ts';
import { opensslOk } from './openssl.ts';
import type { RunningCA } from './running-ca.ts';

/**
 * `inkan` as another person than the one that `init` made: a certificate that openssl signs with the
 * operator CA's key, as docs/operations.md has it. Must succeed (or be `due`); answers its JSON.
 */
export type SecondOperator = <T>(...args: readonly string[]) => Promise<T>;

export function makeSecondOperator(ca: RunningCA, name = 'second'): SecondOperator {
  const state = (path: string) => join(ca.layout.signer, path);
  const key = ca.file(`${name}.key.pem`);
  const request = ca.file(`${name}.csr.pem`);
  const certificate = ca.file(`${name}.pem`);
  const passphrase = `file:${ca.file('passphrase')}`;
  opensslOk(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key]);
  opensslOk(['req', '-new', '-key', key, '-subj', `/CN=${name}`, '-out', request]);
  opensslOk([
    ...['x509', '-req', '-in', request, '-days', '2', '-out', certificate],
    ...['-CA', state('tls/operator-ca.pem'), '-CAkey', state('keys/operator-ca.key.pem')],
    ...['-passin', passphrase, '-extfile', extensions(ca, name)],
  ]);
  const { signer } = JSON.parse(readFileSync(state('client.json'), 'utf8'));
  const connection = ['--signer', signer, '--operator-ca', state('tls/operator-ca.pem')];
  const identity = ['--certificate', certificate, '--key', key];
  return async (...args) => {
    const end = await run([...args, '--json', ...connection, ...identity]);
    if (end.exit !== 0 && end.exit !== 5)
      throw new Error(`inkan ${args.join(' ')}: ${end.exit} ${end.stderr}`);
    return JSON.parse(end.stdout);
  };
}

function extensions(ca: RunningCA, name: string): string {
  const path = ca.file(`${name}.ext`);
  writeFileSync(
    path,
    'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n',
  );
  return path;
}
