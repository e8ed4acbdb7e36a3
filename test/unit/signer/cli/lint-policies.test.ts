import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Name } from '@peculiar/asn1-x509';
import { describe, expect, it } from 'vitest';
import type { CertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { readPolicyFile } from '../../../../shared/policy/policy-file.ts';
import type { CertificateProfile } from '../../../../shared/policy/profiles.ts';
import { must } from '../../../../shared/result.ts';
import { type UnixSeconds, unixSecondsFromISO } from '../../../../shared/time.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { octets, tlv, withOctet } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../../../support/openssl.ts';
import { casesOf, signCase } from '../../../support/policy-certificates.ts';
import { shippedPolicy } from '../../../support/shipped-policies.ts';
import { buildCertificate, keyHash } from '../../../support/x509-builders.ts';
import { tbsCertList } from '../lint/crl-under-test.ts';
import { replaceAt, wrapped } from '../lint/der-edit.ts';
import { run } from './cli-under-test.ts';

const scratch = new ScratchDirectory();

async function lint(...argv: readonly string[]) {
  const ran = await run(['lint', ...argv, '--json'], { currentDirectory: scratch.path });
  const report = ran.stdout === '' ? { findings: [] } : JSON.parse(ran.stdout);
  const findings: readonly { readonly rule: string; readonly level: string }[] = report.findings;
  return { exit: ran.exit, stderr: ran.stderr, rules: findings.map(({ rule }) => rule) };
}

const at = (iso: string) => must(unixSecondsFromISO(iso), iso);
const ROOT_CA3 = shippedPolicy('root-ca3');
const ROOT_CA1 = shippedPolicy('root-ca1');
const policyOf = (text: string) => must(readPolicyFile(text), 'policy');

/** A certificate of this profile under RootCA3 or RootCA1, and its CA's, both of this moment. */
function certified(policy: CertificatePolicy, profile: string, iso: string): readonly string[] {
  const cases = casesOf(policy);
  const wanted = cases.find((one) => one.profile === profile && one.issuer !== null);
  const issuer = cases.find(({ authority }) => authority === wanted?.issuer);
  if (!wanted || !issuer) throw new Error(`no ${profile}`);
  writeFileSync(scratch.file('ca.der'), signCase(policy, issuer, at(iso)).der);
  writeFileSync(scratch.file('one.der'), signCase(policy, wanted, at(iso)).der);
  return ['one.der', '--issuer', 'ca.der', '--profile', profile, '--policy'];
}

/** The same policy with one profile changed, as certificates are made from it. */
function changed(
  policy: CertificatePolicy,
  name: string,
  change: (profile: CertificateProfile) => CertificateProfile,
): CertificatePolicy {
  const profile = policy.profiles.get(name);
  if (!profile) throw new Error(`no ${name}`);
  return { ...policy, profiles: new Map([...policy.profiles, [name, change(profile)]]) };
}

scratch.write('root-ca3.json', ROOT_CA3);
scratch.write('root-ca1.json', ROOT_CA1);

describe('what a profile leaves open', () => {
  const AUGUST_2018 = '2018-08-01T00:00:00Z';
  it.each([
    ['authorityInfoAccess, left to the application,', 'authorityInfoAccess', []],
    ['cRLDistributionPoints', 'cRLDistributionPoints', ['CRT extensions']],
  ] as const)('CON-8: a certificate without %s gives %j', async (_title, name, rules) => {
    const without = changed(
      policyOf(ROOT_CA3),
      'root-ca3-tsa',
      ({ [name]: _left, ...rest }) => rest,
    );
    const file = certified(without, 'root-ca3-tsa', AUGUST_2018);
    expect((await lint(...file, 'root-ca3.json')).rules).toEqual(rules);
  });

  it('CON-8: a certificate with it is clean too', async () => {
    const file = certified(policyOf(ROOT_CA3), 'root-ca3-tsa', AUGUST_2018);
    expect(await lint(...file, 'root-ca3.json')).toMatchObject({ exit: 0, rules: [] });
  });
});

describeWithOpenSSL('what a profile had on the day of notBefore', () => {
  it('RSP-33: a responder of 2023-09-14 may have certificatePolicies, one of the day after not', async () => {
    const file = certified(policyOf(ROOT_CA3), 'ocsp-responder', '2023-09-14T12:00:00Z');
    const der = new Uint8Array(readFileSync(scratch.file('one.der')));
    expect(opensslOk(['x509', '-inform', 'DER', '-noout', '-text'], der).text).toContain(
      'Policy: 1.2.392.200091.100.901.7',
    );
    expect((await lint(...file, 'root-ca3.json')).rules).toEqual([]);
    const dayAfter = tlv(0x17, Buffer.from('230915000000Z', 'ascii'));
    scratch.write('one.der', replaceAt(der, [0, 4, 0], dayAfter));
    const rules = ['signature', 'CRT extensions', 'RSP-33'];
    expect((await lint(...file, 'root-ca3.json')).rules).toEqual(rules);
  });

  it('RSP-33: they were optional: a responder of 2023 without them is clean', async () => {
    const without = changed(
      policyOf(ROOT_CA3),
      'ocsp-responder',
      ({ formerCertificatePolicies: _left, ...rest }) => rest,
    );
    const file = certified(without, 'ocsp-responder', '2023-01-01T00:00:00Z');
    expect((await lint(...file, 'root-ca3.json')).rules).toEqual([]);
  });

  it.each([
    ['2018-06-07T00:00:00Z', []],
    ['2018-06-06T23:59:59Z', ['CRT-12']],
  ])('CRT-12: a sub-CA of %s, issued since 2018-06-07, gives %j', async (iso, rules) => {
    const always = changed(
      policyOf(ROOT_CA3),
      'time-stamping-ca',
      ({ issuedFrom: _left, ...rest }) => rest,
    );
    const file = certified(always, 'time-stamping-ca', iso);
    expect((await lint(...file, 'root-ca3.json')).rules).toEqual(rules);
  });
});

describe('a CA without OCSP, with SHA-1 where its policy has it', () => {
  const withSHA1 = JSON.parse(ROOT_CA1);
  withSHA1.authorities['root-ca1'].signatureAlgorithms.value.push('sha1WithRSAEncryption');
  withSHA1.profiles['root-ca1-tsa'].signatureAlgorithm.value = 'sha1WithRSAEncryption';
  const SHA1 = JSON.stringify(withSHA1);
  scratch.write('sha1.json', SHA1);

  it('CRT-5: its certificate is clean, with either hash', async () => {
    const now = '2026-11-23T04:00:00Z';
    const sha256 = certified(policyOf(ROOT_CA1), 'root-ca1-tsa', now);
    expect(await lint(...sha256, 'root-ca1.json')).toMatchObject({ exit: 0, rules: [] });
    const sha1 = certified(policyOf(SHA1), 'root-ca1-tsa', now);
    expect(await lint(...sha1, 'sha1.json')).toMatchObject({ exit: 0, rules: [] });
    expect((await lint(...sha1, 'root-ca1.json')).rules).toEqual(['CRT-5']);
  });

  it('CRT-5: a SHA-1 signature with one bit off does not verify', async () => {
    const file = certified(policyOf(SHA1), 'root-ca1-tsa', '2026-11-23T04:00:00Z');
    const [wanted] = casesOf(policyOf(SHA1)).filter(({ profile }) => profile === 'root-ca1-tsa');
    if (!wanted) throw new Error('no root-ca1-tsa');
    const { der } = signCase(policyOf(SHA1), wanted);
    scratch.write('one.der', withOctet(der, der.length - 1, (der.at(-1) ?? 0) ^ 1));
    expect((await lint(...file, 'sha1.json')).rules).toEqual(['signature']);
  });
});

describe('expiredCertsOnCRL by the policy', () => {
  const NOW = at('2026-11-23T04:00:00Z');
  const NAME = [['CN', 'Expired test CA']] as const;
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const json = JSON.parse(ROOT_CA1);
  json.authorities['root-ca1'].subject.value = NAME;
  scratch.write('silent.json', JSON.stringify(json));
  json.authorities['root-ca1'].crl.expiredCertsOnCRL = { value: true, source: 'CRL-16' };
  scratch.write('says.json', JSON.stringify(json));
  const CERTIFIED = '2019-01-01T00:00:00Z';
  const name = AsnConvert.parse(encodeName(NAME), Name);
  const certificate = buildCertificate({
    ...{ profile: 'ca', subject: name, subjectKey: key, issuer: name, issuerKey: key },
    algorithm: 'sha256WithRSAEncryption',
    serialNumber: octets('01'),
    notBefore: new Date(CERTIFIED),
    notAfter: new Date('2039-01-01T00:00:00Z'),
  });
  scratch.write('crl-ca.der', certificate);

  const crl = (expiredCertsOnCRL: UnixSeconds | null) => {
    const tbs = tbsCertList({
      signatureAlgorithm: 'sha256WithRSAEncryption',
      issuer: encodeName(NAME),
      authorityKeyIdentifier: keyHash(key, 'sha1'),
      thisUpdate: NOW,
      expiredCertsOnCRL,
    });
    const bits = tlv(0x03, Uint8Array.of(0), new Uint8Array(sign('sha256', tbs, key)));
    const algorithm = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00');
    scratch.write('some.crl', wrapped(0x30, tbs, algorithm, bits));
  };

  it.each([
    ['nothing, as the policy does,', null, 'silent.json', []],
    ['the time since when entries are kept', at(CERTIFIED), 'says.json', []],
    ['nothing where the policy asks for it', null, 'says.json', ['CRL-16']],
    ['what the policy does not ask for', at(CERTIFIED), 'silent.json', ['CRL-16']],
    ['another time', at('2019-01-01T00:00:01Z'), 'says.json', ['CRL-16']],
  ] as const)('CRL-16: a CRL that says %s', async (_title, said, policy, rules) => {
    crl(said);
    const found = await lint('some.crl', '--policy', policy, '--issuer', 'crl-ca.der');
    expect(found.rules).toEqual(rules);
  });

  it('CRL-16: without the CA’s certificate the time is not known and its form alone is checked', async () => {
    crl(at('2019-01-01T00:00:01Z'));
    expect((await lint('some.crl', '--policy', 'says.json')).rules).toEqual(['signature']);
  });
});

describe('policies that cannot be held against', () => {
  it('CON-15: one with open values is wrong usage, with the places', async () => {
    scratch.write('open.json', shippedPolicy('ecc-root-ca1'));
    const { exit, stderr } = await lint('root-ca3.json', '--policy', 'open.json');
    expect(exit).toBe(2);
    const { findings } = JSON.parse(stderr).error;
    const pointers = findings.map(({ pointer }: { readonly pointer: string }) => pointer);
    expect(pointers).toContain('/authorities/ecc-root-ca1/crl/url/value');
  });
});
