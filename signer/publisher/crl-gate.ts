import { bytesEqual } from '../../shared/bytes.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import { element, time } from '../../shared/der/writer.ts';
import { RETENTION_YEARS_LEAST, yearsBefore } from '../../shared/policy/retention.ts';
import { ok } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { CRLRow } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { countRevokedBefore, revokedCertificates } from '../database/revocation-table.ts';
import { integerColumn } from '../database/row.ts';
import { certificateNotAfter } from '../issuance/issuer.ts';
import { readTBSCertList } from '../lint/crl/crl-fields.ts';
import { crlReasonOfEntry } from '../lint/crl/entries-report.ts';
import { isSignedBy, splitSignedDER } from '../signing/signed-der.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';
import { type GateOutcome, refuseEpoch } from './gate-refusal.ts';

/**
 * The CRL verifies under the authority's key, is valid now, has a number above all that were
 * published, and lists every revocation with its time and reason, in order, and nothing else.
 */
export function checkCRL(
  db: Reader,
  authority: AuthorityRow,
  crl: CRLRow,
  now: UnixSeconds,
): GateOutcome {
  if (!isSignedBy(crl.der, publicKeyFromSPKI(authority.spki))) {
    return refuseEpoch('signature', `the CRL of ${authority.name} does not verify`);
  }
  // The last CRL of a CA that has ended stays, whatever its nextUpdate: nobody can sign another. Nor can
  // anybody here sign one of an offline CA; its missing ceremony does not hold up what others publish.
  const ended = authority.certificate !== null && certificateNotAfter(authority.certificate) < now;
  const stays = ended || authority.custody === 'offline';
  if (crl.thisUpdate > now || (crl.nextUpdate <= now && !stays)) {
    return refuseEpoch('CRL-3', `the CRL of ${authority.name} is not valid now`);
  }
  return checkRetention(db, authority, crl) ?? checkEntries(db, authority, crl);
}

/** CRL-15: nothing leaves a CRL before 10 years past its expiry, and the record loses nothing. */
function checkRetention(db: Reader, authority: AuthorityRow, crl: CRLRow): GateOutcome | null {
  const { id, name } = authority;
  if (crl.keptSince > yearsBefore(crl.thisUpdate, RETENTION_YEARS_LEAST)) {
    return refuseEpoch('CRL-15', `the CRL of ${name} leaves entries out before their time`);
  }
  const earlier = db.get(
    'SELECT max(entries) AS most FROM crl WHERE authority_id = ? AND crl_number < ?',
    id,
    crl.crlNumber,
  );
  const most = earlier?.['most'] == null ? 0 : integerColumn(earlier, 'most');
  return most > crl.entries + countRevokedBefore(db, id, crl.keptSince)
    ? refuseEpoch('CRL-15', `the CRL of ${name} has fewer entries than one before it`)
    : null;
}

function checkEntries(db: Reader, authority: AuthorityRow, crl: CRLRow): GateOutcome {
  const tbs = splitSignedDER(crl.der)?.tbs;
  const fields = tbs && readRevoked(tbs, authority);
  if (fields === undefined)
    return refuseEpoch('format', `the CRL of ${authority.name} cannot be read`);
  const list = new DERReader(fields);
  const revoked = revokedCertificates(db, authority.id, 0, crl.keptSince);
  for (const { serialNumber, revocationDate, reason } of revoked) {
    const entry = list.enter(TAG.sequence);
    const serial = entry?.whole(TAG.integer);
    const date = entry?.whole(time(revocationDate)[0] ?? 0);
    const same =
      serial !== undefined &&
      date !== undefined &&
      bytesEqual(serial, element(TAG.integer, serialNumber)) &&
      bytesEqual(date, time(revocationDate));
    if (!entry || !same || crlReasonOfEntry(entry) !== reason) {
      return refuseEpoch(
        'RSP-24',
        `the CRL of ${authority.name} tells ${serialNumberText(serialNumber)} otherwise`,
      );
    }
  }
  return list.atEnd()
    ? ok(true)
    : refuseEpoch('RSP-24', `the CRL of ${authority.name} lists more than is recorded`);
}

/** Contents of revokedCertificates; empty when absent. */
function readRevoked(tbs: Uint8Array, authority: AuthorityRow): Uint8Array | undefined {
  const fields = readTBSCertList(tbs);
  if (!fields || !bytesEqual(fields.issuer, authority.subject)) return undefined;
  return fields.revokedCertificates ?? new Uint8Array(0);
}
