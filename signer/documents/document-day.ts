import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { Day } from '../../shared/policy/day.ts';
import type { DocumentRules } from '../../shared/repository/catalogue.ts';
import {
  dayAt,
  endOfObjections,
  startOfDay,
  type UTCOffsetMinutes,
} from '../../shared/repository/document-days.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { DocumentRow } from '../database/document-table.ts';

/** Where the CA is, as its business days are counted; UTC where the policy does not say. */
function offsetOf({ documents, revocation }: CertificatePolicy): UTCOffsetMinutes {
  return (documents?.utcOffsetMinutes ?? revocation?.utcOffsetMinutes)?.value ?? 0;
}

/** The day where the CA is. */
export function documentDay(policy: CertificatePolicy, now: UnixSeconds): Day {
  return dayAt(now, offsetOf(policy));
}

/** The moment from which on it is this day where the CA is. */
export function instantOfDay(policy: CertificatePolicy, day: Day): UnixSeconds {
  return startOfDay(day, offsetOf(policy));
}

/**
 * CP 9.12.2: the last second for objections; undefined for what changes nothing or is not announced yet,
 * and where the policy has no such rule.
 */
export function objectionsUntil(
  policy: CertificatePolicy,
  change: DocumentRow['change'],
  announced: UnixSeconds | undefined,
): UnixSeconds | undefined {
  const days = policy.documents?.objectionDays?.value;
  if (days === undefined || change === null || announced === undefined) return undefined;
  return endOfObjections(announced, days, offsetOf(policy));
}

/** A clause of the catalogue is a text of this length. */
const CLAUSE_LENGTH_MAX = 100;

/** What the catalogue says of days and objections, so that no reader has rules of its own. */
export function documentRules(policy: CertificatePolicy): DocumentRules {
  const utcOffsetMinutes = offsetOf(policy);
  const objections = policy.documents?.objectionDays;
  if (!objections) return { utcOffsetMinutes };
  const clause = objections.source
    .trim()
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, CLAUSE_LENGTH_MAX);
  return { utcOffsetMinutes, objections: { days: objections.value, clause } };
}
