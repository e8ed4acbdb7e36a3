import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { CRLReason } from '../../shared/policy/crl-reasons.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { type CRLContents, readCRLContents } from '../ceremony/crl-contents.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { Reader } from '../database/database.ts';
import { blobColumn, textColumn } from '../database/row.ts';
import { isSignedBy, splitSignedDER } from '../signing/signed-der.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';
import type { PublishedAuthority, PublishedState, SnapshotError } from './published-state.ts';
import { type RecoveredCertificate, recoveredCertificate } from './recovered-certificate.ts';

export interface MissingRevocation {
  readonly revocationDate: UnixSeconds;
  readonly reason: CRLReason;
}

/** What the store has of one authority and the database has not; serial numbers as contents in hexadecimal. */
export interface MissingFacts {
  readonly row: AuthorityRow;
  /** In the order in which they are to be recorded: as the CRL, then the lists, then OCSP name them. */
  readonly serials: readonly string[];
  /** Of these, what is known beyond the serial number. */
  readonly certificates: ReadonlyMap<string, RecoveredCertificate>;
  /** Of these and of certificates on record. */
  readonly revocations: ReadonlyMap<string, MissingRevocation>;
  /** The published CRL; null where none is. */
  readonly crl: (CRLContents & { readonly der: Uint8Array }) | null;
}

export type MissingError =
  | SnapshotError
  /** Signed by another key than the authority's, or not readable. */
  | { readonly code: 'artifact-unsound'; readonly path: string };

export async function missingFacts(
  db: Reader,
  policy: CertificatePolicy,
  published: PublishedState,
  told: PublishedAuthority,
): Promise<Result<MissingFacts, MissingError>> {
  const { row } = told;
  const crl = await publishedCRL(published, row, policy);
  if (!crl.ok) return crl;
  const known = recordedSerials(db, row.id);
  const certificates = await publishedCertificates(policy, published, told, known);
  if (!certificates.ok) return certificates;
  const named = [
    ...(crl.value?.entries.keys() ?? []),
    ...certificates.value.keys(),
    ...told.statuses.map(({ serialNumber }) => hexFromBytes(serialNumber)),
  ];
  const serials = [...new Set(named)].filter((serial) => known.get(serial)?.issued !== true);
  const revocations = new Map<string, MissingRevocation>();
  for (const [serial, entry] of publishedRevocations(told, crl.value))
    if (known.get(serial)?.revoked !== true) revocations.set(serial, entry);
  return ok({ row, serials, certificates: certificates.value, revocations, crl: crl.value });
}

/** OCSP and CRL say the same in one epoch; where only one of them can, it counts. */
function publishedRevocations(
  { statuses }: PublishedAuthority,
  crl: CRLContents | null,
): ReadonlyMap<string, MissingRevocation> {
  const all = new Map<string, MissingRevocation>();
  for (const { serialNumber, certStatus } of statuses) {
    if (certStatus.status !== 'revoked') continue;
    const { revocationTime, revocationReason } = certStatus;
    all.set(hexFromBytes(serialNumber), {
      revocationDate: revocationTime,
      reason: revocationReason,
    });
  }
  for (const [serial, entry] of crl?.entries ?? []) all.set(serial, entry);
  return all;
}

interface Recorded {
  readonly issued: boolean;
  readonly revoked: boolean;
}

function recordedSerials(db: Reader, authorityId: number): ReadonlyMap<string, Recorded> {
  const rows = db.all(
    `SELECT c.serial, c.state, r.certificate_id AS revoked FROM certificate c
     LEFT JOIN revocation r ON r.certificate_id = c.id WHERE c.authority_id = ?`,
    authorityId,
  );
  return new Map(
    rows.map((row) => [
      hexFromBytes(blobColumn(row, 'serial')),
      { issued: textColumn(row, 'state') === 'issued', revoked: row['revoked'] !== null },
    ]),
  );
}

async function publishedCRL(
  { readFile }: PublishedState,
  row: AuthorityRow,
  policy: CertificatePolicy,
): Promise<Result<MissingFacts['crl'], MissingError>> {
  const url = row.urls.crl ?? policy.authorities.get(row.name)?.crl.url.value;
  if (url === undefined) return ok(null);
  const path = pathOf(url);
  const der = await readFile(path);
  if (!der.ok || der.value === null) return der.ok ? ok(null) : der;
  const tbs = splitSignedDER(der.value)?.tbs;
  const contents = tbs && readCRLContents(tbs);
  const isSound = contents && isSignedBy(der.value, publicKeyFromSPKI(row.spki));
  return isSound ? ok({ ...contents, der: der.value }) : err({ code: 'artifact-unsound', path });
}

/** Those that are not on record: from the lists of what was issued, and the responders'. */
async function publishedCertificates(
  policy: CertificatePolicy,
  { issued, readFile }: PublishedState,
  { row, responders }: PublishedAuthority,
  known: ReadonlyMap<string, Recorded>,
): Promise<Result<ReadonlyMap<string, RecoveredCertificate>, MissingError>> {
  const found = new Map<string, RecoveredCertificate>();
  const own = policy.authorities.get(row.name);
  const folder = own?.certificates ? `${pathOf(own.certificates.url.value)}/` : null;
  const isIssued = (serial: string) => known.get(serial)?.issued === true;
  // A serial number is told without the octet that makes its INTEGER positive.
  const unknown = issued.filter(
    ({ path, serialNumber }) =>
      folder !== null &&
      path.startsWith(folder) &&
      !isIssued(serialNumber) &&
      !isIssued(`00${serialNumber}`),
  );
  for (const { path, profile } of unknown) {
    const der = await readFile(path);
    if (!der.ok) return der;
    const certificate = recoveredCertificate(der.value ?? new Uint8Array(0), row, profile, path);
    if (!certificate) return err({ code: 'artifact-unsound', path });
    found.set(certificate.serial, certificate);
  }
  for (const der of responders) {
    const certificate = recoveredCertificate(der, row, own?.ocsp?.responderProfile ?? '', null);
    if (certificate && !isIssued(certificate.serial)) found.set(certificate.serial, certificate);
  }
  return ok(found);
}
