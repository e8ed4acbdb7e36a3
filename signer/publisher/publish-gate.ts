import type { KeyObject } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { CERT_ID_HASHES } from '../../shared/ocsp/cert-id.ts';
import { type CertStatus, encodeResponseData } from '../../shared/ocsp/response.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import {
  decodeOCSPShard,
  type OCSPShard,
  type StoredResponse,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { decodeRoot } from '../../shared/snapshot/root.ts';
import type { UnixSeconds, ValidityWindow } from '../../shared/time.ts';
import type { Reader } from '../database/database.ts';
import { PLACE_BITS } from '../database/outbox-table.ts';
import { certificateNotAfter } from '../issuance/issuer.ts';
import { isSignedBy } from '../signing/signed-der.ts';
import { publicKeyFromSPKI, verifyPackedSignature } from '../signing/verify-signature.ts';
import { checkCRL } from './crl-gate.ts';
import type { EpochCandidate } from './epoch-candidate.ts';
import { type GateOutcome, type GateRefusal, refuseEpoch } from './gate-refusal.ts';
import type { ChangedShard } from './issuer-directory.ts';
import { factsOfRange } from './published-facts.ts';

/**
 * Architecture rule 2. Judges the very bytes that would go out: every changed shard is decoded as
 * the edge decodes it and held against the facts of the database, every CRL is parsed, verified and
 * held against the same facts, so that CRL and OCSP cannot disagree.
 */
export function checkEpoch(db: Reader, candidate: EpochCandidate, now: UnixSeconds): GateOutcome {
  const root = checkRoot(candidate);
  if (!root.ok) return root;
  for (const shard of candidate.shards) {
    const outcome = checkShard(db, shard, now);
    if (!outcome.ok) return outcome;
  }
  for (const { authority, crl } of candidate.crls) {
    const outcome = checkCRL(db, authority, crl, now);
    if (!outcome.ok) return outcome;
  }
  return ok(true);
}

/** The edge must be able to read it: one refused entry would stop every epoch after it. */
function checkRoot({ blobs, rootHash }: EpochCandidate): GateOutcome {
  const bytes = blobs.find(({ hash }) => bytesEqual(hash, rootHash))?.bytes;
  const root = bytes && decodeRoot(bytes);
  if (!root) return refuseEpoch('format', 'the root is not among the blobs');
  return root.ok ? ok(true) : refuseEpoch('format', `root: ${root.error.reason}`);
}

function checkShard(db: Reader, shard: ChangedShard, now: UnixSeconds): GateOutcome {
  const { authority, shardIndex, bytes } = shard;
  const width = 2 ** (PLACE_BITS - authority.shardBits);
  const facts = factsOfRange(db, authority.id, shardIndex * width, (shardIndex + 1) * width);
  if (bytes === null) {
    return facts.size === 0
      ? ok(true)
      : refuseEpoch('retention', 'a shard with certificates would vanish');
  }
  const decoded = decodeOCSPShard(bytes);
  if (!decoded.ok) return refuseEpoch('format', `OCSP shard: ${decoded.error.reason}`);
  const count = decoded.value.entryOffsets.length;
  if (count !== facts.size) {
    return refuseEpoch('CP 4.9.10', `shard has ${count} statuses for ${facts.size} certificates`);
  }
  const keys = responderKeys(decoded.value, authority.spki);
  if (!keys.ok) return keys;
  return checkEntries(shard, decoded.value, facts, keys.value, now);
}

