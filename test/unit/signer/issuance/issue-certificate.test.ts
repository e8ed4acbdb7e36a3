import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { hexOf } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk, type ScratchDirectory } from '../../../support/openssl.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { elementAt } from '../lint/der-edit.ts';
import { extensionsIn } from './certificate-text.ts';
import { NEW_KEY, requestByOpenSSL } from './requests.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from './signer-under-test.ts';

let signer: SignerUnderTest;
let scratch: ScratchDirectory;
let made = 0;

/** A request of a fresh P-256 key by openssl. */
function freshRequest(...args: readonly string[]): Uint8Array {
  made += 1;
  const key = scratch.file(`key-${made}`);
  return requestByOpenSSL(scratch, 'fresh', [
    ...[...NEW_KEY['P-256'], '-nodes', '-keyout', key],
    ...args,
  ]);
}

function issue(request: Uint8Array, differences: { readonly subject?: string } = {}) {
  const input = { authority: 'time-stamping-ca', profile: 'tsa', request, ...differences };
  return issueCertificate(signer.context, input, 'test');
}

/** DER of the certificate that comes of a request. */
async function issued(request: Uint8Array, subject?: string): Promise<Uint8Array> {
  const outcome = await issue(request, subject === undefined ? {} : { subject });
  const { certificateId } = must(outcome, 'issue');
  return certificateById(signer.context.db, certificateId)?.der ?? new Uint8Array(0);
}

function textOf(certificate: Uint8Array): string {
  const file = scratch.write('issued.der', certificate);
  return opensslOk(['x509', '-inform', 'DER', '-in', file, '-noout', '-text']).text;
}

/** What an applicant would like to have; openssl puts it into extensionRequest. */
const GREEDY = `
[req]
distinguished_name = dn
req_extensions = wishes
[dn]
[wishes]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = codeSigning, OCSPSigning
subjectAltName = DNS:wish.example
certificatePolicies = 1.2.3.4
1.2.3.4.5 = ASN1:UTF8String:wish
`;

beforeAll(async () => {
  signer = await startHierarchy();
  scratch = signer.scratch;
}, 60_000);
afterAll(() => signer.close());

describeWithOpenSSL('what is taken over from a request', () => {
  it('CSR-4: nothing that extensionRequest asks for reaches the certificate', async () => {
    const request = freshRequest('-config', scratch.write('greedy.cnf', GREEDY));
    expect(opensslOk(['req', '-inform', 'DER', '-noout', '-text'], request).text).toContain(
      'CA:TRUE',
    );
    const greedy = textOf(await issued(request));
    const modest = textOf(await issued(freshRequest()));
    for (const wish of [
      'CA:TRUE',
      'Code Signing',
      'OCSP Signing',
      'wish',
      '1.2.3.4',
      'Certificate Sign',
    ])
      expect(greedy).not.toContain(wish);
    expect(extensionsIn(greedy)).toHaveLength(7);
    expect(extensionsIn(greedy)).toEqual(extensionsIn(modest));
  });

  it('CSR-4: the key of the request and the subject that the operator vetted are taken over', async () => {
    const request = freshRequest();
    const certificate = await issued(request, 'C=JP, O=Vetted, CN=TSA 02');
    expect(elementAt(certificate, [0, 6])).toEqual(elementAt(request, [0, 2]));
    expect(textOf(certificate)).toContain('Subject: C = JP, O = Vetted, CN = TSA 02');
  });

  it('CRT-1: the certificate has a critical extKeyUsage of timeStamping alone', async () => {
    expect(textOf(await issued(freshRequest()))).toMatch(
      /X509v3 Extended Key Usage: critical\n +Time Stamping\n/,
    );
  });

  it('CP 4.3.1: notBefore is the time of signing and the chain verifies with openssl', async () => {
    const file = scratch.write('leaf.pem', pem(await issued(freshRequest())));
    const dates = opensslOk(['x509', '-in', file, '-noout', '-startdate']).text;
    expect(dates).toBe('notBefore=Nov 23 04:00:00 2026 GMT\n');
    const root = scratch.write('root.pem', pem(signer.authority('root-ca3').certificate));
    const sub = scratch.write('sub.pem', pem(signer.authority('time-stamping-ca').certificate));
    const how = [
      '-CAfile',
      root,
      '-untrusted',
      sub,
      '-attime',
      String(NOW),
      '-purpose',
      'timestampsign',
    ];
    expect(opensslOk(['verify', '-x509_strict', ...how, file]).text).toContain('OK');
  });
});

