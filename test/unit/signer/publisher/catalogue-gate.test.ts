import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY_FILE_OCTETS_MAX } from '../../../../shared/repository/catalogue.ts';
import { must } from '../../../../shared/result.ts';
import { addSeconds } from '../../../../shared/time.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import type { CertificateRow } from '../../../../signer/database/certificate-table.ts';
import { addDocument } from '../../../../signer/documents/add-document.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import {
  buildEpochCandidate,
  type EpochCandidate,
} from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { asShipped, fastPolicy } from '../issuance/signer-under-test.ts';
import { type PublisherUnderTest, startPublisher } from './publisher-under-test.ts';

let test: PublisherUnderTest;

beforeAll(async () => {
  test = await startPublisher(1_800, fastPolicy(asShipped('certificates')));
  const document = {
    kind: 'certificate-policy' as const,
    ...{ name: 'cp', title: 'CP', language: 'en' },
    ...{ version: '1.0', effective: '2025-11-01', fileName: 'cp.txt' },
  };
  must(addDocument(test.context, { ...document, bytes: Uint8Array.of(0x41) }, 'test'), 'add');
}, 60_000);
afterAll(() => test.close());

// biome-ignore lint/suspicious/noExplicitAny: what a wrong catalogue looks like is not typed.
type Loose = any;

/** The gate's verdict on an epoch whose file at this path says what `change` makes of it. */
function verdict(path: string, change: (json: Loose) => void): string {
  const { context } = test;
  const candidate = buildEpochCandidate(context, activeAuthorities(context.db));
  const rewritten = (bytes: Uint8Array) => {
    const json = JSON.parse(new TextDecoder().decode(bytes));
    change(json);
    return new TextEncoder().encode(JSON.stringify(json));
  };
  const withFile = (bytes: Uint8Array): EpochCandidate['files'] =>
    candidate.files.map((file) =>
      file.path === path ? { ...file, hash: sha256(bytes), length: bytes.length } : file,
    );
  if (path === '/repository.json') {
    const catalogue = rewritten(candidate.catalogue);
    return said({ ...candidate, catalogue, files: withFile(catalogue) });
  }
  const issued = candidate.issued.map((list) => {
    if (!path.startsWith(`${list.folder}/issued-`)) return list;
    const [page] = list.pages;
    if (!page) throw new Error('no page');
    return { ...list, pages: [{ ...page, bytes: rewritten(page.bytes) }] };
  });
  const bytes = issued.flatMap(({ pages }) => pages)[0]?.bytes ?? new Uint8Array();
  return said({ ...candidate, issued, files: withFile(bytes) });
}

function said(candidate: EpochCandidate): string {
  const outcome = checkEpoch(test.context, candidate, test.context.clock());
  return outcome.ok ? 'accepted' : `${outcome.error.rule}: ${outcome.error.reason}`;
}

const CATALOGUE = '/repository.json';
const root = (json: Loose) => json.authorities[0];

