import { setImmediate } from 'node:timers/promises';
import { CERT_ID_HASHES } from '../../shared/ocsp/cert-id.ts';
import { responseDataWriter } from '../../shared/ocsp/response-data-writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Keystore, KeystoreError, PackedMessages } from '../keystore/keystore.ts';
import type { Linted } from '../lint/linted.ts';
import { LiveAllowances } from './live-allowance.ts';
import type { Precedence } from './precedence.ts';
import type { SecondOpinion } from './second-opinion/second-opinion.ts';
import type { SigningError } from './signing-error.ts';
import type { SigningKey } from './signing-key.ts';
import { aboutToSign, refuseArtifact, refuseSignature } from './signing-record.ts';
import { publicKeyFromSPKI, verifyPackedSignature } from './verify-signature.ts';

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

/** A renewal goes on for minutes; live answers are made beside it. */
const BULK_FROM = 256;

/** Milliseconds that a live answer waits for what comes first. */
const LIVE_WAIT = 1_000;

type Outcome<T> = Promise<Result<T, SigningError>>;

/** Asks a keystore by its name. */
export type AskKeystore = <T>(
  name: string,
  act: (keystore: Keystore) => Promise<Result<T, KeystoreError>>,
) => Outcome<T>;

export interface OCSPSigningParts {
  readonly ask: AskKeystore;
  readonly audit: AuditLog;
  readonly secondOpinion: SecondOpinion;
  readonly precedence: Precedence;
}

/** The part of the door that OCSP responses go through: batches made beforehand, and single ones on demand. */
export interface OCSPSigning {
  signOCSP(key: SigningKey, linted: Linted<'ocsp'>): Outcome<SignedOCSP>;
  /**
   * Packed signature of one response made on demand. One at a time and after everything else but bulk
   * renewals; `door-busy` when that takes a second.
   */
  signLiveOCSP(key: SigningKey, linted: Linted<'live-ocsp'>): Outcome<Uint8Array>;
  close(): void;
}

export function ocspSigning(parts: OCSPSigningParts): OCSPSigning {
  const { ask, audit, secondOpinion, precedence } = parts;
  const allowances = new LiveAllowances(audit);
  return {
    signOCSP: async (key, linted) => {
      const messages = packResponseData(linted);
      audit.append(aboutToSign('ocsp', key.label, [messages.bytes], messages.ends.length));
      const sign = () =>
        ask(key.keystore, (keystore) => keystore.signMany(key.label, key.algorithm, messages));
      const isBulk = linted.statuses.length > BULK_FROM;
      const signatures = isBulk ? await sign() : await precedence.first(sign);
      if (!signatures.ok) return signatures;
      const checked = checkOCSP(key, linted, messages, signatures.value);
      if (!checked.ok) return refuseSignature(audit, 'ocsp', key.label);
      const other = secondOpinion.ocsp(linted, messages, signatures.value);
      return other ? refuseArtifact(audit, 'ocsp', key.label, other) : checked;
    },
    signLiveOCSP: async (key, linted) => {
      const { tbs, now } = linted;
      const sign = () => {
        allowances.take(key.label, tbs, now);
        return ask(key.keystore, (keystore) => keystore.sign(key.label, key.algorithm, tbs));
      };
      const signature = await precedence.last(sign, LIVE_WAIT);
      if (!signature) return err({ code: 'door-busy' });
      if (!signature.ok) return signature;
      // Signing and checking may take milliseconds each: what waits goes between.
      await setImmediate();
      return checkLive(key, linted, signature.value, parts);
    },
    close: () => allowances.close(),
  };
}

function checkLive(
  key: SigningKey,
  linted: Linted<'live-ocsp'>,
  signature: Uint8Array,
  { audit, secondOpinion }: OCSPSigningParts,
): Result<Uint8Array, SigningError> {
  const publicKey = publicKeyFromSPKI(key.spki);
  const verified = verifyPackedSignature(publicKey, key.algorithm, linted.tbs, signature);
  if (!verified) return refuseSignature(audit, 'live-ocsp', key.label);
  const other = secondOpinion.liveOCSP(linted, signature);
  return other ? refuseArtifact(audit, 'live-ocsp', key.label, other) : ok(signature);
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
