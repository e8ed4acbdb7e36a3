import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { bitString, sequence } from '../../shared/der/writer.ts';
import { encodeSignatureValue } from '../../shared/ocsp/response.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type EdgeRequest, encodeEdgeRequestText } from '../../shared/snapshot/edge-request.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type {
  Keystore,
  KeystoreKeyAlgorithm,
  KeystoreSignatureAlgorithm,
  PublicKey,
} from '../keystore/keystore.ts';
import type { Linted } from '../lint/linted.ts';
import { createPrecedence } from './precedence.ts';
import type { MeantSignature } from './second-opinion/certificate.ts';
import type { Disagreement } from './second-opinion/disagreement.ts';
import { SECOND_OPINION, type SecondOpinion } from './second-opinion/second-opinion.ts';
import { type AskKeystore, type OCSPSigning, ocspSigning } from './sign-ocsp.ts';
import type { SigningError } from './signing-error.ts';
import type { SigningKey } from './signing-key.ts';
import { aboutToSign, refuseArtifact, refuseSignature } from './signing-record.ts';
import { publicKeyFromSPKI, verifyPackedSignature } from './verify-signature.ts';
import { verifyingThreads, type WrongShard } from './verifying-threads.ts';

type Outcome<T> = Promise<Result<T, SigningError>>;

/**
 * The one door to the keys. It takes only what lint has passed, writes "about to sign" to the audit
 * log and has it on disk first, and lets no certificate or CRL out before its signature was verified
 * and another implementation has read it as it was meant; of OCSP responses some in every batch, all
 * in a small one. What fails is on record and goes nowhere. OCSP signatures made in bulk are verified
 * by `verifyShards` before they are published.
 */
export interface SigningDoor extends Omit<OCSPSigning, 'close'> {
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
function askerOf(keystores: ReadonlyMap<string, Keystore>): AskKeystore {
  return async (name, act) => {
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
  const precedence = createPrecedence();
  const { close: closeOCSP, ...ocsp } = ocspSigning({ ask, audit, secondOpinion, precedence });
  const signOne = async (
    key: Pick<SigningKey, 'keystore' | 'label' | 'spki'>,
    algorithm: KeystoreSignatureAlgorithm,
    message: Uint8Array,
    artifact: 'certificate' | 'crl' | 'head' | 'edge-request',
  ): Outcome<Uint8Array> => {
    audit.append(aboutToSign(artifact, key.label, [message]));
    const signature = await precedence.first(() =>
      ask(key.keystore, (keystore) => keystore.sign(key.label, algorithm, message)),
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
    ...ocsp,
    signHead: (keystore, label, spki, text) =>
      signOne({ keystore, label, spki }, 'Ed25519', text, 'head'),
    signEdgeRequest: (keystore, label, spki, request) =>
      signOne({ keystore, label, spki }, 'Ed25519', encodeEdgeRequestText(request), 'edge-request'),
    verifyShards: (shards) => verifying.verify(shards),
    close: async () => {
      closeOCSP();
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
