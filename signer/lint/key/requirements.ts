import { keyAlgorithmCheck } from './algorithm.ts';
import type { KeyCheck } from './candidate.ts';
import { fermatCheck } from './fermat.ts';
import { modulusLengthCheck } from './modulus-length.ts';
import { noSharedFactorCheck } from './no-shared-factor.ts';
import { notCertifiedBeforeCheck } from './not-certified-before.ts';
import { pointOnCurveCheck } from './point-on-curve.ts';
import { primePowerCheck } from './prime-power.ts';
import { publicExponentCheck } from './public-exponent.ts';
import { rocaCheck } from './roca.ts';
import { smallFactorsCheck } from './small-factors.ts';
import { weakKeyListCheck } from './weak-key-list.ts';

/** What must hold before anything is computed with the private key's proof (certification-request.ts). */
export const keyFormRequirements: readonly KeyCheck[] = [
  keyAlgorithmCheck,
  modulusLengthCheck,
  publicExponentCheck,
  pointOnCurveCheck,
];

/** Everything else that is checked of a key before a certificate is made for it, also of our own keys. */
export const keyStrengthRequirements: readonly KeyCheck[] = [
  smallFactorsCheck,
  primePowerCheck,
  fermatCheck,
  rocaCheck,
  weakKeyListCheck,
  notCertifiedBeforeCheck,
  noSharedFactorCheck,
];
