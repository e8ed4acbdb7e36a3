import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import type {
  AuthorityPolicy,
  CertificatePolicy,
} from '../../../shared/policy/certificate-policy.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';
import { splitSignedDER } from '../../signing/signed-der.ts';
import { readTBSCertificate, readValidity } from '../certificate/certificate-fields.ts';
import { attributesOf } from '../certificate/name-attributes.ts';

/** What a certificate says of the CA that it is of. */
export interface KnownIssuer {
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** Its subjectKeyIdentifier; SHA-1 of the key bits where it has none. */
  readonly keyIdentifier: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/** undefined when it is no certificate that can be read. */
export function knownIssuer(certificate: Uint8Array): KnownIssuer | undefined {
  const tbs = splitSignedDER(certificate)?.tbs;
  const fields = tbs && readTBSCertificate(tbs);
  const validity = fields && readValidity(fields.validity);
  const computed = fields && keyIdentifier(fields.spki);
  if (!validity || !computed?.ok) return undefined;
  const extension = fields.extensions.find(
    ({ extnID }) => extnID === OID['id-ce-subjectKeyIdentifier'],
  );
  const written = extension && new DERReader(extension.value).contents(TAG.octetString);
  const { subject, spki } = fields;
  return { subject, spki, keyIdentifier: written ?? computed.value, ...validity };
}

/** The authority of a policy whose subject reads the same, whatever its string types. */
export function authorityNamed(
  policy: CertificatePolicy,
  name: Uint8Array,
): AuthorityPolicy | undefined {
  const attributes = attributesOf(name);
  const text = attributes && JSON.stringify(attributes.map((a) => [a.type, a.text]));
  return [...policy.authorities.values()].find(
    ({ subject }) => JSON.stringify(subject.value) === text,
  );
}