function pem(certificate: Uint8Array): string {
  return Buffer.from(
    opensslOk(['x509', '-inform', 'DER', '-in', scratch.write('any.der', certificate)]).stdout,
  ).toString();
}

describeWithOpenSSL('what is recorded of a request', () => {
  it('CSR-2: SHA-256 of the request and of its key are in the database before the certificate is', async () => {
    const request = freshRequest();
    const { certificateId } = must(await issue(request), 'issue');
    const requestId = certificateById(signer.context.db, certificateId)?.requestId ?? 0;
    const row = signer.context.db.get(
      'SELECT * FROM certification_request WHERE id = ?',
      requestId,
    );
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hexOf(row?.['sha256'] as Uint8Array)).toBe(sha256(request));
    expect(hexOf(row?.['spki_sha256'] as Uint8Array)).toBe(sha256(elementAt(request, [0, 2])));
    expect(new Uint8Array(row?.['der'] as Uint8Array)).toEqual(request);
  });

  it('CSR-2: the fingerprint that openssl dgst gives is in the audit log with the serial number', async () => {
    const request = freshRequest();
    const certificate = await issued(request);
    const [, fingerprint = ''] =
      /= ([0-9a-f]{64})/.exec(opensslOk(['dgst', '-sha256'], request).text) ?? [];
    const serial = hexOf(elementAt(certificate, [0, 1]).subarray(2));
    const events = readFileSync(scratch.file('audit.log'), 'utf8').trim().split('\n');
    const issuance = events
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'issuance');
    expect(issuance.at(-1)).toMatchObject({ requestSha256: fingerprint, serialNumber: serial });
  });
});

describeWithOpenSSL('what is refused', () => {
  const subject = (text: string) => issue(freshRequest(), { subject: text }).then(refusalOf);

  it('CSR-5: a key that was certified before is refused, whatever the rest', async () => {
    const request = freshRequest();
    expect(refusalOf(await issue(request))).toBe('accepted');
    expect(refusalOf(await issue(request))).toBe('request-refused CSR-5');
    const other = requestByOpenSSL(scratch, 'again', [
      '-key',
      scratch.file(`key-${made}`),
      '-sha384',
    ]);
    expect(refusalOf(await issue(other))).toBe('request-refused CSR-5');
  });

  it('CRT-6, CRT-7: names outside the bounds are refused, of the request and of the operator', async () => {
    expect(await subject('C=JP, O=Example, CN=a+b')).toBe('subject-refused CRT-6');
    expect(await subject(`C=JP, O=Example, CN=${'x'.repeat(65)}`)).toBe('subject-refused CRT-7');
    const request = freshRequest('-subj', '/C=JP/O=Example/CN=a@b');
    expect(refusalOf(await issue(request))).toBe('subject-refused CRT-6');
  });

  it('CRT-4: P-384 is refused where the profile asks for P-256', async () => {
    const key = scratch.file('p384.key');
    const request = requestByOpenSSL(scratch, 'p384', [
      ...NEW_KEY['P-384'],
      '-nodes',
      '-keyout',
      key,
    ]);
    expect(refusalOf(await issue(request))).toBe('request-refused CRT-4');
  });

  it('CRT-12: the root issues no certificate of the profile tsa', async () => {
    const input = { authority: 'root-ca3', profile: 'tsa', request: freshRequest() };
    const outcome = await issueCertificate(signer.context, input, 'test');
    expect(outcome).toMatchObject({
      error: { code: 'profile-unknown', known: ['root-ca3-tsa', 'root-ca3-ta'] },
    });
  });

  it('CRT-12: a TSA certificate of table 7.1.2-4 is not issued after 2018-09-26', async () => {
    const input = { authority: 'root-ca3', profile: 'root-ca3-tsa', request: freshRequest() };
    expect(await issueCertificate(signer.context, input, 'test')).toMatchObject({
      error: { code: 'profile-not-in-force', issuedUntil: '2018-09-26' },
    });
  });

  it('CRT-5: an authority issues until its certificate ends and nothing after it', async () => {
    const { notAfter } = signer.authority('time-stamping-ca');
    signer.setClock(notAfter + 1);
    expect(refusalOf(await issue(freshRequest()))).toBe('authority-expired');
    signer.setClock(notAfter - 1);
    expect(refusalOf(await issue(freshRequest()))).toBe('accepted');
  });
});
