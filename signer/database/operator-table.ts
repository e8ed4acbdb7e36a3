import { ROLES, type Role } from '../../shared/policy/roles.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

/** A key of a person, and what its holder may do. */
export interface OperatorRow {
  readonly id: number;
  /** Two keys of one person are one person: nobody approves what they asked for themselves. */
  readonly person: string;
  /** Lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo. */
  readonly spkiSha256: string;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly notAfter: UnixSeconds;
  readonly roles: readonly Role[];
  readonly addedAt: UnixSeconds;
  readonly addedBy: string;
  /** null: may act until `notAfter`. */
  readonly revoked: {
    readonly at: UnixSeconds;
    readonly by: string;
    readonly reason: string;
  } | null;
}

export type NewOperator = Omit<OperatorRow, 'id' | 'revoked'>;

export function insertOperator(tx: Transaction, operator: NewOperator): number {
  const { id } = tx.run(
    `INSERT INTO operator (person, spki_sha256, certificate, not_after, roles, added_at, added_by)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    operator.person,
    operator.spkiSha256,
    operator.certificate,
    operator.notAfter,
    rolesText(operator.roles),
    operator.addedAt,
    operator.addedBy,
  );
  return id;
}

export function operatorByKey(db: Reader, spkiSha256: string): OperatorRow | undefined {
  const row = db.get('SELECT * FROM operator WHERE spki_sha256 = ?', spkiSha256);
  return row && operatorFromRow(row);
}

/** All keys of a person, the oldest first; of everybody without a name. */
export function listOperators(db: Reader, person: string | null = null): readonly OperatorRow[] {
  return db
    .all('SELECT * FROM operator WHERE ?1 IS NULL OR person = ?1 ORDER BY id', person)
    .map(operatorFromRow);
}

/** False when it was revoked already. */
export function setOperatorRevoked(
  tx: Transaction,
  id: number,
  revoked: NonNullable<OperatorRow['revoked']>,
): boolean {
  const { changes } = tx.run(
    `UPDATE operator SET revoked_at = ?, revoked_by = ?, revocation_reason = ?
     WHERE id = ? AND revoked_at IS NULL`,
    revoked.at,
    revoked.by,
    revoked.reason,
    id,
  );
  return changes === 1;
}

/** False when it is not revoked. What it was revoked for stays in the audit log. */
export function setOperatorRestored(tx: Transaction, id: number): boolean {
  const { changes } = tx.run(
    `UPDATE operator SET revoked_at = NULL, revoked_by = NULL, revocation_reason = NULL
     WHERE id = ? AND revoked_at IS NOT NULL`,
    id,
  );
  return changes === 1;
}

/** Of every key of the person, also of revoked ones: one that is restored has no more than the others. */
export function setOperatorRoles(tx: Transaction, person: string, roles: readonly Role[]): void {
  tx.run('UPDATE operator SET roles = ? WHERE person = ?', rolesText(roles), person);
}

function operatorFromRow(row: Row): OperatorRow {
  const at = nullableColumn(row, 'revoked_at', timeColumn);
  return {
    id: integerColumn(row, 'id'),
    person: textColumn(row, 'person'),
    spkiSha256: textColumn(row, 'spki_sha256'),
    certificate: blobColumn(row, 'certificate'),
    notAfter: timeColumn(row, 'not_after'),
    roles: rolesFromText(textColumn(row, 'roles')),
    addedAt: timeColumn(row, 'added_at'),
    addedBy: textColumn(row, 'added_by'),
    revoked:
      at === null
        ? null
        : {
            at,
            by: textColumn(row, 'revoked_by'),
            reason: textColumn(row, 'revocation_reason'),
          },
  };
}

function rolesText(roles: readonly Role[]): string {
  return ROLES.filter((role) => roles.includes(role)).join(' ');
}

/** A name that is no role gives none: what is not understood lets nobody in. */
function rolesFromText(text: string): readonly Role[] {
  const names = text.split(' ');
  return ROLES.filter((role) => names.includes(role));
}
