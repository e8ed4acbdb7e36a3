import type { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import {
  type ClientCertificate,
  type ClientCertificateError,
  hasEdgeUnit,
  readClientCertificate,
} from '../operators/client-certificate.ts';
import type { HolderError } from '../operators/register.ts';

/** Why the one behind a connection is nobody to the signer. */
export type PersonError =
  | { readonly code: 'client-certificate-missing' }
  /** `reason` is OpenSSL's verify error, such as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  | { readonly code: 'client-certificate-untrusted'; readonly reason: string }
  | ClientCertificateError
  | HolderError
  /** It is an edge's, and no edge of that key is let in. */
  | { readonly code: 'client-certificate-unlisted'; readonly spkiSha256: string }
  | { readonly code: 'session-resumed' };

/** What the certificate says whose key was proved to be at the other end. */
export interface ShownPerson extends ClientCertificate {
  /** It was made for an edge. */
  readonly hasEdgeUnit: boolean;
}

/**
 * Which certificate is at the other end, as of now. Asked again for every request: a connection outlives
 * the expiry and the revocation of the certificate that opened it.
 */
export function identifyPerson(
  socket: TLSSocket,
  now: UnixSeconds,
): Result<ShownPerson, PersonError> {
  // A resumed session (RFC 8446 2.2) proves no possession of the certificate's key. None can be
  // resumed here, so this never happens; if it ever did, it would open a door.
  if (socket.isSessionReused()) return err({ code: 'session-resumed' });
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return err({ code: 'client-certificate-missing' });
  if (!socket.authorized) return err(verifyError(String(socket.authorizationError)));
  const shown = readClientCertificate(certificate, now);
  return shown.ok ? ok({ ...shown.value, hasEdgeUnit: hasEdgeUnit(certificate) }) : shown;
}

function verifyError(reason: string): PersonError {
  if (reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID') {
    return { code: 'client-certificate-expired' };
  }
  if (reason === 'INVALID_PURPOSE') return { code: 'client-certificate-purpose' };
  return { code: 'client-certificate-untrusted', reason };
}
