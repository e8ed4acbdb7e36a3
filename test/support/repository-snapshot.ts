import { asciiBytes, hexFromBytes } from '../../shared/bytes.ts';
import { OID, SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import {
  bitString,
  derTrue,
  element,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  time,
} from '../../shared/der/writer.ts';
import { type CertStatus, encodeSignatureValue } from '../../shared/ocsp/response.ts';
import {
  CATALOGUE_PATH,
  type Catalogue,
  type CatalogueAuthority,
  type CatalogueDocument,
  type DocumentRules,
  ISSUED_PAGE_LENGTH,
  type IssuedCertificate,
} from '../../shared/repository/catalogue.ts';
import { addSeconds, type UnixSeconds } from '../../shared/time.ts';
import {
  createIssuer,
  DAY,
  digest,
  HOUR,
  serial,
  type TestContent,
  type TestFile,
  type TestIssuer,
} from './edge-snapshot.ts';

/**
 * A small repository: one CA with a real self-signed certificate, whose key also signs its OCSP
 * answers, and the catalogue that a signer would publish. Runs in workerd as well as in Node.js.
 */
export interface TestCA {
  readonly name: string;
  readonly commonName: string;
  readonly certificate: Uint8Array;
  readonly issuer: TestIssuer;
}

export async function createCA(
  name: string,
  commonName: string,
  now: UnixSeconds,
): Promise<TestCA> {
  const made = await createIssuer(name);
  const { publicKey, privateKey } = made.keys;
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', publicKey)) as ArrayBuffer);
  const key = new Uint8Array((await crypto.subtle.exportKey('raw', publicKey)) as ArrayBuffer);
  const subject = distinguishedName(commonName);
  const algorithm = SIGNATURE_ALGORITHM_DER['ecdsa-with-SHA256'];
  const basicConstraints = octetString(sequence(derTrue));
  const tbs = sequence(
    element(contextTag(0), smallInteger(2)),
    smallInteger(7),
    algorithm,
    subject,
    sequence(time(addSeconds(now, -DAY)), time(addSeconds(now, 3650 * DAY))),
    subject,
    spki,
    element(
      contextTag(3),
      sequence(
        sequence(objectIdentifier(OID['id-ce-basicConstraints']), derTrue, basicConstraints),
      ),
    ),
  );
  const signing = { name: 'ECDSA', hash: 'SHA-256' };
  const packed = new Uint8Array(await crypto.subtle.sign(signing, privateKey, tbs.slice()));
  const signature = encodeSignatureValue('ecdsa-with-SHA256', packed);
  const of = async (hash: 'SHA-1' | 'SHA-256') => ({
    issuerNameHash: await digest(hash, subject),
    issuerKeyHash: await digest(hash, key),
  });
  const identity = { sha1: await of('SHA-1'), sha256: await of('SHA-256') };
  const responder = { ...made.responder, keyHash: identity.sha1.issuerKeyHash };
  const certificate = sequence(tbs, algorithm, bitString(signature));
  return { name, commonName, certificate, issuer: { keys: made.keys, identity, responder } };
}

/** C=JP, CN=`commonName`. */
function distinguishedName(commonName: string): Uint8Array {
  const attribute = (oid: string, tag: number, text: string) =>
    element(TAG.set, sequence(objectIdentifier(oid), element(tag, asciiBytes(text))));
  return sequence(
    attribute('2.5.4.6', TAG.printableString, 'JP'),
    attribute('2.5.4.3', TAG.utf8String, commonName),
  );
}

/** A certificate of the list; without `certStatus` nothing is signed about it. */
export interface TestIssued {
  readonly serialNumber: string;
  readonly subject: string;
  readonly notAfter?: UnixSeconds;
  readonly certStatus?: CertStatus;
}

export interface TestRepository {
  readonly ca: TestCA;
  readonly now: UnixSeconds;
  /** In the order of publication. */
  readonly issued: readonly TestIssued[];
  readonly documents?: readonly CatalogueDocument[];
  /** As a signer with the CP of Japan has them, where nothing else is said; null leaves them out. */
  readonly documentRules?: DocumentRules | null;
  /** What the catalogue says otherwise of the CA. */
  readonly authority?: Partial<CatalogueAuthority>;
  /** Scheme and host of the OCSP and CRL addresses. */
  readonly host?: string;
  readonly shardBits?: number;
}

const encode = (text: string) => new TextEncoder().encode(text);

export async function catalogueAuthority(repository: TestRepository): Promise<CatalogueAuthority> {
  const { ca, now, issued, host = 'http://repository.example', authority } = repository;
  const subject = `CN=${ca.commonName},C=JP`;
  return {
    name: ca.name,
    subject,
    issuer: subject,
    serialNumber: '07',
    notBefore: addSeconds(now, -DAY),
    notAfter: addSeconds(now, 3650 * DAY),
    key: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    sha256: hexFromBytes(await digest('SHA-256', ca.certificate)),
    sha1: hexFromBytes(await digest('SHA-1', ca.certificate)),
    certificate: { der: `/${ca.name}.cer`, pem: `/${ca.name}.pem`, p7c: `/${ca.name}.p7c` },
    crl: {
      path: `/${ca.name}.crl`,
      url: `${host}/${ca.name}.crl`,
      number: '162',
      thisUpdate: addSeconds(now, -HOUR),
      nextUpdate: addSeconds(now, 364 * DAY),
      plannedReplacement: addSeconds(now, 30 * DAY),
      bytes: 41_900,
      entries: 1_234,
      reasons: `/${ca.name}.reasons.txt`,
    },
    ocsp: host,
    issued: {
      folder: `/${ca.name}`,
      pages: Math.ceil(issued.length / ISSUED_PAGE_LENGTH),
      certificates: issued.length,
    },
    ...authority,
  };
}

/** CP 9.12.2. */
const WEEK_IN_JAPAN: DocumentRules = {
  utcOffsetMinutes: 540,
  objections: { days: 7, clause: 'CP 9.12.2' },
};

/** What a signer would put into the snapshot for this. */
export async function repositoryContent(
  repository: TestRepository,
  more: readonly TestFile[] = [],
): Promise<TestContent> {
  const { ca, now, issued, documents = [], shardBits = 0 } = repository;
  const { documentRules = WEEK_IN_JAPAN } = repository;
  const catalogue: Catalogue = {
    authorities: [await catalogueAuthority(repository)],
    documents,
    ...(documentRules ? { documentRules } : {}),
  };
  const certificates = issued.flatMap(({ serialNumber, certStatus }) =>
    certStatus
      ? [{ serialNumber: serial(serialNumber), certStatus, thisUpdate: addSeconds(now, -HOUR) }]
      : [],
  );
  const file = (path: string, mediaType: TestFile['mediaType'], bytes: Uint8Array): TestFile => ({
    ...{ path, mediaType, bytes },
  });
  const window = { thisUpdate: addSeconds(now, -HOUR), nextUpdate: addSeconds(now, 364 * DAY) };
  return {
    populations: [{ issuer: ca.issuer, certificates, shardBits }],
    files: [
      file(CATALOGUE_PATH, 7, encode(JSON.stringify(catalogue))),
      file(`/${ca.name}.cer`, 2, ca.certificate),
      { ...file(`/${ca.name}.crl`, 1, encode('not a real CRL')), ...window },
      ...issuedFiles(repository),
      ...more,
    ],
  };
}

function issuedFiles({ ca, now, issued }: TestRepository): readonly TestFile[] {
  const entries = issued.map(
    ({ serialNumber, subject, notAfter = addSeconds(now, 365 * DAY) }): IssuedCertificate => ({
      ...{ serialNumber, subject, notAfter, profile: 'tsa', notBefore: addSeconds(now, -DAY) },
      path: `/${ca.name}/${serialNumber}.cer`,
    }),
  );
  const files: TestFile[] = [];
  for (let at = 0; at < entries.length; at += ISSUED_PAGE_LENGTH) {
    const certificates = entries.slice(at, at + ISSUED_PAGE_LENGTH);
    const path = `/${ca.name}/issued-${at / ISSUED_PAGE_LENGTH + 1}.json`;
    files.push({ path, mediaType: 7, bytes: encode(JSON.stringify({ certificates })) });
  }
  return files;
}
