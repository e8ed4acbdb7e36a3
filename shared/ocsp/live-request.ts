import { bytesEqual } from '../bytes.ts';
import { OID } from '../der/oids.ts';
import { DERReader } from '../der/reader.ts';
import { contextTag, TAG } from '../der/tags.ts';
import { objectIdentifier } from '../der/writer.ts';
import { ok, type Result } from '../result.ts';
import { type CertID, sameCertID } from './cert-id.ts';
import { decodeRequestParts } from './request.ts';
import { malformed, notAnswerable, type OCSPRequestError } from './request-error.ts';

/** More certificates in one request are not answered live. */
export const LIVE_CERT_IDS_MAX = 8;

/** RFC 9654 2.1: lengths that a responder with nonces must take; shorter and longer ones go unanswered. */
export const LIVE_NONCE_LENGTHS: { readonly least: number; readonly most: number } = {
  least: 16,
  most: 32,
};

/** All that a response made on demand can answer. */
export interface LiveRequest {
  /** In the order of the request, each once. */
  readonly certIDs: readonly CertID[];
  /** To be echoed; null when there is none of those lengths. */
  readonly nonce: Uint8Array | null;
}

/** As strict as `decodeOCSPRequest`, but for several CertIDs, which are taken. */
export function decodeLiveRequest(der: Uint8Array): Result<LiveRequest, OCSPRequestError> {
  const parts = decodeRequestParts(der);
  if (!parts.ok) return parts;
  if (!parts.value.extensions.ok) return parts.value.extensions;
  const certIDs: CertID[] = [];
  for (const certID of parts.value.certIDs) {
    if (!certID.ok) return certID;
    if (!certIDs.some((known) => sameCertID(known, certID.value))) certIDs.push(certID.value);
  }
  if (certIDs.length === 0) return malformed('empty-request-list');
  if (certIDs.length > LIVE_CERT_IDS_MAX) return notAnswerable('several-certificates');
  return ok({ certIDs, nonce: requestNonce(der) });
}

const NONCE = objectIdentifier(OID['id-pkix-ocsp-nonce']).subarray(2);

/** The nonce to echo of a request that was decoded; null when there is none. */
export function requestNonce(der: Uint8Array): Uint8Array | null {
  const tbs = new DERReader(der).enter(TAG.sequence)?.enter(TAG.sequence);
  tbs?.contents(contextTag(0));
  tbs?.contents(contextTag(1));
  tbs?.contents(TAG.sequence);
  const list = tbs?.enter(contextTag(2))?.enter(TAG.sequence);
  for (
    let extension = list?.enter(TAG.sequence);
    extension;
    extension = list?.enter(TAG.sequence)
  ) {
    const oid = extension.objectIdentifier();
    extension.boolean();
    const value = extension.contents(TAG.octetString);
    if (oid && value && bytesEqual(oid, NONCE)) return nonceOf(value);
  }
  return null;
}

/** Nonce ::= OCTET STRING (SIZE(1..128)) inside extnValue; other forms (REQ-19) are not echoed. */
function nonceOf(value: Uint8Array): Uint8Array | null {
  const reader = new DERReader(value);
  const nonce = reader.contents(TAG.octetString);
  if (!nonce || !reader.atEnd()) return null;
  const { least, most } = LIVE_NONCE_LENGTHS;
  return nonce.length >= least && nonce.length <= most ? nonce : null;
}
