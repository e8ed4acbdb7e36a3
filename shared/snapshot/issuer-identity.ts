import type { IssuerIdentity } from '../ocsp/cert-id.ts';
import type { WireReader, WireWriter } from './wire.ts';

/** The four hashes of an issuer: SHA-1 name and key, SHA-256 name and key; 104 octets. */
export function writeIssuerIdentity(writer: WireWriter, issuer: IssuerIdentity): void {
  writer.octets(issuer.sha1.issuerNameHash, 20).octets(issuer.sha1.issuerKeyHash, 20);
  writer.octets(issuer.sha256.issuerNameHash, 32).octets(issuer.sha256.issuerKeyHash, 32);
}

export function readIssuerIdentity(reader: WireReader): IssuerIdentity {
  const sha1 = { issuerNameHash: reader.octets(20), issuerKeyHash: reader.octets(20) };
  const sha256 = { issuerNameHash: reader.octets(32), issuerKeyHash: reader.octets(32) };
  return { sha1, sha256 };
}
