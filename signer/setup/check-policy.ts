import type { AuthorityPolicy, CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type AuthorityRow, activeAuthorities } from '../database/authority-table.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { respondersOf } from '../database/responder-table.ts';
import type { StartError } from '../service.ts';

/**
 * A CA that exists stays in the policy, and its files where its certificates say: without it nothing
 * would settle its revocations, and at another URL the old one would go on saying what it last said.
 */
export function checkPolicy(policy: CertificatePolicy, db: Reader): Result<true, StartError> {
  for (const row of activeAuthorities(db)) {
    const authority = policy.authorities.get(row.name);
    const change = authority ? changeOf(authority, row, db) : 'exists and is not in it';
    if (change !== null) return changed(`${row.name} ${change}`);
  }
  return ok(true);
}

/** What the file says otherwise than it was when the authority was made; null: nothing. */
function changeOf(
  { custody, ocsp, crl, caIssuers }: AuthorityPolicy,
  row: AuthorityRow,
  db: Reader,
): string | null {
  if (custody.value !== row.custody)
    return `has the custody ${custody.value}; its key is ${row.custody}`;
  // Also one that is revoked: of an offline authority only a ceremony brings another.
  const answered = respondersOf(db, row.id).length > 0;
  if (answered && ocsp === null)
    return 'answers no OCSP; certificates in the field name it for that';
  // Its first CRL was stored with the first responder, where there was to be one.
  if (!answered && ocsp !== null && latestCRLTimes(db, row.id))
    return 'answers OCSP; it was made without';
  const now = { crl: crl.url.value, caIssuers: caIssuers.url.value };
  for (const kind of ['crl', 'caIssuers'] as const) {
    const recorded = row.urls[kind];
    if (recorded === null || recorded === now[kind]) continue;
    return `has the ${kind}.url ${now[kind]}; its certificates carry ${recorded}`;
  }
  return null;
}

function changed(reason: string): { readonly ok: false; readonly error: StartError } {
  const remedy = 'Put back what was there when the authority was made.';
  return err({ code: 'policy-malformed', reason: `the policy file: ${reason}`, remedy });
}
