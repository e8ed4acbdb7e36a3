import { hexFromBytes } from '../../../shared/bytes.ts';
import { isoText, type UnixSeconds } from '../../../shared/time.ts';
import type { Authority } from './authorities.ts';
import { type Certificate, isValidAt } from './certificate.ts';
import { askChain, type ChainStatus } from './chain-status.ts';
import { areValidAt, type ChainOutcome, findChain } from './find-issuer.ts';
import type { CertificateVerdict, Report, Revocation } from './report.ts';
import { digest } from './signature.ts';
import { Trail } from './trail.ts';
import type { VerifiedReply } from './verify-reply.ts';
import type { World } from './world.ts';

/** Who issued it, whether that CA still stands by it, and whether its own time is on. */
export async function judgeCertificate(
  certificate: Certificate,
  authorities: readonly Authority[],
  world: World,
): Promise<Report> {
  const trail = new Trail();
  const now = world.now();
  const chain = await findChain(certificate, authorities, now, trail);
  const facts = await certificateFacts(certificate);
  const basis = { subject: certificate.subjectText, findings: trail.findings };
  if (chain.kind !== 'found') {
    if (chain.kind === 'root') noteValidity(certificate, now, trail);
    return { ...basis, verdict: WITHOUT_CHAIN[chain.kind], facts, revocation: undefined };
  }
  noteValidity(certificate, now, trail);
  const issuersValid = areValidAt(chain.issuers, now, trail);
  const status = await askChain(certificate, chain, world, trail);
  const revocation = revocationOf(certificate, status);
  const verdict = verdictOf(certificate, status, issuersValid, now);
  return { ...basis, verdict, revocation, facts: { ...facts, ...statusFacts(status) } };
}

const WITHOUT_CHAIN: Readonly<Record<Exclude<ChainOutcome['kind'], 'found'>, CertificateVerdict>> =
  {
    root: 'root',
    foreign: 'foreign',
    forged: 'forged',
    unsupported: 'undetermined',
  };

function noteValidity(certificate: Certificate, now: UnixSeconds, trail: Trail): void {
  const facts = {
    notBefore: isoText(certificate.notBefore),
    notAfter: isoText(certificate.notAfter),
  };
  const early = now < certificate.notBefore;
  if (isValidAt(certificate, now)) trail.passed('validity', facts);
  else trail.failed('validity', early ? 'not-yet-valid' : 'expired', facts);
}

export async function certificateFacts(
  certificate: Certificate,
): Promise<Readonly<Record<string, string>>> {
  return {
    issuer: certificate.issuerText,
    serialNumber: hexFromBytes(certificate.serialNumber).replace(/^00(?=.)/, ''),
    notBefore: isoText(certificate.notBefore),
    notAfter: isoText(certificate.notAfter),
    sha256: hexFromBytes(await digest('SHA-256', certificate.der)),
  };
}

export function statusFacts({ own }: ChainStatus): Readonly<Record<string, string>> {
  if (typeof own === 'string') return {};
  return { thisUpdate: isoText(own.thisUpdate), nextUpdate: isoText(own.nextUpdate) };
}

/** Its own revocation, else the nearest above it. */
export function revocationOf(
  certificate: Certificate,
  { own, revokedAbove }: ChainStatus,
): Revocation | undefined {
  if (typeof own === 'string' || own.status.kind !== 'revoked') return revokedAbove[0];
  return { certificate, at: own.status.at, reason: own.status.reason };
}

/** The worst that is known comes first; what is not known is never good. */
function verdictOf(
  certificate: Certificate,
  { own, revokedAbove, uncertainAbove }: ChainStatus,
  issuersValid: boolean,
  now: UnixSeconds,
): CertificateVerdict {
  if (isStatus(own, 'revoked')) return 'revoked';
  if (revokedAbove.length > 0) return 'issuer-revoked';
  if (now > certificate.notAfter) return 'expired';
  if (!issuersValid) return 'issuer-outside-validity';
  if (own === 'unauthorized' || isStatus(own, 'unknown')) return 'unknown';
  if (own === 'silent' || uncertainAbove) return 'undetermined';
  return now < certificate.notBefore ? 'not-yet-valid' : 'good';
}

function isStatus(own: ChainStatus['own'], kind: VerifiedReply['status']['kind']): boolean {
  return typeof own !== 'string' && own.status.kind === kind;
}
