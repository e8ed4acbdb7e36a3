import { crlReasonFromNumber } from '../../shared/policy/crl-reasons.ts';
import { BugError, must } from '../../shared/result.ts';
import { serialNumberFromContents } from '../../shared/serial-number.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { StatusToSign } from '../lint/ocsp/candidate.ts';
import type { Reader, Tuple } from './database.ts';

/** What is on record of one certificate, as far as its answers need it. */
export interface StatusFact extends StatusToSign {
  readonly notAfter: UnixSeconds;
}

const GOOD = { status: 'good' } as const;

function factFromTuple([serial, notAfter, reason, revocationDate]: Tuple): StatusFact {
  if (!(serial instanceof Uint8Array)) throw new BugError('a serial number in the database');
  const serialNumber = must(serialNumberFromContents(serial), 'serial number in the database');
  const end = unixSeconds(Number(notAfter));
  if (revocationDate === null) return { serialNumber, certStatus: GOOD, notAfter: end };
  const revocationReason = crlReasonFromNumber(Number(reason));
  if (!revocationReason) throw new BugError('a reason in the database is none of CP 7.2.2');
  const revocationTime = unixSeconds(Number(revocationDate));
  const certStatus = { status: 'revoked', revocationReason, revocationTime } as const;
  return { serialNumber, certStatus, notAfter: end };
}

/**
 * The truth that a shard must repeat: every certificate whose place is in the range and whose status
 * was ever signed, in the order of shard entries. Facts that wait for their signatures are told as
 * they were settled last, because CRL and OCSP change in one epoch (RSP-24); a certificate that was
 * never settled is not among them yet.
 */
export function statusesOfRange(
  db: Reader,
  authorityId: number,
  { from, to }: { readonly from: number; readonly to: number },
): readonly StatusFact[] {
  return db
    .tuples(
      `SELECT c.serial, c.not_after, v.reason, v.revocation_date
       FROM certificate c
       LEFT JOIN revocation v ON v.certificate_id = c.id
         AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
       WHERE c.answered = 1 AND c.authority_id = ? AND c.place >= ? AND c.place < ?
       ORDER BY c.serial`,
      authorityId,
      from,
      to,
    )
    .map(factFromTuple);
}
