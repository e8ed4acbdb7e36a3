import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addMonths, unixSeconds } from '../../../../shared/time.ts';
import { latestCRLTimes } from '../../../../signer/database/crl-table.ts';
import { withdrawOverdue } from '../../../../signer/ocsp/withdraw-overdue.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { renewCRL } from '../../../../signer/settlement/settle.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const CA = 'time-stamping-ca';

let test: PublisherUnderTest;
let good = '';
let revoked = '';
/** notAfter of both. */
let ended = unixSeconds(0);

beforeAll(async () => {
  test = await startPublisher();
  [good = '', revoked = ''] = insertCertificates(test, 2);
  ended = unixSeconds(test.context.clock() + 365 * 86_400);
  const input = { serialNumber: revoked, authority: CA, reason: 'superseded' } as const;
  must(revokeCertificate(test.context, input, 'test'), 'revocation');
  await test.settle(CA);
  must(await test.publisher.publish('changes'), 'publish');
}, 180_000);
afterAll(() => test.close());

/** What the published snapshot says of the two, after the answers of that moment were looked through. */
async function toldAt(now: number): Promise<readonly (string | undefined)[]> {
  const at = test.setClock(now);
  must(await withdrawOverdue(test.context, test.authority(CA), at), 'withdrawal');
  must(await test.publisher.publish('changes'), 'publish');
  const issuer = publishedIssuer(test, CA);
  return [good, revoked].map((serial) => findPublished(test, issuer, serial)?.certStatus.status);
}

describe('answers about certificates that have expired', () => {
  it('RSP-16: both are given for ten years past expiry, to the second', async () => {
    expect(await toldAt(ended + 1)).toEqual(['good', 'revoked']);
    expect(await toldAt(addMonths(ended, 120))).toEqual(['good', 'revoked']);
  });

  it('RSP-16: then a good one is no longer answered; a revoked one is, as long as a CRL lists it', async () => {
    expect(await toldAt(addMonths(ended, 120) + 1)).toEqual([undefined, 'revoked']);
  });

  it('RSP-16, RSP-24: when the CRL has let it go, OCSP does too', async () => {
    const now = test.setClock(addMonths(ended, 121));
    const { id } = test.authority(CA).row;
    must(await renewCRL(test.context, id), 'CRL');
    expect(latestCRLTimes(test.context.db, id)?.keptSince).toBe(addMonths(now, -120));
    expect(await toldAt(now)).toEqual([undefined, undefined]);
  });

  it('RSP-16: the withdrawals are on record, and nothing is withdrawn twice', async () => {
    const now = test.context.clock();
    expect(must(await withdrawOverdue(test.context, test.authority(CA), now), 'again')).toBe(0);
    const audit = Buffer.from(test.scratch.read('audit.log')).toString();
    // The two, and the responder of the first day, whose certificate ended before theirs.
    expect(audit.match(/"type":"ocsp-withdrawal".*"why":"retention","count":1/g)).toHaveLength(3);
  });

  it('RSP-16: one that is revoked after all is answered again', async () => {
    const input = { serialNumber: good, authority: CA, reason: 'keyCompromise' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revocation');
    await test.settle(CA);
    must(await test.publisher.publish('changes'), 'publish');
    const told = findPublished(test, publishedIssuer(test, CA), good);
    expect(told?.certStatus).toMatchObject({ status: 'revoked', revocationReason: 1 });
  });
});
