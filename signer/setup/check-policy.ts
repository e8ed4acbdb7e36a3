import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { activeAuthorities } from '../database/authority-table.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { newestResponder } from '../database/responder-table.ts';
import type { StartError } from '../service.ts';

/**
 * A CA that exists stays in the policy, and its files where its certificates say: without it nothing
 * would settle its revocations, and at another URL the old one would go on saying what it last said.
 */
export function checkPolicy(policy: CertificatePolicy, db: Reader): Result<true, StartError> {
  for (const { id, name, urls } of activeAuthorities(db)) {
    const authority = policy.authorities.get(name);
    if (!authority) return changed(`the authority ${name} exists and is not in it`);
    const answered = newestResponder(db, id) !== undefined;
    if (answered && authority.ocsp === null)
      return changed(`${name} answers no OCSP; certificates in the field name it for that`);
    // Its first CRL was stored with the first responder, where there was to be one.
    if (!answered && authority.ocsp !== null && latestCRLTimes(db, id))
      return changed(`${name} answers OCSP; it was made without`);
    const now = { crl: authority.crl.url.value, caIssuers: authority.caIssuers.url.value };
    for (const kind of ['crl', 'caIssuers'] as const) {
      const recorded = urls[kind];
      if (recorded === null || recorded === now[kind]) continue;
      return changed(`${kind}.url of ${name} is ${now[kind]}; its certificates carry ${recorded}`);
    }
  }
  return ok(true);
}

function changed(reason: string): { readonly ok: false; readonly error: StartError } {
  const remedy = 'Put back what was there when the authority was made.';
  return err({ code: 'policy-malformed', reason: `the policy file: ${reason}`, remedy });
}
