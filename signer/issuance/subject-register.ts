import type { SubscriberRules } from '../../shared/policy/subscriber-rules.ts';
import { ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import { certificatesOfSubject } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { refuseSubject, type SubjectError } from './distinguished-name.ts';
import { nameKey } from './name-key.ts';

/** What only a person can know of a subject, and whoever issues states by name (recorded). */
export const CONFIRMATIONS = ['organisation', 're-key'] as const;

/**
 * `organisation`: the subject is an organisation, no individual and no pseudonym (CP 3.1.3, 3.2.3).
 * `re-key`: whoever holds the subject already is the applicant, who has a new key (CP 4.7, CON-14).
 */
export type Confirmation = (typeof CONFIRMATIONS)[number];

/**
 * CRT-8: may this subject have one more certificate of this authority? The name of the CA itself and
 * of its responders is nobody else's, whatever is confirmed. Synchronous, so that nobody else
 * reserves the same subject between this and the reservation. Reservations of the ceremony
 * `superseding` do not count.
 */
export function checkSubjectRegister(
  db: Reader,
  authority: AuthorityRow,
  subject: Uint8Array,
  rules: SubscriberRules,
  confirmations: readonly Confirmation[],
  superseding: number | null = null,
): Result<true, SubjectError> {
  const { organisationsOnly, uniqueSubjects } = rules;
  if (organisationsOnly.value && !confirmations.includes('organisation')) {
    const reason =
      'state that it is an organisation, no individual and no pseudonym, by confirming "organisation"';
    return refuseSubject('CRT-8', `${reason} (${organisationsOnly.source})`);
  }
  const key = nameKey(subject);
  if (key === nameKey(authority.subject)) return refuseSubject('CRT-8', "it is the CA's own name");
  const holders = certificatesOfSubject(db, authority.id, key, superseding);
  const own = holders.find(({ requestId }) => requestId === null);
  if (own) return refuseSubject('CRT-8', `it is the name of ${own.profile}, the CA's own`);
  const [holder] = holders;
  if (!uniqueSubjects.value || !holder || confirmations.includes('re-key')) return ok(true);
  const serial = serialNumberText(holder.serialNumber);
  return refuseSubject(
    'CRT-8',
    `certificate ${serial} has it already; when the same applicant has a new key, use \`inkan application rekey ${serial}\`, or confirm "re-key" (${uniqueSubjects.source})`,
  );
}
