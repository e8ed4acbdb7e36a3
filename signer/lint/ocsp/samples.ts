import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { CERT_ID_HASHES } from '../../../shared/ocsp/cert-id.ts';
import { responseDataWriter } from '../../../shared/ocsp/response-data-writer.ts';
import type { Requirement } from '../requirement.ts';
import type { OCSPCandidate, StatusToSign } from './candidate.ts';
import { type ResponseCandidate, responseCandidate } from './response-candidate.ts';

/** Octets of a ResponseData, so that the buffer is made once. */
const RESPONSE_DATA_ABOUT = 200;

/** One good and one revoked status: all others differ from these in what is checked of every status. */
function typicalStatuses(statuses: readonly StatusToSign[]): readonly StatusToSign[] {
  const good = statuses.find(({ certStatus }) => certStatus.status === 'good');
  const revoked = statuses.find(({ certStatus }) => certStatus.status === 'revoked');
  return [good, revoked].filter((status) => status !== undefined);
}

/** The bytes that would be signed for them, both CertID hashes; undefined where they cannot be read. */
function sampleResponses(batch: OCSPCandidate): readonly (ResponseCandidate | undefined)[] {
  const { responder, times, issuer, statuses, now } = batch;
  const typical = typicalStatuses(statuses);
  const writer = responseDataWriter(
    responder.keyHash,
    times,
    issuer,
    typical.length * CERT_ID_HASHES.length * RESPONSE_DATA_ABOUT,
  );
  const ends = typical.flatMap(({ serialNumber, certStatus }) =>
    CERT_ID_HASHES.map((hash) => writer.append(hash, serialNumber, certStatus)),
  );
  const bytes = writer.bytes();
  const signatureAlgorithm = SIGNATURE_ALGORITHM_DER[responder.signatureAlgorithm];
  const certs = responder.certificate ? [responder.certificate] : null;
  return ends.map((end, i) => {
    const tbs = bytes.subarray(ends[i - 1] ?? 0, end);
    return responseCandidate({ tbs, signatureAlgorithm, certs }, issuer, now);
  });
}

/** A batch is asked many requirements; its samples are encoded and read once. */
const samples = new WeakMap<OCSPCandidate, readonly (ResponseCandidate | undefined)[]>();

function samplesOf(batch: OCSPCandidate): readonly (ResponseCandidate | undefined)[] {
  const known = samples.get(batch) ?? sampleResponses(batch);
  samples.set(batch, known);
  return known;
}

export const samplesReadableRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP DER',
  source: 'RFC 6960 4.2.1',
  level: 'error',
  check: (batch) =>
    samplesOf(batch).every((sample) => sample !== undefined)
      ? null
      : 'a ResponseData cannot be read back',
};

/** A requirement of one response's bytes, asked of the samples of a batch. */
export function ofSamples({
  check,
  ...requirement
}: Requirement<ResponseCandidate>): Requirement<OCSPCandidate> {
  return {
    ...requirement,
    check: (batch) =>
      samplesOf(batch)
        .map((sample) => (sample ? check(sample) : null))
        .find((fault) => fault !== null) ?? null,
  };
}
