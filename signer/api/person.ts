import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Actor } from '../operations/operations.ts';

/** Why the one behind a connection is nobody to the signer. */
export type PersonError =
  | { readonly code: 'client-certificate-missing' }
  /** `reason` is OpenSSL's verify error, such as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  | { readonly code: 'client-certificate-untrusted'; readonly reason: string }
  | { readonly code: 'client-certificate-expired' }
  | { readonly code: 'client-certificate-purpose' }
  | { readonly code: 'client-certificate-nameless' }
  | { readonly code: 'client-certificate-revoked'; readonly spkiSha256: string }
  /** It is an edge's, and no edge of that key is let in. */
  | { readonly code: 'client-certificate-unlisted'; readonly spkiSha256: string }
  | { readonly code: 'session-resumed' };

export interface PersonChecks {
  readonly now: UnixSeconds;
  /** `spkiSha256` in lower-case hexadecimal. */
  readonly isRevoked: (spkiSha256: string) => boolean;
}

/** RFC 5280 4.2.1.12: id-kp-clientAuth. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** A name that reads the same in a log, a file name and a terminal. */
const COMMON_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u;

/**
 * Who is at the other end, as of now. Asked again for every request: a connection outlives the
 * expiry and the revocation of the certificate that opened it.
 */
export function identifyPerson(
  socket: TLSSocket,
  checks: PersonChecks,
): Result<Actor, PersonError> {
  // A resumed session (RFC 8446 2.2) proves no possession of the certificate's key. None can be
  // resumed here, so this never happens; if it ever did, it would open a door.
  if (socket.isSessionReused()) return err({ code: 'session-resumed' });
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return err({ code: 'client-certificate-missing' });
  if (!socket.authorized) return err(verifyError(String(socket.authorizationError)));
  return personOf(certificate, checks);
}

/** The person a certificate names; its chain was verified before. */
export function personOf(
  certificate: X509Certificate,
  { now, isRevoked }: PersonChecks,
): Result<Actor, PersonError> {
  const notBefore = certificate.validFromDate.getTime() / 1000;
  const notAfter = certificate.validToDate.getTime() / 1000;
  // Written so that a date that cannot be read (NaN) refuses.
  if (!(notBefore <= now && now <= notAfter)) return err({ code: 'client-certificate-expired' });
  // Node names the extended key usage `keyUsage`; a certificate without one is for any purpose and
  // so for none here.
  if (certificate.ca || !certificate.keyUsage?.includes(CLIENT_AUTH)) {
    return err({ code: 'client-certificate-purpose' });
  }
  const name: unknown = certificate.toLegacyObject().subject.CN;
  if (typeof name !== 'string' || !COMMON_NAME.test(name)) {
    return err({ code: 'client-certificate-nameless' });
  }
  const spkiSha256 = spkiFingerprint(certificate);
  if (isRevoked(spkiSha256)) return err({ code: 'client-certificate-revoked', spkiSha256 });
  return ok({ name, spkiSha256 });
}

/** Lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo (RFC 5280 4.1.2.7), DER. */
export function spkiFingerprint(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

function verifyError(reason: string): PersonError {
  if (reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID') {
    return { code: 'client-certificate-expired' };
  }
  if (reason === 'INVALID_PURPOSE') return { code: 'client-certificate-purpose' };
  return { code: 'client-certificate-untrusted', reason };
}
