import { afterAll, beforeAll, expect, it } from 'vitest';
import { err, must } from '../../../../shared/result.ts';
import { certificatePublication } from '../../../../signer/database/certificate-publication-table.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { countWaiting } from '../../../../signer/database/withdrawal-table.ts';
import { makeResponder } from '../../../../signer/ocsp/make-responder.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { runRound } from '../../../../signer/schedule.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const CA = 'time-stamping-ca';

let test: PublisherUnderTest;
/** The same signer with a keystore that makes no more keys. */
let full: SignerContext;
let known = '';
let revoked = '';
let issued = '';

beforeAll(async () => {
  test = await startPublisher();
  const reason = 'the token is full';
  const generateKey = async () =>
    err({ code: 'keystore', error: { code: 'signing-failed', reason } } as const);
  full = { ...test.context, door: { ...test.context.door, generateKey } };
  [known = '', revoked = ''] = insertCertificates(test, 2);
  await test.settle(CA);
  must(await test.publisher.publish('changes'), 'publish');
}, 180_000);
afterAll(() => test.close());

const id = () => test.authority(CA).row.id;

function revoke(serialNumber: string): void {
  const input = { serialNumber, authority: CA, reason: 'superseded' } as const;
  must(revokeCertificate(test.context, input, 'test'), 'revocation');
}

function told(serial: string): string {
  return findPublished(test, publishedIssuer(test, CA), serial)?.certStatus.status ?? 'nothing';
}

function publication(serial: string): string | undefined {
  const { db } = test.context;
  const row = db.get('SELECT id FROM certificate WHERE lower(hex(serial)) = ?', serial);
  return certificatePublication(db, Number(row?.['id']))?.state;
}

function isListed(serial: string): boolean {
  const der = latestCRL(test.context.db, id())?.der ?? new Uint8Array(0);
  return crlEntries(der).has(serial.toLowerCase());
}

describeWithOpenSSL('a CA whose responder is revoked and whose keystore makes no other', () => {
  it('CP 4.9.8: revocation and issuance go out by CRL; OCSP takes back what changed and nothing else', async () => {
    const row = test.context.db.get(
      'SELECT lower(hex(serial)) AS serial FROM certificate WHERE id = ?',
      newestResponder(test.context.db, id())?.certificateId ?? 0,
    );
    revoke(String(row?.['serial']));
    revoke(revoked);
    [issued = ''] = insertCertificates(test, 1);
    must(await settle(full, id()), 'settlement');
    must(await test.publisher.publish('changes'), 'publish');
    expect(isListed(revoked)).toBe(true);
    expect([known, revoked, issued].map(told)).toEqual(['good', 'nothing', 'nothing']);
    expect(countWaiting(test.context.db)).toBe(3);
  });

  it('OPS-4: what was issued meanwhile counts as published when it is answered, and not before', () => {
    expect([known, revoked, issued].map(publication)).toEqual([
      'published',
      'published',
      undefined,
    ]);
  });

  it('RSP-36: the schedule says why there is no responder, round after round, with one label', async () => {
    for (let i = 0; i < 3; i++) {
      const failed = await runRound(full, test.publisher);
      expect(failed).toMatchObject({ code: 'signing-failed', reason: 'the token is full' });
    }
    const labels = test.context.db.all('SELECT key_label FROM responder_key');
    expect(labels).toHaveLength(1);
  });

  it('RSP-24: between the new responder and its first answers the CRL keeps every entry', async () => {
    must(
      await makeResponder(test.context, test.authority(CA), test.context.clock(), 'test'),
      'responder',
    );
    must(await test.publisher.publish('everything'), 'publish');
    expect(isListed(revoked)).toBe(true);
  });

  it('CP 4.9.10: with the next responder all that waited is answered', async () => {
    expect(await runRound(test.context, test.publisher)).toBeNull();
    expect([known, revoked, issued].map(told)).toEqual(['good', 'revoked', 'good']);
    expect(countWaiting(test.context.db)).toBe(0);
    expect(publication(issued)).toBe('published');
    expect(isListed(revoked)).toBe(true);
  });
});
