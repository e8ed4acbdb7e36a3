import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { bitString, sequence } from '../../shared/der/writer.ts';
import { CERT_ID_HASHES } from '../../shared/ocsp/cert-id.ts';
import { encodeSignatureValue } from '../../shared/ocsp/response.ts';
import { responseDataWriter } from '../../shared/ocsp/response-data-writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { CertificateSignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import { type EdgeRequest, encodeEdgeRequestText } from '../../shared/snapshot/edge-request.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type {
  Keystore,
  KeystoreError,
  KeystoreKeyAlgorithm,
  KeystoreSignatureAlgorithm,
  PackedMessages,
  PublicKey,
} from '../keystore/keystore.ts';
import type { Linted } from '../lint/linted.ts';
import type { MeantSignature } from './second-opinion/certificate.ts';
import type { Disagreement } from './second-opinion/disagreement.ts';
import { SECOND_OPINION, type SecondOpinion } from './second-opinion/second-opinion.ts';
import type { SigningError } from './signing-error.ts';
import { aboutToSign, refuseArtifact, refuseSignature } from './signing-record.ts';
import { publicKeyFromSPKI, verifyPackedSignature } from './verify-signature.ts';
import { verifyingThreads, type WrongShard } from './verifying-threads.ts';

/** Which key signs; the public key is the one that the database recorded when the key was made. */
export interface SigningKey {
  readonly keystore: string;
  readonly label: string;
  readonly spki: Uint8Array;
  readonly algorithm: CertificateSignatureAlgorithm;
}

export interface SignedOCSP {
  /**
   * Packed, of one length each, in the order of the statuses: of each the one over the ResponseData
   * with the SHA-1 CertID, then the one with the SHA-256 CertID.
   */
  readonly signatures: Uint8Array;
  /** `unverified` only for large ECDSA batches: the publish gate verifies those before they leave. */
  readonly verified: 'verified' | 'unverified';
}

/**
 * Verifying ECDSA takes three times as long as signing it, verifying RSA a thirtieth. Up to this
 * many ECDSA statuses are verified at once; a bulk run leaves it to the publish gate.
 */
const ECDSA_VERIFIED_AT_ONCE = 256;

type Outcome<T> = Promise<Result<T, SigningError>>;

/**
 * The one door to the keys. It takes only what lint has passed, writes "about to sign" to the audit
 * log and has it on disk first, and lets no certificate or CRL out before its signature was verified
 * and another implementation has read it as it was meant; of OCSP responses some in every batch, all
 * in a small one. What fails is on record and goes nowhere. OCSP signatures made in bulk are verified
 * by `verifyShards` before they are published.
 */
export interface SigningDoor {
  readonly keystoreNames: readonly string[];
  generateKey(
    keystore: string,
    label: string,
    algorithm: KeystoreKeyAlgorithm,
    actor: string,
  ): Outcome<PublicKey>;
  publicKey(keystore: string, label: string): Outcome<PublicKey>;
  /** DER of the Certificate. */
  signCertificate(key: SigningKey, linted: Linted<'certificate'>): Outcome<Uint8Array>;
  /** DER of the CertificateList. */
  signCRL(key: SigningKey, linted: Linted<'crl'>): Outcome<Uint8Array>;
  signOCSP(key: SigningKey, linted: Linted<'ocsp'>): Outcome<SignedOCSP>;
  /** Checks every signature in these OCSP shards, in threads; answers the shards that hold a wrong one. */
  verifyShards(shards: readonly Uint8Array[]): Outcome<readonly WrongShard[]>;
  /** Ed25519 over a head's text with the publication key. */
  signHead(
    keystore: string,
    label: string,
    spki: Uint8Array,
    text: Uint8Array,
  ): Outcome<Uint8Array>;
  /** Ed25519 over the text of a request to an edge, with the publication key; never over a head's. */
  signEdgeRequest(
    keystore: string,
    label: string,
    spki: Uint8Array,
    request: EdgeRequest,
  ): Outcome<Uint8Array>;
  close(): Promise<void>;
}

/** Asks a keystore by its name. */
function askerOf(keystores: ReadonlyMap<string, Keystore>) {
  return async <T>(
    name: string,
    act: (keystore: Keystore) => Promise<Result<T, KeystoreError>>,
  ): Outcome<T> => {
    const keystore = keystores.get(name);
    const known = [...keystores.keys()];
    if (!keystore) return err({ code: 'keystore-unknown', keystore: name, known });
    const answer = await act(keystore);
    return answer.ok ? answer : err({ code: 'keystore', error: answer.error });
  };
}

