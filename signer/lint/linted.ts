import { err, ok, type Result } from '../../shared/result.ts';
import type { CertificateToSign } from './certificate/candidate.ts';
import { certificateRequirements } from './certificate/requirements.ts';
import type { CRLToSign } from './crl/candidate.ts';
import { crlRequirements } from './crl/requirements.ts';
import type { OCSPCandidate } from './ocsp/candidate.ts';
import { ocspRequirements } from './ocsp/requirements.ts';
import { type Finding, findingsOf, type Requirement } from './requirement.ts';

interface Candidates {
  readonly certificate: CertificateToSign;
  readonly crl: CRLToSign;
  readonly ocsp: OCSPCandidate;
}

export type ArtifactKind = keyof Candidates;

declare const lintedBrand: unique symbol;

/** Proof that every requirement of its kind was checked: the only thing the keys will sign. */
export type Linted<K extends ArtifactKind> = Candidates[K] & { readonly [lintedBrand]: K };

export interface LintRefusal {
  readonly code: 'lint-refused';
  readonly findings: readonly Finding[];
}

const REQUIREMENTS: { readonly [K in ArtifactKind]: readonly Requirement<Candidates[K]>[] } = {
  certificate: certificateRequirements,
  crl: crlRequirements,
  ocsp: ocspRequirements,
};

/** Checks every requirement; an error refuses, a warning or a notice does not. */
export function lint<K extends ArtifactKind>(
  kind: K,
  candidate: Candidates[K],
): Result<Linted<K>, LintRefusal> {
  const findings = findingsOf(REQUIREMENTS[kind], candidate).filter(
    ({ level }) => level === 'error',
  );
  if (findings.length > 0) return err({ code: 'lint-refused', findings });
  return ok(candidate as Linted<K>);
}
