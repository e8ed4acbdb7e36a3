import type { CertIDHash } from '../../../shared/ocsp/cert-id.ts';
import { isoText } from '../../../shared/time.ts';
import type { Certificate } from './certificate.ts';
import { certIDOf, encodeOCSPRequest } from './ocsp-question.ts';
import { decodeOCSPReply } from './ocsp-reply.ts';
import type { Reason, Trail } from './trail.ts';
import { type VerifiedReply, verifyReply } from './verify-reply.ts';
import type { World } from './world.ts';

export type StatusOutcome =
  | { readonly kind: 'answered'; readonly reply: VerifiedReply }
  /** The CA's answers know nothing of this serial number (RFC 9919 3.2.3). */
  | { readonly kind: 'unauthorized' }
  /** Nobody answered, not now, or not in a way that may be believed; `trail` says why. */
  | { readonly kind: 'unanswered' };

/** RFC 9919 3.1.1: SHA-256 first; SHA-1 for a CA that has signed nothing else. */
const HASHES: readonly CertIDHash[] = ['sha256', 'sha1'];

/** What this origin's OCSP says of a certificate, as far as it may be believed. */
export async function askStatus(
  certificate: Certificate,
  issuer: Certificate,
  world: World,
  trail: Trail,
): Promise<StatusOutcome> {
  for (const hash of HASHES) {
    const certID = await certIDOf(certificate, issuer, hash);
    if (!certID) return failed(trail, 'serial-number');
    const der = await world.askOCSP(encodeOCSPRequest(certID));
    if (!der) return failed(trail, 'no-answer');
    const decoded = decodeOCSPReply(der);
    if (decoded.kind === 'unreadable') return failed(trail, 'unreadable');
    if (decoded.kind === 'unsigned') {
      if (decoded.status === 'unauthorized') continue;
      return failed(trail, decoded.status);
    }
    const producedAt = isoText(decoded.reply.producedAt);
    trail.passed('ocsp-asked', { subject: certificate.subjectText, producedAt });
    const reply = await verifyReply(decoded.reply, certID, issuer, world.now(), trail);
    return reply ? { kind: 'answered', reply } : { kind: 'unanswered' };
  }
  trail.failed('ocsp-asked', 'unauthorized', { subject: certificate.subjectText });
  return { kind: 'unauthorized' };
}

function failed(trail: Trail, reason: Reason): StatusOutcome {
  trail.open('ocsp-asked', reason);
  return { kind: 'unanswered' };
}