export function openSigningDoor(
  keystores: ReadonlyMap<string, Keystore>,
  audit: AuditLog,
  secondOpinion: SecondOpinion = SECOND_OPINION,
): SigningDoor {
  const ask = askerOf(keystores);
  const verifying = verifyingThreads();
  const signOne = async (
    key: Pick<SigningKey, 'keystore' | 'label' | 'spki'>,
    algorithm: KeystoreSignatureAlgorithm,
    message: Uint8Array,
    artifact: 'certificate' | 'crl' | 'head' | 'edge-request',
  ): Outcome<Uint8Array> => {
    audit.append(aboutToSign(artifact, key.label, [message]));
    const signature = await ask(key.keystore, (keystore) =>
      keystore.sign(key.label, algorithm, message),
    );
    if (!signature.ok) return signature;
    const verified = verifyPackedSignature(
      publicKeyFromSPKI(key.spki),
      algorithm,
      message,
      signature.value,
    );
    return verified ? signature : refuseSignature(audit, artifact, key.label);
  };
  const signDER = async <L extends { readonly tbs: Uint8Array }>(
    key: SigningKey,
    linted: L,
    artifact: 'certificate' | 'crl',
    opinion: (der: Uint8Array, linted: L, signature: MeantSignature) => Disagreement | null,
  ): Outcome<Uint8Array> => {
    const signature = await signOne(key, key.algorithm, linted.tbs, artifact);
    if (!signature.ok) return signature;
    const made = finishedDER(key, linted.tbs, signature.value);
    const disagreement = opinion(made.der, linted, made.signature);
    return disagreement ? refuseArtifact(audit, artifact, key.label, disagreement) : ok(made.der);
  };
  return {
    keystoreNames: [...keystores.keys()],
    generateKey: async (name, label, algorithm, actor) => {
      audit.append({ type: 'key-generation', keystore: name, keyLabel: label, actor });
      return ask(name, (keystore) => keystore.generateKey(label, algorithm));
    },
    publicKey: (name, label) => ask(name, (keystore) => keystore.publicKey(label)),
    signCertificate: (key, linted) =>
      signDER(key, linted, 'certificate', secondOpinion.certificate),
    signCRL: (key, linted) => signDER(key, linted, 'crl', secondOpinion.crl),
    signOCSP: async (key, linted) => {
      const messages = packResponseData(linted);
      audit.append(aboutToSign('ocsp', key.label, [messages.bytes], messages.ends.length));
      const signatures = await ask(key.keystore, (keystore) =>
        keystore.signMany(key.label, key.algorithm, messages),
      );
      if (!signatures.ok) return signatures;
      const checked = checkOCSP(key, linted, messages, signatures.value);
      if (!checked.ok) return refuseSignature(audit, 'ocsp', key.label);
      const other = secondOpinion.ocsp(linted, messages, signatures.value);
      return other ? refuseArtifact(audit, 'ocsp', key.label, other) : checked;
    },
    signHead: (keystore, label, spki, text) =>
      signOne({ keystore, label, spki }, 'Ed25519', text, 'head'),
    signEdgeRequest: (keystore, label, spki, request) =>
      signOne({ keystore, label, spki }, 'Ed25519', encodeEdgeRequestText(request), 'edge-request'),
    verifyShards: (shards) => verifying.verify(shards),
    close: async () => {
      for (const open of [verifying, ...keystores.values()]) await open.close();
    },
  };
}

/** Certificate or CertificateList around its to-be-signed bytes. */
function finishedDER(
  { algorithm }: SigningKey,
  tbs: Uint8Array,
  packedSignature: Uint8Array,
): { readonly der: Uint8Array; readonly signature: MeantSignature } {
  const value = encodeSignatureValue(algorithm, packedSignature);
  const der = sequence(tbs, SIGNATURE_ALGORITHM_DER[algorithm], bitString(value));
  return { der, signature: { algorithm, value } };
}

/** Octets of one, so that the buffer for all is made once. */
const RESPONSE_DATA_ABOUT = 200;

/** ResponseData of each status, SHA-1 then SHA-256, one after the other. */
function packResponseData(linted: Linted<'ocsp'>): PackedMessages {
  const { issuer, responder, times, statuses } = linted;
  const writer = responseDataWriter(
    responder.keyHash,
    times,
    issuer,
    statuses.length * CERT_ID_HASHES.length * RESPONSE_DATA_ABOUT,
  );
  const ends = new Uint32Array(statuses.length * CERT_ID_HASHES.length);
  let at = 0;
  for (const { serialNumber, certStatus } of statuses) {
    for (const hash of CERT_ID_HASHES) ends[at++] = writer.append(hash, serialNumber, certStatus);
  }
  return { bytes: writer.bytes(), ends };
}

function checkOCSP(
  key: SigningKey,
  linted: Linted<'ocsp'>,
  messages: PackedMessages,
  packed: Uint8Array,
): Result<SignedOCSP, SigningError> {
  const length = linted.responder.signatureLength;
  if (packed.length !== length * messages.ends.length)
    return err({ code: 'signature-wrong', keyLabel: key.label });
  const ecdsa = key.algorithm === 'ecdsa-with-SHA256' || key.algorithm === 'ecdsa-with-SHA384';
  if (ecdsa && linted.statuses.length > ECDSA_VERIFIED_AT_ONCE)
    return ok({ signatures: packed, verified: 'unverified' });
  const publicKey = publicKeyFromSPKI(key.spki);
  let start = 0;
  for (const [i, end] of messages.ends.entries()) {
    const signature = packed.subarray(i * length, (i + 1) * length);
    const message = messages.bytes.subarray(start, end);
    if (!verifyPackedSignature(publicKey, key.algorithm, message, signature)) {
      return err({ code: 'signature-wrong', keyLabel: key.label });
    }
    start = end;
  }
  return ok({ signatures: packed, verified: 'verified' });
}
