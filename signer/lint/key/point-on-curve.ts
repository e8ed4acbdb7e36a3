import { ecCheck, type KeyCheck } from './candidate.ts';

/** SP 800-186 3.2.1.3 and 3.2.1.4: y^2 = x^3 - 3x + b modulo p; the cofactor is 1. */
const CURVES = {
  'P-256': {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
} as const;

/**
 * SP 800-56A 5.6.2.3.3, full validation: not the point at infinity (it has no uncompressed form),
 * coordinates below p, on the curve; every such point has the order of the curve.
 */
export const pointOnCurveCheck: KeyCheck = ecCheck(
  'point on its curve',
  'CSR-6',
  'CSBR 6.1.6; SP 800-56A 5.6.2.3.3',
  ({ namedCurve, x, y }) => {
    const { p, b } = CURVES[namedCurve];
    if (x >= p || y >= p) return `a coordinate is not below the prime of ${namedCurve}`;
    return (y * y - (x * x * x - 3n * x + b)) % p === 0n
      ? null
      : `the point is not on ${namedCurve}`;
  },
);
