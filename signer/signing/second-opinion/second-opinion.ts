import { CERT_ID_HASHES } from '../../../shared/ocsp/cert-id.ts';
import type { PackedMessages } from '../../keystore/keystore.ts';
import type { CertificateToSign } from '../../lint/certificate/candidate.ts';
import type { CRLToSign } from '../../lint/crl/candidate.ts';
import type { OCSPCandidate } from '../../lint/ocsp/candidate.ts';
import { certificateDisagreement, type MeantSignature } from './certificate.ts';
import { crlDisagreement } from './crl.ts';
import type { Disagreement } from './disagreement.ts';
import { ocspDisagreement } from './ocsp.ts';

/** Reads what was signed once more, with another implementation; null when it agrees. */
export interface SecondOpinion {
  certificate(
    der: Uint8Array,
    linted: CertificateToSign,
    signature: MeantSignature,
  ): Disagreement | null;
  crl(der: Uint8Array, linted: CRLToSign, signature: MeantSignature): Disagreement | null;
  /** `packed`: the signatures in the order of the messages, SHA-1 then SHA-256 of each status. */
  ocsp(linted: OCSPCandidate, messages: PackedMessages, packed: Uint8Array): Disagreement | null;
}

/** Up to this many statuses all are read again; of a larger batch some. */
const ALL_UP_TO = 4;

export const SECOND_OPINION: SecondOpinion = {
  certificate: certificateDisagreement,
  crl: crlDisagreement,
  ocsp: (linted, messages, packed) => {
    for (const i of statusesToRead(linted, packed)) {
      const disagreement = statusDisagreement(i, linted, messages, packed);
      if (disagreement !== null) return disagreement;
    }
    return null;
  },
};

/** Of a large batch the first, the first revoked one and one that the signatures draw. */
function statusesToRead({ statuses }: OCSPCandidate, packed: Uint8Array): Iterable<number> {
  if (statuses.length <= ALL_UP_TO) return statuses.keys();
  const revoked = statuses.findIndex(({ certStatus }) => certStatus.status === 'revoked');
  const [a = 0, b = 0] = packed.subarray(-2);
  const drawn = (256 * a + b) % statuses.length;
  return new Set([0, Math.max(0, revoked), drawn]);
}

function statusDisagreement(
  i: number,
  linted: OCSPCandidate,
  { bytes, ends }: PackedMessages,
  packed: Uint8Array,
): Disagreement | null {
  const length = linted.responder.signatureLength;
  const status = linted.statuses[i];
  if (!status) return null;
  for (const [which, hash] of CERT_ID_HASHES.entries()) {
    const at = i * CERT_ID_HASHES.length + which;
    const tbs = bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]);
    const packedSignature = packed.subarray(at * length, (at + 1) * length);
    const disagreement = ocspDisagreement({ hash, status, tbs, packedSignature }, linted);
    if (disagreement !== null) return disagreement;
  }
  return null;
}
