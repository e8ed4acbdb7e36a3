import { bytesFromHex } from '../../shared/bytes.ts';
import { must } from '../../shared/result.ts';
import { type SerialNumber, serialNumberFromContents } from '../../shared/serial-number.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import {
  abandonCeremonyReservations,
  endCeremony,
  pendingCeremony,
} from '../database/ceremony-table.ts';
import { reserveCertificate, setCertificateIssued } from '../database/certificate-table.ts';
import { insertCRL, latestCRLTimes } from '../database/crl-table.ts';
import type { Transaction } from '../database/database.ts';
import { appendPlaces } from '../database/issued-table.ts';
import { insertRevocation } from '../database/revocation-table.ts';
import { integerColumn } from '../database/row.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import { certificateNotAfter } from '../issuance/issuer.ts';
import type { MissingFacts } from './missing-facts.ts';
import { EMPTY_NAME, STATUS_ONLY, unknownKey } from './recovered-certificate.ts';

/** Who is said to have recorded it; who asked for it is lost with the register. */
export const RECORDED_BY = 'catch-up';

/**
 * Everything that the store has of one authority becomes fact, and is to be signed anew: by the next
 * settlement, or with a CRL that came from a ceremony as it stands.
 */
export function recordMissing(
  tx: Transaction,
  facts: MissingFacts,
  epoch: number,
  now: UnixSeconds,
): void {
  const { row, crl, serials, certificates, revocations } = facts;
  giveUpCeremony(tx, row.id, now);
  const changed = new Set<number>();
  for (const serial of serials) changed.add(recordCertificate(tx, facts, serial, epoch, now));
  // In the order of the lists that people look at.
  const listed = [...certificates.values()].filter(({ path }) => path !== null);
  appendPlaces(
    tx,
    row.id,
    listed.map(({ serial }) => certificateId(tx, row.id, serial) ?? 0),
  );
  const revoked: number[] = [];
  for (const [serial, { revocationDate, reason }] of revocations) {
    const id = certificateId(tx, row.id, serial);
    if (id === undefined) continue;
    const revocation = { revocationDate, reason, recordedAt: now };
    insertRevocation(tx, { id, authorityId: row.id }, revocation, RECORDED_BY);
    revoked.push(id);
    changed.add(id);
  }
  const ahead = crl !== null && crl.crlNumber > (latestCRLTimes(tx, row.id)?.crlNumber ?? 0);
  if (crl && ahead) takeOverCRL(tx, facts, crl);
  if (row.custody === 'offline') bringRevocations(tx, row.id, revoked, epoch, now);
  // A CRL number that was taken needs a CRL above it, whether or not a status changed.
  else if (ahead && changed.size === 0) changed.add(anyCertificate(tx, row.id));
  for (const id of changed) if (id > 0) markUnsettled(tx, row.id, id);
}

/** What it reserved and signed is older than what is published. */
function giveUpCeremony(tx: Transaction, authorityId: number, now: UnixSeconds): void {
  const pending = pendingCeremony(tx, authorityId);
  if (!pending) return;
  abandonCeremonyReservations(tx, pending.id);
  endCeremony(tx, pending.id, 'cancelled', now);
}

function recordCertificate(
  tx: Transaction,
  { row, certificates }: MissingFacts,
  serial: string,
  epoch: number,
  now: UnixSeconds,
): number {
  const found = certificates.get(serial);
  const der = found?.der ?? new Uint8Array(0);
  const existing = certificateId(tx, row.id, serial);
  const id = existing ?? reserve(tx, row, serial, found, now);
  // One that the backup has as reserved or given up was signed after it.
  if (existing === undefined) setCertificateIssued(tx, id, der);
  else tx.run("UPDATE certificate SET state = 'issued', der = ? WHERE id = ?", der, id);
  tx.run(
    'INSERT INTO certificate_publication (certificate_id, path, epoch) VALUES (?, ?, ?)',
    id,
    found?.path ?? null,
    epoch,
  );
  return id;
}

