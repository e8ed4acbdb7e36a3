import { BasicOCSPResponse, OCSPResponse } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { OID } from '../../../shared/der/oids.ts';
import { octetString } from '../../../shared/der/writer.ts';
import { encodeCertID } from '../../../shared/ocsp/cert-id.ts';
import { encodeOCSPResponse, encodeSignatureValue } from '../../../shared/ocsp/response.ts';
import type { LiveOCSPCandidate } from '../../lint/ocsp/live.ts';
import {
  compared,
  type Disagreement,
  type FieldPair,
  firstDisagreement,
  octetsOf,
} from './disagreement.ts';

/** The OCSPResponse as the edge will build it, read by @peculiar/asn1-ocsp and held against the request. */
export function liveDisagreement(
  linted: LiveOCSPCandidate,
  packedSignature: Uint8Array,
): Disagreement | null {
  return compared(() => firstDisagreement(livePairs(linted, packedSignature)));
}

function* livePairs(
  { tbs, responder, request, meant }: LiveOCSPCandidate,
  packedSignature: Uint8Array,
): Generator<FieldPair> {
  const der = encodeOCSPResponse(tbs, responder, packedSignature);
  const response = AsnConvert.parse(der, OCSPResponse);
  const bytes = response.responseBytes?.response.buffer ?? new ArrayBuffer(0);
  const basic = AsnConvert.parse(bytes, BasicOCSPResponse);
  const signature = encodeSignatureValue(responder.signatureAlgorithm, packedSignature);
  yield ['signature', signature, octetsOf(basic.signature)];
  const { responderID, responses, responseExtensions } = basic.tbsResponseData;
  yield ['responderID.byKey', responder.keyHash, octetsOf(responderID.byKey?.buffer)];
  yield ['responses count', request.certIDs.length, responses.length];
  for (const [i, certID] of request.certIDs.entries()) {
    const found = responses[i];
    const foundID = found && new Uint8Array(AsnConvert.serialize(found.certID));
    yield ['certID', encodeCertID(certID), foundID];
    const status = meant[i];
    yield ['certStatus.good', status?.status === 'good', found?.certStatus.good !== undefined];
    const reason = found?.certStatus.revoked?.revocationReason?.reason;
    const meantReason = status?.status === 'revoked' ? status.revocationReason : undefined;
    yield ['revocationReason', meantReason, reason];
  }
  const { nonce } = request;
  const extensions = responseExtensions ?? [];
  yield ['responseExtensions count', nonce ? 1 : 0, extensions.length];
  const [extension] = extensions;
  yield [
    'responseExtensions.extnID',
    nonce ? OID['id-pkix-ocsp-nonce'] : undefined,
    extension?.extnID,
  ];
  yield ['nonce', nonce ? octetString(nonce) : undefined, octetsOf(extension?.extnValue.buffer)];
}
