import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { crlIsDue, signCRL } from '../../../../signer/crl/sign-crl.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { type CRLRow, insertCRL, latestCRL } from '../../../../signer/database/crl-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { elementAt } from '../lint/der-edit.ts';

const CA = 'time-stamping-ca';
const DAY = 86_400;

let signer: SignerUnderTest;

beforeAll(async () => {
  signer = await startHierarchy();
}, 60_000);
afterAll(() => signer.close());

async function sign(now: number): Promise<CRLRow> {
  const at = signer.setClock(now);
  return must(
    await signCRL(signer.context, signer.authority(CA), Number.MAX_SAFE_INTEGER, at),
    'CRL',
  );
}

/** Signed and stored, as a settlement does it. */
async function signAndStore(now: number): Promise<CRLRow> {
  const crl = await sign(now);
  signer.context.db.transaction((tx) => insertCRL(tx, crl));
  return crl;
}

/** The serial number of a new certificate of the sub-CA, as command lines write it. */
async function newCertificate(): Promise<string> {
  const key = signer.scratch.file('crl.key');
  const request = requestByOpenSSL(signer.scratch, 'crl', [
    ...NEW_KEY['P-256'],
    '-nodes',
    '-keyout',
    key,
  ]);
  const input = { authority: CA, profile: 'tsa', request };
  const { certificateId } = must(await issueCertificate(signer.context, input, 'test'), 'issue');
  const row = certificateById(signer.context.db, certificateId);
  return row ? serialNumberText(row.serialNumber) : '';
}

function textOf({ der }: CRLRow): string {
  return opensslOk(['crl', '-inform', 'DER', '-noout', '-text'], der).text;
}

describeWithOpenSSL('CRLs by the key of the CA', () => {
  it('CRL-2: openssl verifies the signature, and inner and outer algorithm are the same octets', async () => {
    const { der } = await sign(NOW);
    const ca = signer.scratch.write('ca.der', signer.authority(CA).certificate);
    const pem = signer.scratch.write(
      'ca.pem',
      opensslOk(['x509', '-inform', 'DER', '-in', ca]).stdout,
    );
    const file = signer.scratch.write('crl.der', der);
    const verified = opensslOk(['crl', '-inform', 'DER', '-in', file, '-noout', '-CAfile', pem]);
    expect(verified.text).toContain('verify OK');
    expect(elementAt(der, [1])).toEqual(elementAt(der, [0, 1]));
    expect(elementAt(der, [0, 2])).toEqual(elementAt(signer.authority(CA).certificate, [0, 5]));
  });

  it('CRL-9: every CRL has a number above all before, also above one that was signed and lost', async () => {
    const stored = await signAndStore(NOW);
    const lost = await sign(NOW + 1);
    const next = await signAndStore(NOW + 2);
    expect([lost.crlNumber - stored.crlNumber, next.crlNumber - lost.crlNumber]).toEqual([1, 1]);
    const [, shown = ''] = /X509v3 CRL Number: \n +(\d+)/.exec(textOf(next)) ?? [];
    expect(Number(shown)).toBe(next.crlNumber);
  });

  it('CRL-4: nextUpdate is 364 days after thisUpdate', async () => {
    const text = textOf(await sign(NOW + 10));
    expect(text).toContain('Last Update: Nov 23 04:00:10 2026 GMT');
    expect(text).toContain('Next Update: Nov 22 04:00:10 2027 GMT');
  });

  it('CRL-7: when the policy shortens its CRLs, nextUpdate stays that of the CRL before', async () => {
    const before = await signAndStore(NOW + 20);
    const authority = signer.authority(CA);
    const crl = { ...authority.policy.crl, validitySeconds: { value: 30 * DAY, source: 'test' } };
    const shorter = { ...authority, policy: { ...authority.policy, crl } };
    const now = signer.setClock(NOW + 21);
    const after = must(await signCRL(signer.context, shorter, 0, now), 'CRL');
    expect(textOf(before)).toContain('Next Update: Nov 22 04:00:20 2027 GMT');
    expect(textOf(after)).toContain('Next Update: Nov 22 04:00:20 2027 GMT');
  });

  it('CRL-6: a CRL is due 30 days before it ends and not a second earlier', async () => {
    const { nextUpdate } = await signAndStore(NOW + 30);
    const dueAt = (at: number) =>
      crlIsDue(signer.context, signer.authority(CA), signer.setClock(at));
    expect([dueAt(nextUpdate - 30 * DAY - 1), dueAt(nextUpdate - 30 * DAY)]).toEqual([false, true]);
    signer.setClock(NOW + 30);
  });
});

describeWithOpenSSL('dates on CRLs', () => {
  it('CRL-12, CRL-14, RSP-23: a compromise dated back is on the CRL with the date that was given', async () => {
    signer.setClock(NOW + 40);
    const serialNumber = await newCertificate();
    const input = { authority: CA, serialNumber, reason: 'keyCompromise' } as const;
    const revocationDate = signer.setClock(NOW + 45);
    signer.setClock(NOW + 50);
    must(revokeCertificate(signer.context, { ...input, revocationDate }, 'test'), 'revoke');
    await signer.settle(CA);
    const crl = latestCRL(signer.context.db, signer.authority(CA).row.id);
    expect(crl && crlEntries(crl.der).get(serialNumber)).toEqual({
      revocationDate: '2026-11-23T04:00:45Z',
      reason: 'keyCompromise',
    });
  });

  it.each([
    ['CRL-14, RSP-23: a date in the future is refused', 'keyCompromise', 3_600],
    ['CRL-14: a date before the certificate is refused', 'keyCompromise', -3_600],
    ['CRL-14: only a compromise may be dated back', 'superseded', 1],
  ] as const)('%s', async (_title, reason, off) => {
    signer.setClock(NOW + 60);
    const serialNumber = await newCertificate();
    const revocationDate = signer.setClock(NOW + 60 + off);
    signer.setClock(NOW + 70);
    const input = { authority: CA, serialNumber, reason, revocationDate };
    expect(revokeCertificate(signer.context, input, 'test')).toMatchObject({
      ok: false,
      error: { code: 'revocation-date-refused' },
    });
  });
});
