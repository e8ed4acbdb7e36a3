import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
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
  ['a document without its file', /no file/, (json) => (json.documents[0].path = '/no.txt')],
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

  it.each<readonly [string, (json: Loose) => void]>([
    ['fewer certificates than there are', (json) => (root(json).issued.certificates = 0)],
    ['more certificates than there are', (json) => (root(json).issued.certificates = 2)],
    ['more pages than there are', (json) => (root(json).issued.pages = 2)],
    ['no list', (json) => delete root(json).issued],
    ['a list elsewhere', (json) => (root(json).issued.folder = '/elsewhere')],
  ])('CP 4.4.2: refuses one with %s', (_, change) => {
    expect(verdict(CATALOGUE, change)).toMatch(/^CP 4\.4\.2: /);
  });

  it('CP 2.2: refuses an epoch that keeps an older one', () => {
    const { context } = test;
    const candidate = buildEpochCandidate(context, activeAuthorities(context.db));
    const files = candidate.files.filter(({ path }) => path !== CATALOGUE);
    expect(said({ ...candidate, files })).toMatch(/would not be the one of this epoch/);
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
    ['what no reader takes', /must have 1 to/, (json) => (json.certificates[0].subject = '')],
  ])('CP 4.4.2: refuses one with %s', (_, reason, change) => {
    expect(verdict(PAGE, change)).toMatch(/^CP 4\.4\.2: /);
    expect(verdict(PAGE, change)).toMatch(reason);
  });
});
