import { NO_SHARD } from '../../shared/snapshot/directory.ts';
import { type AuditCheckpoint, encodeRoot } from '../../shared/snapshot/root.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { reasonsFile } from '../crl/reasons-file.ts';
import { type AuthorityRow, authorityById } from '../database/authority-table.ts';
import {
  type CertificateFile,
  publishedCertificateFiles,
  waitingCertificates,
} from '../database/certificate-publication-table.ts';
import { type CRLRow, latestCRL } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import type { EpochBlob } from '../database/epoch-table.ts';
import { findShard } from '../database/ocsp-shard-table.ts';
import { type OutboxContents, PLACE_BITS, readOutbox } from '../database/outbox-table.ts';
import { settledRequests } from '../database/revocation-due-table.ts';
import { revokedCertificates } from '../database/revocation-table.ts';
import type { SignerContext } from '../signer-context.ts';
import { BlobSet } from './blob-set.ts';
import {
  type BuiltFileTable,
  caCertificateFiles,
  certificateFile,
  crlFile,
  fileTable,
  reasonsFileEntry,
} from './file-table.ts';
import {
  allShards,
  type ChangedPage,
  type ChangedShard,
  type Collected,
  type EpochExtent,
  issuerEntry,
} from './issuer-directory.ts';
import { type RepositoryChanges, repositoryChanges } from './repository-changes.ts';

/** A CRL and the file of its reasons: both from the facts of one moment. */
export interface ChangedCRL {
  readonly authority: AuthorityRow;
  readonly crl: CRLRow;
  readonly reasons: Uint8Array;
}

/** Everything that an epoch would change; the gate judges it before any head is signed. */
export interface EpochCandidate extends RepositoryChanges {
  /** Outbox rows up to here are in it. */
  readonly upTo: number;
  /** With the shards that they had then. */
  readonly authorities: readonly AuthorityRow[];
  /** Those among them that answer OCSP. */
  readonly answering: ReadonlySet<number>;
  readonly shards: readonly ChangedShard[];
  readonly pages: readonly ChangedPage[];
  readonly crls: readonly ChangedCRL[];
  /** Certificates that wait for their first epoch, up to this row of theirs. */
  readonly certificatesUpTo: number;
  /** Those among them that have a file, which is in `files`. */
  readonly certificates: readonly CertificateFile[];
  readonly filePages: Pick<BuiltFileTable, 'pageCount' | 'changedPages'>;
  /** Requests in the register of revocations whose revocations it carries (RSP-10). */
  readonly revocationRequests: readonly number[];
  readonly rootHash: Uint8Array;
  /** Its octets, and where it says that the audit log stood. */
  readonly root: Uint8Array;
  readonly audit: AuditCheckpoint;
  /** New blobs, root and pages included. */
  readonly blobs: readonly EpochBlob[];
}

/** More wait for the next epoch, so that none grows without bound. */
const CERTIFICATES_AN_EPOCH = 5_000;

/**
 * Reads the database once, without a pause, so that all it puts together is of one moment. `now` is the
 * time of its head.
 */
export function buildEpochCandidate(
  context: SignerContext,
  authorities: readonly AuthorityRow[],
  extent: EpochExtent = 'changes',
  now: UnixSeconds = context.clock(),
): EpochCandidate {
  const { db } = context;
  const outbox = outboxOf(db, authorities, extent);
  const blobs = new BlobSet();
  // One without OCSP is no issuer of the snapshot: the edge answers unauthorized for it.
  const answering = authorities.filter(
    ({ name }) => context.policy.authorities.get(name)?.ocsp !== null,
  );
  const shards = answering.flatMap((authority) => {
    const indices =
      extent === 'everything'
        ? allShards(authority.shardBits)
        : shardsOf(outbox.places.get(authority.id) ?? [], authority.shardBits);
    return [...indices].map((index) => changedShard(db, authority, index, blobs));
  });
  const crls = [...outbox.crls].flatMap((id) => {
    const authority = authorityById(db, id);
    const crl = latestCRL(db, id);
    if (!authority || !crl) return [];
    const revoked = revokedCertificates(db, id, 0, crl.keptSince);
    return [{ authority, crl, reasons: reasonsFile(authority.subject, crl, revoked) }];
  });
  const waiting = waitingCertificates(db, CERTIFICATES_AN_EPOCH);
  const earlier = extent === 'everything' ? publishedCertificateFiles(db) : [];
  const others = [
    ...crls.flatMap(({ authority, crl, reasons }) => [
      crlFile(context, authority, crl, blobs),
      reasonsFileEntry(context, authority, crl, reasons, blobs),
    ]),
    ...[...outbox.caCertificates].flatMap((id) => caCertificateFiles(context, id, blobs)),
    ...[...earlier, ...waiting.files].flatMap((file) => certificateFile(file, blobs)),
  ];
  const shown = { authorities, published: waiting.files, files: others, now, extent };
  const repository = repositoryChanges(context, shown, blobs);
  const collected: Collected = { blobs, pages: [], extent };
  const issuers = answering.map((authority) => issuerEntry(context, authority, shards, collected));
  const { table, ...filePages } = fileTable(
    context,
    { put: repository.files, removed: repository.removed },
    blobs,
    extent,
  );
  const audit = context.audit.checkpoint();
  const root = encodeRoot({ issuers, files: table, audit });
  const rootHash = blobs.add(root);
  return {
    upTo: outbox.upTo,
    authorities,
    answering: new Set(answering.map(({ id }) => id)),
    shards,
    pages: collected.pages,
    crls,
    certificatesUpTo: waiting.upTo,
    certificates: waiting.files,
    ...repository,
    filePages,
    revocationRequests: settledRequests(db),
    ...{ rootHash, root, audit },
    blobs: blobs.list(),
  };
}

/** The stored octets, as they were encoded when they were signed. */
function changedShard(
  db: Reader,
  authority: AuthorityRow,
  shardIndex: number,
  blobs: BlobSet,
): ChangedShard {
  const row = findShard(db, authority.id, shardIndex);
  if (!row) return { authority, shardIndex, bytes: null, hash: NO_SHARD, verified: true };
  blobs.addHashed(row);
  return { authority, ...row };
}

/** For everything, the files of every authority count as changed. */
function outboxOf(
  db: Reader,
  authorities: readonly AuthorityRow[],
  extent: EpochExtent,
): OutboxContents {
  const outbox = readOutbox(db);
  if (extent === 'changes') return outbox;
  const all = new Set(authorities.map(({ id }) => id));
  return { ...outbox, crls: all, caCertificates: all };
}

function shardsOf(places: readonly number[], shardBits: number): ReadonlySet<number> {
  return new Set(places.map((place) => place >>> (PLACE_BITS - shardBits)));
}
