import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import { issuedCertificatePath } from '../../shared/repository/issued-page-path.ts';
import { type SerialNumber, serialNumberText } from '../../shared/serial-number.ts';
import { activeAuthorities, authorityById } from '../database/authority-table.ts';
import {
  certificatesOfMarks,
  certificatesSettledFirst,
  certificatesWithoutFile,
  giveCertificateFile,
  insertCertificatePublication,
} from '../database/certificate-publication-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import type { SignerContext } from '../signer-context.ts';

/**
 * CP 4.4.2, CRT-11: the profiles whose certificates this authority publishes: what it issues to
 * subscribers, and those of its sub-CAs. Responders are in every response that they sign, and a root
 * is where its caIssuers URL says.
 */
export function publishedProfiles(policy: CertificatePolicy, authority: string): readonly string[] {
  const own = policy.authorities.get(authority);
  if (!own?.certificates) return [];
  const subCAs = [...policy.authorities.values()]
    .filter(({ issuer }) => issuer === authority)
    .map(({ profile }) => profile);
  return [...new Set([...own.issues, ...subCAs])];
}

/** Path of a certificate's file in its issuer's folder; null where the policy publishes none. */
function certificatePath(
  policy: CertificatePolicy,
  authority: string,
  certificate: { readonly profile: string; readonly serialNumber: SerialNumber },
): string | null {
  const folder = policy.authorities.get(authority)?.certificates?.url.value;
  if (!folder || !publishedProfiles(policy, authority).includes(certificate.profile)) return null;
  return issuedCertificatePath(pathOf(folder), serialNumberText(certificate.serialNumber));
}

/**
 * In the transaction that stores their first status: these certificates go to the edge with the epoch
 * that carries it, each with its file where it has one.
 */
export function recordCertificatePublications(
  tx: Transaction,
  policy: CertificatePolicy,
  authorityId: number,
  settledUpTo: number,
): void {
  const settled = certificatesSettledFirst(tx, authorityId, settledUpTo);
  recordPublications(tx, policy, authorityId, settled);
}

/** The same where some facts are settled before older ones: for these rows of `unsettled`. */
export function recordPublicationsOfMarks(
  tx: Transaction,
  policy: CertificatePolicy,
  authorityId: number,
  marks: readonly number[],
): void {
  recordPublications(tx, policy, authorityId, certificatesOfMarks(tx, marks));
}

function recordPublications(
  tx: Transaction,
  policy: CertificatePolicy,
  authorityId: number,
  certificates: readonly CertificateRow[],
): void {
  const name = authorityById(tx, authorityId)?.name ?? '';
  for (const certificate of certificates) {
    insertCertificatePublication(tx, certificate.id, certificatePath(policy, name, certificate));
  }
}

/** Certificates that one transaction gives a file. */
const FILES_A_TRANSACTION = 2_000;

/**
 * At start: certificates that were issued before the policy asked for their publication get their
 * files with the next epochs. A crash in between goes on at the next start.
 */
export function publishEarlierCertificates({ db, policy, checkpoint }: SignerContext): number {
  let count = 0;
  for (const { id, name } of activeAuthorities(db)) {
    const profiles = publishedProfiles(policy, name);
    for (let more = profiles.length > 0; more; ) {
      const rows = certificatesWithoutFile(db, id, profiles, FILES_A_TRANSACTION);
      db.transaction((tx) => {
        for (const row of rows) {
          const path = certificatePath(policy, name, row);
          if (path !== null) giveCertificateFile(tx, row.id, path);
        }
      });
      if (rows.length > 0) checkpoint('certificate files: recorded');
      count += rows.length;
      more = rows.length === FILES_A_TRANSACTION;
    }
  }
  return count;
}
