import { createPrivateKey, generatePrimeSync, type KeyObject } from 'node:crypto';

/** RSA keys of chosen primes, so that two can share one. */

export function primeOf(bits: number): bigint {
  return generatePrimeSync(bits, { bigint: true });
}

export function rsaKeyOf(p: bigint, q: bigint, e: bigint = 65_537n): KeyObject {
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const fields = Object.entries(numbers).map(([name, value]) => [name, base64url(value)]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(fields) }, format: 'jwk' });
}

export function pemOfKey(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: 'pkcs8' }));
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

/** By the extended algorithm of Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, s, t] = [modulus, value % modulus, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [s, t] = [t, s - quotient * t];
  }
  return ((s % modulus) + modulus) % modulus;
}
