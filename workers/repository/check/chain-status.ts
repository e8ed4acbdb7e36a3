import { isoText } from '../../../shared/time.ts';
import { askStatus } from './ask-status.ts';
import type { Certificate } from './certificate.ts';
import type { Chain, Other } from './find-issuer.ts';
import type { Revocation } from './report.ts';
import type { Trail } from './trail.ts';
import type { VerifiedReply } from './verify-reply.ts';
import type { World } from './world.ts';

/** What the OCSP of this origin says of a certificate and of every CA above it but the root. */
export interface ChainStatus {
  /** `silent`: no answer that may be believed. */
  readonly own: VerifiedReply | 'unauthorized' | 'silent';
  /** The revocations of CAs, from the nearest. */
  readonly revokedAbove: readonly Revocation[];
  /** A CA above it of which nothing is known. */
  readonly uncertainAbove: boolean;
}

/**
 * `chain` as `findChain` answers it: the root is last, and nobody answers for it. A revocation of any
 * certificate of a CA above counts; silence about one that is not on the way does while it is valid.
 */
export async function askChain(
  certificate: Certificate,
  { issuers, others }: Chain,
  world: World,
  trail: Trail,
): Promise<ChainStatus> {
  const [issuer, ...above] = issuers.map((authority) => authority.certificate);
  const own = issuer ? await askOne(certificate, issuer, world, trail) : 'silent';
  const asked: Other[] = [];
  let below = issuer;
  for (const next of above) {
    if (below) asked.push({ certificate: below, issuer: next, validThen: true });
    below = next;
  }
  const revokedAbove: Revocation[] = [];
  let uncertainAbove = false;
  for (const { certificate: ca, issuer: by, validThen } of [...asked, ...others]) {
    const known = await askOne(ca, by, world, trail);
    const status = typeof known === 'string' ? undefined : known.status;
    if (status?.kind === 'revoked') revokedAbove.push({ certificate: ca, ...status });
    else uncertainAbove ||= validThen && status?.kind !== 'good';
  }
  return { own, revokedAbove, uncertainAbove };
}

async function askOne(
  certificate: Certificate,
  issuer: Certificate,
  world: World,
  trail: Trail,
): Promise<ChainStatus['own']> {
  const outcome = await askStatus(certificate, issuer, world, trail);
  if (outcome.kind !== 'answered') {
    return outcome.kind === 'unauthorized' ? 'unauthorized' : 'silent';
  }
  noteStatus(certificate, outcome.reply, trail);
  return outcome.reply;
}

function noteStatus(certificate: Certificate, { status }: VerifiedReply, trail: Trail): void {
  const facts = { subject: certificate.subjectText };
  switch (status.kind) {
    case 'good':
      trail.passed('ocsp-status', facts);
      break;
    case 'unknown':
      trail.failed('ocsp-status', 'unknown', facts);
      break;
    case 'revoked':
      trail.failed('ocsp-status', 'revoked', { ...facts, at: isoText(status.at) });
  }
}
