import {
  checkPrimeSync,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
} from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { bitLength } from '../../../../signer/issuance/big-integer.ts';
import {
  decodeSubjectPublicKey,
  type RSASubjectKey,
  type SubjectPublicKey,
} from '../../../../signer/issuance/subject-public-key.ts';
import { keyAlgorithmCheck } from '../../../../signer/lint/key/algorithm.ts';
import type { KeyCheck, KeyHistory } from '../../../../signer/lint/key/candidate.ts';
import { fermatCheck } from '../../../../signer/lint/key/fermat.ts';
import { modulusLengthCheck } from '../../../../signer/lint/key/modulus-length.ts';
import { noSharedFactorCheck } from '../../../../signer/lint/key/no-shared-factor.ts';
import { notCertifiedBeforeCheck } from '../../../../signer/lint/key/not-certified-before.ts';
import { pointOnCurveCheck } from '../../../../signer/lint/key/point-on-curve.ts';
import { primePowerCheck } from '../../../../signer/lint/key/prime-power.ts';
import { publicExponentCheck } from '../../../../signer/lint/key/public-exponent.ts';
import {
  keyFormRequirements,
  keyStrengthRequirements,
} from '../../../../signer/lint/key/requirements.ts';
import { rocaCheck } from '../../../../signer/lint/key/roca.ts';
import { smallFactorsCheck } from '../../../../signer/lint/key/small-factors.ts';
import { weakKeyListCheck } from '../../../../signer/lint/key/weak-key-list.ts';

// Primes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const NO_HISTORY: KeyHistory = {
  holder: null,
  sharedFactorWith: null,
  weakKeyList: null,
  debianWeakKeys: 0,
};

function found(check: KeyCheck, key: SubjectPublicKey, history: KeyHistory = NO_HISTORY) {
  const profile = { kind: 'rsa', modulusLengths: [2048, 3072] } as const;
  return check.check({ key, profile, history });
}

/** As node:crypto, so OpenSSL, makes it. */
function soundKey(modulusLength: number): RSASubjectKey {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const key = must(decodeSubjectPublicKey(spki), 'key of OpenSSL');
  if (key.kind !== 'rsa') throw new Error('not RSA');
  return key;
}

function rsa(modulus: bigint, publicExponent: bigint = 65_537n): RSASubjectKey {
  return { kind: 'rsa', modulus, modulusLength: bitLength(modulus), publicExponent };
}

const prime = (bits: number) => generatePrimeSync(bits, { bigint: true });

