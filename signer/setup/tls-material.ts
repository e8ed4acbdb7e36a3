import { join } from 'node:path';
import { hexFromBytes } from '../../shared/bytes.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { InitOptions, InitResult, InitWorld } from '../cli/options.ts';
import { pem } from '../issuance/pem.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import {
  issueTLSIdentity,
  makeOperatorCA,
  type OperatorCA,
  type OperatorCAWorld,
  type TLSIdentity,
} from '../operators/operator-ca.ts';
import { OPERATOR_PROFILE, SERVER_PROFILE } from '../operators/operator-profiles.ts';
import type { FirstOperator } from '../operators/take-over.ts';
import type { SigningDoor } from '../signing/signing-door.ts';
import { writeJSON, writePrivate } from './state-writing.ts';

export interface TLSMaterial {
  readonly signer: string;
  /** PEM. */
  readonly operatorCA: string;
  readonly people: readonly FirstOperator[];
  readonly operators: InitResult['operators'];
}

/**
 * The operator CA, the server's certificate, and of each operator a folder with certificate, key and client
 * profile; the first one's profile stands in the state directory too.
 */
export async function writeTLSMaterial(
  state: string,
  options: InitOptions,
  world: InitWorld,
  door: SigningDoor,
  keystore: string,
): Promise<Result<TLSMaterial, OperationError>> {
  const { host, port } = options.listen;
  const caWorld = { door, randomBytes: world.randomBytes, now: world.clock() };
  const ca = await makeOperatorCA(caWorld, keystore);
  if (!ca.ok) return ca;
  const server = await serverIdentity(caWorld, ca.value, host);
  if (!server.ok) return server;
  const operatorCA = pem('CERTIFICATE', ca.value.certificate);
  writePrivate(join(state, 'tls/operator-ca.pem'), operatorCA);
  writePrivate(join(state, 'tls/server.pem'), server.value.certificate);
  writePrivate(join(state, 'tls/server.key.pem'), server.value.privateKey);
  const signer = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const people: FirstOperator[] = [];
  const operators: InitResult['operators'][number][] = [];
  for (const { person, roles } of options.operators) {
    const identity = await issueTLSIdentity(caWorld, ca.value, OPERATOR_PROFILE, person, []);
    if (!identity.ok) return identity;
    writeOperator(state, person, signer, identity.value);
    people.push({ person, roles, certificate: identity.value.der });
    const spkiSha256 = hexFromBytes(sha256(identity.value.spki));
    operators.push({ person, roles, spkiSha256, profile: `operators/${person}/client.json` });
    if (people.length > 1) continue;
    const folder = `operators/${person}`;
    const files = { certificate: `${folder}/cert.pem`, key: `${folder}/key.pem` };
    writeJSON(join(state, 'client.json'), { signer, operatorCA: 'tls/operator-ca.pem', ...files });
  }
  return ok({ signer, operatorCA, people, operators });
}

function serverIdentity(
  world: OperatorCAWorld,
  ca: OperatorCA,
  host: string,
): Promise<Result<TLSIdentity, OperationError>> {
  const names = [...new Set([host, 'localhost', '127.0.0.1', '::1'])].filter(
    (name) => name !== '0.0.0.0' && name !== '::',
  );
  return issueTLSIdentity(world, ca, SERVER_PROFILE, 'Inkan signer', names);
}

/** What is handed to the person: the folder, and `tls/operator-ca.pem`, which the profile names. */
function writeOperator(
  state: string,
  person: string,
  signer: string,
  { certificate, privateKey }: TLSIdentity,
): void {
  const folder = join(state, 'operators', person);
  writePrivate(join(folder, 'cert.pem'), certificate);
  writePrivate(join(folder, 'key.pem'), privateKey);
  writeJSON(join(folder, 'client.json'), {
    ...{ signer, operatorCA: '../../tls/operator-ca.pem' },
    ...{ certificate: 'cert.pem', key: 'key.pem' },
  });
}
