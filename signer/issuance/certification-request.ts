import type { KeyRequirement } from '../../shared/policy/profiles.ts';
import { BugError, err, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import type { KeyCandidate, KeyCheck, KeyHistory } from '../lint/key/candidate.ts';
import { pointOnCurveCheck } from '../lint/key/point-on-curve.ts';
import { publicExponentCheck } from '../lint/key/public-exponent.ts';
import { keyFormRequirements, keyStrengthRequirements } from '../lint/key/requirements.ts';
import {
  acceptedSignature,
  type DecodedRequest,
  decodeCertificationRequest,
  FORM_CLAUSE,
  possessionProblem,
  type RequestError,
} from './decode-certification-request.ts';
import { sha256 } from './public-key.ts';
import { decodeSubjectPublicKey, keyAlgorithmOf } from './subject-public-key.ts';

export type { RequestError } from './decode-certification-request.ts';

/** What is taken over from a PKCS#10 request: its subject and key, and nothing it asks for (CSR-4). */
export interface VerifiedRequest {
  readonly der: Uint8Array;
  /** SHA-256 of the DER: the fingerprint of CP 3.2.1 (CSR-2). */
  readonly sha256: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly spkiSha256: Uint8Array;
  readonly key: KeyAlgorithm;
}

/** One line of `inkan request check`. */
export interface CheckOutcome {
  readonly title: string;
  readonly rule: string;
  readonly clause: string;
  readonly outcome: 'passed' | 'refused' | 'not-checked';
  /** What was found, or why it was not checked; null for a check that passed. */
  readonly reason: string | null;
}

export function fingerprintsOf({
  der,
  spki,
}: DecodedRequest): Pick<VerifiedRequest, 'der' | 'sha256' | 'spkiSha256'> {
  return { der, sha256: sha256(der), spkiSha256: sha256(spki) };
}

/** For a request that no check refused. */
export function verifiedRequest(request: DecodedRequest): VerifiedRequest {
  const key = keyAlgorithmOf(request.key);
  if (!key) throw new BugError('a key that no profile allows was verified');
  return { ...fingerprintsOf(request), subject: request.subject, spki: request.spki, key };
}

/** Whether nothing bars verifying the request's own signature, and it verifies. */
export function provesPossession(request: DecodedRequest): boolean {
  return isVerifiable(request) && possessionProblem(request) === null;
}

/** Bounds of what is computed in the verification: size, exponent, and a point on its curve. */
function isVerifiable({ key }: DecodedRequest): boolean {
  if (key.kind === 'other') return false;
  const candidate: KeyCandidate = { key, profile: NO_PROFILE, history: null };
  return (
    publicExponentCheck.check(candidate) === null && pointOnCurveCheck.check(candidate) === null
  );
}

const NO_PROFILE: KeyRequirement = { kind: 'rsa', modulusLengths: [] };

/**
 * Every check of a request, in the order in which they refuse: form, signature and possession, then
 * the strength of the key. Strength is not looked at unless all before it holds: its arithmetic is
 * only for keys of a size that the profile allows, and only whoever holds a key has a say about it.
 */
export function examineRequest(
  request: DecodedRequest,
  profile: KeyRequirement,
  history: KeyHistory | null,
): readonly CheckOutcome[] {
  const candidate: KeyCandidate = { key: request.key, profile, history };
  const applying = (checks: readonly KeyCheck[]) =>
    checks.filter(({ applies }) => applies(candidate));
  const before = [
    outcomeOf('strict DER, version 0, attributes', 'CSR-1', FORM_CLAUSE, null),
    ...applying(keyFormRequirements).map((check) => keyOutcome(check, candidate)),
    signatureAlgorithmOutcome(request),
    possessionOutcome(request),
  ];
  const sound = before.every(({ outcome }) => outcome === 'passed');
  const after = applying(keyStrengthRequirements).map((check) =>
    sound ? keyOutcome(check, candidate) : notChecked(check, 'a check before it failed'),
  );
  return [...before, ...after];
}

function signatureAlgorithmOutcome({ signatureAlgorithm }: DecodedRequest): CheckOutcome {
  const reason = acceptedSignature(signatureAlgorithm)
    ? null
    : 'signed with an algorithm other than RSA or ECDSA with SHA-2, or with its parameters wrong';
  return outcomeOf('signed with SHA-2', 'CSR-3', 'CSBR 7.1.3', reason);
}

function possessionOutcome(request: DecodedRequest): CheckOutcome {
  const check = { title: 'proof of possession', rule: 'CSR-1', source: FORM_CLAUSE };
  if (!isVerifiable(request)) return notChecked(check, 'nothing is verified with such a key');
  return outcomeOf(check.title, check.rule, check.source, possessionProblem(request));
}

/** What needs nothing on record: kind, size, exponent, curve. */
export function examineKeyForm(spki: Uint8Array, profile: KeyRequirement): readonly CheckOutcome[] {
  const key = decodeSubjectPublicKey(spki);
  if (!key.ok) return [outcomeOf('one encoding', 'CSR-1', FORM_CLAUSE, key.error.reason)];
  const candidate: KeyCandidate = { key: key.value, profile, history: null };
  return keyFormRequirements.map((check) => keyOutcome(check, candidate));
}

/** Every check of a key that this signer made itself, or that is about to be certified. */
export function examineKey(
  spki: Uint8Array,
  profile: KeyRequirement,
  history: KeyHistory,
): readonly CheckOutcome[] {
  const key = decodeSubjectPublicKey(spki);
  if (!key.ok) return [outcomeOf('one encoding', 'CSR-1', FORM_CLAUSE, key.error.reason)];
  const candidate: KeyCandidate = { key: key.value, profile, history };
  const form = examineKeyForm(spki, profile);
  if (form.some(({ reason }) => reason !== null)) return form;
  return [...form, ...keyStrengthRequirements.map((check) => keyOutcome(check, candidate))];
}

/** The first check that refuses. */
export function firstRefusal(checks: readonly CheckOutcome[]): Result<true, RequestError> {
  const refused = checks.find(({ outcome }) => outcome === 'refused');
  if (!refused) return ok(true);
  const { rule: check, clause, reason } = refused;
  return err({ code: 'request-refused', check, clause, reason: reason ?? '' });
}

/** The checks that need no record of this signer; receive-request.ts makes all. */
export function verifyCertificationRequest(
  der: Uint8Array,
  profile: KeyRequirement,
): Result<VerifiedRequest, RequestError> {
  const decoded = decodeCertificationRequest(der);
  if (!decoded.ok) return decoded;
  const verdict = firstRefusal(examineRequest(decoded.value, profile, null));
  return verdict.ok ? ok(verifiedRequest(decoded.value)) : verdict;
}

function keyOutcome(check: KeyCheck, candidate: KeyCandidate): CheckOutcome {
  const outcome = outcomeOf(check.title, check.rule, check.source, check.check(candidate));
  const gap = check.gap?.(candidate) ?? null;
  return outcome.outcome === 'passed' && gap !== null ? notChecked(check, gap) : outcome;
}

function outcomeOf(
  title: string,
  rule: string,
  clause: string,
  reason: string | null,
): CheckOutcome {
  return { title, rule, clause, outcome: reason === null ? 'passed' : 'refused', reason };
}

function notChecked(
  { title, rule, source }: Pick<KeyCheck, 'title' | 'rule' | 'source'>,
  reason: string,
): CheckOutcome {
  return { title, rule, clause: source, outcome: 'not-checked', reason };
}
