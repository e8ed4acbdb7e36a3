import { err, ok, type Result } from '../../shared/result.ts';
import type { CertificateToSign } from './certificate/candidate.ts';
import { certificateRequirements } from './certificate/requirements.ts';
import type { CRLToSign } from './crl/candidate.ts';
import { crlRequirements } from './crl/requirements.ts';
import type { OCSPCandidate } from './ocsp/candidate.ts';
import { type LiveOCSPCandidate, liveOCSPRequirements } from './ocsp/live.ts';
import { ocspRequirements } from './ocsp/requirements.ts';
import { type Finding, findingsOf, type Level, type Requirement } from './requirement.ts';

interface Candidates {
  readonly certificate: CertificateToSign;
  readonly crl: CRLToSign;
  readonly ocsp: OCSPCandidate;
  readonly 'live-ocsp': LiveOCSPCandidate;
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
  'live-ocsp': liveOCSPRequirements,
};

/** What one requirement found in an artifact that passed, for the record of who signs it elsewhere. */
export interface LintResult {
  readonly rule: string;
  readonly source: string;
  /** `passed`: met, or it does not apply here; else the finding that did not stop it. */
  readonly result: 'passed' | Exclude<Level, 'error'>;
  /** What was found; null where it passed. */
  readonly reason: string | null;
}

/** Every rule with its result, in the order of the table. */
export function lintResults<K extends ArtifactKind>(
  kind: K,
  linted: Linted<K>,
): readonly LintResult[] {
  const rules = new Map(REQUIREMENTS[kind].map(({ rule, source }) => [rule, source]));
  const findings = new Map(findingsOf(REQUIREMENTS[kind], linted).map((one) => [one.rule, one]));
  return [...rules].map(([rule, source]) => {
    const found = findings.get(rule);
    if (!found || found.level === 'error') return { rule, source, result: 'passed', reason: null };
    return { rule, source: found.source, result: found.level, reason: oneLine(found.reason) };
  });
}

/** A reason may quote the artifact: some length, nothing that steers a terminal. */
function oneLine(reason: string): string {
  return reason.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 2_000);
}

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
