import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NameAttribute } from '../../../../shared/policy/name-attribute.ts';
import { must } from '../../../../shared/result.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import { checkSubscriberName, encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { nameKey } from '../../../../signer/issuance/name-key.ts';
import { certificateView } from '../../../../signer/operations/certificate-view.ts';
import type { IssueCertificateInput } from '../../../../signer/operations/operations.ts';
import { octets } from '../../../support/octets.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { shippedPolicy } from '../../../support/shipped-policies.ts';
import { NEW_KEY, requestByOpenSSL } from './requests.ts';
import { KEYSTORE, refusalOf, type SignerUnderTest, startSigner } from './signer-under-test.ts';

let signer: SignerUnderTest;
let made = 0;

/** private-tls.json with the CP's rules for subscribers, and no subjectAltName: quick keys. */
function strictPolicy(): string {
  const policy = JSON.parse(shippedPolicy('private-tls'));
  delete policy.authorities['private-tls-ca'].subscribers;
  policy.profiles['tls-server'].extKeyUsage.value = ['clientAuth'];
  policy.profiles['plain'] = { ...policy.profiles['tls-server'] };
  delete policy.profiles['plain'].subjectAltName;
  policy.authorities['private-tls-ca'].issues.push('plain');
  return JSON.stringify(policy);
}

beforeAll(async () => {
  signer = await startSigner(strictPolicy());
  const input = { authority: 'private-tls-ca', keystore: KEYSTORE, actor: 'test' };
  must(await createAuthority(signer.context, input), 'CA');
  await signer.settle('private-tls-ca');
});
afterAll(() => signer.close());

function issue(subject: string, differences: Partial<IssueCertificateInput> = {}) {
  made += 1;
  const key = signer.scratch.file(`key-${made}`);
  const request = requestByOpenSSL(signer.scratch, 'r', [
    ...NEW_KEY['P-256'],
    '-nodes',
    '-keyout',
    key,
  ]);
  const input = { authority: 'private-tls-ca', profile: 'plain', request, subject };
  const confirmed = { confirmations: ['organisation'] as const };
  return issueCertificate(signer.context, { ...input, ...confirmed, ...differences }, 'test');
}

const REKEY = { confirmations: ['organisation', 're-key'] } as const;

describeWithOpenSSL('what whoever issues has to state', () => {
  it('CRT-8: without the statement that the subject is an organisation nothing is issued', async () => {
    const subject = 'C=JP, O=Example, CN=stated';
    const before = signer.context.db.get('SELECT count(*) AS n FROM certificate');
    expect(refusalOf(await issue(subject, { confirmations: [] }))).toBe('subject-refused CRT-8');
    expect(refusalOf(await issue(subject, { confirmations: ['re-key'] }))).toBe(
      'subject-refused CRT-8',
    );
    expect(signer.context.db.get('SELECT count(*) AS n FROM certificate')).toEqual(before);
    expect(refusalOf(await issue(subject))).toBe('accepted');
  });

  it('CRT-8: what was stated is on record with the certificate and in the audit log', async () => {
    const { certificateId } = must(await issue('O=Example, CN=recorded', REKEY), 'issue');
    const row = certificateById(signer.context.db, certificateId);
    if (!row) throw new Error('no certificate');
    expect(certificateView(signer.context, row).confirmations).toEqual(REKEY.confirmations);
    const events = readFileSync(signer.scratch.file('audit.log'), 'utf8').trim().split('\n');
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ type: 'issuance', ...REKEY });
  });

  it('CP 3.2.4: an OU is issued and shown as unverified', async () => {
    const { certificateId } = must(await issue('O=Example, OU=Sales, CN=ou'), 'issue');
    const row = certificateById(signer.context.db, certificateId);
    if (!row) throw new Error('no certificate');
    expect(certificateView(signer.context, row).unverified).toEqual(['OU=Sales']);
    const plain = must(await issue('O=Example, CN=no ou'), 'issue');
    const other = certificateById(signer.context.db, plain.certificateId);
    expect(other && certificateView(signer.context, other)).not.toHaveProperty('unverified');
  });
});

