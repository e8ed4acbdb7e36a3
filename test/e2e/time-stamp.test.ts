import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Hierarchy,
  type IssuedTSA,
  ROOT,
  SUB_CA,
  startHierarchy,
} from '../support/hierarchy.ts';
import { makeCA, openssl, opensslOk, ScratchDirectory } from '../support/openssl.ts';
import { fetchBody } from '../support/revocation-watch.ts';
import { stamp, type TimeStampToken, verifyTimeStamp } from '../support/time-stamp.ts';
import { describeWithTools } from '../support/tools.ts';

let pki: Hierarchy;
let scratch: ScratchDirectory;
let tsa: IssuedTSA;
let token: TimeStampToken;

beforeAll(async () => {
  scratch = new ScratchDirectory();
  pki = await startHierarchy({ keys: 'policy' });
  tsa = await pki.issue('tsa');
  token = stamp(scratch, tsa, pki.subCA);
  await pki.untilServed();
});
afterAll(() => pki?.close());

/** The root's certificate and the CRLs that the edge serves now, in one PEM file. */
async function rootAndCRLs(): Promise<string> {
  const crls = [];
  for (const authority of [ROOT, SUB_CA]) {
    const der = await fetchBody(`${pki.ca.edge}/crl/${authority}.crl`);
    crls.push(opensslOk(['crl', '-inform', 'DER'], der).stdout);
  }
  return scratch.write('trust.pem', [readFileSync(pki.root, 'utf8'), ...crls].join('\n'));
}

const textOf = (pem: string) => opensslOk(['x509', '-in', pem, '-noout', '-text']).text;

describeWithTools('keys and algorithms of RootCA3', ['openssl'], () => {
  it.each([
    ['root', () => pki.root, 4096],
    ['sub-CA', () => pki.subCA, 4096],
    ['TSA', () => tsa.pem, 3072],
  ])('CP 7.1.3: the %s has an RSA key and is signed with SHA-384', (_name, pem, bits) => {
    const text = textOf(pem());
    expect(text).toContain(`Public-Key: (${bits} bit)`);
    expect(text.match(/Signature Algorithm: (\S+)/g)).toEqual(
      new Array(2).fill('Signature Algorithm: sha384WithRSAEncryption'),
    );
  });

  it('RFC 3161 2.3: the TSA certificate has timeStamping alone, and it is critical', () => {
    expect(textOf(tsa.pem)).toMatch(/X509v3 Extended Key Usage: critical\n +Time Stamping\n/);
  });
});

describeWithTools('openssl ts with an issued TSA certificate', ['openssl'], () => {
  it('RFC 3161 2.4: a token of the TSA verifies up to the root', () => {
    const { status, text } = verifyTimeStamp(token, pki.root, pki.subCA);
    expect(text).toContain('Verification: OK');
    expect(status).toBe(0);
  });

  it('RFC 3161 2.4: it does not verify under another root', () => {
    const { status, text } = verifyTimeStamp(token, makeCA(scratch, 'stranger'), pki.subCA);
    expect(text).toContain('Verification: FAILED');
    expect(status).not.toBe(0);
  });

  it('RFC 3161 2.4: it verifies with the CRLs of the whole path', async () => {
    const { text } = verifyTimeStamp(token, await rootAndCRLs(), pki.subCA, '-crl_check_all');
    expect(text).toContain('Verification: OK');
  });
});

describeWithTools('after the TSA key was compromised', ['openssl'], () => {
  beforeAll(async () => {
    if ((await pki.show(tsa.serialNumber)).status === 'revoked') return;
    await pki.revoke(tsa.serialNumber, 'keyCompromise');
    await pki.untilServed();
  });

  it('RFC 3161 4: a token made before does not verify with the CRLs any more', async () => {
    const trust = await rootAndCRLs();
    const { status, text } = verifyTimeStamp(token, trust, pki.subCA, '-crl_check_all');
    expect(text).toContain('certificate revoked');
    expect(text).toContain('Verification: FAILED');
    expect(status).not.toBe(0);
  });

  it('RFC 3161 4: the TSA certificate does not verify as a time-stamp signer', async () => {
    const trust = ['-CAfile', await rootAndCRLs(), '-untrusted', pki.subCA];
    const purpose = ['-purpose', 'timestampsign', '-x509_strict'];
    const { status, text } = openssl(['verify', '-crl_check_all', ...purpose, ...trust, tsa.pem]);
    expect(text).toContain('certificate revoked');
    expect(status).not.toBe(0);
  });

  it('RSP-24: openssl ocsp says revoked for keyCompromise, signed with SHA-384', () => {
    const { text } = openssl([
      ...['ocsp', '-issuer', pki.subCA, '-sha256', '-cert', tsa.pem, '-url', pki.ca.edge],
      ...['-CAfile', pki.root, '-verify_other', pki.subCA, '-no_nonce', '-resp_text'],
    ]);
    expect(text).toContain('Response verify OK');
    expect(text).toContain('tsa.pem: revoked');
    expect(text).toContain('Reason: keyCompromise');
    expect(text).toContain('Signature Algorithm: sha384WithRSAEncryption');
  });
});
