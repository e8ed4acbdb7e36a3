import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeOCSPResponse, encodeResponseData } from '../../../../shared/ocsp/response.ts';
import { ocspPolicyOf } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { addMonths, isoText, type UnixSeconds, unixSeconds } from '../../../../shared/time.ts';
import { activeAuthority } from '../../../../signer/issuance/issuer.ts';
import { renewResponses } from '../../../../signer/presigning/renew.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import {
  describeWithOpenSSL,
  ocspResponseText,
  opensslOk,
  verifyOCSPResponse,
} from '../../../support/openssl.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const CA = 'time-stamping-ca';
const DAY = 86_400;
const SWITCHES = ['on', 'off'] as const;

let test: PublisherUnderTest;
/** Of one shard: a day past their end, but for the last. */
let good: readonly string[] = [];
let revoked: readonly string[] = [];
let current: readonly string[] = [];
let now: UnixSeconds;

beforeAll(async () => {
  test = await startPublisher();
  good = insertCertificates(test, 8);
  revoked = insertCertificates(test, 8);
  for (const serialNumber of revoked) {
    const input = { serialNumber, authority: CA, reason: 'superseded' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revocation');
  }
  await test.settle(CA);
  must(await test.publisher.publish('changes'), 'publish');
  now = test.setClock(test.context.clock() + 366 * DAY);
  current = insertCertificates(test, 8);
  await test.settle(CA);
}, 180_000);
afterAll(() => test.close());

/** The same signer with the policy's archiveCutoff switched, and three years for good ones. */
function switched(to: (typeof SWITCHES)[number]): SignerContext {
  const { policy } = test.context;
  const authority = test.authority(CA).policy;
  const source = 'test';
  const ocsp = {
    ...ocspPolicyOf(authority),
    archiveCutoff: { value: to === 'on', source },
    goodRetentionYears: { value: 3, source },
  };
  const authorities = new Map(policy.authorities).set(CA, { ...authority, ocsp });
  return { ...test.context, policy: { ...policy, authorities } };
}

async function renewAll(to: (typeof SWITCHES)[number]): Promise<number> {
  const context = switched(to);
  const authority = activeAuthority(context, test.authority(CA).row);
  if (!authority) throw new Error('no authority');
  context.db.transaction((tx) => tx.run('UPDATE ocsp_shard SET this_update = 0'));
  const renewed = must(await renewResponses(context, authority), 'renewal');
  must(await test.publisher.publish('changes'), 'publish');
  return renewed;
}

/** What the edge sends for a SHA-256 CertID. */
function sent(serial: string): Uint8Array {
  const issuer = publishedIssuer(test, CA);
  const stored = findPublished(test, issuer, serial);
  if (!stored) throw new Error(`${serial} is not answered`);
  const { serialNumber, certStatus, times, responder, signatures } = stored;
  const certID = { hash: 'sha256', ...issuer.issuer.sha256, serialNumber } as const;
  const data = encodeResponseData(responder.keyHash, times, { certID, certStatus });
  return encodeOCSPResponse(data, responder, signatures.sha256);
}

/** The time that openssl reads in it, if any, after it has verified the answer. */
function cutoffIn(serial: string): string | undefined {
  const { scratch } = test;
  const pem = (name: string) => {
    const der = scratch.write(`${name}.der`, test.authority(name).certificate);
    return opensslOk(['x509', '-inform', 'DER', '-in', der]).text;
  };
  const issuer = scratch.write('chain.pem', pem(CA) + pem('root-ca3'));
  const response = sent(serial);
  const asked = { issuer, serial: `0x${serial}`, hash: 'sha256', at: now } as const;
  expect(verifyOCSPResponse(scratch, response, asked)).toContain('Response verify OK');
  return /Archive Cutoff: *\n? *(.*GMT)/.exec(ocspResponseText(scratch, response))?.[1];
}

function inWords(time: UnixSeconds): string {
  return new Date(isoText(time)).toISOString();
}

function readBack(text: string | undefined): string | null {
  return text === undefined ? null : new Date(text).toISOString();
}

describeWithOpenSSL('a renewed answer about a certificate that has expired', () => {
  it('RSP-17: without the switch has no archiveCutoff, as openssl reads it', async () => {
    expect(await renewAll('off')).toBeGreaterThanOrEqual(24);
    for (const [serial = ''] of [good, revoked, current]) expect(cutoffIn(serial)).toBeUndefined();
  });

  it('RSP-17: with it has producedAt less the retention, as openssl reads it; a current one has none', async () => {
    await renewAll('on');
    expect(readBack(cutoffIn(good[0] ?? ''))).toBe(inWords(addMonths(now, -36)));
    expect(readBack(cutoffIn(revoked[0] ?? ''))).toBe(inWords(addMonths(now, -120)));
    expect(cutoffIn(current[0] ?? '')).toBeUndefined();
  });

  it('RSP-17, RSP-24: all of a shard keep their own status and time, whatever their batch', () => {
    const told = new Map(
      storedAnswers(test.context.db).map(({ serial, certStatus, batch }) => [
        serial,
        [certStatus.status, batch.archiveCutoff],
      ]),
    );
    for (const serial of good) expect(told.get(serial)).toEqual(['good', addMonths(now, -36)]);
    for (const serial of revoked)
      expect(told.get(serial)).toEqual(['revoked', addMonths(now, -120)]);
    for (const serial of current) expect(told.get(serial)).toEqual(['good', null]);
  });

  it('RSP-17: so has one whose status changes after its end', async () => {
    const [, serialNumber = ''] = good;
    const context = switched('on');
    const input = { serialNumber, authority: CA, reason: 'keyCompromise' } as const;
    must(revokeCertificate(context, input, 'test'), 'revocation');
    must(await settle(context, test.authority(CA).row.id), 'settlement');
    must(await test.publisher.publish('changes'), 'publish');
    expect(readBack(cutoffIn(serialNumber))).toBe(inWords(addMonths(now, -120)));
  });

  it('RSP-16, RSP-17: one that is told longer than its retention is renewed all the same, without', async () => {
    now = test.setClock(unixSeconds(addMonths(now, 36)));
    await renewAll('on');
    expect(cutoffIn(good[0] ?? '')).toBeUndefined();
    expect(readBack(cutoffIn(revoked[0] ?? ''))).toBe(inWords(addMonths(now, -120)));
  });
});
