import {
  BasicOCSPResponse,
  id_pkix_ocsp_basic,
  OCSPResponse,
  OCSPResponseStatus,
  type SingleResponse,
} from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { OID, SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { generalizedTime } from '../../../shared/der/writer.ts';
import { type CertIDHash, encodeCertID } from '../../../shared/ocsp/cert-id.ts';
import { encodeOCSPResponse, encodeSignatureValue } from '../../../shared/ocsp/response.ts';
import type { OCSPCandidate, StatusToSign } from '../../lint/ocsp/candidate.ts';
import { splitSignedDER } from '../signed-der.ts';
import {
  compared,
  type Disagreement,
  type FieldPair,
  firstDisagreement,
  octetsOf,
  secondsOf,
} from './disagreement.ts';

/** One signed ResponseData of a batch. */
export interface SignedResponseData {
  readonly hash: CertIDHash;
  readonly status: StatusToSign;
  readonly tbs: Uint8Array;
  /** As the keystore made it. */
  readonly packedSignature: Uint8Array;
}

/**
 * The OCSPResponse as the edge will build it, read by @peculiar/asn1-ocsp and held against the batch
 * that it was made from.
 */
export function ocspDisagreement(
  signed: SignedResponseData,
  batch: OCSPCandidate,
): Disagreement | null {
  return compared(() => firstDisagreement(responsePairs(signed, batch)));
}

function* responsePairs(signed: SignedResponseData, batch: OCSPCandidate): Generator<FieldPair> {
  const { responder, times } = batch;
  const der = encodeOCSPResponse(signed.tbs, responder, signed.packedSignature);
  const response = AsnConvert.parse(der, OCSPResponse);
  yield ['responseStatus', OCSPResponseStatus.successful, response.responseStatus];
  yield ['responseType', id_pkix_ocsp_basic, response.responseBytes?.responseType];
  const bytes = response.responseBytes?.response.buffer ?? new ArrayBuffer(0);
  const basic = AsnConvert.parse(bytes, BasicOCSPResponse);
  const { signatureAlgorithm: algorithm, certificate } = responder;
  const found = basic.tbsResponseData;
  const signature = encodeSignatureValue(algorithm, signed.packedSignature);
  const foundAlgorithm = new Uint8Array(AsnConvert.serialize(basic.signatureAlgorithm));
  yield ['signatureAlgorithm', SIGNATURE_ALGORITHM_DER[algorithm], foundAlgorithm];
  yield ['signature', signature, octetsOf(basic.signature)];
  yield ['certs count', certificate ? 1 : 0, basic.certs?.length ?? 0];
  const meantTBS = certificate ? splitSignedDER(certificate)?.tbs : undefined;
  yield ['certs', meantTBS, octetsOf(basic.certs?.[0]?.tbsCertificateRaw)];
  yield ['version', 0, found.version];
  const keyHash = found.responderID.byKey?.buffer;
  yield ['responderID.byKey', responder.keyHash, octetsOf(keyHash)];
  yield ['producedAt', times.producedAt, secondsOf(found.producedAt)];
  yield ['responseExtensions', 0, found.responseExtensions?.length ?? 0];
  yield ['responses count', 1, found.responses.length];
  const [single] = found.responses;
  if (single) yield* singlePairs(single, signed, batch);
}

function* singlePairs(
  single: SingleResponse,
  { hash, status }: SignedResponseData,
  { issuer, times }: OCSPCandidate,
): Generator<FieldPair> {
  const { serialNumber, certStatus } = status;
  const certID = encodeCertID({ hash, ...issuer[hash], serialNumber });
  yield ['certID.serialNumber', serialNumber, octetsOf(single.certID.serialNumber)];
  const { issuerNameHash, issuerKeyHash } = single.certID;
  yield ['certID.issuerNameHash', issuer[hash].issuerNameHash, octetsOf(issuerNameHash.buffer)];
  yield ['certID.issuerKeyHash', issuer[hash].issuerKeyHash, octetsOf(issuerKeyHash.buffer)];
  yield ['certID', certID, new Uint8Array(AsnConvert.serialize(single.certID))];
  const { good, revoked, unknown } = single.certStatus;
  yield ['certStatus.good', certStatus.status === 'good', good !== undefined];
  yield ['certStatus.unknown', false, unknown !== undefined];
  const meant = certStatus.status === 'revoked' ? certStatus : undefined;
  yield ['revocationTime', meant?.revocationTime, secondsOf(revoked?.revocationTime)];
  yield ['revocationReason', meant?.revocationReason, revoked?.revocationReason?.reason];
  yield ['thisUpdate', times.thisUpdate, secondsOf(single.thisUpdate)];
  yield ['nextUpdate', times.nextUpdate, secondsOf(single.nextUpdate)];
  const cutoff = times.archiveCutoff === null ? undefined : generalizedTime(times.archiveCutoff);
  const extensions = single.singleExtensions ?? [];
  yield ['singleExtensions count', cutoff ? 1 : 0, extensions.length];
  const [extension] = extensions;
  const oid = cutoff && OID['id-pkix-ocsp-archive-cutoff'];
  yield ['singleExtensions.extnID', oid, extension?.extnID];
  yield ['archiveCutoff', cutoff, octetsOf(extension?.extnValue.buffer)];
}
