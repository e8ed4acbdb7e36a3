import { hexFromBytes } from '../../shared/bytes.ts';
import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import { type AuthorityRow, authorityById } from '../database/authority-table.ts';
import { certificatePublication } from '../database/certificate-publication-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { findRevocation } from '../database/revocation-table.ts';
import { decodeName, nameTextFromDER } from '../issuance/distinguished-name.ts';
import { pem } from '../issuance/pem.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import { publicationOfCertificate } from './publication.ts';
import type { CertificateView, PublicationView } from './views.ts';

/**
 * `told` is what publishing said a moment ago, if it was tried. The certificate itself is left out
 * until whoever gets it can have its status (OPS-4).
 */
export function certificateView(
  context: SignerContext,
  row: CertificateRow,
  told: PublicationView | null = null,
): CertificateView {
  const { db, policy } = context;
  const der = row.der ?? new Uint8Array(0);
  const revocation = findRevocation(db, row.id);
  const unverified = unverifiedAttributes(row);
  const authority = authorityById(db, row.authorityId)?.name ?? '';
  const path = certificatePublication(db, row.id)?.path ?? null;
  const folder = policy.authorities.get(authority)?.certificates?.url.value;
  const publication = publicationOfCertificate(context, row.id, told);
  const view = {
    authority,
    serialNumber: serialNumberText(row.serialNumber),
    profile: row.profile,
    subject: nameTextFromDER(row.subject),
    notBefore: isoText(row.notBefore),
    notAfter: isoText(row.notAfter),
    ...(unverified.length > 0 ? { unverified } : {}),
    ...(row.confirmations.length > 0 ? { confirmations: row.confirmations } : {}),
    ...(row.keyRemovedAt === null ? {} : { keyRemovedAt: isoText(row.keyRemovedAt) }),
    sha256: hexFromBytes(sha256(der)),
    url: path === null ? null : new URL(path, folder ?? 'http://repository.invalid').href,
    certificate: publication.state === 'published' ? pem('CERTIFICATE', der) : null,
    publication,
  };
  if (!revocation) return { ...view, status: 'good' };
  return {
    ...view,
    status: 'revoked',
    revocationDate: isoText(revocation.revocationDate),
    revocationReason: crlReasonName(revocation.reason),
  };
}

/** CP 3.2.4: the OU that a subscriber asked for is not verified; a CA's own names are its own. */
function unverifiedAttributes({ subject, requestId }: CertificateRow): readonly string[] {
  const attributes = requestId === null ? null : decodeName(subject);
  if (!attributes?.ok) return [];
  return attributes.value.filter(([type]) => type === 'OU').map(([, value]) => `OU=${value}`);
}

/** From this authority up to and including the root, PEM. */
export function chainOf(db: Reader, authority: AuthorityRow): readonly string[] {
  const chain: string[] = [];
  let at: AuthorityRow | undefined = authority;
  while (at) {
    if (at.certificate) chain.push(pem('CERTIFICATE', at.certificate));
    at = at.issuerId === null ? undefined : authorityById(db, at.issuerId);
  }
  return chain;
}
