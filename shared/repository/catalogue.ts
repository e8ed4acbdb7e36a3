import {
  choice,
  type Decode,
  integer,
  list,
  matching,
  openObject,
  optional,
  required,
  text,
} from '../json-fields.ts';
import { ok } from '../result.ts';
import { type UnixSeconds, unixSeconds } from '../time.ts';

/**
 * What the repository has to show (CP 2.2, 4.4.2, 9.12), as a file of the snapshot: JSON that the
 * signer writes whenever an authority, a CRL, a document or the number of issued certificates
 * changes, and that the pages render. Readers leave out fields that they do not know.
 */
export interface Catalogue {
  readonly authorities: readonly CatalogueAuthority[];
  readonly documents: readonly CatalogueDocument[];
  /** Of days and objections (CP 9.12.2); absent where there are no documents. */
  readonly documentRules?: DocumentRules;
}

export interface DocumentRules {
  /** The days of documents are those of a clock so far ahead of UTC; 540 in Japan. */
  readonly utcOffsetMinutes: number;
  /** How many days after its announcement a change may be objected to, and the clause that says so. */
  readonly objections?: { readonly days: number; readonly clause: string };
}

/** No larger one is read, nor a page of a list; the signer publishes none. */
export const REPOSITORY_FILE_OCTETS_MAX: number = 4 << 20;

/** Where the catalogue is on the host of the files. */
export const CATALOGUE_PATH = '/repository.json';

/** One CA. Paths begin with `/` and are those of files of the same snapshot. */
export interface CatalogueAuthority {
  /** The name that the policy file gives it: `root-ca3`. */
  readonly name: string;
  /** RFC 4514. */
  readonly subject: string;
  /** RFC 4514; the subject's own where the certificate is self-signed. */
  readonly issuer: string;
  /** Lower-case hexadecimal, as everywhere in Inkan. */
  readonly serialNumber: string;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** For people: `RSA 4096`, `P-384`. */
  readonly key: string;
  /** Name of RFC 5280's algorithms: `sha256WithRSAEncryption`. */
  readonly signatureAlgorithm: string;
  /** Fingerprints of the certificate's DER, lower-case hexadecimal. */
  readonly sha256: string;
  readonly sha1: string;
  readonly certificate: {
    readonly der: string;
    readonly pem?: string;
    readonly p7c?: string;
  };
  readonly crl?: CatalogueCRL;
  /** URL of its responder, as in the AIA of what it issues. */
  readonly ocsp?: string;
  readonly issued?: CatalogueIssued;
}

export interface CatalogueCRL {
  readonly path: string;
  /** URL of its CDP. */
  readonly url: string;
  /** cRLNumber (RFC 5280 5.2.3) in decimal: it may have 20 octets. */
  readonly number: string;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** When the signer means to replace it, unless a revocation or an issuance comes first. */
  readonly plannedReplacement?: UnixSeconds;
  readonly bytes: number;
  readonly entries: number;
  /** The published reason information (CP 4.9.8). */
  readonly reasons?: string;
}

/**
 * CP 4.4.2: pages of `ISSUED_PAGE_LENGTH` certificates in the order of their publication. Page n, from
 * 1, is at `${folder}/issued-${n}.json`; all but the last are full and never change.
 */
export interface CatalogueIssued {
  readonly folder: string;
  readonly pages: number;
  readonly certificates: number;
}

export const ISSUED_PAGE_LENGTH = 200;

/** One page of the list of issued certificates. Their status is not here: it is in the shards. */
export interface IssuedPage {
  readonly certificates: readonly IssuedCertificate[];
}

export interface IssuedCertificate {
  readonly serialNumber: string;
  /** RFC 4514. */
  readonly subject: string;
  /** The profile of the policy file: `tsa`, `time-authority`. */
  readonly profile: string;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** Path of its DER. */
  readonly path: string;
}

export type DocumentKind =
  | 'certificate-policy'
  | 'certification-practice-statement'
  | 'subscriber-agreement'
  | 'relying-party-agreement'
  | 'notice';

