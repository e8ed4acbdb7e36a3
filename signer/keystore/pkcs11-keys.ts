import type { Handle } from 'pkcs11js';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import type { KeystoreError } from './keystore.ts';
import type { LoadedModule } from './pkcs11-module.ts';
import type { PublicMaterial } from './pkcs11-protocol.ts';
import { privateKeyFault, privateKeyTemplate, publicKeyTemplate } from './pkcs11-template.ts';

export interface TokenKey {
  readonly handle: Handle;
  readonly material: PublicMaterial;
}

/** The key of a label, its private template asserted. Two keys of one label are none. */
export function findKey(
  module: LoadedModule,
  session: Handle,
  label: string,
): Result<TokenKey, KeystoreError> {
  const { constants } = module;
  const privateKeys = findObjects(module, session, constants.CKO_PRIVATE_KEY, label);
  const publicKeys = findObjects(module, session, constants.CKO_PUBLIC_KEY, label);
  const [handle] = privateKeys;
  const [publicKey] = publicKeys;
  if (handle === undefined) return err({ code: 'key-missing', label });
  if (privateKeys.length > 1) return unfit(label, 'more than one private key has this label');
  const fault = privateKeyFault(module, session, handle);
  if (fault !== undefined) return unfit(label, fault);
  if (publicKey === undefined || publicKeys.length > 1) {
    return unfit(label, `${publicKeys.length} public keys have this label, must be 1`);
  }
  const material = readPublicKey(module, session, publicKey);
  return material === undefined ? unfit(label, 'neither RSA nor EC') : ok({ handle, material });
}

/** Makes a key pair in the token; one whose template does not hold is destroyed again. */
export function generateKeyPair(
  module: LoadedModule,
  session: Handle,
  label: string,
  algorithm: KeyAlgorithm,
): Result<TokenKey, KeystoreError> {
  const { api, constants } = module;
  const taken = [constants.CKO_PRIVATE_KEY, constants.CKO_PUBLIC_KEY].some(
    (objectClass) => findObjects(module, session, objectClass, label).length > 0,
  );
  if (taken) return err({ code: 'key-exists', label });
  const mechanism =
    algorithm.kind === 'rsa' ? constants.CKM_RSA_PKCS_KEY_PAIR_GEN : constants.CKM_EC_KEY_PAIR_GEN;
  // If we stop after this the pair is in the token, unused: the same label answers key-exists.
  const pair = api.C_GenerateKeyPair(
    session,
    { mechanism },
    publicKeyTemplate(constants, label, algorithm),
    privateKeyTemplate(constants, label),
  );
  const key = findKey(module, session, label);
  if (key.ok) return key;
  api.C_DestroyObject(session, pair.privateKey);
  api.C_DestroyObject(session, pair.publicKey);
  return key;
}

function findObjects(
  { api, constants }: LoadedModule,
  session: Handle,
  objectClass: number,
  label: string,
): Handle[] {
  api.C_FindObjectsInit(session, [
    { type: constants.CKA_CLASS, value: objectClass },
    { type: constants.CKA_LABEL, value: label },
  ]);
  try {
    return api.C_FindObjects(session, 2);
  } finally {
    api.C_FindObjectsFinal(session);
  }
}

function readPublicKey(
  module: LoadedModule,
  session: Handle,
  key: Handle,
): PublicMaterial | undefined {
  const { api, constants } = module;
  const read = (type: number): Uint8Array => {
    const [attribute] = api.C_GetAttributeValue(session, key, [{ type }]);
    // A copy: the answer is sent to the parent after the module may have moved on.
    return Uint8Array.from(Buffer.isBuffer(attribute?.value) ? attribute.value : []);
  };
  // CK_ULONG in the byte order of the machine: x64 and arm64 put the least octet first.
  const keyType = Buffer.from(read(constants.CKA_KEY_TYPE)).readUInt32LE(0);
  if (keyType === constants.CKK_RSA) {
    const publicExponent = read(constants.CKA_PUBLIC_EXPONENT);
    return { kind: 'rsa', modulus: read(constants.CKA_MODULUS), publicExponent };
  }
  if (keyType !== constants.CKK_EC) return undefined;
  const parameters = read(constants.CKA_EC_PARAMS);
  return { kind: 'ec', parameters, point: read(constants.CKA_EC_POINT) };
}

function unfit(label: string, reason: string): Result<never, KeystoreError> {
  return err({ code: 'key-unfit', label, reason });
}