const WRONG: readonly (readonly [string, RegExp, (json: Loose) => void])[] = [
  ['no list', /cannot be read/, (json) => delete json.documents],
  [
    'a path without a file',
    /no file|where no file/,
    (json) => (root(json).certificate.pem = '/no.pem'),
  ],
  [
    'another certificate',
    /is not the certificate/,
    (json) => (root(json).certificate.der = json.authorities[1].certificate.der),
  ],
  ['a wrong SHA-256', /fingerprints/, (json) => (root(json).sha256 = 'ab'.repeat(32))],
  ['a wrong SHA-1', /fingerprints/, (json) => (root(json).sha1 = 'ab'.repeat(20))],
  ['an authority less', /1 of 2 authorities/, (json) => json.authorities.pop()],
  ['an authority twice', /twice/, (json) => (json.authorities[1] = root(json))],
  ['a wrong CRL number', /number or entries/, (json) => (root(json).crl.number = '99')],
  ['a wrong number of entries', /number or entries/, (json) => (root(json).crl.entries = 7)],
  ['a wrong thisUpdate', /is not the CRL that/, (json) => (root(json).crl.thisUpdate -= 1)],
  ['a wrong nextUpdate', /is not the CRL that/, (json) => (root(json).crl.nextUpdate += 1)],
  ['a wrong length of the CRL', /is not the CRL that/, (json) => (root(json).crl.bytes += 1)],
  [
    "another authority's CRL",
    /is not the CRL/,
    (json) => (root(json).crl.path = json.authorities[1].crl.path),
  ],
  ['no CRL', /is not in the catalogue/, (json) => delete root(json).crl],
  ['no file of reasons', /where no file/, (json) => (root(json).crl.reasons = '/no.txt')],
  ['an edition less', /0 of 1 editions/, (json) => json.documents.pop()],
  [
    'a wrong hash of a document',
    /not on record/,
    (json) => (json.documents[0].sha256 = 'ab'.repeat(32)),
  ],
  ['another day of effect', /not on record/, (json) => (json.documents[0].effective += 86_400)],
  ['an earlier announcement', /not on record/, (json) => (json.documents[0].announced -= 1)],
  [
    'a change that was none',
    /not on record/,
    (json) => (json.documents[0].change = { kind: 'minor', summary: 'x' }),
  ],
  ['a deadline that is none', /not on record/, (json) => (json.documents[0].objectionsUntil = 9)],
  [
    'days of another place',
    /other days or objections/,
    (json) => (json.documentRules.utcOffsetMinutes = 0),
  ],
  [
    'a longer time for objections',
    /other days or objections/,
    (json) => (json.documentRules.objections.days = 8),
  ],
  ['no rules', /other days or objections/, (json) => delete json.documentRules],
  ['another title', /not on record/, (json) => (json.documents[0].title = 'Other')],
  ['another kind', /not on record/, (json) => (json.documents[0].kind = 'notice')],
  ['another language', /not on record/, (json) => (json.documents[0].language = 'ja')],
  ['a document without its file', /no file/, (json) => (json.documents[0].path = '/no.txt')],
];

/** What the CA's certificate or the policy says otherwise. */
const WRONG_OF_AUTHORITY: readonly (readonly [string, (json: Loose) => void])[] = [
  ['subject', (json) => (root(json).subject = 'CN=Other')],
  ['issuer', (json) => (json.authorities[1].issuer = json.authorities[1].subject)],
  ['serialNumber', (json) => (root(json).serialNumber = 'ab')],
  ['notBefore', (json) => (root(json).notBefore += 1)],
  ['notAfter', (json) => (root(json).notAfter += 1)],
  ['key', (json) => (root(json).key = 'RSA 4096')],
  ['signatureAlgorithm', (json) => (root(json).signatureAlgorithm = 'sha256WithRSAEncryption')],
  ['certificate.pem', (json) => (root(json).certificate.pem = json.authorities[1].certificate.pem)],
  ['certificate.p7c', (json) => (root(json).certificate.p7c = json.authorities[1].certificate.p7c)],
  ['ocsp', (json) => (root(json).ocsp = 'http://ocsp.example')],
  ['ocsp', (json) => delete root(json).ocsp],
  ['crl.url', (json) => (root(json).crl.url = 'http://crl.example/root.crl')],
  ['crl.reasons', (json) => (root(json).crl.reasons = json.authorities[1].crl.reasons)],
  ['crl.plannedReplacement', (json) => (root(json).crl.plannedReplacement += 1)],
  ['crl.plannedReplacement', (json) => delete root(json).crl.plannedReplacement],
];

