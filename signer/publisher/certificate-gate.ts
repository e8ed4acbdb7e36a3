import type { KeyObject } from 'node:crypto';
import { bytesEqual } from '../../shared/bytes.ts';
import { ok } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { authorityById } from '../database/authority-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { sha256 } from '../issuance/public-key.ts';
import { readTBSCertificate, readValidity } from '../lint/certificate/certificate-fields.ts';
import { isSignedBy, splitSignedDER } from '../signing/signed-der.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';
import type { EpochCandidate } from './epoch-candidate.ts';
import { type GateOutcome, refuseEpoch } from './gate-refusal.ts';

/** The lists and statuses are made of the record. */
function isOnRecord(row: CertificateRow, der: Uint8Array): boolean {
  const tbs = splitSignedDER(der)?.tbs;
  const fields = tbs && readTBSCertificate(tbs);
  const validity = fields && readValidity(fields.validity);
  if (!fields || !validity) return false;
  return (
    bytesEqual(fields.serialNumber, row.serialNumber) &&
    bytesEqual(fields.subject, row.subject) &&
    validity.notBefore === row.notBefore &&
    validity.notAfter === row.notAfter
  );
}

/**
 * CP 4.4.2: each certificate file that is new in this epoch is the certificate on record, verifies
 * under its issuer's key, and has a status to be asked for (OPS-4), where its issuer answers OCSP
 * and did not take the answer back on record.
 */
export function checkCertificateFiles(db: Reader, candidate: EpochCandidate): GateOutcome {
  const files = new Map(candidate.files.map((file) => [file.path, file]));
  const keys = new Map<number, KeyObject>();
  for (const { path, certificate } of candidate.certificates) {
    const { authorityId, der, serialNumber } = certificate;
    const name = serialNumberText(serialNumber);
    const file = files.get(path);
    if (!der || !file || !bytesEqual(file.hash, sha256(der)))
      return refuseEpoch('CP 4.4.2', `the file of ${name} is not its certificate`);
    const spki = authorityById(db, authorityId)?.spki ?? new Uint8Array(0);
    const key = keys.get(authorityId) ?? publicKeyFromSPKI(spki);
    keys.set(authorityId, key);
    if (!isSignedBy(der, key))
      return refuseEpoch('signature', `the certificate ${name} does not verify`);
    const status = db.get(
      `SELECT 1 FROM certificate WHERE authority_id = ? AND serial = ?
         AND (answered = 1 OR withdrawn_at IS NOT NULL)`,
      authorityId,
      serialNumber,
    );
    if (candidate.answering.has(authorityId) && !status)
      return refuseEpoch('OPS-4', `${name} would go out without a status`);
    if (!isOnRecord(certificate, der))
      return refuseEpoch('CP 4.4.2', `the record of ${name} says what its certificate does not`);
  }
  return ok(true);
}
