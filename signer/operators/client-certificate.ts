import { createHash, type X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';

/** Why a certificate, whoever signed it, is no client's now. */
export type ClientCertificateError =
  | { readonly code: 'client-certificate-expired' }
  | { readonly code: 'client-certificate-purpose' }
  | { readonly code: 'client-certificate-nameless' };

/** What a client certificate says of itself. */
export interface ClientCertificate {
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo. */
  readonly spkiSha256: string;
}

/** OU of an edge's client certificate, so that no other list than that of edges can let it in. */
export const EDGE_UNIT = 'inkan-edge';

/** RFC 5280 4.2.1.12: id-kp-clientAuth. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** A name that reads the same in a log, a file name and a terminal. */
const COMMON_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u;

/** Its name and key, when it is valid now and for a client; that its chain holds is not looked at. */
export function readClientCertificate(
  certificate: X509Certificate,
  now: UnixSeconds,
): Result<ClientCertificate, ClientCertificateError> {
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
  return ok({ name, spkiSha256: spkiFingerprint(certificate) });
}

/** Lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo (RFC 5280 4.1.2.7), DER. */
export function spkiFingerprint(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

export function hasEdgeUnit(certificate: X509Certificate): boolean {
  const units: unknown = certificate.toLegacyObject().subject.OU;
  return Array.isArray(units) ? units.includes(EDGE_UNIT) : units === EDGE_UNIT;
}
