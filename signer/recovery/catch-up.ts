import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { isoText, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type AuthorityRow, activeAuthorities } from '../database/authority-table.ts';
import { abandonReservations } from '../database/certificate-table.ts';
import type { Database, Transaction } from '../database/database.ts';
import { latestEpoch } from '../database/epoch-table.ts';
import { stopKeepingBlobs } from '../database/kept-blob-table.ts';
import { setCaughtUpTo, setRepublishDue } from '../database/republish-state.ts';
import { setRequestsPublished } from '../database/revocation-due-table.ts';
import { integerColumn, textColumn } from '../database/row.ts';
import type { PublicationSigner } from '../publisher/publication-key.ts';
import { compareHead, type PublishedHead, verifyHead } from '../publisher/published-head.ts';
import { rememberTime } from '../signer-context.ts';
import { type MissingError, type MissingFacts, missingFacts } from './missing-facts.ts';
import { type PublishedState, readPublishedState } from './published-state.ts';
import { RECORDED_BY, recordMissing } from './record-missing.ts';
import { type ReadKey, readHeadNote } from './snapshot-source.ts';

/** A state on which no signer runs. */
export interface StoppedState {
  readonly db: Database;
  readonly audit: AuditLog;
  readonly policy: CertificatePolicy;
  readonly publication: Pick<PublicationSigner, 'key' | 'spki'>;
  readonly now: UnixSeconds;
}

export type CatchUpError =
  | MissingError
  | { readonly code: 'head-missing' }
  | { readonly code: 'head-foreign' }
  /** Two states have published the same epoch: which of them is true nobody can tell from here. */
  | { readonly code: 'epochs-forked'; readonly epoch: number }
  /** Authorities that were made after the backup, by SHA-1 of their keys. */
  | { readonly code: 'authorities-unknown'; readonly issuers: readonly string[] };

export interface CaughtUp {
  readonly recordedEpoch: number;
  readonly publishedEpoch: number;
  readonly authorities: readonly {
    readonly name: string;
    readonly certificates: number;
    /** Of these, those whose serial number and status is all that is known. */
    readonly statusOnly: number;
    readonly revocations: readonly string[];
    readonly crlNumber: number | null;
  }[];
  /** Files that were published and that this state cannot make again: documents of CP 2.2. */
  readonly lostFiles: readonly string[];
}

/**
 * Brings a state that is older than what was published up to it, from the snapshot alone, verified by
 * the publication key and by the authorities' own. Read first, then one transaction: stopped anywhere
 * it can be done again, and done again it does nothing.
 */
export async function catchUp(
  state: StoppedState,
  read: ReadKey,
): Promise<Result<CaughtUp, CatchUpError>> {
  const { db, policy, publication } = state;
  const note = await readHeadNote(read);
  if (!note.ok) return note;
  if (note.value === null) return err({ code: 'head-missing' });
  const head = verifyHead(note.value, publication.key, publication.spki);
  if (!head) return err({ code: 'head-foreign' });
  const { epoch, rootHash } = head.head;
  const recordedEpoch = latestEpoch(db)?.number ?? 0;
  const compared = compareHead(db, head);
  if (compared.ok)
    return ok({ recordedEpoch, publishedEpoch: epoch, authorities: [], lostFiles: [] });
  if (compared.error.how === 'fork') return err({ code: 'epochs-forked', epoch });
  const published = await readPublishedState(read, rootHash, activeAuthorities(db));
  if (!published.ok) return published;
  const { unknownIssuers, authorities } = published.value;
  if (unknownIssuers.length > 0)
    return err({ code: 'authorities-unknown', issuers: unknownIssuers });
  const all: MissingFacts[] = [];
  for (const told of authorities) {
    const facts = await missingFacts(db, policy, published.value, told);
    if (!facts.ok) return facts;
    all.push(facts.value);
  }
  record(state, head, all);
  return ok({
    recordedEpoch,
    publishedEpoch: epoch,
    authorities: all.map(summary),
    lostFiles: lostFiles(state, published.value),
  });
}

function summary({ row, serials, certificates, revocations, crl }: MissingFacts) {
  return {
    name: row.name,
    certificates: serials.length,
    statusOnly: serials.filter((serial) => !certificates.has(serial)).length,
    revocations: [...revocations.keys()],
    crlNumber: crl?.crlNumber ?? null,
  };
}

function record(state: StoppedState, head: PublishedHead, all: readonly MissingFacts[]): void {
  const { db, audit, now } = state;
  const count = (of: (facts: MissingFacts) => number) =>
    all.reduce((sum, facts) => sum + of(facts), 0);
  audit.append({
    type: 'catch-up',
    recordedEpoch: latestEpoch(db)?.number ?? 0,
    publishedEpoch: head.head.epoch,
    certificates: count(({ serials }) => serials.length),
    revocations: count(({ revocations }) => revocations.size),
  });
  for (const { row, revocations } of all) auditRevocations(audit, row, revocations);
  // If we stop here the log tells of a catch-up that the database knows nothing of: it is done again.
  db.transaction((tx) => {
    abandonReservations(tx);
    for (const facts of all) recordMissing(tx, facts, head.head.epoch, now);
    takeOverHead(tx, head, now);
    const newest = tx.get('SELECT coalesce(max(id), 0) AS id FROM unsettled');
    setCaughtUpTo(tx, newest ? integerColumn(newest, 'id') : 0);
    setRepublishDue(tx);
    rememberTime(tx, unixSeconds(Math.max(now, head.head.time)));
  });
}

function auditRevocations(
  audit: AuditLog,
  { name }: AuthorityRow,
  revocations: MissingFacts['revocations'],
): void {
  for (const [serialNumber, { revocationDate, reason }] of revocations) {
    audit.append({
      ...{ type: 'revocation', authority: name, serialNumber, actor: RECORDED_BY },
      reason: crlReasonName(reason),
      revocationDate: isoText(revocationDate),
    });
  }
}

/** The next head follows it. What this state had promised and never saw published is given up. */
function takeOverHead(
  tx: Transaction,
  { head, note, headHash }: PublishedHead,
  now: UnixSeconds,
): void {
  stopKeepingBlobs(tx);
  tx.run(
    "DELETE FROM epoch_blob WHERE epoch IN (SELECT number FROM epoch WHERE state = 'promised')",
  );
  tx.run(
    `INSERT INTO epoch (number, state, root_hash, head_hash, note, time, expires, published_at)
     VALUES (?, 'published', ?, ?, ?, ?, ?, ?)`,
    ...[head.epoch, head.rootHash, headHash, note, head.time, head.expires, now],
  );
  tx.run(
    `UPDATE revocation_due SET epoch = ?
     WHERE epoch IN (SELECT number FROM epoch WHERE state = 'promised')`,
    head.epoch,
  );
  setRequestsPublished(tx, head.epoch, now);
  tx.run(
    "DELETE FROM audit_witness WHERE epoch IN (SELECT number FROM epoch WHERE state = 'promised')",
  );
  tx.run("DELETE FROM epoch WHERE state = 'promised'");
}

/** Editions that were added after the backup. */
function lostFiles({ db }: StoppedState, { files }: PublishedState): readonly string[] {
  const known = new Set(db.all('SELECT path FROM document').map((row) => textColumn(row, 'path')));
  return [...files.values()]
    .filter(({ path, mediaType }) => {
      const isDocument = mediaType === 6 || (mediaType === 4 && path.endsWith('.txt'));
      return isDocument && !path.endsWith('.reasons.txt') && !known.has(path);
    })
    .map(({ path }) => path);
}
