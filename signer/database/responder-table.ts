import { BugError } from '../../shared/result.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, textColumn, timeColumn } from './row.ts';

export interface ResponderRow {
  readonly id: number;
  readonly authorityId: number;
  readonly certificateId: number;
  readonly keystore: string;
  readonly keyLabel: string;
  readonly spki: Uint8Array;
  readonly certificate: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly notAfter: UnixSeconds;
}

const ALGORITHMS: readonly SignatureAlgorithm[] = [
  'sha256WithRSAEncryption',
  'sha384WithRSAEncryption',
  'ecdsa-with-SHA256',
  'ecdsa-with-SHA384',
];

function responderFromRow(row: Row): ResponderRow {
  const name = textColumn(row, 'signature_algorithm');
  const signatureAlgorithm = ALGORITHMS.find((algorithm) => algorithm === name);
  if (!signatureAlgorithm) throw new BugError(`unknown signature algorithm ${name}`);
  return {
    id: integerColumn(row, 'id'),
    authorityId: integerColumn(row, 'authority_id'),
    certificateId: integerColumn(row, 'certificate_id'),
    keystore: textColumn(row, 'keystore'),
    keyLabel: textColumn(row, 'key_label'),
    spki: blobColumn(row, 'spki'),
    certificate: blobColumn(row, 'certificate'),
    signatureAlgorithm,
    notAfter: timeColumn(row, 'not_after'),
  };
}

/**
 * The responder that signs: the one that was made last, unless it is revoked. One that has a
 * successor never signs again, also when that successor is revoked (RSP-36: a new key each time).
 */
export function newestResponder(db: Reader, authorityId: number): ResponderRow | undefined {
  const row = db.get(
    `SELECT * FROM (SELECT * FROM responder WHERE authority_id = ? ORDER BY id DESC LIMIT 1) newest
     WHERE NOT EXISTS (SELECT 1 FROM revocation v WHERE v.certificate_id = newest.certificate_id)`,
    authorityId,
  );
  return row && responderFromRow(row);
}

/** Those of an authority, the newest first. */
export function respondersOf(db: Reader, authorityId: number): readonly ResponderRow[] {
  return db
    .all('SELECT * FROM responder WHERE authority_id = ? ORDER BY id DESC', authorityId)
    .map(responderFromRow);
}

/** Certificates of the responders of an authority that are revoked now. */
export function revokedResponderCertificates(
  db: Reader,
  authorityId: number,
): readonly Uint8Array[] {
  return db
    .all(
      `SELECT p.certificate FROM responder p JOIN revocation v ON v.certificate_id = p.certificate_id
       WHERE p.authority_id = ?`,
      authorityId,
    )
    .map((row) => blobColumn(row, 'certificate'));
}

/** Of the responder with this certificate. */
export function responderIdOf(
  db: Reader,
  authorityId: number,
  certificate: Uint8Array,
): number | undefined {
  const row = db.get(
    'SELECT id FROM responder WHERE authority_id = ? AND certificate = ?',
    authorityId,
    certificate,
  );
  return row && integerColumn(row, 'id');
}

export function insertResponder(tx: Transaction, responder: Omit<ResponderRow, 'id'>): number {
  return tx.run(
    `INSERT INTO responder (authority_id, certificate_id, keystore, key_label, spki, certificate, signature_algorithm,
       not_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    responder.authorityId,
    responder.certificateId,
    responder.keystore,
    responder.keyLabel,
    responder.spki,
    responder.certificate,
    responder.signatureAlgorithm,
    responder.notAfter,
  ).id;
}
