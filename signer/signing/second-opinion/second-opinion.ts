import { CERT_ID_HASHES, type CertIDHash } from '../../../shared/ocsp/cert-id.ts';
import type { PackedMessages } from '../../keystore/keystore.ts';
import type { CertificateToSign } from '../../lint/certificate/candidate.ts';
import type { CRLToSign } from '../../lint/crl/candidate.ts';
import type { OCSPCandidate, StatusToSign } from '../../lint/ocsp/candidate.ts';
import type { LiveOCSPCandidate } from '../../lint/ocsp/live.ts';
import { certificateDisagreement, type MeantSignature } from './certificate.ts';
import { crlDisagreement } from './crl.ts';
import type { Disagreement } from './disagreement.ts';
import { liveDisagreement } from './live.ts';
import { ocspDisagreement } from './ocsp.ts';

/** Reads what was signed once more, with another implementation; null when it agrees. */
export interface SecondOpinion {
  certificate(
    der: Uint8Array,
    linted: CertificateToSign,
    signature: MeantSignature,
  ): Disagreement | null;
  crl(der: Uint8Array, linted: CRLToSign, signature: MeantSignature): Disagreement | null;
  liveOCSP(linted: LiveOCSPCandidate, packedSignature: Uint8Array): Disagreement | null;
  /** `packed`: the signatures in the order of the messages, SHA-1 then SHA-256 of each status. */
  ocsp(linted: OCSPCandidate, messages: PackedMessages, packed: Uint8Array): Disagreement | null;
}

/** Up to this many statuses all are read again; of a larger batch two responses. */
const ALL_UP_TO = 4;

export const SECOND_OPINION: SecondOpinion = {
  certificate: certificateDisagreement,
  crl: crlDisagreement,
  liveOCSP: liveDisagreement,
  ocsp: (linted, messages, packed) => {
    for (const read of responsesToRead(linted, packed)) {
      const disagreement = responseDisagreement(read, linted, messages, packed);
      if (disagreement !== null) return disagreement;
    }
    return null;
  },
};

/** A status by its place in the batch, under one of the CertID hashes. */
interface ResponseToRead {
  readonly i: number;
  readonly hash: CertIDHash;
}

/**
 * Responses of one batch are made from two templates, one for each status (`responseDataWriter`). Of a
 * large batch the signatures, which nobody can foresee, draw a status and with it a CertID hash; the
 * other hash is read of the next revoked one, if there is any. Reading one costs dozens of signatures.
 */
function responsesToRead(
  { statuses }: OCSPCandidate,
  packed: Uint8Array,
): readonly ResponseToRead[] {
  if (statuses.length <= ALL_UP_TO) {
    return statuses.flatMap((_, i) => CERT_ID_HASHES.map((hash) => ({ i, hash })));
  }
  const [which = 0, a = 0, b = 0] = packed.subarray(-3);
  const drawn = (256 * a + b) % statuses.length;
  const isRevoked = ({ certStatus }: StatusToSign) => certStatus.status === 'revoked';
  const after = statuses.slice(drawn).findIndex(isRevoked);
  const revoked = after >= 0 ? drawn + after : statuses.findIndex(isRevoked);
  return CERT_ID_HASHES.map((hash, h) => ({
    i: h === which % 2 || revoked < 0 ? drawn : revoked,
    hash,
  }));
}

function responseDisagreement(
  { i, hash }: ResponseToRead,
  linted: OCSPCandidate,
  { bytes, ends }: PackedMessages,
  packed: Uint8Array,
): Disagreement | null {
  const status = linted.statuses[i];
  if (!status) return null;
  const length = linted.responder.signatureLength;
  const at = i * CERT_ID_HASHES.length + CERT_ID_HASHES.indexOf(hash);
  const tbs = bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]);
  const packedSignature = packed.subarray(at * length, (at + 1) * length);
  return ocspDisagreement({ hash, status, tbs, packedSignature }, linted);
}
