import { OID } from '../der/oids.ts';
import { contextTag } from '../der/tags.ts';
import {
  element,
  generalizedTime,
  objectIdentifier,
  octetString,
  sequence,
} from '../der/writer.ts';
import { encodeCertID } from './cert-id.ts';
import type { LiveRequest } from './live-request.ts';
import { type CertStatus, encodeAfterCertID, type ResponseTimes } from './response.ts';

/** A response made on demand: one SingleResponse for each CertID that was asked, in their order. */
export interface LiveResponse {
  readonly responderKeyHash: Uint8Array;
  /** Without archiveCutoff: live answers are of certificates that have not expired. */
  readonly times: ResponseTimes;
  readonly statuses: readonly CertStatus[];
}

/**
 * ResponseData as `encodeResponseData` has it, but with a SingleResponse for each CertID and, where
 * one was sent, the nonce (RFC 9654 2.1) as responseExtensions:
 *
 *   Nonce ::= OCTET STRING (SIZE(1..128))
 */
export function encodeLiveResponseData(
  { responderKeyHash, times, statuses }: LiveResponse,
  { certIDs, nonce }: LiveRequest,
): Uint8Array {
  const singles = statuses.flatMap((certStatus, i) => {
    const certID = certIDs[i];
    return certID ? [sequence(encodeCertID(certID), encodeAfterCertID(certStatus, times))] : [];
  });
  const nonceExtension =
    nonce && sequence(objectIdentifier(OID['id-pkix-ocsp-nonce']), octetString(octetString(nonce)));
  return sequence(
    element(contextTag(2), octetString(responderKeyHash)),
    generalizedTime(times.producedAt),
    sequence(...singles),
    ...(nonceExtension ? [element(contextTag(1), sequence(nonceExtension))] : []),
  );
}
