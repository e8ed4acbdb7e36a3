import { X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../shared/result.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { readTBSCertificate } from '../lint/certificate/certificate-fields.ts';
import { splitSignedDER } from '../signing/signed-der.ts';
import { hasEdgeUnit, readClientCertificate } from './client-certificate.ts';
import { OPERATOR_CA_KEY, type OperatorCA } from './operator-ca.ts';
import type { OperatorError } from './operator-error.ts';

/** Whose certificates operators connect with. */
export interface OperatorTrust {
  /** PEM, as the listener takes it. */
  readonly pem: string;
  readonly certificates: readonly X509Certificate[];
  /** The CA of `inkan init`; null when config.json names another, which is asked elsewhere. */
  readonly own: OperatorCA | null;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** `keystore` has the key of the own CA; null: the certificates are of a CA elsewhere. */
export function readOperatorTrust(
  pem: string,
  keystore: string | null,
): Result<OperatorTrust, { readonly reason: string }> {
  const certificates: X509Certificate[] = [];
  for (const block of pem.match(BLOCK) ?? []) {
    const certificate = x509(block);
    if (!certificate?.ca) return err({ reason: 'not every certificate in it is of a CA' });
    certificates.push(certificate);
  }
  const [first] = certificates;
  if (!first) return err({ reason: 'it has no certificate, PEM' });
  if (keystore === null) return ok({ pem, certificates, own: null });
  const parts = splitSignedDER(new Uint8Array(first.raw));
  const fields = parts && readTBSCertificate(parts.tbs);
  if (!fields || certificates.length > 1)
    return err({ reason: 'it is not the one certificate of init' });
  const { subject, spki } = fields;
  const own = { keystore, keyLabel: OPERATOR_CA_KEY, spki, subject };
  return ok({ pem, certificates, own: { ...own, certificate: new Uint8Array(first.raw) } });
}

/** A client certificate of somebody who can be an operator. */
export interface OperatorCertificate {
  readonly der: Uint8Array;
  /** Its common name; whose key it is says the register. */
  readonly name: string;
  readonly spkiSha256: string;
  readonly notAfter: UnixSeconds;
}

/** Keys that sign an approval as well as a handshake. */
const SMALLEST_MODULUS = 2_048;

/**
 * A certificate for TLS clients, valid now, that one of these CAs signed itself; no edge's. That its holder
 * has the key is proved at every connection.
 */
export function readOperatorCertificate(
  der: Uint8Array,
  { certificates }: Pick<OperatorTrust, 'certificates'>,
  now: UnixSeconds,
): Result<OperatorCertificate, OperatorError> {
  const certificate = x509(Buffer.from(der));
  // OpenSSL takes octets after the end, or PEM; on record is exactly the certificate.
  if (!certificate?.raw.equals(der)) return refused('it is not one certificate, DER');
  const issuer = certificates.find((ca) => certificate.checkIssued(ca));
  if (!issuer || !certificate.verify(issuer.publicKey))
    return refused('the operator CA did not sign it');
  const shown = readClientCertificate(certificate, now);
  if (!shown.ok) return refused(REASONS[shown.error.code]);
  if (hasEdgeUnit(certificate)) return refused("it is an edge's; those go into config.json");
  if (!isStrong(certificate)) return refused('its key is neither EC, Ed25519 nor RSA of 2048 bits');
  const notAfter = unixSeconds(certificate.validToDate.getTime() / 1000);
  return ok({ der, notAfter, ...shown.value });
}

const REASONS = {
  'client-certificate-expired': 'it is not valid now',
  'client-certificate-purpose': 'it is not for client authentication',
  'client-certificate-nameless':
    'it has not exactly one common name of letters, digits and " ._@-"',
} as const;

function isStrong({ publicKey }: X509Certificate): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
  if (asymmetricKeyType === 'ec' || asymmetricKeyType === 'ed25519') return true;
  if (asymmetricKeyType !== 'rsa') return false;
  return (asymmetricKeyDetails?.modulusLength ?? 0) >= SMALLEST_MODULUS;
}

function refused(reason: string): Result<never, OperatorError> {
  return err({ code: 'operator-certificate-refused', reason });
}

function x509(input: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(input);
  } catch {
    return undefined;
  }
}
