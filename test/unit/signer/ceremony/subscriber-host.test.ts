import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { base64FromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import type { CeremonyRequest, CertificateItem } from '../../../../signer/ceremony/bundle.ts';
import { octetsOf } from '../../../../signer/ceremony/canonical-document.ts';
import { policyHashOfRequest } from '../../../../signer/ceremony/policy-hash.ts';
import type { SubscriberOrder } from '../../../../signer/ceremony/subscriber-item.ts';
import { summariseItem } from '../../../../signer/ceremony/summary.ts';
import { checkedLines } from '../../../../signer/cli/ceremony-text.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { suppliedECC } from '../../../support/shipped-policies.ts';
import { pemOf, requestByOpenSSL, signedAgain } from '../issuance/requests.ts';
import { elementAt } from '../lint/der-edit.ts';
import { ALICE, type CeremonyUnderTest, codeOf, writeHostConfig } from './ceremony-under-test.ts';
import {
  approved,
  newInput,
  newRequest,
  startECC,
  subscriberOf,
  TSA,
  withSubscriber,
} from './subscribers-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;

beforeAll(async () => {
  test = await startECC();
  const without = newInput(test, { leaveOut: ['authorityInfoAccess'] });
  const applications = [await approved(test), await approved(test, without)];
  request = await test.request({ applications: applications.slice(0, 1) });
}, 60_000);
afterAll(() => test.close());

/** What the host says to a request that an operator approved as it stands. */
async function said(changed: CeremonyRequest): Promise<string> {
  const signed = await test.sign(test.bundle(changed), async () => false);
  return signed.ok ? 'accepted' : signed.error.code;
}

/** The item with another application, told as honestly as a signer would that somebody has taken over. */
function ordered(
  item: CertificateItem,
  change: Partial<SubscriberOrder>,
): Partial<CertificateItem> {
  const subscriber = item.subscriber && { ...item.subscriber, ...change };
  return { subscriber, summary: summariseItem(octetsOf(item.tbs), { ...item, subscriber }) ?? [] };
}

function withOrder(change: Partial<SubscriberOrder>): CeremonyRequest {
  return withSubscriber(request, (item) => ordered(item, change));
}

function nameOf(...attributes: Parameters<typeof encodeName>[0]): string {
  return base64FromBytes(encodeName(attributes));
}

/** The request of the application with its key, the signature made anew by another key. */
function unproved(): string {
  const der = octetsOf(subscriberOf(request).request);
  const key = createPrivateKey(pemOf(test.scratch.file('other.key')));
  return base64FromBytes(signedAgain(der, elementAt(der, [0]), key));
}

describeWithOpenSSL('what the offline host refuses of a subscriber', () => {
  beforeAll(() => {
    const { scratch } = test;
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    requestByOpenSSL(scratch, 'other', [...key, '-keyout', scratch.file('other.key')]);
  });

  it('CRL-18: as it was exported it comes to the question of the hash', async () => {
    expect(await said(request)).toBe('not-confirmed');
  });

  it('CP 4.3.1: it shows who ordered what for whom, to be compared with paper', async () => {
    let shown = '';
    await test.sign(test.bundle(request), async (checked) => {
      shown = checkedLines(checked).join('\n');
      return false;
    });
    const { application, organisation } = subscriberOf(request);
    expect(shown).toContain(`certificate ${TSA} as subscriber of application ${application}`);
    expect(shown).toMatch(new RegExp(`organisation +${organisation}`));
    expect(shown).toMatch(/request sha-256 +[0-9a-f]{64}/);
    expect(shown).toMatch(new RegExp(`requested by +alice, key ${ALICE.spkiSha256}`));
  });

  it.each([
    ['another subject', () => ({ subject: nameOf(['C', 'JP'], ['O', 'Other'], ['CN', 'TSA 9']) })],
    ['another request and so another key', () => ({ request: base64FromBytes(newRequest(test)) })],
  ])('CRL-18: an application with %s than the certificate', async (_what, change) => {
    expect(await said(withOrder(change()))).toBe('certificate-differs');
  });

  it('CON-8: an application that does without an extension which is there', async () => {
    expect(await said(withOrder({ leaveOut: ['authorityInfoAccess'] }))).toBe('lint-refused');
  });

  it('CP 3.2.1: a request that was not signed with the key inside', async () => {
    const changed = withOrder({ request: unproved() });
    const refused = await test.sign(test.bundle(changed));
    expect(refused).toMatchObject({ error: { code: 'request-refused' } });
    expect(refused.ok ? '' : refused.error.reason).toContain('not made with the key inside');
  });

  it.each([
    ['is none', () => base64FromBytes(Uint8Array.of(0x30, 0))],
    ['has a key that the profile does not allow', () => base64FromBytes(otherCurve())],
  ])('CSR-1: a request that %s', async (_what, made) => {
    expect(await said(withOrder({ request: made() }))).toBe('request-refused');
  });

  it.each([
    ['is not of table 7.1.4-1', () => nameOf(['C', 'JP'], ['O', 'Müller'], ['CN', 'TSA'])],
    ['names no organisation', () => nameOf(['C', 'JP'], ['CN', 'TSA'])],
    ["is the CA's own", () => request.authority.subject],
    ['is no Name', () => base64FromBytes(Uint8Array.of(0x04, 0))],
  ])('CRT-6: a subject that %s', async (_what, subject) => {
    expect(await said(withOrder({ subject: subject() }))).toBe('subject-refused');
  });

  it('RFC 5280 4.2.1.6: names that the profile does not have', async () => {
    expect(await said(withOrder({ subjectAltNames: ['tsa.example'] }))).toBe('subject-refused');
  });

  it('CRL-18: what people are shown of an application that is not what is asked', async () => {
    const changed = withSubscriber(request, ({ subscriber }) => ({
      subscriber: { ...subscriber, organisation: 'Other K.K.' },
    }));
    expect(await said(changed)).toBe('summary-differs');
  });

  it('CSR-5: two certificates of one key', async () => {
    const [item, ...rest] = request.items;
    if (!item) throw new Error('no item');
    expect(await said({ ...request, items: [item, item, ...rest] })).toBe('certificate-differs');
  });
});

function otherCurve(): Uint8Array {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-nodes'];
  const { scratch } = test;
  return requestByOpenSSL(scratch, 'curve', [...curve, '-keyout', scratch.file('curve.key')]);
}

describeWithOpenSSL('roles and profiles of a subscriber', () => {
  it('CRL-18: a profile that the policy does not issue to subscribers', async () => {
    const changed = withSubscriber(request, () => ({ profile: 'ecc-root-ca1-responder' }));
    const policySha256 = policyHashOfRequest(
      test.context.policy,
      request.authority.name,
      changed.items,
    );
    expect(await said({ ...changed, policySha256 })).toBe('policy-differs');
  });

  it('CRL-18: a profile that the policy of this host no longer has among its own', async () => {
    const json = JSON.parse(suppliedECC());
    json.authorities['ecc-root-ca1'].issues = ['ecc-root-ca1-ta'];
    writeHostConfig(test.scratch, JSON.stringify(json), [test.operator]);
    expect(await said(request)).toBe('policy-differs');
    writeHostConfig(test.scratch, suppliedECC(), [test.operator]);
  });

  it.each([
    ['a subscriber without an application', () => ({ subscriber: null })],
    ['a responder with one', () => ({ role: 'ocsp-responder' })],
    ['a subscriber that is a sub-CA too', () => ({ subjectAuthority: 'time-stamping-ca' })],
    ['a subject of megabytes', (item) => ordered(item, { subject: 'AAAA'.repeat(500_000) })],
    ['a request that is too long', (item) => ordered(item, { request: 'AAAA'.repeat(5_500) })],
  ] satisfies readonly [string, (item: CertificateItem) => object][])(
    'CRL-18: by its form: %s',
    async (_what, change) => {
      expect(await said(withSubscriber(request, change))).toBe('bundle-malformed');
    },
  );

  it('CP table 7.1.2-2: an application that does without authorityInfoAccess gets it so', async () => {
    const row = test.context.db.get('SELECT max(id) AS id FROM application');
    const without = Number(row?.['id']);
    const signed = await test.hold({ applications: [without] });
    expect(subscriberOf(signed).leaveOut).toEqual(['authorityInfoAccess']);
    const der = test.context.db.get(
      'SELECT der FROM certificate WHERE profile = ? ORDER BY id DESC',
      TSA,
    )?.['der'];
    expect(Buffer.from(der as Uint8Array).includes(Buffer.from('ocsp.ecc.example'))).toBe(false);
    // Its bundle is out: an answer to it is handed out again, whatever is asked in between.
    expect(codeOf(await test.sign(test.bundle(signed)))).toBe('accepted');
    expect(must(await test.sign(test.bundle(signed)), 'again').again).toBe(true);
  });
});