/** The next prime, by OpenSSL's test. */
function primeAfter(value: bigint): bigint {
  let candidate = value + 2n - (value % 2n === 0n ? 1n : 0n);
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

const SOUND = soundKey(2048);

describe('keys by OpenSSL', () => {
  it.each([2048, 3072])(
    'CSR-6, CSR-7: a sound key of %d bits passes every check',
    (modulusLength) => {
      const key = soundKey(modulusLength);
      for (const check of [...keyFormRequirements, ...keyStrengthRequirements])
        expect([check.title, found(check, key)]).toEqual([check.title, null]);
    },
  );

  it('CRT-4: RSA-4096 is refused where the profile asks for RSA-2048 or RSA-3072', () => {
    const modulus = (1n << 4095n) + 1n;
    expect(found(keyAlgorithmCheck, SOUND)).toBeNull();
    expect(found(keyAlgorithmCheck, rsa(modulus))).toBe(
      'the key is RSA-4096; the profile asks for RSA-2048 or RSA-3072',
    );
  });
});

describe('numbers of RSA keys', () => {
  it('CSR-6: a modulus length divisible by 8 passes, another is refused', () => {
    expect(found(modulusLengthCheck, rsa(1n << 2047n))).toBeNull();
    expect(found(modulusLengthCheck, rsa(1n << 2046n))).toContain('2047 bits');
  });

  it.each([
    [65_537n, true],
    [(1n << 256n) - 1n, true],
    [65_535n, false],
    [65_538n, false],
    [3n, false],
    [(1n << 256n) + 1n, false],
  ])('CSR-6: of the exponent %s, that it is allowed is %s', (exponent, allowed) => {
    expect(found(publicExponentCheck, rsa(SOUND.modulus, exponent)) === null).toBe(allowed);
  });

  it('CSR-6: a factor of 751 is refused, one of 757 passes, and an even modulus is refused', () => {
    const rest = prime(2038);
    expect(found(smallFactorsCheck, rsa(757n * rest))).toBeNull();
    expect(found(smallFactorsCheck, rsa(751n * rest))).toBe('the modulus is divisible by 751');
    expect(found(smallFactorsCheck, rsa(2n * rest))).toBe('the modulus is divisible by 2');
  });

  it('CSR-6: a prime, a square, a cube and a fifth power of a prime are refused', () => {
    const powers = [prime(2048), prime(1024) ** 2n, prime(683) ** 3n, prime(410) ** 5n];
    for (const power of powers)
      expect(found(primePowerCheck, rsa(power))).toContain('power of a prime');
  });

  it('CSR-6: a product of two primes, also of unlike sizes, is no prime power', () => {
    expect(found(primePowerCheck, SOUND)).toBeNull();
    expect(found(primePowerCheck, rsa(prime(500) * prime(1548)))).toBeNull();
  });
});

describe('known easy attacks', () => {
  it('CSR-7: primes next to each other and the square of a prime fall to Fermat', () => {
    const p = prime(1024);
    expect(found(fermatCheck, rsa(p * primeAfter(p)))).toContain('round 1');
    expect(found(fermatCheck, rsa(p * p))).toContain('round 1');
    expect(found(fermatCheck, SOUND)).toBeNull();
  });

  it('CSR-7: what Fermat factors in round 100 is refused, in round 101 it passes', () => {
    // n = (a - b)(a + b) is found when a is reached: the b is sought for which that takes so long.
    for (const round of [100n, 101n]) {
      const a = prime(1024);
      const roundsOf = (b: bigint) => a - ceilRoot(a * a - b * b) + 1n;
      let [low, high] = [0n, a];
      while (low < high) {
        const middle = (low + high) >> 1n;
        if (roundsOf(middle) < round) low = middle + 1n;
        else high = middle;
      }
      const b = low + prime(200);
      expect(roundsOf(b)).toBe(round);
      const reason = found(fermatCheck, rsa(a * a - b * b));
      if (round === 100n) expect(reason).toContain('round 100');
      else expect(reason).toBeNull();
    }
  });

  it('CSR-7: primes made as the ROCA library makes them are refused', () => {
    // k * M + (65537^a mod M), M the product of the first 126 primes, as for keys of 2,048 bits.
    const primorial = primes(126).reduce((product, p) => product * p, 1n);
    const infineon = () => {
      for (let a = 1n; ; a++) {
        const candidate = prime(40) * primorial + power(65_537n, a + prime(30), primorial);
        if (checkPrimeSync(candidate)) return candidate;
      }
    };
    const [p, q] = [infineon(), infineon()];
    expect(found(rocaCheck, rsa(p * q))).toContain('CVE-2017-15361');
    // The same size with one prime from elsewhere.
    expect(found(rocaCheck, rsa(p * prime(bitLength(q))))).toBeNull();
  });
});

describe('points of EC keys', () => {
  it.each(['P-256', 'P-384'])(
    'CSR-6: a point of %s by OpenSSL passes, next to it is refused',
    (c) => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: c });
      const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
      const key = must(decodeSubjectPublicKey(spki), 'key of OpenSSL');
      if (key.kind !== 'ec') throw new Error('not EC');
      expect(found(pointOnCurveCheck, key)).toBeNull();
      expect(found(pointOnCurveCheck, { ...key, y: key.y ^ 1n })).toContain('not on');
      const p = key.namedCurve === 'P-256' ? 2n ** 256n - 1n : 2n ** 384n - 1n;
      expect(found(pointOnCurveCheck, { ...key, x: p })).toContain('not below');
    },
  );

  it('CSR-6: explicit curve parameters are refused, unread by OpenSSL', () => {
    const { publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      paramEncoding: 'explicit',
    });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    expect(createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).type).toBe(
      'public',
    );
    const decoded = decodeSubjectPublicKey(spki);
    expect(decoded.ok ? '' : decoded.error.reason).toContain('not named by an OID');
  });
});

describe('what is on record', () => {
  const cases = [
    [notCertifiedBeforeCheck, { holder: 'this is the key of the CA root' }, 'the CA root'],
    [noSharedFactorCheck, { sharedFactorWith: 'the key of certificate 0a' }, 'certificate 0a'],
    [weakKeyListCheck, { weakKeyList: 'openssl-blacklist' }, 'openssl-blacklist'],
  ] as const;

  it.each(cases)(
    'CSR-5, CSR-7: a key on record is refused and its record named: %#',
    (check, fact, text) => {
      expect(found(check, SOUND)).toBeNull();
      expect(found(check, SOUND, { ...NO_HISTORY, ...fact })).toContain(text);
    },
  );
});

function ceilRoot(value: bigint): bigint {
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (let next = root; ; ) {
    next = (root + value / root) >> 1n;
    if (next >= root) break;
    root = next;
  }
  return root * root === value ? root : root + 1n;
}

function primes(count: number): readonly bigint[] {
  const list: bigint[] = [];
  for (let candidate = 2n; list.length < count; candidate++)
    if (list.every((p) => candidate % p !== 0n)) list.push(candidate);
  return list;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
