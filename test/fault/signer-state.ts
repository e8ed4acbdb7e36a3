import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { closedSegment, closedSegments } from '../../signer/audit/segment-files.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../../signer/setup/state-files.ts';
import type { RunningCA } from '../support/running-ca.ts';

/** The signer's files read from outside, with nothing of the signer's code. */

export interface CertificateFact {
  readonly authority: string;
  /** Lower-case hexadecimal of the INTEGER's contents. */
  readonly serial: string;
  readonly state: 'reserved' | 'issued' | 'abandoned';
  readonly profile: string;
  /** Seconds since 1970; null when it is not revoked. */
  readonly revocationDate: number | null;
  readonly reason: number | null;
  /** OCSP responses on record: 0 or 1. */
  readonly responses: number;
}

export interface EpochFact {
  readonly number: number;
  readonly state: 'promised' | 'published';
  readonly note: string;
}

/** What must be nothing once the signer had time to publish. */
export interface Leftovers {
  readonly unsettled: number;
  readonly outbox: number;
  readonly promised: number;
  readonly reserved: number;
  readonly blobs: number;
}

export const NOTHING_LEFT: Leftovers = {
  unsettled: 0,
  outbox: 0,
  promised: 0,
  reserved: 0,
  blobs: 0,
};

export interface SignerState {
  readonly leftovers: Leftovers;
  readonly certificates: readonly CertificateFact[];
  readonly authorities: readonly { readonly name: string; readonly crlNumber: number }[];
  readonly crls: readonly {
    readonly authority: string;
    readonly number: number;
    readonly der: Uint8Array;
  }[];
  readonly epochs: readonly EpochFact[];
}

const LEFTOVERS = `SELECT (SELECT count(*) FROM unsettled) AS unsettled, (SELECT count(*) FROM outbox) AS outbox,
  (SELECT count(*) FROM epoch WHERE state = 'promised') AS promised,
  (SELECT count(*) FROM certificate WHERE state = 'reserved') AS reserved,
  (SELECT count(*) FROM epoch_blob) AS blobs`;

/** An entry of a shard begins with length, serial number and the high octet of its batch (docs/formats.md 7). */
const CERTIFICATES = `SELECT a.name AS authority, lower(hex(c.serial)) AS serial, c.state, c.profile,
  r.revocation_date AS revocationDate, r.reason,
  (SELECT count(*) FROM ocsp_shard s WHERE s.authority_id = c.authority_id AND instr(s.bytes, unhex(
    printf('%02X', length(c.serial)) || hex(c.serial) || '00')) > 0) AS responses
  FROM certificate c JOIN authority a ON a.id = c.authority_id LEFT JOIN revocation r ON r.certificate_id = c.id
  ORDER BY c.id`;

/** Opens the database of a signer that has ended. */
export function withDatabase<T>(ca: RunningCA, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(ca.layout.signer, DATABASE_FILE));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

export function readState(ca: RunningCA): SignerState {
  return withDatabase(ca, (db) => {
    const all = <T>(sql: string) => db.prepare(sql).all() as unknown as readonly T[];
    const [leftovers = NOTHING_LEFT] = all<Leftovers>(LEFTOVERS);
    return {
      leftovers: { ...leftovers },
      certificates: all<CertificateFact>(CERTIFICATES),
      authorities: all('SELECT name, crl_number AS crlNumber FROM authority ORDER BY id'),
      crls: all(
        `SELECT a.name AS authority, c.crl_number AS number, c.der FROM crl c
         JOIN authority a ON a.id = c.authority_id ORDER BY c.crl_number`,
      ),
      epochs: all('SELECT number, state, CAST(note AS TEXT) AS note FROM epoch ORDER BY number'),
    };
  });
}

export interface AuditLine {
  readonly previous: string;
  readonly type: string;
  readonly epoch?: number;
  readonly serialNumber?: string;
}

/** The audit log, its chain worked out here: each line names the SHA-256 of the one before it. */
export function readAudit(ca: RunningCA): {
  readonly lines: readonly AuditLine[];
  readonly broken: number;
} {
  const open = join(ca.layout.signer, AUDIT_FILE);
  const segments = closedSegments(open).map((number) => closedSegment(open, number));
  const text = [...segments, open].map((file) => readFileSync(file, 'utf8')).join('');
  const raw = text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined);
  let previous = '0'.repeat(64);
  let broken = 0;
  const lines = raw.map((line): AuditLine => {
    const event: AuditLine = JSON.parse(line);
    if (event.previous !== previous) broken += 1;
    previous = createHash('sha256').update(line).digest('hex');
    return event;
  });
  return { lines, broken };
}

/** Epochs whose head is not the successor of the one before it or not signed by the pinned key. */
export function brokenEpochs(ca: RunningCA, epochs: readonly EpochFact[]): readonly number[] {
  // Base64 may hold a + itself.
  const [, name = '', encoded = ''] = /^([^+]*)\+[^+]*\+(.*)$/.exec(ca.publicationKey) ?? [];
  const raw = Buffer.from(encoded, 'base64').subarray(1);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  let previous = '0'.repeat(64);
  return epochs.flatMap(({ number, note }, index) => {
    const [text = '', lines = ''] = note.split('\n\n');
    const signed = `${text}\n`;
    const [, , signature = ''] = lines.trim().split(' ');
    const good =
      number === index + 1 &&
      signed.startsWith(`${name}\nepoch ${number}\n`) &&
      signed.includes(`\nprevious ${previous}\n`) &&
      verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64').subarray(4));
    previous = createHash('sha256').update(signed).digest('hex');
    return good ? [] : [number];
  });
}
