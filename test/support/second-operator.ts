import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../shared/policy/roles.ts';
import { ACTING_ROLES } from '../../signer/operators/roles.ts';
import { run } from '../unit/signer/cli/cli-under-test.ts';
import { opensslOk } from './openssl.ts';
import type { RunningCA } from './running-ca.ts';

/** `inkan` as another person than the one that `init` made. Must succeed (or be `due`); answers its JSON. */
export type SecondOperator = <T>(...args: readonly string[]) => Promise<T>;

/** Key and request by openssl, as somebody makes them who has no clone of this program. */
export async function makeSecondOperator(
  ca: RunningCA,
  name = 'second',
  roles: readonly Role[] = ACTING_ROLES,
): Promise<SecondOperator> {
  const state = (path: string) => join(ca.layout.signer, path);
  const key = ca.file(`${name}.key.pem`);
  const request = ca.file(`${name}.csr.pem`);
  const certificate = ca.file(`${name}.pem`);
  opensslOk(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key]);
  opensslOk(['req', '-new', '-key', key, '-subj', `/CN=${name}`, '-out', request]);
  await ca.inkanJSON(
    ...['operator', 'add', name, '--roles', roles.join(',')],
    ...['--request', request, '--out', certificate],
  );
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
