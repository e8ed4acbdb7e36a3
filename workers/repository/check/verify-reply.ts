import { bytesEqual } from '../../../shared/bytes.ts';
import type { CertID } from '../../../shared/ocsp/cert-id.ts';
import { isoText, type UnixSeconds } from '../../../shared/time.ts';
import { type Certificate, isValidAt, namesAsIssuer, verifyIssued } from './certificate.ts';
import { KEY_USAGE } from './certificate-extensions.ts';
import { isAbout, type OCSPReply, type SingleReply } from './ocsp-reply.ts';
import { digest, verifySignature } from './signature.ts';
import type { Reason, Trail } from './trail.ts';

/** How far the clock of a person's computer may be off. */
export const CLOCK_SKEW_SECONDS = 300;

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

/** A reply that RFC 6960 3.2 lets a client believe, with the window in which it may. */
export interface VerifiedReply {
  readonly status: SingleReply['status'];
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
}

/**
 * RFC 6960 3.2, items 1 to 6, at `now`: about the certificate that was asked, signed by the CA itself
 * or by a responder that this CA certified for it (4.2.2.2), and neither old nor ahead of its time. A
 * nonce is not needed: responses are signed beforehand (RFC 9919 3.2.1).
 */
export async function verifyReply(
  reply: OCSPReply,
  asked: CertID,
  issuer: Certificate,
  now: UnixSeconds,
  trail: Trail,
): Promise<VerifiedReply | undefined> {
  const single = reply.singles.find(({ certID }) => isAbout(certID, asked));
  if (!single) {
    trail.failed('ocsp-for-this', undefined);
    return undefined;
  }
  trail.passed('ocsp-for-this', { hash: asked.hash === 'sha1' ? 'SHA-1' : 'SHA-256' });
  const responder = await findResponder(reply, issuer, now, trail);
  if (!responder) return undefined;
  const outcome = await verifySignature({
    spki: responder.spki,
    algorithm: reply.signatureAlgorithm,
    signed: reply.tbs,
    signature: reply.signature,
  });
  if (outcome !== 'valid') {
    trail.failed('ocsp-signature', outcome);
    return undefined;
  }
  trail.passed('ocsp-signature');
  return checkTimes(reply, single, now, trail);
}

/** RFC 6960 4.2.2.2. */
async function findResponder(
  { responder, certificates }: OCSPReply,
  issuer: Certificate,
  now: UnixSeconds,
  trail: Trail,
): Promise<Certificate | undefined> {
  const isNamed = async ({ subject, keyBits }: Certificate) =>
    'name' in responder
      ? bytesEqual(responder.name, subject)
      : bytesEqual(responder.keyHash, await digest('SHA-1', keyBits));
  if (await isNamed(issuer)) {
    trail.passed('ocsp-responder', { responder: issuer.subjectText });
    return issuer;
  }
  let reason: Reason = 'responder-missing';
  for (const certificate of certificates) {
    if (!(await isNamed(certificate))) continue;
    const found = await faultOfDelegate(certificate, issuer, now);
    if (found === undefined) {
      const notAfter = isoText(certificate.notAfter);
      trail.passed('ocsp-responder', { responder: certificate.subjectText, notAfter });
      return certificate;
    }
    reason = found;
  }
  trail.failed('ocsp-responder', reason);
  return undefined;
}

/** Why this certificate may not answer for the CA; nothing if it may. */
async function faultOfDelegate(
  certificate: Certificate,
  issuer: Certificate,
  now: UnixSeconds,
): Promise<Reason | undefined> {
  const { extendedKeyUsage, keyUsage, unknownCritical } = certificate;
  if (!namesAsIssuer(certificate, issuer)) return 'responder-foreign';
  if ((await verifyIssued(certificate, issuer)) !== 'valid') return 'responder-foreign';
  if (!extendedKeyUsage?.purposes.includes(OCSP_SIGNING)) return 'responder-purpose';
  if (keyUsage?.has(KEY_USAGE.digitalSignature) === false) return 'responder-purpose';
  if (unknownCritical.length > 0) return 'responder-purpose';
  return isValidAt(certificate, now) ? undefined : 'responder-expired';
}

/** RFC 6960 3.2 items 5 and 6; RFC 9919 4: nextUpdate has to be there. */
function checkTimes(
  { producedAt }: OCSPReply,
  { status, thisUpdate, nextUpdate }: SingleReply,
  now: UnixSeconds,
  trail: Trail,
): VerifiedReply | undefined {
  if (nextUpdate === undefined) {
    trail.failed('ocsp-times', 'times-missing');
    return undefined;
  }
  const facts = {
    thisUpdate: isoText(thisUpdate),
    nextUpdate: isoText(nextUpdate),
    now: isoText(now),
  };
  const ahead = Math.max(thisUpdate, producedAt) > now + CLOCK_SKEW_SECONDS;
  const old = nextUpdate < now - CLOCK_SKEW_SECONDS || nextUpdate < thisUpdate;
  if (ahead || old) {
    trail.failed('ocsp-times', ahead ? 'times-ahead' : 'times-over', facts);
    return undefined;
  }
  trail.passed('ocsp-times', facts);
  return { status, thisUpdate, nextUpdate };
}
