import { bytesEqual } from '../../../shared/bytes.ts';
import { OID, SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { octetString } from '../../../shared/der/writer.ts';
import type { IssuerIdentity } from '../../../shared/ocsp/cert-id.ts';
import {
  LIVE_CERT_IDS_MAX,
  LIVE_NONCE_LENGTHS,
  type LiveRequest,
} from '../../../shared/ocsp/live-request.ts';
import type { CertStatus, Responder } from '../../../shared/ocsp/response.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import type { Requirement } from '../requirement.ts';
import { type ResponseCandidate, responseCandidate } from './response-candidate.ts';
import { anyResponseRequirements } from './response-requirements.ts';

/** The bytes of a response that is made for one request, and that request. */
export interface LiveOCSPCandidate {
  readonly issuer: IssuerIdentity;
  readonly responder: Responder;
  readonly request: LiveRequest;
  /** What the bytes are to say of each certificate. */
  readonly meant: readonly CertStatus[];
  /** ResponseData. */
  readonly tbs: Uint8Array;
  readonly now: UnixSeconds;
}

type LiveRequirement = Requirement<LiveOCSPCandidate>;

const read = new WeakMap<LiveOCSPCandidate, ResponseCandidate>();

function responseOf(candidate: LiveOCSPCandidate): ResponseCandidate | undefined {
  const known = read.get(candidate);
  if (known) return known;
  const { tbs, responder, issuer, now } = candidate;
  const signatureAlgorithm = SIGNATURE_ALGORITHM_DER[responder.signatureAlgorithm];
  const certs = responder.certificate ? [responder.certificate] : null;
  const response = responseCandidate({ tbs, signatureAlgorithm, certs }, issuer, now);
  if (response) read.set(candidate, response);
  return response;
}

const readableRequirement: LiveRequirement = {
  rule: 'RSP DER',
  source: 'RFC 6960 4.2.1',
  level: 'error',
  check: (candidate) => (responseOf(candidate) ? null : 'the ResponseData cannot be read back'),
};

/** One SingleResponse for each certificate that was asked about, and about nothing else. */
const answersTheRequestRequirement: LiveRequirement = {
  rule: 'RSP-3',
  source: 'RFC 6960 4.2.2.3',
  level: 'error',
  check: (candidate) => {
    const { certIDs } = candidate.request;
    const responses = responseOf(candidate)?.fields.responses ?? [];
    if (responses.length !== certIDs.length || certIDs.length === 0)
      return `${responses.length} SingleResponses for ${certIDs.length} CertIDs`;
    if (certIDs.length > LIVE_CERT_IDS_MAX) return `more than ${LIVE_CERT_IDS_MAX} CertIDs`;
    const other = responses.some(({ certID }, i) => {
      const asked = certIDs[i];
      return (
        !asked ||
        !bytesEqual(certID.serialNumber, asked.serialNumber) ||
        !bytesEqual(certID.issuerNameHash, asked.issuerNameHash) ||
        !bytesEqual(certID.issuerKeyHash, asked.issuerKeyHash)
      );
    });
    return other ? 'a SingleResponse is not about the CertID that was asked' : null;
  },
};

/** The nonce as it was sent, 16 to 32 octets, and no other responseExtension. */
const nonceRequirement: LiveRequirement = {
  rule: 'RSP-15',
  source: 'RFC 9654 2.1; RFC 9919 3.2.1',
  level: 'error',
  check: (candidate) => {
    const { nonce } = candidate.request;
    const [extension, ...others] = responseOf(candidate)?.fields.responseExtensions ?? [];
    if (nonce === null) return extension ? 'responseExtensions though no nonce was sent' : null;
    const { least, most } = LIVE_NONCE_LENGTHS;
    if (nonce.length < least || nonce.length > most) return `a nonce of ${nonce.length} octets`;
    if (extension?.extnID !== OID['id-pkix-ocsp-nonce'] || others.length > 0)
      return 'responseExtensions are not the nonce alone';
    if (extension.critical) return 'the nonce is critical';
    return bytesEqual(extension.value, octetString(nonce)) ? null : 'the nonce is not the one sent';
  },
};

/** Live answers are of certificates that have not expired. */
const noCutoffRequirement: LiveRequirement = {
  rule: 'RSP-17',
  source: 'RFC 6960 4.4.4',
  level: 'error',
  check: (candidate) =>
    responseOf(candidate)?.fields.responses.some(({ singleExtensions }) => singleExtensions)
      ? 'a live answer has singleExtensions'
      : null,
};

/** Everything that is checked of a response made on demand, all in its bytes. */
export const liveOCSPRequirements: readonly LiveRequirement[] = [
  readableRequirement,
  answersTheRequestRequirement,
  nonceRequirement,
  noCutoffRequirement,
  ...anyResponseRequirements.map(
    ({ check, ...requirement }): LiveRequirement => ({
      ...requirement,
      check: (candidate) => {
        const response = responseOf(candidate);
        return response ? check(response) : null;
      },
    }),
  ),
];
