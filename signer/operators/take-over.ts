import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../shared/policy/roles.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/database.ts';
import { insertOperator, listOperators } from '../database/operator-table.ts';
import { type OperatorTrust, readOperatorCertificate } from './operator-trust.ts';
import { ACTING_ROLES } from './roles.ts';

/** Somebody whose certificate `init` made, or an earlier version. */
export interface FirstOperator {
  readonly person: string;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly roles: readonly Role[];
}

interface Parts {
  readonly db: Database;
  readonly audit: AuditLog;
  readonly trust: OperatorTrust;
  readonly now: UnixSeconds;
}

/**
 * The operators of a state that has none on record, each with what its certificate says; one that the
 * operator CA did not sign, or that is not valid now, is nobody. All in one transaction: if we stop before
 * it nobody is on record, and the next start does it again.
 */
export function registerFirstOperators(
  { db, audit, trust, now }: Parts,
  operators: readonly FirstOperator[],
  actor: 'init' | 'start',
): readonly string[] {
  const rows = operators.flatMap(({ person, certificate, roles }) => {
    const read = readOperatorCertificate(certificate, trust, now);
    if (!read.ok) return [];
    const { spkiSha256, der, notAfter } = read.value;
    const added = { addedAt: now, addedBy: actor };
    return [{ person, spkiSha256, certificate: der, notAfter, roles, ...added }];
  });
  // A copy of the same certificate in another folder is no other key.
  const kept = rows.filter(
    (row, i) => rows.findIndex(({ spkiSha256 }) => spkiSha256 === row.spkiSha256) === i,
  );
  for (const { person, spkiSha256, roles } of kept)
    audit.append({ type: 'operator-added', person, spkiSha256, roles, actor });
  db.transaction((tx) => {
    for (const row of kept) insertOperator(tx, row);
  });
  return kept.map(({ person }) => person);
}

/**
 * A state from before there was a register: whoever has a certificate under `operators/` goes on as
 * before, with every role but the auditor's. Answers their names; nobody where somebody is on record.
 */
export function takeOverOperators(state: string, parts: Parts): readonly string[] {
  if (listOperators(parts.db).length > 0) return [];
  const folder = join(state, 'operators');
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder)
    .sort()
    .flatMap((name) => firstOperator(join(folder, name, 'cert.pem'), parts));
  return registerFirstOperators(parts, found, 'start');
}

/** Called as the certificate has it, which is what the records of the time before say. */
function firstOperator(file: string, { trust, now }: Parts): readonly FirstOperator[] {
  if (!existsSync(file)) return [];
  const [, base64 = ''] =
    /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(
      readFileSync(file, 'latin1'),
    ) ?? [];
  const certificate = new Uint8Array(Buffer.from(base64, 'base64'));
  const read = readOperatorCertificate(certificate, trust, now);
  return read.ok ? [{ person: read.value.name, certificate, roles: ACTING_ROLES }] : [];
}
