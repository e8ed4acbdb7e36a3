import { createHash } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { OID } from '../../shared/der/oids.ts';
import { authorityFileURLs } from '../../shared/policy/authority-file-urls.ts';
import type { AuthorityPolicy, CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { reasonsURL } from '../../shared/policy/reasons-url.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import type {
  Catalogue,
  CatalogueAuthority,
  CatalogueCRL,
  CatalogueDocument,
} from '../../shared/repository/catalogue.ts';
import { issuedPages } from '../../shared/repository/issued-page-path.ts';
import { must } from '../../shared/result.ts';
import { serialNumberFromContents, serialNumberText } from '../../shared/serial-number.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { plannedReplacement } from '../crl/sign-crl.ts';
import { type AuthorityRow, authorityById } from '../database/authority-table.ts';
import { latestCRLFacts } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { documentRules } from '../documents/document-day.ts';
import { documentEntry } from '../documents/document-entry.ts';
import { nameInRFC4514 } from '../issuance/name-in-rfc4514.ts';
import { decodeSubjectPublicKey, subjectKeyText } from '../issuance/subject-public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import type { DocumentChanges } from './document-files.ts';
import type { FileLookup } from './files-after.ts';
import type { IssuedList } from './issued-pages.ts';

/** What an epoch has besides the database. */
export interface CatalogueParts {
  readonly authorities: readonly AuthorityRow[];
  readonly fileAt: FileLookup;
  readonly lists: readonly IssuedList[];
  readonly documents: DocumentChanges;
  /** The time of its head. */
  readonly now: UnixSeconds;
}

/** What the repository shows once the epoch is out: JSON on one line, the same facts the same octets. */
export function catalogueText(context: SignerContext, parts: CatalogueParts): string {
  const documents = documentEntries(context.policy, parts);
  const catalogue: Catalogue = {
    authorities: parts.authorities.flatMap((row) => {
      const policy = context.policy.authorities.get(row.name);
      const entry = policy && authorityEntry(context.db, row, policy, parts);
      return entry ? [entry] : [];
    }),
    documents,
    ...(documents.length > 0 ? { documentRules: documentRules(context.policy) } : {}),
  };
  return `${JSON.stringify(catalogue)}\n`;
}

function authorityEntry(
  db: Reader,
  row: AuthorityRow,
  policy: AuthorityPolicy,
  parts: CatalogueParts,
): CatalogueAuthority | undefined {
  const { certificate: der, issuerId } = row;
  const files = certificateFiles(policy, parts.fileAt);
  if (!der || !files) return undefined;
  const issuer = issuerId === null ? row : authorityById(db, issuerId);
  const key = decodeSubjectPublicKey(row.spki);
  const list = parts.lists.find(({ authority }) => authority.id === row.id);
  const facts = certificateFacts(der);
  return {
    name: row.name,
    subject: nameInRFC4514(row.subject),
    issuer: nameInRFC4514((issuer ?? row).subject),
    ...facts,
    key: key.ok ? subjectKeyText(key.value).replace('RSA-', 'RSA ') : 'unknown',
    sha256: digest('sha256', der),
    sha1: digest('sha1', der),
    certificate: files,
    ...optionally('crl', crlEntry(db, row.id, policy, facts.notAfter, parts)),
    ...optionally('ocsp', policy.ocsp?.url.value),
    ...optionally('issued', list && issuedEntry(list)),
  };
}

/** A field that is left out where there is nothing to say. */
function optionally<K extends string, T>(name: K, value: T | undefined): { [N in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [N in K]?: T });
}

function certificateFiles(
  { caIssuers }: AuthorityPolicy,
  fileAt: FileLookup,
): CatalogueAuthority['certificate'] | undefined {
  const urls = authorityFileURLs(caIssuers.url.value);
  const there = (url: string) => (fileAt(pathOf(url)) ? pathOf(url) : undefined);
  const der = there(urls.certificate);
  if (der === undefined) return undefined;
  return { der, ...optionally('pem', there(urls.pem)), ...optionally('p7c', there(urls.chain)) };
}

type CertificateFacts = Pick<
  CatalogueAuthority,
  'serialNumber' | 'notBefore' | 'notAfter' | 'signatureAlgorithm'
>;

function certificateFacts(der: Uint8Array): CertificateFacts {
  const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(der, Certificate);
  const { serialNumber, validity } = tbsCertificate;
  const contents = serialNumberFromContents(new Uint8Array(serialNumber));
  const instant = (time: typeof validity.notBefore) => unixSeconds(time.getTime().getTime() / 1000);
  const { algorithm } = signatureAlgorithm;
  return {
    serialNumber: serialNumberText(must(contents, 'serial number of a CA')),
    notBefore: instant(validity.notBefore),
    notAfter: instant(validity.notAfter),
    signatureAlgorithm: Object.entries(OID).find(([, oid]) => oid === algorithm)?.[0] ?? algorithm,
  };
}

function crlEntry(
  db: Reader,
  id: number,
  policy: AuthorityPolicy,
  end: UnixSeconds,
  { fileAt, now }: CatalogueParts,
): CatalogueCRL | undefined {
  const url = policy.crl.url.value;
  const facts = latestCRLFacts(db, id);
  if (!facts || !fileAt(pathOf(url))) return undefined;
  const planned = plannedReplacement(facts);
  const reasons = pathOf(reasonsURL(url));
  return {
    path: pathOf(url),
    url,
    number: String(facts.crlNumber),
    thisUpdate: facts.thisUpdate,
    nextUpdate: facts.nextUpdate,
    // A CA that has ended signs no other.
    ...(Math.max(planned, now) <= end ? { plannedReplacement: planned } : {}),
    bytes: facts.length,
    entries: facts.entries,
    ...(fileAt(reasons) ? { reasons } : {}),
  };
}

function issuedEntry({ folder, certificates }: IssuedList): CatalogueAuthority['issued'] {
  return { folder, pages: issuedPages(certificates), certificates };
}

/** Names in their order, the editions of each in that of their adding. */
function documentEntries(
  policy: CertificatePolicy,
  { documents, now }: CatalogueParts,
): readonly CatalogueDocument[] {
  const shown = [...documents.shown].sort((a, b) =>
    a.name === b.name ? a.id - b.id : a.name < b.name ? -1 : 1,
  );
  return shown.map((row) => documentEntry(policy, row, row.announced?.at ?? now));
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
