import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { countOutbox, readOutbox } from '../../../../signer/database/outbox-table.ts';
import { countUnsettled } from '../../../../signer/database/unsettled-table.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
import { requestByOpenSSL } from '../issuance/requests.ts';
import { KEYSTORE, refusalOf, startHierarchy, startSigner } from '../issuance/signer-under-test.ts';
import {
  insertCertificates,
  type PublisherUnderTest,
  startPublisher,
} from '../publisher/publisher-under-test.ts';
import { type FlakySigner, type Flaw, withFlakyKeystore } from './flaky-keystore.ts';

const SUB_CA = 'time-stamping-ca';
const FLAWS: readonly Flaw[] = ['gone', 'wrong-signature'];

function count(test: PublisherUnderTest, sql: string): number {
  return Number(test.context.db.get(`SELECT count(*) AS n FROM ${sql}`)?.['n']);
}

describe('settlement', () => {
  let test: PublisherUnderTest;
  let flaky: FlakySigner;
  let subId = 0;

  beforeAll(async () => {
    test = await startPublisher();
    flaky = await withFlakyKeystore(test);
    subId = test.authority(SUB_CA).row.id;
    must(await test.publisher.publish('changes'), 'publish');
  }, 60_000);
  afterAll(async () => {
    await flaky.close();
    await test.close();
  });

  it('RSP-24: the CRL and the responses of a fact are stored in one transaction, or neither is', async () => {
    const [serialNumber = ''] = insertCertificates(test, 1);
    await test.settle(SUB_CA);
    const crls = count(test, 'crl');
    must(revokeCertificate(test.context, { serialNumber, reason: 'superseded' }, 'test'), 'revoke');
    const status = () =>
      storedAnswers(test.context.db).find(({ serial }) => serial === serialNumber)?.certStatus;
    expect([count(test, 'crl'), status()]).toEqual([crls, { status: 'good' }]);
    await test.settle(SUB_CA);
    expect(count(test, 'crl')).toBe(crls + 1);
    expect(status()).toMatchObject({ status: 'revoked', revocationReason: 4 });
    expect(readOutbox(test.context.db).crls).toEqual(new Set([subId]));
  });

  it.each(FLAWS)(
    'CP 4.9.13: with a keystore that is %s the facts wait, and are settled later',
    async (flaw) => {
      const [serialNumber = ''] = insertCertificates(test, 1);
      await test.settle(SUB_CA);
      must(
        revokeCertificate(test.context, { serialNumber, reason: 'keyCompromise' }, 'test'),
        'revoke',
      );
      const outbox = countOutbox(test.context.db);
      flaky.flaw = flaw;
      expect(refusalOf(await settle(flaky.context, subId))).toBe('signing-failed');
      expect(countUnsettled(test.context.db)).toBe(1);
      expect(countOutbox(test.context.db)).toBe(outbox);
      flaky.flaw = 'none';
      must(await settle(flaky.context, subId), 'settle');
      expect(countUnsettled(test.context.db)).toBe(0);
      expect(countOutbox(test.context.db)).toBeGreaterThan(outbox);
    },
  );

  it('CRL-6: more facts than one round takes make more CRLs, and all of them are settled', async () => {
    const crls = count(test, 'crl');
    insertCertificates(test, 2_100);
    await test.settle(SUB_CA);
    expect(countUnsettled(test.context.db)).toBe(0);
    expect(count(test, 'crl')).toBe(crls + 2);
    const issued = count(test, "certificate WHERE state = 'issued'");
    expect(storedAnswers(test.context.db).length).toBe(issued);
    expect(count(test, 'certificate WHERE answered = 1')).toBe(issued);
  }, 60_000);
});

describe('a CA that was just made', () => {
  it('CP 4.9.7: owes a CRL and a responder before it issued anything, and settling brings both', async () => {
    const test = await startHierarchy();
    await test.settle(SUB_CA);
    const { id } = test.authority(SUB_CA).row;
    const of = (table: string) =>
      test.context.db.get(`SELECT count(*) AS n FROM ${table} WHERE authority_id = ${id}`)?.['n'];
    expect([of('crl'), of('responder')]).toEqual([1, 1]);
    await test.settle(SUB_CA);
    // The responder's own certificate was a fact; then there is nothing left to do.
    expect([of('crl'), of('responder')]).toEqual([1, 1]);
    await test.close();
  }, 60_000);
});

describeWithOpenSSL('a keystore that fails while a certificate is signed', () => {
  it.each(FLAWS)(
    'CP 4.9.10: %s: its serial number is never good, and the same request can be repeated',
    async (flaw) => {
      const test = await startHierarchy();
      const flaky = await withFlakyKeystore(test);
      const args = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const keyout = ['-keyout', test.scratch.file('tsa.key')];
      const request = requestByOpenSSL(test.scratch, 'tsa', [...args, ...keyout]);
      const input = { authority: SUB_CA, profile: 'tsa', request };
      flaky.flaw = flaw;
      expect(refusalOf(await issueCertificate(flaky.context, input, 'test'))).toBe(
        'signing-failed',
      );
      flaky.flaw = 'none';
      expect(refusalOf(await issueCertificate(flaky.context, input, 'test'))).toBe('accepted');
      const rows = test.context.db.all(
        "SELECT state FROM certificate WHERE profile = 'tsa' ORDER BY id",
      );
      expect(rows.map((row) => row['state'])).toEqual(['abandoned', 'issued']);
      await flaky.close();
      await test.close();
    },
    60_000,
  );

  it.each(FLAWS)(
    'CP 4.9.10: %s: a CA whose creation failed is created by repeating it, with its first key',
    async (flaw) => {
      const test = await startSigner();
      const flaky = await withFlakyKeystore(test);
      const input = { authority: 'root-ca3', keystore: KEYSTORE, actor: 'test' };
      flaky.flaw = flaw;
      expect(refusalOf(await createAuthority(flaky.context, input))).toBe('signing-failed');
      flaky.flaw = 'none';
      expect(refusalOf(await createAuthority(flaky.context, input))).toBe('accepted');
      expect(test.context.db.all('SELECT id FROM authority').length).toBe(1);
      await flaky.close();
      await test.close();
    },
    60_000,
  );
});
