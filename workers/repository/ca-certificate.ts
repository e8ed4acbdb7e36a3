import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import type { IssuerHashes } from '../../shared/ocsp/cert-id.ts';
import { sha256 } from '../verified-blobs.ts';

/** Certificate, TBSCertificate and SubjectPublicKeyInfo are nested no deeper before the key. */
const DEPTH = 8;
const VERSION_TAG = 0xa0;

/**
 * RFC 6960 4.1.1: what the CA of this certificate (RFC 5280 4.1) is called in CertIDs, by SHA-256 over
 * its Name and over the bits of its key. `undefined` for octets that are no certificate.
 */
export async function issuerHashesOf(der: Uint8Array): Promise<IssuerHashes | undefined> {
  const tbs = new DERReader(der).enter(TAG.sequence)?.enter(TAG.sequence);
  if (!tbs) return undefined;
  tbs.enter(VERSION_TAG);
  // serialNumber, signature, issuer, validity
  for (let i = 0; i < 4; i++) if (!tbs.skip(DEPTH)) return undefined;
  const subject = tbs.whole(TAG.sequence);
  const spki = tbs.enter(TAG.sequence);
  if (!subject || !spki?.skip(DEPTH)) return undefined;
  const key = spki.octetAlignedBits();
  if (!key) return undefined;
  return { issuerNameHash: await sha256(subject), issuerKeyHash: await sha256(key) };
}
