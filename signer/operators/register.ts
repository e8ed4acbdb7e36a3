import type { Role } from '../../shared/policy/roles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Seconds, UnixSeconds } from '../../shared/time.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Reader } from '../database/database.ts';
import { operatorByKey } from '../database/operator-table.ts';

/** The person whose key it is, and what that person may do (CP 5.2.1). */
export interface Holder {
  readonly person: string;
  readonly roles: readonly Role[];
}

/** Why a key of a certificate that the operator CA signed is nobody's. */
export type HolderError =
  /** Not on record: a certificate alone lets nobody in. */
  | { readonly code: 'client-certificate-unregistered'; readonly spkiSha256: string }
  | { readonly code: 'client-certificate-revoked'; readonly spkiSha256: string }
  /** The certificate on record for it has ended, whatever the one that was shown says. */
  | { readonly code: 'client-certificate-ended'; readonly spkiSha256: string };

/** Who may come in, asked anew for every request. */
export interface OperatorRegister {
  /** `spkiSha256` is lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo. */
  holderOf(spkiSha256: string, now: UnixSeconds): Result<Holder, HolderError>;
  /**
   * CP 5.4.1: somebody with a certificate of the operator CA was not let in. The same key for the same
   * cause is written once in ten minutes: each line is an fsync, and whoever is refused chooses how many.
   */
  recordKeyRefusal(refusal: KeyRefusal, now: UnixSeconds): void;
  /** Somebody who is on record asked for what their roles do not have. */
  recordRoleRefusal(operation: string, person: string): void;
}

export interface KeyRefusal {
  readonly code: string;
  readonly spkiSha256: string;
}

const SAME_REFUSAL_SECONDS: Seconds = 600;

export function operatorRegister(db: Reader, audit: AuditLog): OperatorRegister {
  const recordedAt = new Map<string, UnixSeconds>();
  return {
    holderOf: (spkiSha256, now) => holderOf(db, spkiSha256, now),
    recordKeyRefusal: ({ code, spkiSha256 }, now) => {
      const which = `${code} ${spkiSha256}`;
      const last = recordedAt.get(which);
      if (last !== undefined && now < last + SAME_REFUSAL_SECONDS) return;
      recordedAt.set(which, now);
      // Known by its key: the name in the certificate is that of nobody on record.
      const actor = operatorByKey(db, spkiSha256)?.person ?? `key ${spkiSha256}`;
      audit.append({ type: 'refusal', operation: 'connect', code, actor });
    },
    recordRoleRefusal: (operation, person) =>
      audit.append({ type: 'refusal', operation, code: 'role-forbidden', actor: person }),
  };
}

function holderOf(db: Reader, spkiSha256: string, now: UnixSeconds): Result<Holder, HolderError> {
  const row = operatorByKey(db, spkiSha256);
  if (!row) return err({ code: 'client-certificate-unregistered', spkiSha256 });
  if (row.revoked) return err({ code: 'client-certificate-revoked', spkiSha256 });
  if (row.notAfter < now) return err({ code: 'client-certificate-ended', spkiSha256 });
  return ok({ person: row.person, roles: row.roles });
}
