import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import {
  type Catalogue,
  type CatalogueAuthority,
  decodeCatalogue,
  decodeIssuedPage,
} from '../../../../shared/repository/catalogue.ts';
import { endOfObjections } from '../../../../shared/repository/document-days.ts';
import { must } from '../../../../shared/result.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { addDocument } from '../../../../signer/documents/add-document.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { nameInRFC4514 } from '../../../../signer/issuance/name-in-rfc4514.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { iso } from '../../../support/openssl-text.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { asShipped, fastPolicy } from '../issuance/signer-under-test.ts';
import { type PublisherUnderTest, publishedFile, startPublisher } from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const ROOT = 'root-ca3';
const FOLDER = '/SC-Root3/certificates/time-stamping-ca';

let test: PublisherUnderTest;
let serial = '';
let made = 0;

async function issue(): Promise<string> {
  made += 1;
  const key = [...NEW_KEY['P-256'], '-nodes', '-keyout', test.scratch.file(`tsa-${made}.key`)];
  const request = requestByOpenSSL(test.scratch, `tsa-${made}`, key);
  const subject = `C=JP, O=Example, CN=TSA ${made}`;
  const input = { authority: SUB_CA, profile: 'tsa', request, subject };
  const issued = must(await issueCertificate(test.context, input, 'test'), 'issue');
  await test.settle(SUB_CA);
  must(await test.publisher.publish('changes'), 'publish');
  const row = test.context.db.get(
    'SELECT serial FROM certificate WHERE id = ?',
    issued.certificateId,
  );
  return Buffer.from(row?.['serial'] as Uint8Array).toString('hex');
}

beforeAll(async () => {
  test = await startPublisher(1_800, fastPolicy(asShipped('certificates')));
  must(await test.publisher.publish('changes'), 'first epoch');
  serial = await issue();
}, 60_000);
afterAll(() => test.close());

function json(path: string): unknown {
  const file = publishedFile(test, path);
  expect(file?.entry).toMatchObject({ mediaType: 7, thisUpdate: null, nextUpdate: null });
  return JSON.parse(new TextDecoder().decode(file?.bytes));
}

function catalogue(): Catalogue {
  return must(decodeCatalogue(json('/repository.json'), ''), 'the catalogue');
}

function entryOf(name: string): CatalogueAuthority {
  const entry = catalogue().authorities.find((authority) => authority.name === name);
  if (!entry) throw new Error(`${name} is not in the catalogue`);
  return entry;
}

/** What `openssl x509` says of the CA's certificate, asked for one thing. */
function said(name: string, ...asked: readonly string[]): string {
  const file = test.scratch.write(`${name}.cer`, test.authority(name).certificate);
  const { text } = opensslOk(['x509', '-inform', 'DER', '-in', file, '-noout', ...asked]);
  return text.trim().replace(/^[^=]*=\s*/, '');
}