describe('the gate before the catalogue', () => {
  it('CP 2.2: takes the one that follows from the epoch', () => {
    expect(verdict(CATALOGUE, () => undefined)).toBe('accepted');
    expect(
      verdict(CATALOGUE, (json) => {
        json.more = 'what a newer signer adds';
      }),
    ).toBe('accepted');
  });

  it.each(WRONG)('CP 2.2: refuses one with %s', (_, reason, change) => {
    expect(verdict(CATALOGUE, change)).toMatch(/^CP 2\.2: /);
    expect(verdict(CATALOGUE, change)).toMatch(reason);
  });

  it.each(WRONG_OF_AUTHORITY)('CP 2.2: refuses one with another %s of a CA', (field, change) => {
    expect(verdict(CATALOGUE, change)).toContain(`CP 2.2: ${field} of `);
  });

  it.each<readonly [string, (json: Loose) => void]>([
    ['fewer certificates than there are', (json) => (root(json).issued.certificates = 0)],
    ['more certificates than there are', (json) => (root(json).issued.certificates = 2)],
    ['more pages than there are', (json) => (root(json).issued.pages = 2)],
    ['no list', (json) => delete root(json).issued],
    ['a list elsewhere', (json) => (root(json).issued.folder = '/elsewhere')],
  ])('CP 4.4.2: refuses one with %s', (_, change) => {
    expect(verdict(CATALOGUE, change)).toMatch(/^CP 4\.4\.2: /);
  });

  it('CP 2.2: refuses one that no page would read, and takes one as large as they read', () => {
    const padded = (octets: number) =>
      verdict(CATALOGUE, (json) => {
        json.more = '';
        json.more = 'x'.repeat(octets - Buffer.byteLength(JSON.stringify(json)));
      });
    expect(padded(REPOSITORY_FILE_OCTETS_MAX)).toBe('accepted');
    expect(padded(REPOSITORY_FILE_OCTETS_MAX + 1)).toMatch(/^CP 2\.2: .*withdraw editions/);
  });

  it('CP 2.2: refuses an epoch that keeps an older one', () => {
    const { context } = test;
    const candidate = buildEpochCandidate(context, activeAuthorities(context.db));
    const files = candidate.files.filter(({ path }) => path !== CATALOGUE);
    expect(said({ ...candidate, files })).toMatch(/would not be the one of this epoch/);
  });
});

describe('the gate before the record of a certificate', () => {
  it.each<readonly [string, (row: CertificateRow) => Partial<CertificateRow>]>([
    ['subject', ({ subject }) => ({ subject: Uint8Array.of(...subject.subarray(0, -1), 0x58) })],
    ['notBefore', ({ notBefore }) => ({ notBefore: addSeconds(notBefore, -1) })],
    ['notAfter', ({ notAfter }) => ({ notAfter: addSeconds(notAfter, 1) })],
  ])('CP 4.4.2: refuses a record whose %s is not that of the certificate', (_, change) => {
    const { context } = test;
    const candidate = buildEpochCandidate(context, activeAuthorities(context.db));
    const of = (certificates: EpochCandidate['certificates']) =>
      said({ ...candidate, certificates });
    expect(candidate.certificates).toHaveLength(1);
    expect(of(candidate.certificates)).toBe('accepted');
    const changed = candidate.certificates.map(({ path, certificate }) => ({
      path,
      certificate: { ...certificate, ...change(certificate) },
    }));
    expect(of(changed)).toMatch(/^CP 4\.4\.2: the record of /);
  });
});

describe('the gate before a page of the list', () => {
  const PAGE = '/SC-Root3/certificates/root-ca3/issued-1.json';

  it('CP 4.4.2: takes the one that is on record', () => {
    expect(verdict(PAGE, () => undefined)).toBe('accepted');
  });

  it.each<readonly [string, RegExp, (json: Loose) => void]>([
    ['nothing on it', /0 certificates/, (json) => json.certificates.pop()],
    [
      'a certificate twice',
      /2 certificates/,
      (json) => json.certificates.push(json.certificates[0]),
    ],
    [
      'another serial number',
      /not at its place/,
      (json) => (json.certificates[0].serialNumber = 'ab'),
    ],
    ['a path without a file', /has no file/, (json) => (json.certificates[0].path = '/no.cer')],
    ['another subject', /not as it is/, (json) => (json.certificates[0].subject = 'CN=Other')],
    ['another profile', /not as it is/, (json) => (json.certificates[0].profile = 'tsa')],
    ['another notBefore', /not as it is/, (json) => (json.certificates[0].notBefore -= 1)],
    ['another notAfter', /not as it is/, (json) => (json.certificates[0].notAfter += 1)],
    ['what no reader takes', /must have 1 to/, (json) => (json.certificates[0].subject = '')],
  ])('CP 4.4.2: refuses one with %s', (_, reason, change) => {
    expect(verdict(PAGE, change)).toMatch(/^CP 4\.4\.2: /);
    expect(verdict(PAGE, change)).toMatch(reason);
  });
});
