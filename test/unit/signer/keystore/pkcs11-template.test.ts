import { describe, expect, it } from 'vitest';
import { privateKeyFault } from '../../../../signer/keystore/pkcs11-template.ts';

const HANDLE = Buffer.alloc(8);

// CKA_* numbers of PKCS#11 2.40 (pkcs11t.h), written here apart from the package.
const ATTRIBUTES = [
  ['CKA_TOKEN', 0x1, true],
  ['CKA_PRIVATE', 0x2, true],
  ['CKA_SENSITIVE', 0x103, true],
  ['CKA_SIGN', 0x108, true],
  ['CKA_EXTRACTABLE', 0x162, false],
  ['CKA_DECRYPT', 0x105, false],
  ['CKA_UNWRAP', 0x107, false],
  ['CKA_DERIVE', 0x10c, false],
  ['CKA_MODIFIABLE', 0x170, false],
] as const;

/** A module with one key that is as it must be, except for one attribute. */
function moduleWith(changed: number, octets: Buffer | undefined): never {
  const constants = Object.fromEntries(ATTRIBUTES.map(([name, type]) => [name, type]));
  const C_GetAttributeValue = (_: Buffer, __: Buffer, [{ type }]: [{ type: number }]): object[] => {
    const value = ATTRIBUTES.find(([, number]) => number === type)?.[2];
    if (type !== changed) return [{ type, value: Buffer.from([value ? 1 : 0]) }];
    if (octets === undefined) throw new Error('CKR_ATTRIBUTE_TYPE_INVALID');
    return [{ type, value: octets }];
  };
  return { constants, api: { C_GetAttributeValue } } as never;
}

describe('private key template', () => {
  it('PKCS#11 2.40 4.9: a key of which every attribute holds has no fault', () => {
    expect(privateKeyFault(moduleWith(-1, undefined), HANDLE, HANDLE)).toBeUndefined();
  });

  it.each(ATTRIBUTES)('PKCS#11 2.40 4.9: %s (%i) must be %s', (name, type, must) => {
    const other = Buffer.from([must ? 0 : 1]);
    const fault = `${name} is ${!must}, must be ${must}`;
    expect(privateKeyFault(moduleWith(type, other), HANDLE, HANDLE)).toBe(fault);
  });

  it.each(ATTRIBUTES)('PKCS#11 2.40 4.9: %s (%i) that cannot be read is not %s', (...row) => {
    const [name, type, must] = row;
    const fault = `${name} is not readable, must be ${must}`;
    expect(privateKeyFault(moduleWith(type, undefined), HANDLE, HANDLE)).toBe(fault);
    expect(privateKeyFault(moduleWith(type, Buffer.alloc(0)), HANDLE, HANDLE)).toBe(fault);
  });
});