function reserve(
  tx: Transaction,
  row: MissingFacts['row'],
  serial: string,
  found: ReturnType<MissingFacts['certificates']['get']>,
  now: UnixSeconds,
): number {
  const serialNumber = serialFromHex(serial);
  const pseudo = unknownKey(row.name, serialNumber);
  if (!found) {
    const notAfter = row.certificate ? certificateNotAfter(row.certificate) : now;
    const window = { notBefore: unixSeconds(0), notAfter };
    const known = { profile: STATUS_ONLY, subject: EMPTY_NAME, spkiSha256: pseudo };
    const order = { authorityId: row.id, serialNumber, ...known, ...window, requestId: null };
    return reserveCertificate(tx, order, now);
  }
  tx.run(
    "UPDATE certificate SET state = 'abandoned' WHERE spki_sha256 = ? AND state = 'reserved'",
    found.spkiSha256,
  );
  const taken = tx.get(
    "SELECT 1 FROM certificate WHERE spki_sha256 = ? AND state <> 'abandoned'",
    found.spkiSha256,
  );
  const { profile, subject, notBefore, notAfter } = found;
  const known = { profile, subject, spkiSha256: taken ? pseudo : found.spkiSha256 };
  const order = { authorityId: row.id, serialNumber, ...known, notBefore, notAfter };
  return reserveCertificate(tx, { ...order, requestId: null }, now);
}

function serialFromHex(serial: string): SerialNumber {
  const contents = must(bytesFromHex(serial), 'serial number in hexadecimal');
  return must(serialNumberFromContents(contents), 'serial number of the snapshot');
}

function certificateId(tx: Transaction, authorityId: number, serial: string): number | undefined {
  const row = tx.get(
    'SELECT id FROM certificate WHERE authority_id = ? AND serial = ?',
    authorityId,
    serialFromHex(serial),
  );
  return row && integerColumn(row, 'id');
}

function anyCertificate(tx: Transaction, authorityId: number): number {
  const row = tx.get(
    "SELECT min(id) AS id FROM certificate WHERE authority_id = ? AND state = 'issued'",
    authorityId,
  );
  return row?.['id'] == null ? 0 : integerColumn(row, 'id');
}

/** CRL-9: the next number is above it, and the lint of the next CRL compares with it. */
function takeOverCRL(
  tx: Transaction,
  { row }: MissingFacts,
  crl: NonNullable<MissingFacts['crl']>,
): void {
  const keptSince = latestCRLTimes(tx, row.id)?.keptSince ?? unixSeconds(0);
  const { crlNumber, thisUpdate, nextUpdate, der } = crl;
  const entries = crl.entries.size;
  insertCRL(tx, {
    ...{ authorityId: row.id, crlNumber, thisUpdate, nextUpdate, entries, keptSince, der },
  });
  tx.run('UPDATE authority SET crl_number = max(crl_number, ?) WHERE id = ?', crlNumber, row.id);
}

/** They are on a CRL that a ceremony brought, though its bundle is lost. */
function bringRevocations(
  tx: Transaction,
  authorityId: number,
  revoked: readonly number[],
  epoch: number,
  now: UnixSeconds,
): void {
  if (revoked.length === 0) return;
  const { id } = tx.run(
    `INSERT INTO ceremony (bundle_id, kind, authority_id, state, request, request_sha256, reason, requested_by,
       created_at, expires_at, ended_at) VALUES (?, 'signing', ?, 'imported', '', zeroblob(32), ?, ?, ?, ?, ?)`,
    [authorityId, epoch].map((number) => number.toString(16).padStart(16, '0')).join(''),
    authorityId,
    `taken from published epoch ${epoch}`,
    RECORDED_BY,
    now,
    now,
    now,
  );
  for (const certificate of revoked)
    tx.run(
      'INSERT INTO ceremony_revocation (ceremony_id, certificate_id) VALUES (?, ?)',
      id,
      certificate,
    );
}
