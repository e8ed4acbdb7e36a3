import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { publicKeyFrom } from './key-kind.ts';
import type { PublicKey } from './keystore.ts';
import type { PublicMaterial } from './pkcs11-protocol.ts';

/** CKA_EC_PARAMS (PKCS#11 2.40 mechanisms 2.3.3): the DER namedCurve of RFC 5480 2.1.1.1. */
export const EC_PARAMETERS: Readonly<Record<'P-256' | 'P-384', Uint8Array>> = {
  'P-256': Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07),
  'P-384': Uint8Array.of(0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22),
};

const FIELD_LENGTH = { 'P-256': 32, 'P-384': 48 } as const;

/**
 * The public key of a token's public object. Undefined for a key that no policy may ask for: an
 * exponent other than 65537, another curve, a point that is not on it or not uncompressed.
 */
export function publicKeyOf(material: PublicMaterial): PublicKey | undefined {
  const jwk = material.kind === 'rsa' ? rsaJwk(material) : ecJwk(material);
  if (jwk === undefined) return undefined;
  try {
    return publicKeyFrom(createPublicKey({ key: jwk, format: 'jwk' }));
  } catch {
    return undefined;
  }
}

function rsaJwk(material: Extract<PublicMaterial, { kind: 'rsa' }>): JsonWebKey {
  return { kty: 'RSA', n: base64Url(material.modulus), e: base64Url(material.publicExponent) };
}

function ecJwk(material: Extract<PublicMaterial, { kind: 'ec' }>): JsonWebKey | undefined {
  const curve = bytesEqual(material.parameters, EC_PARAMETERS['P-256']) ? 'P-256' : 'P-384';
  if (!bytesEqual(material.parameters, EC_PARAMETERS[curve])) return undefined;
  const length = FIELD_LENGTH[curve];
  const point = uncompressedPoint(material.point, 1 + 2 * length);
  if (point === undefined) return undefined;
  const x = base64Url(point.subarray(1, 1 + length));
  return { kty: 'EC', crv: curve, x, y: base64Url(point.subarray(1 + length)) };
}

/** SEC 1 2.3.3; in a DER OCTET STRING as PKCS#11 2.40 says, or bare as older modules give it. */
function uncompressedPoint(point: Uint8Array, length: number): Uint8Array | undefined {
  const bare = point.length === length ? point : point.subarray(2);
  if (bare.length !== length || bare[0] !== 0x04) return undefined;
  if (point.length === length) return bare;
  return hexFromBytes(point.subarray(0, 2)) === `04${length.toString(16)}` ? bare : undefined;
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