/** One edition of a document; editions of one document share `name` and are told apart by `version`. */
export interface CatalogueDocument {
  readonly name: string;
  readonly kind: DocumentKind;
  readonly title: string;
  /** BCP 47: `ja`, `en`. */
  readonly language: string;
  readonly version: string;
  /** CP 9.12.1 変更実施日: its first moment where the CA is. */
  readonly effective: UnixSeconds;
  /** CP 9.12.2 告知日: when it was put into the repository. */
  readonly announced: UnixSeconds;
  /** CP 9.12.1: (1) 重要な変更, (2) 重要でない変更; absent for a first edition. */
  readonly change?: { readonly kind: 'major' | 'minor'; readonly summary: string };
  /** The last second in which the change may be objected to; absent where none may. */
  readonly objectionsUntil?: UnixSeconds;
  readonly path: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
}

const seconds: Decode<UnixSeconds> = (value, pointer) => {
  const read = integer(0, 253_402_300_799)(value, pointer);
  return read.ok ? ok(unixSeconds(read.value)) : read;
};
const path = matching(/^\/[!-~]{1,1000}$/, 'an absolute path');
const url = matching(/^https?:\/\/[!-~]{1,1000}$/, 'an http or https URL');
const serial = matching(/^[0-9a-f]{1,40}$/, 'a serial number in hexadecimal');
const decimal = matching(/^[0-9]{1,49}$/, 'a whole number in decimal');
const sha256 = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');
const count = integer(0, Number.MAX_SAFE_INTEGER);

const crl = openObject<CatalogueCRL>({
  path: required(path),
  url: required(url),
  number: required(decimal),
  thisUpdate: required(seconds),
  nextUpdate: required(seconds),
  plannedReplacement: optional(seconds),
  bytes: required(count),
  entries: required(count),
  reasons: optional(path),
});

const authority = openObject<CatalogueAuthority>({
  name: required(text(200)),
  subject: required(text(2_000)),
  issuer: required(text(2_000)),
  serialNumber: required(serial),
  notBefore: required(seconds),
  notAfter: required(seconds),
  key: required(text(100)),
  signatureAlgorithm: required(text(100)),
  sha256: required(sha256),
  sha1: required(matching(/^[0-9a-f]{40}$/, 'a SHA-1 in hexadecimal')),
  certificate: required(
    openObject<CatalogueAuthority['certificate']>({
      der: required(path),
      pem: optional(path),
      p7c: optional(path),
    }),
  ),
  crl: optional(crl),
  ocsp: optional(url),
  issued: optional(
    openObject<CatalogueIssued>({
      folder: required(path),
      pages: required(count),
      certificates: required(count),
    }),
  ),
});

const document = openObject<CatalogueDocument>({
  name: required(text(200)),
  kind: required(
    choice(
      'certificate-policy',
      'certification-practice-statement',
      'subscriber-agreement',
      'relying-party-agreement',
      'notice',
    ),
  ),
  title: required(text(500)),
  language: required(text(35)),
  version: required(text(50)),
  effective: required(seconds),
  announced: required(seconds),
  change: optional(
    openObject<NonNullable<CatalogueDocument['change']>>({
      kind: required(choice('major', 'minor')),
      summary: required(text(4_000)),
    }),
  ),
  objectionsUntil: optional(seconds),
  path: required(path),
  type: required(text(100)),
  bytes: required(count),
  sha256: required(sha256),
});

export const decodeCatalogue: Decode<Catalogue> = openObject<Catalogue>({
  authorities: required(list(authority, 256)),
  documents: required(list(document, 1_000)),
  documentRules: optional(
    openObject<DocumentRules>({
      utcOffsetMinutes: required(integer(-720, 840)),
      objections: optional(
        openObject<NonNullable<DocumentRules['objections']>>({
          days: required(integer(1, 366)),
          clause: required(text(100)),
        }),
      ),
    }),
  ),
});

export const decodeIssuedPage: Decode<IssuedPage> = openObject<IssuedPage>({
  certificates: required(
    list(
      openObject<IssuedCertificate>({
        serialNumber: required(serial),
        subject: required(text(2_000)),
        profile: required(text(200)),
        notBefore: required(seconds),
        notAfter: required(seconds),
        path: required(path),
      }),
      ISSUED_PAGE_LENGTH,
    ),
  ),
});
