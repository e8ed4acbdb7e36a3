import { bytesEqual } from '../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { authorityFileURLs } from '../../shared/policy/authority-file-urls.ts';
import type { AuthorityPolicy } from '../../shared/policy/certificate-policy.ts';
import { reasonsURL } from '../../shared/policy/reasons-url.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import { serialNumberFromContents, serialNumberText } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { plannedReplacement } from '../crl/sign-crl.ts';
import { nameInRFC4514 } from '../issuance/name-in-rfc4514.ts';
import { decodeSubjectPublicKey, subjectKeyText } from '../issuance/subject-public-key.ts';
import { readTBSCertificate, readValidity } from '../lint/certificate/certificate-fields.ts';
import { splitSignedDER } from '../signing/signed-der.ts';

type Said = readonly [field: string, said: unknown, expected: unknown];

/**
 * The first field of an entry that is not what the CA's certificate says, read by the strict reader, or
 * the policy; undefined when all are. `now` is the time of the head.
 */
export function wrongFieldOf(
  entry: CatalogueAuthority,
  certificate: Uint8Array,
  policy: AuthorityPolicy,
  now: UnixSeconds,
): string | undefined {
  const ofCertificate = saidOfCertificate(entry, certificate);
  if (!ofCertificate) return 'certificate';
  const all = [...ofCertificate, ...saidOfPolicy(entry, policy), ...saidOfReplacement(entry, now)];
  return all.find(([, said, expected]) => said !== expected)?.[0];
}

/** undefined: it is no certificate. */
function saidOfCertificate(
  entry: CatalogueAuthority,
  certificate: Uint8Array,
): readonly Said[] | undefined {
  const signed = splitSignedDER(certificate);
  const fields = signed && readTBSCertificate(signed.tbs);
  const validity = fields && readValidity(fields.validity);
  const serial = fields && serialNumberFromContents(fields.serialNumber);
  const key = fields && decodeSubjectPublicKey(fields.spki);
  if (!validity || !serial?.ok || !key?.ok) return undefined;
  const { algorithm } = signed;
  const known = Object.entries(SIGNATURE_ALGORITHM_DER).find(([, der]) =>
    bytesEqual(der, algorithm),
  );
  return [
    ['subject', entry.subject, nameInRFC4514(fields.subject)],
    ['issuer', entry.issuer, nameInRFC4514(fields.issuer)],
    ['serialNumber', entry.serialNumber, serialNumberText(serial.value)],
    ['notBefore', entry.notBefore, validity.notBefore],
    ['notAfter', entry.notAfter, validity.notAfter],
    ['key', entry.key, subjectKeyText(key.value).replace('RSA-', 'RSA ')],
    ['signatureAlgorithm', entry.signatureAlgorithm, known?.[0]],
  ];
}

/** Where things lie. That there is a file at each path is not asked here. */
function saidOfPolicy(
  { certificate: { der, pem, p7c }, crl, ocsp }: CatalogueAuthority,
  policy: AuthorityPolicy,
): readonly Said[] {
  const urls = authorityFileURLs(policy.caIssuers.url.value);
  const crlURL = policy.crl.url.value;
  const ofCRL: readonly Said[] = crl
    ? [
        ['crl.url', crl.url, crlURL],
        ['crl.path', crl.path, pathOf(crlURL)],
        ['crl.reasons', crl.reasons ?? pathOf(reasonsURL(crlURL)), pathOf(reasonsURL(crlURL))],
      ]
    : [];
  return [
    ['certificate.der', der, pathOf(urls.certificate)],
    ['certificate.pem', pem ?? pathOf(urls.pem), pathOf(urls.pem)],
    ['certificate.p7c', p7c ?? pathOf(urls.chain), pathOf(urls.chain)],
    ['ocsp', ocsp, policy.ocsp?.url.value],
    ...ofCRL,
  ];
}

/** The schedule's, and none of a CA that signs no other before its end. */
function saidOfReplacement({ crl, notAfter }: CatalogueAuthority, now: UnixSeconds) {
  if (!crl) return [];
  const planned = plannedReplacement(crl);
  const expected = Math.max(planned, now) <= notAfter ? planned : undefined;
  const said: Said = ['crl.plannedReplacement', crl.plannedReplacement, expected];
  return [said];
}
