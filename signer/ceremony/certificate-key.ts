import { DERReader } from '../../shared/der/reader.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import { splitSignedDER } from '../signing/signed-der.ts';

/** Fields of a TBSCertificate, octet for octet as they stand in it. */
export interface CertifiedFields {
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** Contents of the serial number's INTEGER. */
  readonly serialNumber: Uint8Array;
}

export interface CertifiedKey extends CertifiedFields {
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

/** Undefined when the bytes are not a v3 TBSCertificate. */
export function certifiedFields(tbs: Uint8Array): CertifiedFields | undefined {
  const fields = new DERReader(tbs).enter(TAG.sequence);
  const version = fields?.whole(contextTag(0));
  const serialNumber = fields?.integer();
  const signature = fields?.whole(TAG.sequence);
  const issuer = fields?.whole(TAG.sequence);
  const validity = fields?.whole(TAG.sequence);
  const subject = fields?.whole(TAG.sequence);
  const spki = fields?.whole(TAG.sequence);
  if (!version || !serialNumber || !signature || !issuer || !validity) return undefined;
  return subject && spki ? { subject, spki, serialNumber } : undefined;
}

/** Undefined when the bytes are not a v3 certificate. */
export function certifiedKey(der: Uint8Array): CertifiedKey | undefined {
  const parts = splitSignedDER(der);
  const fields = parts && certifiedFields(parts.tbs);
  return fields && { ...fields, tbs: parts.tbs, signature: parts.signature };
}