describeWithOpenSSL('one subject, one applicant', () => {
  it('CON-14: a subject that is held is refused, and issued again when re-key is confirmed', async () => {
    const subject = 'C=JP, O=Example, CN=held';
    expect(refusalOf(await issue(subject))).toBe('accepted');
    expect(refusalOf(await issue(subject))).toBe('subject-refused CRT-8');
    expect(refusalOf(await issue(subject, REKEY))).toBe('accepted');
  });

  it('RFC 5280 7.1: letters of the other case and more spaces make no other subject', async () => {
    expect(refusalOf(await issue('O=Same Name, CN=one'))).toBe('accepted');
    expect(refusalOf(await issue('O=SAME  name, CN=One'))).toBe('subject-refused CRT-8');
    expect(refusalOf(await issue('CN=one, O=Same Name'))).toBe('accepted');
  });

  it('CON-14: of two that ask at once for one subject one is refused', async () => {
    const both = await Promise.all([issue('O=Race, CN=race'), issue('O=Race, CN=race')]);
    expect(both.map(refusalOf).sort()).toEqual(['accepted', 'subject-refused CRT-8']);
  });

  it("CRT-8: the CA's own name and its responder's are given to nobody, whatever is confirmed", async () => {
    expect(refusalOf(await issue('C=JP, O=Example, CN=Example Private TLS CA', REKEY))).toBe(
      'subject-refused CRT-8',
    );
    const responder = `C=JP, O=Example, CN=Example Private TLS CA OCSP, serialNumber=2026-11-23`;
    expect(refusalOf(await issue(responder, REKEY))).toBe('subject-refused CRT-8');
  });
});

describeWithOpenSSL('names of servers', () => {
  const server = (...subjectAltNames: readonly string[]) =>
    issue(`O=Example, CN=server ${made}`, { profile: 'tls-server', subjectAltNames }).then(
      refusalOf,
    );
  const REFUSED = 'subject-refused RFC 5280 4.2.1.6';

  it.each(['localhost', 'a.example', '*.a.example', '127.0.0.1', '::1', 'xn--bcher-kva.example'])(
    'RFC 5280 4.2.1.6: %s is a subjectAltName',
    async (name) => expect(await server(name)).toBe('accepted'),
  );

  it.each([
    '',
    'A.example',
    'a..example',
    '-a.example',
    'a_b.example',
    '*',
    'a.*.example',
    '1.2.3',
    '1.2.3.456',
    'http://a',
    `${'a'.repeat(64)}.example`,
  ])('RFC 5280 4.2.1.6: %j is refused', async (name) => expect(await server(name)).toBe(REFUSED));

  it('RFC 5280 4.2.1.6: none, one twice, and any for a profile without them are refused', async () => {
    expect(await server()).toBe(REFUSED);
    expect(await server('a.example', 'a.example')).toBe(REFUSED);
    expect(refusalOf(await issue('O=x1, CN=x1', { subjectAltNames: ['a.example'] }))).toBe(REFUSED);
  });

  it('CON-8: what the profile does not leave to the application cannot be left out', async () => {
    const leaveOut = ['authorityInfoAccess'] as const;
    expect(refusalOf(await issue('O=x2, CN=x2', { leaveOut }))).toBe('subject-refused CON-8');
  });
});

describe('names under RFC 5280 alone', () => {
  const check = (...attributes: readonly NameAttribute[]) => {
    const checked = checkSubscriberName(attributes, 'rfc5280');
    return checked.ok ? 'accepted' : checked.error.check;
  };

  it.each(['株式会社', 'A & B, Inc.', 'Zoë'])('RFC 5280 4.1.2.4: %s may be a name', (value) => {
    expect(check(['O', value])).toBe('accepted');
  });

  it.each([
    [['O', 'a\u0000b'], 'CRT-6'],
    [['O', 'a\nb'], 'CRT-6'],
    [['serialNumber', 'a_b'], 'CRT-6'],
    [['O', '株'.repeat(65)], 'CRT-7'],
    [['C', 'jp'], 'CRT-7'],
    [['O', ' - '], 'CRT-7'],
  ] as const)('RFC 5280 4.1.2.4: %j is refused', (attribute, rule) => {
    expect(check(attribute)).toBe(rule);
  });

  it('RFC 5280 4.1.2.6: an empty subject is refused', () => {
    expect(check()).toBe('RFC 5280 4.1.2.6');
  });
});

describe('how names are compared', () => {
  it('RFC 5280 7.1: UTF8String and PrintableString of one text are one name', () => {
    const printable = encodeName([['O', 'Example']]);
    const utf8 = Uint8Array.from(printable);
    utf8[utf8.indexOf(0x13)] = 0x0c;
    expect(nameKey(utf8)).toBe(nameKey(printable));
  });

  it('RFC 5280 7.1: a comma or plus in a value parts nothing', () => {
    expect(nameKey(encodeName([['O', 'a,2.5.4.3=b']]))).not.toBe(
      nameKey(
        encodeName([
          ['O', 'a'],
          ['CN', 'b'],
        ]),
      ),
    );
  });

  it('RFC 5280 7.1: what is no Name is like itself alone', () => {
    expect(nameKey(octets('30 02 05 00'))).toBe('#30020500');
    expect(nameKey(new Uint8Array(0))).toBe('#');
  });
});
