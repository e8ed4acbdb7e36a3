import { bytesEqual, compareBytes } from '../../shared/bytes.ts';
import { CERT_ID_HASHES, sameIssuer } from '../../shared/ocsp/cert-id.ts';
import type { CertStatus, Responder } from '../../shared/ocsp/response.ts';
import { ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { ShardHeader } from '../../shared/snapshot/ocsp-shard.ts';
import {
  decodeOCSPShard,
  type OCSPShard,
  type StoredResponse,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { decodeRoot } from '../../shared/snapshot/root.ts';
import type { UnixSeconds, ValidityWindow } from '../../shared/time.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { Reader } from '../database/database.ts';
import { placesOfShard } from '../database/ocsp-shard-table.ts';
import { type StatusFact, statusesOfRange } from '../database/status-facts.ts';
import { identityOf, sha256 } from '../issuance/public-key.ts';
import { readResponderCertificate } from '../lint/ocsp/responder-certificate.ts';
import { isSignedBy } from '../signing/signed-der.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';
import { checkCatalogue } from './catalogue-gate.ts';
import { checkCertificateFiles } from './certificate-gate.ts';
import { checkCRL } from './crl-gate.ts';
import { checkDocuments } from './document-gate.ts';
import type { EpochCandidate } from './epoch-candidate.ts';
import type { GateFacts } from './gate-facts.ts';
import { type GateOutcome, type GateRefusal, refuseEpoch } from './gate-refusal.ts';
import type { ChangedShard } from './issuer-directory.ts';
import { checkReasons } from './reasons-gate.ts';

/**
 * Architecture rule 2. Judges the very bytes that would go out: every changed shard is decoded as
 * the edge decodes it and held against the facts of the database, every CRL is parsed, verified and
 * held against the same facts, so that CRL and OCSP cannot disagree. Signatures of answers that were
 * made in bulk are `checkSignatures`' part.
 */
export function checkEpoch(
  facts: GateFacts,
  candidate: EpochCandidate,
  now: UnixSeconds,
): GateOutcome {
  const { db } = facts;
  const root = checkRoot(candidate);
  if (!root.ok) return root;
  const responders = new KnownResponders();
  for (const shard of candidate.shards) {
    const outcome = checkShard(db, shard, responders, now);
    if (!outcome.ok) return outcome;
  }
  for (const { authority, crl, reasons } of candidate.crls) {
    const outcome = checkCRL(db, authority, crl, now);
    if (!outcome.ok) return outcome;
    const told = checkReasons(authority.name, crl, reasons);
    if (!told.ok) return told;
  }
  const certificates = checkCertificateFiles(db, candidate);
  if (!certificates.ok) return certificates;
  const documents = checkDocuments(db, candidate);
  return documents.ok ? checkCatalogue(facts, candidate, now) : documents;
}

/** The edge must be able to read it: one refused entry would stop every epoch after it. */
function checkRoot({ blobs, rootHash }: EpochCandidate): GateOutcome {
  const bytes = blobs.find(({ hash }) => bytesEqual(hash, rootHash))?.bytes;
  const root = bytes && decodeRoot(bytes);
  if (!root) return refuseEpoch('format', 'the root is not among the blobs');
  return root.ok ? ok(true) : refuseEpoch('format', `root: ${root.error.reason}`);
}

function checkShard(
  db: Reader,
  shard: ChangedShard,
  known: KnownResponders,
  now: UnixSeconds,
): GateOutcome {
  const { authority, shardIndex, bytes, hash } = shard;
  const facts = statusesOfRange(db, authority.id, placesOfShard(authority.shardBits, shardIndex));
  if (bytes === null) {
    return facts.length === 0
      ? ok(true)
      : refuseEpoch('retention', 'a shard with certificates would vanish');
  }
  if (!bytesEqual(sha256(bytes), hash)) {
    return refuseEpoch('format', 'OCSP shard: not the octets that its hash names');
  }
  const decoded = decodeOCSPShard(bytes);
  if (!decoded.ok) return refuseEpoch('format', `OCSP shard: ${decoded.error.reason}`);
  if (!standsThere(decoded.value.header, shard)) {
    return refuseEpoch('format', 'OCSP shard: of another place or authority');
  }
  const ends = new Map<Responder, UnixSeconds>();
  for (const responder of decoded.value.header.responders) {
    const end = known.endOf(responder, authority);
    if (!end.ok) return end;
    ends.set(responder, end.value);
  }
  return checkEntries(decoded.value, facts, ends, now);
}

function standsThere(header: ShardHeader, { authority, shardIndex }: ChangedShard): boolean {
  const { issuer, shardBits } = header;
  const identity = identityOf(authority);
  const same = CERT_ID_HASHES.every((hash) => sameIssuer(issuer[hash], identity[hash]));
  return same && shardBits === authority.shardBits && header.shardIndex === shardIndex;
}

/** Entries and facts are both in ascending order of serial number. */
function checkEntries(
  shard: OCSPShard,
  facts: readonly StatusFact[],
  responders: ReadonlyMap<Responder, UnixSeconds>,
  now: UnixSeconds,
): GateOutcome {
  for (const [i, fact] of facts.entries()) {
    const stored = storedResponseAt(shard, i);
    if (!stored || compareBytes(stored.serialNumber, fact.serialNumber) > 0) {
      const serial = serialNumberText(fact.serialNumber);
      return refuseEpoch('CP 4.9.10', `there is no status for ${serial}`);
    }
    if (!bytesEqual(stored.serialNumber, fact.serialNumber)) return neverIssued(stored);
    const outcome = checkStored(stored, fact.certStatus, responders.get(stored.responder), now);
    if (!outcome.ok) return outcome;
  }
  const more = storedResponseAt(shard, facts.length);
  return more ? neverIssued(more) : ok(true);
}

function neverIssued({ serialNumber }: StoredResponse): GateOutcome {
  const serial = serialNumberText(serialNumber);
  return refuseEpoch('CP 4.9.10', `a status for ${serial}, which was never issued`);
}

/** Responders that were looked at already: thousands of shards have the same two or three. */
class KnownResponders {
  readonly #known: { authorityId: number; responder: Responder; end: UnixSeconds }[] = [];

  /** When it ends; its certificate must be of this authority's key (RSP-18) and of its own (RSP-2). */
  endOf(responder: Responder, authority: AuthorityRow): Result<UnixSeconds, GateRefusal> {
    const same = this.#known.find(
      (other) => other.authorityId === authority.id && sameResponder(other.responder, responder),
    );
    if (same) return ok(same.end);
    const certificate = responder.certificate && readResponderCertificate(responder.certificate);
    if (!responder.certificate || !certificate)
      return refuseEpoch('RSP-20', 'a delegated responder without certificate');
    if (!isSignedBy(responder.certificate, publicKeyFromSPKI(authority.spki))) {
      return refuseEpoch('RSP-18', 'a responder certificate is not signed by the authority');
    }
    if (!bytesEqual(certificate.keyHash, responder.keyHash)) {
      return refuseEpoch('RSP-2', 'a responderID is not that of its certificate');
    }
    this.#known.push({ authorityId: authority.id, responder, end: certificate.notAfter });
    return ok(certificate.notAfter);
  }
}

function sameResponder(a: Responder, b: Responder): boolean {
  return (
    a.certificate !== null &&
    b.certificate !== null &&
    bytesEqual(a.keyHash, b.keyHash) &&
    bytesEqual(a.certificate, b.certificate)
  );
}

/** RSP-8: 8 hours to 10 days less a second. */
function isPolicyWindow({ thisUpdate, nextUpdate }: ValidityWindow): boolean {
  return nextUpdate - thisUpdate >= 28_800 && nextUpdate - thisUpdate <= 863_999;
}

function checkStored(
  stored: StoredResponse,
  fact: CertStatus,
  responderEnd: UnixSeconds | undefined,
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
  if (responderEnd === undefined || times.nextUpdate > responderEnd) {
    return refuseEpoch('RSP-21', `the response for ${serial} outlives its responder`);
  }
  return ok(true);
}

function sameStatus(a: CertStatus, b: CertStatus): boolean {
  if (a.status === 'good' || b.status === 'good') return a.status === b.status;
  return a.revocationReason === b.revocationReason && a.revocationTime === b.revocationTime;
}