function checkEntries(
  { authority, responses }: ChangedShard,
  decoded: OCSPShard,
  facts: ReadonlyMap<string, CertStatus>,
  keys: ReadonlyMap<string, ResponderKey>,
  now: UnixSeconds,
): GateOutcome {
  const unverified = new Set(
    responses.filter((row) => !row.verified).map((row) => hexFromBytes(row.serialNumber)),
  );
  for (let i = 0; i < decoded.entryOffsets.length; i++) {
    const stored = storedResponseAt(decoded, i);
    const serial = stored ? hexFromBytes(stored.serialNumber) : '';
    const fact = facts.get(serial);
    if (!stored || !fact) {
      return refuseEpoch('CP 4.9.10', 'a status for a serial number that was never issued');
    }
    const signer = keys.get(hexFromBytes(stored.responder.keyHash));
    const outcome = checkStored(stored, fact, signer, now);
    if (!outcome.ok) return outcome;
    const verified =
      !signer || !unverified.has(serial) || verifyStored(decoded, stored, signer.key);
    if (verified !== true && !verified.ok) {
      const { serialNumber } = stored;
      return err({ ...verified.error, signAgain: { authorityId: authority.id, serialNumber } });
    }
  }
  return ok(true);
}

interface ResponderKey {
  readonly key: KeyObject;
  readonly notAfter: UnixSeconds;
}

/** Each responder's certificate must be of this authority's key (RSP-18). */
function responderKeys(
  shard: OCSPShard,
  issuerSPKI: Uint8Array,
): Result<ReadonlyMap<string, ResponderKey>, GateRefusal> {
  const issuerKey = publicKeyFromSPKI(issuerSPKI);
  const keys = new Map<string, ResponderKey>();
  for (const { certificate, keyHash } of shard.header.responders) {
    if (!certificate) return refuseEpoch('RSP-20', 'a delegated responder without certificate');
    if (!isSignedBy(certificate, issuerKey)) {
      return refuseEpoch('RSP-18', 'a responder certificate is not signed by the authority');
    }
    const spki = AsnConvert.serialize(
      AsnConvert.parse(certificate, Certificate).tbsCertificate.subjectPublicKeyInfo,
    );
    keys.set(hexFromBytes(keyHash), {
      key: publicKeyFromSPKI(new Uint8Array(spki)),
      notAfter: certificateNotAfter(certificate),
    });
  }
  return ok(keys);
}

/** RSP-8: 8 hours to 10 days less a second. */
function isPolicyWindow({ thisUpdate, nextUpdate }: ValidityWindow): boolean {
  return nextUpdate - thisUpdate >= 28_800 && nextUpdate - thisUpdate <= 863_999;
}

function checkStored(
  stored: StoredResponse,
  fact: CertStatus,
  signer: ResponderKey | undefined,
  now: UnixSeconds,
): GateOutcome {
  const serial = serialNumberText(stored.serialNumber);
  const { times, certStatus } = stored;
  if (!sameStatus(certStatus, fact)) {
    const reason = `${serial} is ${fact.status} on record and ${certStatus.status} in the response`;
    return refuseEpoch('RSP-24', reason);
  }
  // One that has run out stays until it is renewed: the edge does not serve it.
  if (times.thisUpdate > now || !isPolicyWindow(times)) {
    return refuseEpoch('RSP-8', `the window of the response for ${serial} breaks CP 4.9.10`);
  }
  if (!signer || times.nextUpdate > signer.notAfter) {
    return refuseEpoch('RSP-21', `the response for ${serial} outlives its responder`);
  }
  return ok(true);
}

/** Verifies what the edge will rebuild, for responses that were signed in bulk. */
function verifyStored(shard: OCSPShard, stored: StoredResponse, key: KeyObject): GateOutcome {
  const { responder, times, certStatus, serialNumber, signatures } = stored;
  for (const hash of CERT_ID_HASHES) {
    const certID = { hash, ...shard.header.issuer[hash], serialNumber };
    const tbs = encodeResponseData(responder.keyHash, times, { certID, certStatus });
    if (!verifyPackedSignature(key, responder.signatureAlgorithm, tbs, signatures[hash])) {
      return refuseEpoch(
        'signature',
        `the response for ${serialNumberText(serialNumber)} does not verify`,
      );
    }
  }
  return ok(true);
}

function sameStatus(a: CertStatus, b: CertStatus): boolean {
  if (a.status === 'good' || b.status === 'good') return a.status === b.status;
  return a.revocationReason === b.revocationReason && a.revocationTime === b.revocationTime;
}
