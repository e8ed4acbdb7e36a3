import type { Attribute, Handle } from 'pkcs11js';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import type { LoadedModule, Pkcs11Package } from './pkcs11-module.ts';
import { EC_PARAMETERS } from './pkcs11-public-key.ts';

/**
 * What holds for every private key, made by us or not: it lives in the token, can sign, and can do
 * nothing by which it, or another key, could leave. MODIFIABLE false keeps it so.
 */
const PRIVATE_KEY_MUST = [
  ['CKA_TOKEN', true],
  ['CKA_PRIVATE', true],
  ['CKA_SENSITIVE', true],
  ['CKA_SIGN', true],
  ['CKA_EXTRACTABLE', false],
  ['CKA_DECRYPT', false],
  ['CKA_UNWRAP', false],
  ['CKA_DERIVE', false],
  ['CKA_MODIFIABLE', false],
] as const;

const PUBLIC_KEY = [
  ['CKA_TOKEN', true],
  ['CKA_PRIVATE', false],
  ['CKA_VERIFY', true],
  ['CKA_ENCRYPT', false],
  ['CKA_WRAP', false],
  ['CKA_DERIVE', false],
  ['CKA_MODIFIABLE', false],
] as const;

export function privateKeyTemplate(constants: Pkcs11Package, label: string): Attribute[] {
  return [
    ...PRIVATE_KEY_MUST.map(([name, value]) => ({ type: constants[name], value })),
    ...identity(constants, label),
  ];
}

export function publicKeyTemplate(
  constants: Pkcs11Package,
  label: string,
  algorithm: KeyAlgorithm,
): Attribute[] {
  return [
    ...PUBLIC_KEY.map(([name, value]) => ({ type: constants[name], value })),
    ...identity(constants, label),
    ...keyParameters(constants, algorithm),
  ];
}

function identity(constants: Pkcs11Package, label: string): Attribute[] {
  return [
    { type: constants.CKA_LABEL, value: label },
    { type: constants.CKA_ID, value: Buffer.from(label) },
  ];
}

function keyParameters(constants: Pkcs11Package, algorithm: KeyAlgorithm): Attribute[] {
  if (algorithm.kind === 'ec') {
    const curve = Buffer.from(EC_PARAMETERS[algorithm.namedCurve]);
    return [{ type: constants.CKA_EC_PARAMS, value: curve }];
  }
  return [
    { type: constants.CKA_MODULUS_BITS, value: algorithm.modulusLength },
    { type: constants.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
  ];
}

/**
 * Reads every attribute back, as a token may accept a template and do otherwise. Answers what is
 * wrong, naming each attribute; one that cannot be read is wrong too. Undefined: all hold.
 */
export function privateKeyFault(
  { api, constants }: Pick<LoadedModule, 'api' | 'constants'>,
  session: Handle,
  key: Handle,
): string | undefined {
  const faults: string[] = [];
  for (const [name, must] of PRIVATE_KEY_MUST) {
    const value = booleanAttribute(() => {
      const [read] = api.C_GetAttributeValue(session, key, [{ type: constants[name] }]);
      return Buffer.isBuffer(read?.value) ? read.value : Buffer.alloc(0);
    });
    if (value !== must) faults.push(`${name} is ${value ?? 'not readable'}, must be ${must}`);
  }
  return faults.length === 0 ? undefined : faults.join('; ');
}

function booleanAttribute(read: () => Buffer): boolean | undefined {
  try {
    const value = read();
    return value.length === 1 ? value[0] !== 0 : undefined;
  } catch {
    return undefined;
  }
}
