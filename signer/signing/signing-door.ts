import { createHash } from 'node:crypto';
import { hexFromBytes } from '../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { bitString, sequence } from '../../shared/der/writer.ts';
import { CERT_ID_HASHES } from '../../shared/ocsp/cert-id.ts';
import { encodeSignatureValue } from '../../shared/ocsp/response.ts';
import { responseDataWriter } from '../../shared/ocsp/response-data-writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { CertificateSignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import type { AuditEvent, AuditLog } from '../audit/audit-log.ts';
import type {
  Keystore,
  KeystoreError,
  KeystoreKeyAlgorithm,
  KeystoreSignatureAlgorithm,
  PackedMessages,
  PublicKey,
} from '../keystore/keystore.ts';
import type { Linted } from '../lint/linted.ts';
import { publicKeyFromSPKI, verifyPackedSignature } from './verify-signature.ts';
import { type VerifyingError, verifyingThreads, type WrongShard } from './verifying-threads.ts';

/** Which key signs; the public key is the one that the database recorded when the key was made. */
export interface SigningKey {
  readonly keystore: string;
  readonly label: string;
  readonly spki: Uint8Array;
  readonly algorithm: CertificateSignatureAlgorithm;
}

export type SigningError =
  | {
      readonly code: 'keystore-unknown';
      readonly keystore: string;
      readonly known: readonly string[];
    }
  | { readonly code: 'keystore'; readonly error: KeystoreError }
  | VerifyingError
  /** The signature does not verify with the recorded public key: it is thrown away. */
  | { readonly code: 'signature-wrong'; readonly keyLabel: string };

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
 * log and has it on disk first, and lets no certificate, CRL or head out before its signature was
 * verified. OCSP signatures made in bulk are verified by `verifyShards` before they are published.
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
  close(): Promise<void>;
}

export function openSigningDoor(
  keystores: ReadonlyMap<string, Keystore>,
  audit: AuditLog,
): SigningDoor {
  const verifying = verifyingThreads();
  const ask = async <T>(
    name: string,
    act: (keystore: Keystore) => Promise<Result<T, KeystoreError>>,
  ): Outcome<T> => {
    const keystore = keystores.get(name);
    const known = [...keystores.keys()];
    if (!keystore) return err({ code: 'keystore-unknown', keystore: name, known });
    const answer = await act(keystore);
    return answer.ok ? answer : err({ code: 'keystore', error: answer.error });
  };
  const signOne = async (
    key: Pick<SigningKey, 'keystore' | 'label' | 'spki'>,
    algorithm: KeystoreSignatureAlgorithm,
    message: Uint8Array,
    artifact: 'certificate' | 'crl' | 'head',
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
    return verified ? signature : err({ code: 'signature-wrong', keyLabel: key.label });
  };
  const signDER = async (
    key: SigningKey,
    tbs: Uint8Array,
    artifact: 'certificate' | 'crl',
  ): Outcome<Uint8Array> => {
    const signature = await signOne(key, key.algorithm, tbs, artifact);
    if (!signature.ok) return signature;
    const value = encodeSignatureValue(key.algorithm, signature.value);
    return ok(sequence(tbs, SIGNATURE_ALGORITHM_DER[key.algorithm], bitString(value)));
  };
  return {
    keystoreNames: [...keystores.keys()],
    generateKey: async (name, label, algorithm, actor) => {
      audit.append({ type: 'key-generation', keystore: name, keyLabel: label, actor });
      return ask(name, (keystore) => keystore.generateKey(label, algorithm));
    },
    publicKey: (name, label) => ask(name, (keystore) => keystore.publicKey(label)),
    signCertificate: (key, linted) => signDER(key, linted.tbs, 'certificate'),
    signCRL: (key, linted) => signDER(key, linted.tbs, 'crl'),
    signOCSP: async (key, linted) => {
      const messages = packResponseData(linted);
      audit.append(aboutToSign('ocsp', key.label, [messages.bytes], messages.ends.length));
      const signatures = await ask(key.keystore, (keystore) =>
        keystore.signMany(key.label, key.algorithm, messages),
      );
      return signatures.ok ? checkOCSP(key, linted, messages, signatures.value) : signatures;
    },
    signHead: (keystore, label, spki, text) =>
      signOne({ keystore, label, spki }, 'Ed25519', text, 'head'),
    verifyShards: (shards) => verifying.verify(shards),
    close: async () => {
      for (const open of [verifying, ...keystores.values()]) await open.close();
    },
  };
}

function aboutToSign(
  artifact: 'certificate' | 'crl' | 'ocsp' | 'head',
  keyLabel: string,
  messages: readonly Uint8Array[],
  count: number = messages.length,
): AuditEvent {
  const digest = createHash('sha256');
  for (const message of messages) digest.update(message);
  return { type: 'signing', artifact, keyLabel, tbsSha256: hexFromBytes(digest.digest()), count };
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
