import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { PrivateKeyUsage } from '../../shared/policy/profiles.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { addMonths, addSeconds, isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { keysNotRemoved } from '../database/key-removal-table.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import type { ReminderView } from './views.ts';

/** How long before a date it is shown: time for a re-key and for a ceremony. */
const SHOWN_BEFORE_SECONDS = 60 * 86_400;

/** More than anyone reads at once; those that are due first come first. */
const REMINDERS_MOST = 100;

/**
 * CSBR 6.3.2 (CRT-3): private keys whose 15 months of use end soon or have ended, and which are to be
 * removed within 18. A key is shown until its removal is on record or its certificate has expired.
 */
export function keyReminders(
  db: Reader,
  { profiles }: Pick<CertificatePolicy, 'profiles'>,
  now: UnixSeconds,
): readonly ReminderView[] {
  const reminders: ReminderView[] = [];
  for (const [profile, { privateKeyUsage }] of profiles) {
    if (!privateKeyUsage) continue;
    const { value } = privateKeyUsage;
    const soon = addSeconds(now, SHOWN_BEFORE_SECONDS);
    // Months differ in length, so a few too many are read and left out below.
    const notBefore = addSeconds(addMonths(soon, -value.months), 4 * 86_400);
    const rows = keysNotRemoved(db, { profile, notBefore, now, limit: REMINDERS_MOST });
    for (const row of rows) {
      if (addMonths(row.notBefore, value.months) > soon) continue;
      reminders.push(reminder(db, row, value, now));
    }
  }
  return reminders.sort((a, b) => (a.due < b.due ? -1 : 1)).slice(0, REMINDERS_MOST);
}

/** The key signs until `months`; from then on what is left to do is to remove it. */
function reminder(
  db: Reader,
  row: CertificateRow,
  { months, removedWithinMonths }: PrivateKeyUsage,
  now: UnixSeconds,
): ReminderView {
  const useEnds = addMonths(row.notBefore, months);
  const kind = now < useEnds ? 'private-key-use-ends' : 'private-key-removal';
  const due = now < useEnds ? useEnds : addMonths(row.notBefore, removedWithinMonths);
  return {
    kind,
    authority: authorityById(db, row.authorityId)?.name ?? '',
    serialNumber: serialNumberText(row.serialNumber),
    subject: nameTextFromDER(row.subject),
    due: isoText(due),
    overdue: now >= due,
  };
}
