import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds } from '../../../../shared/time.ts';
import { reasonsFile } from '../../../../signer/crl/reasons-file.ts';
import { type CRLRow, latestCRL } from '../../../../signer/database/crl-table.ts';
import { revokedCertificates } from '../../../../signer/database/revocation-table.ts';
import { checkReasons } from '../../../../signer/publisher/reasons-gate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { insertCertificates } from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';

let test: SignerUnderTest;
let empty: CRLRow;
let crl: CRLRow;
let text: string;

const newest = () => {
  const row = latestCRL(test.context.db, test.authority(SUB_CA).row.id);
  if (!row) throw new Error('no CRL');
  return row;
};

function fileOf(row: CRLRow, most?: number): string {
  const { id, subject } = test.authority(SUB_CA).row;
  const revoked = revokedCertificates(test.context.db, id, 0, row.keptSince);
  return Buffer.from(reasonsFile(subject, row, revoked, most)).toString('utf8');
}

const entryLines = (file: string) => file.split('\n').filter((line) => /^[0-9a-f]/.test(line));

beforeAll(async () => {
  test = await startHierarchy();
  await test.settle(SUB_CA);
  empty = newest();
  const [a = '', b = '', c = ''] = insertCertificates(test, 3);
  await test.settle(SUB_CA);
  const begun = test.context.clock();
  test.setClock(begun + 600);
  const revoke = (serialNumber: string, reason: 'keyCompromise' | 'superseded') =>
    revokeCertificate(
      test.context,
      {
        serialNumber,
        reason,
        ...(reason === 'keyCompromise' ? { revocationDate: addSeconds(begun, 60) } : {}),
      },
      'test',
    );
  must(revoke(c, 'keyCompromise'), 'revoke');
  must(revoke(a, 'superseded'), 'revoke');
  await test.settle(SUB_CA);
  expect(b).not.toBe('');
  crl = newest();
  text = fileOf(crl);
}, 60_000);
afterAll(() => test.close());

const verdict = (file: string, row = crl) => {
  const outcome = checkReasons(SUB_CA, row, new Uint8Array(Buffer.from(file)));
  return outcome.ok ? 'accepted' : outcome.error.rule;
};

describeWithOpenSSL('the file of reasons beside a CRL', () => {
  it('CRL-17: it tells of each entry the reason and date that openssl finds in the CRL', () => {
    const told = entryLines(text).map((line) => {
      const [serial = '', reason, revocationDate] = line.split(' ');
      return [serial, { reason, revocationDate }] as const;
    });
    expect(new Map(told)).toEqual(crlEntries(crl.der));
    expect(told.length).toBe(2);
  });

  it('CRL-17: it tells since when each is on record, and which CRL it belongs to', () => {
    const recorded = entryLines(text).map((line) => line.split(' ')[3]);
    const at = new Date(Number(test.context.clock()) * 1000).toISOString().replace('.000Z', 'Z');
    expect(recorded).toEqual([at, at]);
    expect(text).toContain(`\n# CRL number: ${crl.crlNumber}\n`);
    expect(text).toContain('\n# entries: 2 of 2\n');
  });

  it('CP 4.9.8: it says in words, in English and Japanese, what each reason does to tokens', () => {
    const said = text.replaceAll('\n', ' ');
    expect(said).toContain('keyCompromise: Someone else had the key');
    expect(said.match(/Tokens made before the revocation date stay valid/g)).toHaveLength(3);
    expect(said).toContain('私有鍵が危殆化した');
  });

  it('CRL-17: a CRL without entries has a file without entries', () => {
    const file = reasonsFile(test.authority(SUB_CA).row.subject, empty, []);
    expect(entryLines(Buffer.from(file).toString('utf8'))).toEqual([]);
    expect(verdict(Buffer.from(file).toString('utf8'), empty)).toBe('accepted');
  });

  it('CRL-17: past its bound the file ends and says how many it lists', () => {
    const file = fileOf(crl, 1);
    expect(entryLines(file)).toEqual(entryLines(text).slice(0, 1));
    expect(file).toContain('\n# entries: 1 of 2\n');
  });
});

describeWithOpenSSL('the file of reasons at the publish gate', () => {
  it('CRL-17: the gate lets the file of this CRL through', () => {
    expect(verdict(text)).toBe('accepted');
  });

  const swap = (from: string | RegExp, to: string) => text.replace(from, to);
  it.each([
    ['another reason', () => swap(/ superseded /, ' cessationOfOperation ')],
    ['a reason that is not of CP 7.2.2', () => swap(/ superseded /, ' unspecified ')],
    ['another serial number', () => swap(/\n01[0-9a-f]/, '\n02a')],
    ['another date', () => swap(/(keyCompromise 20\d\d-\d\d-\d\dT\d\d:\d\d:)\d\d/, '$159')],
    ['a record after the CRL was made', () => swap(/20\d\d(-\S+)\n$/, '2099$1\n')],
    ['a record before the revocation', () => swap(/20\d\d(-\S+)\n$/, '2009$1\n')],
    ['an entry less', () => swap(/\n[0-9a-f]{34} superseded [^\n]*/, '')],
    [
      'an entry less and counted so',
      () => swap(/\n[0-9a-f]{34} superseded [^\n]*/, '').replace('2 of 2', '1 of 2'),
    ],
    ['an entry more', () => `${text}01ff superseded 2026-01-01T00:00:00Z 2026-01-01T00:00:00Z\n`],
    [
      'its entries in another order',
      () => swap(/\n([0-9a-f]{34} [^\n]*)\n([0-9a-f]{34} [^\n]*)\n$/, '\n$2\n$1\n'),
    ],
    ['a field more', () => swap(/\n$/, ' x\n')],
    ['no line end at its end', () => swap(/\n$/, '')],
    ['a remark among its entries', () => `${text}# remark\n`],
    ['the hash of another CRL', () => swap(/(of the CRL: )../, '$1zz')],
    ['no header', () => entryLines(text).join('\n')],
  ] as const)('CRL-17: with %s it is refused', (_what, damaged) => {
    const file = damaged();
    expect(file).not.toBe(text);
    expect(verdict(file)).toBe('CRL-17');
  });

  it('CRL-17: the file of an earlier CRL is refused', () => {
    expect(verdict(fileOf(empty))).toBe('CRL-17');
  });
});
