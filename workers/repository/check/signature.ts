import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';

/** What Web Crypto made of a signature; `unsupported`: an algorithm or key that is not taken here. */
export type SignatureOutcome = 'valid' | 'invalid' | 'unsupported';

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface SignedOctets {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Dotted OID of the signature's AlgorithmIdentifier. */
  readonly algorithm: string;
  /** CMS: the hash of a signature whose algorithm is plain `rsaEncryption` (RFC 3370 3.2). */
  readonly hash?: HashName;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** RFC 4055 5: RSASSA-PKCS1-v1_5. Not PSS, and no SHA-1. */
const RSA: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.113549.1.1.11', 'SHA-256'],
  ['1.2.840.113549.1.1.12', 'SHA-384'],
  ['1.2.840.113549.1.1.13', 'SHA-512'],
]);
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/** RFC 5758 3.2. */
const ECDSA: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.10045.4.3.2', 'SHA-256'],
  ['1.2.840.10045.4.3.3', 'SHA-384'],
  ['1.2.840.10045.4.3.4', 'SHA-512'],
]);

/** RFC 5480 2.1.1.1, by the octets of the parameters' contents, with the length of r and s. */
const CURVES: readonly { readonly oid: string; readonly name: string; readonly half: number }[] = [
  { oid: '42,134,72,206,61,3,1,7', name: 'P-256', half: 32 },
  { oid: '43,129,4,0,34', name: 'P-384', half: 48 },
  { oid: '43,129,4,0,35', name: 'P-521', half: 66 },
];

export async function verifySignature(asked: SignedOctets): Promise<SignatureOutcome> {
  const rsa = RSA.get(asked.algorithm);
  if (rsa !== undefined) return verifyRSA(asked, rsa);
  if (asked.algorithm === RSA_ENCRYPTION && asked.hash) return verifyRSA(asked, asked.hash);
  const ecdsa = ECDSA.get(asked.algorithm);
  return ecdsa === undefined ? 'unsupported' : verifyECDSA(asked, ecdsa);
}

async function verifyRSA(asked: SignedOctets, hash: HashName): Promise<SignatureOutcome> {
  const key = await importKey(asked.spki, { name: 'RSASSA-PKCS1-v1_5', hash });
  if (!key) return 'unsupported';
  return verify({ name: 'RSASSA-PKCS1-v1_5' }, key, asked.signature, asked.signed);
}

async function verifyECDSA(asked: SignedOctets, hash: HashName): Promise<SignatureOutcome> {
  const curve = curveOf(asked.spki);
  if (!curve) return 'unsupported';
  const key = await importKey(asked.spki, { name: 'ECDSA', namedCurve: curve.name });
  if (!key) return 'unsupported';
  const raw = rawECDSASignature(asked.signature, curve.half);
  return raw ? verify({ name: 'ECDSA', hash }, key, raw, asked.signed) : 'invalid';
}

type ImportAlgorithm = RsaHashedImportParams | EcKeyImportParams;

async function importKey(
  spki: Uint8Array,
  algorithm: ImportAlgorithm,
): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('spki', spki.slice(), algorithm, false, ['verify']);
  } catch {
    return undefined; // another kind of key than the signature's algorithm, or one out of bounds
  }
}

async function verify(
  algorithm: AlgorithmIdentifier | EcdsaParams,
  key: CryptoKey,
  signature: Uint8Array,
  signed: Uint8Array,
): Promise<SignatureOutcome> {
  try {
    const right = await crypto.subtle.verify(algorithm, key, signature.slice(), signed.slice());
    return right ? 'valid' : 'invalid';
  } catch {
    return 'invalid';
  }
}

function curveOf(spki: Uint8Array): (typeof CURVES)[number] | undefined {
  const algorithm = new DERReader(spki).enter(TAG.sequence)?.enter(TAG.sequence);
  if (!algorithm?.objectIdentifier()) return undefined;
  const oid = algorithm.objectIdentifier()?.join();
  return CURVES.find((curve) => curve.oid === oid);
}

/** Ecdsa-Sig-Value (RFC 3279 2.2.3) as Web Crypto wants it: r and s, `half` octets each. */
function rawECDSASignature(der: Uint8Array, half: number): Uint8Array | undefined {
  const reader = new DERReader(der);
  const pair = reader.enter(TAG.sequence);
  const numbers = [pair?.integer(), pair?.integer()];
  if (!pair?.atEnd() || !reader.atEnd()) return undefined;
  const raw = new Uint8Array(2 * half);
  for (const [i, number] of numbers.entries()) {
    if (!number || (number[0] ?? 0x80) >= 0x80) return undefined;
    const significant = number[0] === 0 ? number.subarray(1) : number;
    if (significant.length > half) return undefined;
    raw.set(significant, (i + 1) * half - significant.length);
  }
  return raw;
}

/** Hashes by OID, as CMS and TSP name them; SHA-1 only where it is told apart by the caller. */
export function hashNameOf(oid: string): HashName | 'SHA-1' | undefined {
  return HASHES.get(oid);
}

const HASHES: ReadonlyMap<string, HashName | 'SHA-1'> = new Map([
  ['1.3.14.3.2.26', 'SHA-1'],
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

export async function digest(hash: HashName | 'SHA-1', octets: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, octets.slice()));
}
