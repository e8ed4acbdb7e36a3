import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader, Row } from './database.ts';
import { fingerprintOfSPKI } from './key-functions.ts';
import { blobColumn, integerColumn, textColumn, timeColumn } from './row.ts';

/** Who has a key, from every table that knows keys. */

/** A certificate that was issued or is being made for a key, or for one with the same secret. */
const CERTIFICATES = `SELECT c.serial, c.state, a.name, r.reason FROM seen_key k
  JOIN certificate c ON c.spki_sha256 = k.spki_sha256 AND c.state <> 'abandoned'
  JOIN authority a ON a.id = c.authority_id LEFT JOIN revocation r ON r.certificate_id = c.id`;

function certificateText(row: Row): string {
  const name = `certificate ${serialNumberText(serialColumn(row, 'serial'))} of ${textColumn(row, 'name')}`;
  if (row['reason'] === 1) return `${name}, revoked for keyCompromise`;
  return name;
}

/**
 * CSR-5: null, or how the key is taken. A certificate whose making was given up never got a
 * signature, so there is none that CP 4.6 would forbid to renew: its key stays free. `superseding` is
 * the open ceremony whose reservations are given up in the same step.
 */
export function certifiedAs(
  db: Reader,
  spki: Uint8Array,
  spkiSha256: Uint8Array,
  superseding: number | null = null,
): string | null {
  const row = db.get(
    `${CERTIFICATES} WHERE (k.spki_sha256 = ?1 OR k.fingerprint = ?2)
       AND NOT (c.state = 'reserved' AND EXISTS (SELECT 1 FROM ceremony_item i
         WHERE i.ceremony_id = ?3 AND i.certificate_id = c.id))`,
    spkiSha256,
    fingerprintOfSPKI(spki),
    superseding,
  );
  return row ? `this key was certified before, as ${certificateText(row)}` : null;
}

/** The CA or responder whose key this is, or has the same secret; null: none. */
export function authorityWithKey(db: Reader, spki: Uint8Array): string | null {
  const row = db.get(
    `SELECT name, 'the CA' AS what FROM authority WHERE key_fingerprint(spki) = ?1
     UNION ALL SELECT a.name, 'an OCSP responder of' FROM responder r JOIN authority a ON a.id = r.authority_id
     WHERE key_fingerprint(r.spki) = ?1`,
    fingerprintOfSPKI(spki),
  );
  return row ? `this is the key of ${textColumn(row, 'what')} ${textColumn(row, 'name')}` : null;
}

/** A seen key as a person would name it. */
function seenKeyText(db: Reader, keyId: number): string {
  const certified = db.get(`${CERTIFICATES} WHERE k.id = ?`, keyId);
  if (certified) return `the key of ${certificateText(certified)}`;
  const row = db.get('SELECT * FROM seen_key WHERE id = ?', keyId);
  if (!row) return 'a key';
  const sha256 = Buffer.from(blobColumn(row, 'spki_sha256')).toString('hex');
  return `the key ${sha256} (SHA-256), first seen ${isoText(timeColumn(row, 'first_seen_at'))}`;
}

/** The keys seen here that share a prime with this one, in words; null: none. */
export function sharedFactorWith(db: Reader, spki: Uint8Array): string | null {
  const rows = db.all(
    `SELECT k.id, s.key_id, s.other_key_id FROM seen_key k
     JOIN shared_factor s ON s.key_id = k.id OR s.other_key_id = k.id WHERE k.fingerprint = ?`,
    fingerprintOfSPKI(spki),
  );
  if (rows.length === 0) return null;
  const others = rows.map((row) => {
    const [id, first, second] = ['id', 'key_id', 'other_key_id'].map((name) =>
      integerColumn(row, name),
    );
    return seenKeyText(db, (first === id ? second : first) ?? 0);
  });
  return others.join(' and ');
}

/** An issued certificate, still good, whose private key anyone can have. */
export interface EasyKey {
  readonly authority: string;
  readonly serialNumber: string;
  readonly cause: string;
  readonly foundAt: UnixSeconds;
}

/** CSBR 4.9.1: to be revoked within 24 hours of `foundAt`. Oldest first; none after revocation or expiry. */
export function easyKeys(db: Reader, now: UnixSeconds): readonly EasyKey[] {
  const rows = db.all(
    `SELECT e.other_key_id, e.list, e.found_at, c.serial, a.name FROM (
       SELECT key_id, other_key_id, NULL AS list, found_at FROM shared_factor
       UNION ALL SELECT other_key_id, key_id, NULL, found_at FROM shared_factor
       UNION ALL SELECT h.key_id, NULL, l.name, h.found_at FROM listed_key h JOIN weak_key_list l ON l.id = h.list_id
     ) e JOIN seen_key seen ON seen.id = e.key_id
     JOIN seen_key k ON k.id = seen.id OR k.fingerprint = seen.fingerprint
     JOIN certificate c ON c.spki_sha256 = k.spki_sha256 AND c.state = 'issued' AND c.not_after >= ?
     JOIN authority a ON a.id = c.authority_id
     WHERE NOT EXISTS (SELECT 1 FROM revocation r WHERE r.certificate_id = c.id)
     ORDER BY e.found_at, c.id`,
    now,
  );
  return rows.map((row) => ({
    authority: textColumn(row, 'name'),
    serialNumber: serialNumberText(serialColumn(row, 'serial')),
    cause:
      row['other_key_id'] === null
        ? `its key is on the list ${textColumn(row, 'list')}`
        : `its key shares a prime with ${seenKeyText(db, integerColumn(row, 'other_key_id'))}`,
    foundAt: timeColumn(row, 'found_at'),
  }));
}