describeWithOpenSSL('an authority of the catalogue', () => {
  it.each([ROOT, SUB_CA])('CP 2.2: says of %s what openssl reads in its certificate', (name) => {
    const entry = entryOf(name);
    const plain = (text: string) => text.replaceAll(':', '').toLowerCase();
    expect(entry.sha256).toBe(plain(said(name, '-fingerprint', '-sha256')));
    expect(entry.sha1).toBe(plain(said(name, '-fingerprint', '-sha1')));
    expect(`0${entry.serialNumber}`).toContain(plain(said(name, '-serial')).replace(/^0+/, ''));
    expect(entry.subject).toBe(said(name, '-subject', '-nameopt', 'RFC2253'));
    expect(entry.issuer).toBe(said(name, '-issuer', '-nameopt', 'RFC2253'));
    expect(entry.notBefore).toBe(Date.parse(iso(said(name, '-startdate'))) / 1000);
    expect(entry.notAfter).toBe(Date.parse(iso(said(name, '-enddate'))) / 1000);
    expect(said(name, '-text')).toContain(`Signature Algorithm: ${entry.signatureAlgorithm}`);
    expect(entry.key).toBe('P-256');
  });

  it.each([ROOT, SUB_CA])('CP 2.2: the certificate of %s stands there in three forms', (name) => {
    const { der, pem = '', p7c = '' } = entryOf(name).certificate;
    const { certificate } = test.authority(name);
    expect(publishedFile(test, der)?.bytes).toEqual(certificate);
    const text = test.scratch.write(`${name}.pem`, publishedFile(test, pem)?.bytes ?? '');
    const back = opensslOk(['x509', '-in', text, '-outform', 'DER']).stdout;
    expect(Buffer.from(back).equals(certificate)).toBe(true);
    expect(publishedFile(test, p7c)?.entry.mediaType).toBe(3);
  });

  it.each([ROOT, SUB_CA])('CP 4.9.7: says of the CRL of %s what openssl reads in it', (name) => {
    const { crl } = entryOf(name);
    if (!crl) throw new Error('no CRL');
    const bytes = publishedFile(test, crl.path)?.bytes ?? new Uint8Array();
    const file = test.scratch.write(`${name}.crl`, bytes);
    const asked = ['-lastupdate', '-nextupdate', '-crlnumber'];
    const { text } = opensslOk(['crl', '-inform', 'DER', '-in', file, '-noout', ...asked]);
    const told = new Map(
      text
        .trim()
        .split('\n')
        .map((line) => [line.split('=')[0], line.split('=')[1] ?? '']),
    );
    expect(Date.parse(iso(told.get('lastUpdate') ?? '')) / 1000).toBe(crl.thisUpdate);
    expect(Date.parse(iso(told.get('nextUpdate') ?? '')) / 1000).toBe(crl.nextUpdate);
    expect(BigInt(told.get('crlNumber') ?? -1)).toBe(BigInt(crl.number));
    expect([crl.bytes, crl.entries]).toEqual([bytes.length, 0]);
    expect(new URL(crl.url).pathname).toBe(crl.path);
    expect(publishedFile(test, crl.reasons ?? '')?.entry.mediaType).toBe(4);
    // Thirty days before its end (CRL-6), since it holds for 364 days.
    expect(crl.plannedReplacement).toBe(crl.nextUpdate - 30 * 86_400);
  });

  it('CP 2.2: names the responder that certificates of it name', () => {
    expect(entryOf(SUB_CA).ocsp).toBe('http://tsca.ocsp.secomtrust.net');
  });
});

describeWithOpenSSL('what changes the catalogue', () => {
  it('CP 4.4.2: an issuance is on the list of its issuer', async () => {
    expect(entryOf(SUB_CA).issued).toEqual({ folder: FOLDER, pages: 1, certificates: 1 });
    // The sub-CA is what the root issued.
    expect(entryOf(ROOT).issued).toMatchObject({ pages: 1, certificates: 1 });
    const page = must(decodeIssuedPage(json(`${FOLDER}/issued-1.json`), ''), 'the page');
    const path = `${FOLDER}/${serial}.cer`;
    expect(page.certificates).toMatchObject([
      { serialNumber: serial, subject: 'CN=TSA 1,O=Example,C=JP', profile: 'tsa', path },
    ]);
    expect(publishedFile(test, path)?.entry.mediaType).toBe(2);
    await issue();
    expect(entryOf(SUB_CA).issued).toMatchObject({ pages: 1, certificates: 2 });
  });

  it('CP 4.9.7: a revocation changes the facts of the CRL and no page', async () => {
    const before = publishedFile(test, `${FOLDER}/issued-1.json`)?.entry.hash;
    must(
      revokeCertificate(test.context, { serialNumber: serial, reason: 'superseded' }, 'test'),
      'revoke',
    );
    await test.settle(SUB_CA);
    const calls = test.kv.calls.length;
    must(await test.publisher.publish('changes'), 'publish');
    // Root, shard, CRL, its reasons, catalogue.
    expect(test.kv.calls[calls]).toHaveLength(5);
    const { crl } = entryOf(SUB_CA);
    const newest = latestCRL(test.context.db, test.authority(SUB_CA).row.id);
    expect(crl).toMatchObject({ entries: 1, number: String(newest?.crlNumber) });
    expect(publishedFile(test, `${FOLDER}/issued-1.json`)?.entry.hash).toEqual(before);
  });

  it('CP 2.2: nothing else does: a head that is renewed keeps it', async () => {
    const before = publishedFile(test, '/repository.json')?.entry.hash;
    const calls = test.kv.calls.length;
    test.setClock(test.context.clock() + 1_800);
    must(await test.publisher.publish('changes'), 'renewal');
    expect(test.kv.calls[calls]).toHaveLength(1);
    expect(publishedFile(test, '/repository.json')?.entry.hash).toEqual(before);
  });
});

