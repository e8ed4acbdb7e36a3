import { base64FromBytes } from '../../shared/bytes.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { encodeTBSCertList } from '../crl/tbs-cert-list.ts';
import { findAuthority, takeCRLNumber } from '../database/authority-table.ts';
import { KEPT_SINCE } from '../database/ceremony-item-table.ts';
import type { CeremonyRow } from '../database/ceremony-table.ts';
import type { Reservation } from '../database/certificate-table.ts';
import { latestCRL } from '../database/crl-table.ts';
import { revokedCertificates } from '../database/revocation-table.ts';
import { certificateContents } from '../issuance/certify.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { sha256 } from '../issuance/public-key.ts';
import { encodeTBSCertificate } from '../issuance/tbs-certificate.ts';
import { lintResults } from '../lint/linted.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import type { CertificateItem, CRLItem } from './bundle.ts';
import type { CertificateOrder } from './ceremony-order.ts';
import { judgeKey } from './judge-key.ts';
import { type CeremonyIssuer, crlTerms, lintCertificate, lintCRL } from './lint-items.ts';
import { itemProfileAt } from './profile-at.ts';
import { summariseCRL, summariseItem } from './summary.ts';

/** A certificate of a request with what its row and its reservation need. */
export interface ToSignCertificate {
  readonly kind: 'certificate';
  readonly item: CertificateItem;
  readonly role: CertificateItem['role'];
  readonly profile: string;
  readonly subjectAuthority: string | null;
  readonly subjectAuthorityId: number | null;
  readonly tbs: Uint8Array;
  readonly keystore: string | null;
  readonly keyLabel: string | null;
  readonly reservation: Reservation;
}

export interface ToSignCRL {
  readonly kind: 'crl';
  readonly item: CRLItem;
  readonly tbs: Uint8Array;
  readonly crlNumber: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly entries: number;
}

export type ToSign = ToSignCertificate | ToSignCRL;

/** Later than any mark: a ceremony's CRL lists everything on record. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;

function unreadable(what: string): { readonly ok: false; readonly error: OperationError } {
  const reason = `the ${what} cannot be read back`;
  return err({ code: 'lint-refused', findings: [{ rule: 'DER', reason }] });
}

/** An authority with its key on the offline host, as that host knows it. */
export function issuerOf({ row, notBefore, notAfter, services }: ActiveAuthority): CeremonyIssuer {
  return { subject: row.subject, spki: row.spki, notBefore, notAfter, services };
}

/** The bytes of a certificate, linted as they will be signed but for their validity. */
export function certificateToSign(
  context: SignerContext,
  authority: ActiveAuthority,
  order: CertificateOrder,
  superseded: CeremonyRow | null,
  now: UnixSeconds,
): Result<ToSignCertificate, OperationError> {
  const { row } = authority;
  const { role, subject, spki, keystore, keyLabel, subjectAuthority } = order;
  const subscriber = order.subscriber?.order ?? null;
  const inForce = itemProfileAt(context.policy, { profile: order.profile, subscriber }, now);
  if (!inForce.ok) return inForce;
  const profile = inForce.value;
  const key = judgeOrdered(context, order, profile, superseded);
  if (!key.ok) return key;
  const contents = certificateContents(
    context,
    {
      ...{ issuer: row, active: authority, profile: order.profile, subject, spki, now },
      ...{ requestId: null, subjectAltNames: subscriber?.subjectAltNames ?? [] },
    },
    profile,
  );
  const tbs = encodeTBSCertificate(contents);
  const linted = lintCertificate(tbs, profile, issuerOf(authority), now, contents);
  if (!linted.ok) return linted;
  const summary = summariseItem(tbs, { kind: 'certificate', subscriber });
  if (!summary) return unreadable('TBSCertificate');
  const { serialNumber, notBefore, notAfter } = contents;
  return ok({
    ...{ kind: 'certificate', role, profile: order.profile, subjectAuthority, tbs },
    ...{ keystore, keyLabel },
    subjectAuthorityId:
      subjectAuthority === null ? null : (findAuthority(context.db, subjectAuthority)?.id ?? null),
    item: {
      ...{ kind: 'certificate', role, subjectAuthority, subscriber, profile: order.profile },
      ...{ tbs: base64FromBytes(tbs), summary, lint: lintResults('certificate', linted.value) },
    },
    reservation: {
      ...{ authorityId: row.id, serialNumber, profile: order.profile, subject },
      spkiSha256: sha256(spki),
      ...{ notBefore, notAfter, requestId: order.subscriber?.requestId ?? null },
      ...(order.subscriber ? { confirmations: order.subscriber.confirmations } : {}),
    },
  });
}

/** CSR-5 to CSR-7: a subscriber's key may be nobody's; one that was made for this is its maker's. */
function judgeOrdered(
  context: SignerContext,
  { spki, subscriber }: CertificateOrder,
  { key }: CertificateProfile,
  superseded: CeremonyRow | null,
): Result<true, OperationError> {
  const origin = subscriber ? 'new' : 'made-here';
  const judged = judgeKey(context, spki, key.value, origin, superseded?.id ?? null);
  if (judged.ok || !subscriber || judged.error.code !== 'key-refused') return judged;
  return err({ ...judged.error, code: 'request-refused' });
}

/** A CRL of everything that is revoked now, with a number of its own (CRL-9: taken before it is used). */
export function crlToSign(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Result<ToSignCRL, OperationError> {
  const { row, keyIdentifier, policy } = authority;
  const issuer = issuerOf(authority);
  const terms = crlTerms(context.policy, policy, issuer);
  const previous = latestCRL(context.db, row.id) ?? null;
  const crlNumber = context.db.transaction((tx) => takeCRLNumber(tx, row.id));
  context.checkpoint('ceremony: number taken');
  const validUntil = addSeconds(now, policy.crl.validitySeconds.value);
  const nextUpdate = unixSeconds(Math.max(validUntil, previous?.nextUpdate ?? 0));
  const { tbs, entries } = encodeTBSCertList({
    ...{ ...terms, issuer: row.subject },
    ...{ authorityKeyIdentifier: keyIdentifier, crlNumber, thisUpdate: now, nextUpdate },
    revokedCertificates: revokedCertificates(context.db, row.id, EVERYTHING, KEPT_SINCE),
  });
  const linted = lintCRL(tbs, terms, issuer, previous, now);
  if (!linted.ok) return linted;
  const summary = summariseCRL(tbs);
  if (!summary) return unreadable('TBSCertList');
  const item = { tbs: base64FromBytes(tbs), summary, lint: lintResults('crl', linted.value) };
  return ok({
    ...{ kind: 'crl', item: { kind: 'crl', ...item }, tbs },
    ...{ crlNumber, thisUpdate: now, nextUpdate, entries },
  });
}