describe('a document of the catalogue', () => {
  it('CP 9.12.2: an edition is in it with the epoch that announces it', async () => {
    const facts = {
      kind: 'certificate-policy' as const,
      ...{ name: 'tsa-cp', title: '証明書ポリシー', language: 'ja' },
      ...{ version: '5.08', effective: '2025-11-01', fileName: 'cp.txt' },
    };
    const bytes = new TextEncoder().encode('CP 5.08');
    must(addDocument(test.context, { ...facts, bytes }, 'test'), 'add');
    must(await test.publisher.publish('changes'), 'publish');
    const change = { kind: 'minor', summary: '連絡先' } as const;
    const next = { ...facts, version: '5.09', effective: '2100-01-01', change };
    must(addDocument(test.context, { ...next, bytes }, 'test'), 'add');
    must(await test.publisher.publish('changes'), 'publish');
    const announced = test.context.clock();
    const path = '/SC-Root3/documents/tsa-cp-5.08.txt';
    expect(catalogue().documents).toEqual([
      {
        ...{ name: 'tsa-cp', kind: facts.kind, title: facts.title, language: 'ja' },
        ...{ version: '5.08', effective: Date.parse('2025-11-01T00:00+09:00') / 1000, announced },
        ...{
          path,
          type: 'text/plain; charset=utf-8',
          bytes: 7,
          sha256: hexFromBytes(sha256(bytes)),
        },
      },
      expect.objectContaining({
        ...{ version: '5.09', effective: Date.parse('2100-01-01T00:00+09:00') / 1000, change },
        objectionsUntil: endOfObjections(announced, 7, 540),
      }),
    ]);
    expect(catalogue().documentRules).toEqual({
      utcOffsetMinutes: 540,
      objections: { days: 7, clause: 'CP 9.12.2' },
    });
  });
});

describe('a name as text', () => {
  it.each([
    [
      [
        ['C', 'JP'],
        ['O', 'A, B+C'],
        ['CN', '"x" <y>; z=\\'],
      ],
      'CN=\\"x\\" \\<y\\>\\; z=\\\\,O=A\\, B\\+C,C=JP',
    ],
    [[['CN', '# one ']], 'CN=\\# one\\ '],
    [[['O', '証明書']], 'O=証明書'],
    [[['CN', 'a\u0085b']], 'CN=a\\c2\\85b'],
  ] as const)('RFC 4514 2.4: %j is %s', (attributes, text) => {
    expect(nameInRFC4514(encodeName(attributes))).toBe(text);
  });

  it('RFC 4514 2.4: a type without a name is told by its OID', () => {
    // 2.5.4.97 organizationIdentifier, UTF8String "x".
    const der = Buffer.from('300c310a3008060355046 10c0178'.replace(' ', ''), 'hex');
    expect(nameInRFC4514(der)).toBe('2.5.4.97=#0c0178');
  });
});
