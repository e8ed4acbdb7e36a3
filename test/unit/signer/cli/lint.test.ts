import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { octets, tlv } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  makeCA,
  opensslOk,
  ScratchDirectory,
} from '../../../support/openssl.ts';
import { casesOf, policyFiles, signCase } from '../../../support/policy-certificates.ts';
import { describeIf } from '../../../support/tools.ts';
import {
  buildCertificate,
  buildOCSPResponse,
  certificatePEM,
  commonName,
  issuerIdentity,
  keyHash,
} from '../../../support/x509-builders.ts';
import { tbsCertList } from '../lint/crl-under-test.ts';
import { elementAt, replaceAt, wrapped } from '../lint/der-edit.ts';
import { run } from './cli-under-test.ts';

const scratch = new ScratchDirectory();
const POLICY = join(import.meta.dirname, '../../../../shared/policy/root-ca3.json');

interface Report {
  readonly kind: string;
  readonly profile?: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly source: string;
    readonly reason: string;
  }[];
}

async function lint(
  ...argv: readonly string[]
): Promise<{ exit: number; stderr: string } & Partial<Report>> {
  const ran = await run(['lint', ...argv, '--json'], { currentDirectory: scratch.path });
  const report: Partial<Report> = ran.stdout === '' ? {} : JSON.parse(ran.stdout);
  return { exit: ran.exit, stderr: ran.stderr, ...report };
}

const rules = ({ findings }: Partial<Report>, level = 'error') =>
  findings?.filter((one) => one.level === level).map(({ rule }) => rule);

const [[, policy] = []] = policyFiles().filter(([name]) => name === 'root-ca3.json');
if (!policy) throw new Error('no root-ca3.json');
const cases = casesOf(policy);
const ders = new Map<string, Uint8Array>();

beforeAll(() => {
  for (const wanted of cases) {
    const { der } = signCase(policy, wanted);
    ders.set(`${wanted.issuer} ${wanted.profile}`, der);
    scratch.write(`${wanted.profile}-${wanted.issuer}.pem`, certificatePEM(der));
  }
}, 60_000);

const TSA = 'tsa-time-stamping-ca.pem';
const SUB_CA = 'time-stamping-ca-root-ca3.pem';

describe('inkan lint of a certificate', () => {
  it.each([
    ['root-ca-null.pem', 'root-ca', []],
    [SUB_CA, 'time-stamping-ca', ['--issuer', 'root-ca-null.pem']],
    ['ocsp-responder-root-ca3.pem', 'ocsp-responder', ['--issuer', 'root-ca-null.pem']],
    [TSA, 'tsa', ['--issuer', SUB_CA]],
  ])('CP 7.1.2: %s is found to be a clean %s', async (file, profile, more) => {
    const found = await lint(file, '--policy', POLICY, ...more);
    expect(found).toMatchObject({ exit: 0, kind: 'certificate', profile, findings: [] });
  });

  it('CP 7.1.2: the profile that is named is held against, whatever fits better', async () => {
    const found = await lint(TSA, '--policy', POLICY, '--profile', 'time-stamping-ca');
    expect(found).toMatchObject({ exit: 8, profile: 'time-stamping-ca' });
    expect(rules(found)).toContain('CRT extensions');
  });

  it('CP 7.1.2: without policy and issuer the rest is checked, and notices say what was not', async () => {
    const found = await lint(TSA);
    expect(found).toMatchObject({ exit: 0 });
    expect(rules(found, 'notice')).toEqual(['signature', 'policy']);
  });

  it.each([
    [
      'a signature with one bit off',
      [2],
      (der: Uint8Array) => flipped(elementAt(der, [2])),
      'signature',
    ],
    [
      'another algorithm outside',
      [1, 0],
      () => octets('06 09 2a 86 48 86 f7 0d 01 01 0b'),
      'CRT-5',
    ],
    ['serial number zero', [0, 1], () => octets('02 01 00'), 'CRT serial'],
    ['a subject of 65 characters', [0, 5], () => encodeName([['O', 'A'.repeat(65)]]), 'CRT-7'],
    [
      'a critical FALSE written out',
      [0, 7, 0, 0, 0],
      () => octets('06 03 55 1d 23 01 01 00'),
      'CRT extensions DER',
    ],
  ])('CP 7.1.2: %s is an error', async (_what, path, by, rule) => {
    const real = ders.get('time-stamping-ca tsa') ?? octets('');
    scratch.write('changed.der', replaceAt(real, path, by(real)));
    const found = await lint('changed.der', '--policy', POLICY, '--issuer', SUB_CA);
    expect(found.exit).toBe(8);
    expect(rules(found)).toContain(rule);
  });

  it('CP 7.1.2: an issuer that is another CA is told by name, key and signature', async () => {
    const found = await lint(TSA, '--policy', POLICY, '--issuer', 'root-ca-null.pem');
    expect(rules(found)).toEqual(['signature', 'CRT issuer', 'CRT authorityKeyIdentifier']);
  });

  it('ADR 5: people get a line a finding, with level, rule and clause', async () => {
    const ran = await run(['lint', TSA, '--policy', POLICY, '--profile', 'root-ca'], {
      currentDirectory: scratch.path,
    });
    expect(ran.exit).toBe(8);
    expect(ran.stdout).toMatch(/^tsa-time-stamping-ca\.pem: certificate, profile root-ca\n/);
    expect(ran.stdout).toMatch(/^error {4}CRT-4: RSA-4096|^error {4}CRT /m);
    expect(ran.stdout).toMatch(/\[CP 7\.1\.2; CSBR 7\.1\.2\.4\]/);
    expect(ran.stdout).toMatch(/\d+ errors, 0 warnings, 1 notices\n$/);
  });
});

function flipped(bits: Uint8Array): Uint8Array {
  const copy = bits.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

const { privateKey: caKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const { privateKey: responderKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const caName = commonName('CRL test CA');
const NOW = 1_795_406_400;

function caCertificate(profile: 'ca' | 'ocsp-responder', days: number): Uint8Array {
  const subject = profile === 'ca' ? caName : commonName('Responder 01');
  return buildCertificate({
    ...{ profile, subject, issuer: caName, issuerKey: caKey, algorithm: 'ecdsa-with-SHA384' },
    subjectKey: profile === 'ca' ? caKey : responderKey,
    serialNumber: octets(`01 ${'a5 '.repeat(16)}`),
    notBefore: new Date(NOW * 1000),
    notAfter: new Date((NOW + days * 86_400 - 1) * 1000),
  });
}

describe('inkan lint of a CRL and a response', () => {
  const crlDER = (key: KeyObject, differences: Parameters<typeof tbsCertList>[0] = {}) => {
    const tbs = tbsCertList({
      signatureAlgorithm: 'ecdsa-with-SHA384',
      issuer: encodeName([['CN', 'CRL test CA']]),
      authorityKeyIdentifier: keyHash(caKey, 'sha1'),
      ...differences,
    });
    const bits = tlv(0x03, Uint8Array.of(0), new Uint8Array(sign('sha384', tbs, key)));
    return wrapped(0x30, tbs, octets('30 0a 06 08 2a 86 48 ce 3d 04 03 03'), bits);
  };
  const response = (days: number, differences: object = {}) => {
    const input = {
      ...{
        hash: 'sha256' as const,
        issuer: issuerIdentity(caName, caKey),
        serialNumber: octets('0101'),
      },
      ...{ responderKeyHash: keyHash(responderKey, 'sha1') },
      ...{ producedAt: NOW, thisUpdate: NOW, nextUpdate: NOW + 7 * 86_400, ...differences },
    } as const;
    const certificate = caCertificate('ocsp-responder', days);
    return buildOCSPResponse(input, responderKey, 'ecdsa-with-SHA256', certificate).der;
  };

  it('CRL-12: a clean CRL is clean, PEM or DER; reason 2 by openssl’s own encoder is an error', async () => {
    scratch.write('ca.der', caCertificate('ca', 3_650));
    scratch.write('good.crl', crlDER(caKey));
    const clean = await lint('good.crl', '--issuer', 'ca.der');
    // commonName() writes UTF8String, encodeName() PrintableString: the issuer must be the same octets.
    expect(rules(clean)).toEqual(['CRL-2']);
    const pem = `-----BEGIN X509 CRL-----\n${Buffer.from(crlDER(caKey)).toString('base64')}\n-----END X509 CRL-----\n`;
    scratch.write('good.pem', `text before\n${pem}`);
    expect(await lint('good.pem')).toMatchObject({ exit: 0, kind: 'crl' });
    const reason = replaceAt(crlDER(caKey), [0, 5, 0, 2, 0, 1, 0], octets('0a 01 02'));
    scratch.write('reason.crl', reason);
    expect(rules(await lint('reason.crl'))).toEqual(['CRL-12']);
  });

  it('CRL-2: a CRL signed by another key is an error', async () => {
    scratch.write(
      'other.crl',
      crlDER(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
    );
    expect(rules(await lint('other.crl', '--issuer', 'ca.der'))).toContain('signature');
  });

  it('RSP-36: a responder of 46 days is a warning, with an exit code of its own', async () => {
    const profile = policy.profiles.get('ocsp-responder');
    const [, wanted] = cases;
    if (!profile || !wanted) throw new Error('no responder');
    const longer = { ...profile, validity: { value: { days: 46 }, source: 'test' } };
    const profiles = new Map([...policy.profiles, ['ocsp-responder', longer] as const]);
    scratch.write('longer.der', signCase({ ...policy, profiles }, wanted).der);
    const found = await lint('longer.der');
    expect([found.exit, rules(found), rules(found, 'warning')]).toEqual([7, [], ['RSP-36']]);
    scratch.write('warning.ors', response(46));
    expect(rules(await lint('warning.ors'), 'warning')).toEqual(['RSP-36']);
  });

  it('RSP-8: a response is checked with the responder’s certificate that goes along', async () => {
    scratch.write('short.ors', response(45, { nextUpdate: NOW + 60 }));
    const found = await lint('short.ors', '--issuer', 'ca.der');
    expect(found.kind).toBe('ocsp-response');
    expect(rules(found)).toContain('RSP-8');
    scratch.write('unauthorized.ors', octets('30 03 0a 01 06'));
    expect(await lint('unauthorized.ors')).toMatchObject({ exit: 0, kind: 'ocsp-response' });
  });
});

describe('inkan lint of what is none of them', () => {
  const pem = (label: string, body = 'MAA=') =>
    `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  const deep = Array.from({ length: 5_000 }).reduce<Uint8Array>(
    (inner) => wrapped(0x30, inner),
    octets('05 00'),
  );
  it.each([
    ['nothing', octets('')],
    ['text', 'hello'],
    ['a private key', pem('PRIVATE KEY')],
    ['a request', pem('CERTIFICATE REQUEST')],
    ['two certificates', pem('CERTIFICATE').repeat(2)],
    ['a block without its end', '-----BEGIN CERTIFICATE-----\nMAA='],
    ['a label without its end', '-----BEGIN '],
    ['broken base64', pem('CERTIFICATE', 'MAA')],
    ['an empty SEQUENCE', pem('CERTIFICATE')],
    ['an indefinite length', octets('30 80 00 00')],
    ['a length that is a lie', octets('30 84 7f ff ff ff 00')],
    ['five thousand levels', deep],
    ['random octets', new Uint8Array([0x30, ...randomBytes(5_000)])],
    ['dashes', '-----BEGIN '.repeat(100_000)],
  ])('ADR 5: %s ends with 9 and one line', async (_what, contents) => {
    scratch.write('hostile', contents);
    const { exit, stderr } = await lint('hostile', '--policy', POLICY);
    expect(exit).toBe(9);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'file-unreadable' } });
  });

  it('ADR 5: a file above 64 MB is not read to its end', async () => {
    writeFileSync(scratch.file('huge'), '0');
    truncateSync(scratch.file('huge'), 2 ** 31);
    const { exit, stderr } = await lint('huge');
    expect([exit, stderr.includes('longer than 64 MB')]).toEqual([9, true]);
  });

  it('ADR 5: every cut of a certificate ends with 9 or findings, never with a bug', async () => {
    const der = ders.get('time-stamping-ca tsa') ?? octets('');
    for (let length = 0; length < der.length; length += 97) {
      scratch.write('cut', der.subarray(0, length));
      expect((await lint('cut')).exit).toBe(9);
    }
    for (let at = 0; at < der.length; at += 41) {
      const changed = der.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      scratch.write('changed', changed);
      expect([0, 7, 8, 9]).toContain((await lint('changed', '--policy', POLICY)).exit);
    }
  });

  it.each([
    [['missing.pem'], 'cannot read missing.pem'],
    [[TSA, '--profile', 'tsa'], '--profile is given without --policy'],
    [[TSA, '--policy', POLICY, '--profile', 'x'], 'no profile x'],
    [[TSA, '--policy', TSA], 'mend the file'],
    [[TSA, '--issuer', 'hostile'], 'hostile is no certificate'],
  ])('ADR 5: inkan lint %j is wrong usage', async (argv, said) => {
    writeFileSync(scratch.file('hostile'), 'x');
    const { exit, stderr } = await lint(...argv);
    expect(exit).toBe(2);
    expect(stderr).toContain(said);
  });
});

const ROOTS = '/usr/share/ca-certificates/mozilla';
const missing = existsSync(`${ROOTS}/Security_Communication_RootCA3.crt`)
  ? undefined
  : 'no ca-certificates';

describeIf('certificates of others', missing, () => {
  it.each([
    ['Security_Communication_RootCA3.crt', ['CRT validity']],
    ['Security_Communication_RootCA2.crt', ['CRT serial', 'CRT-5', 'CRT-4', 'CRT validity']],
  ])('CP 1.1: %s against the RootCA3 policy', async (file, errors) => {
    // 21 years and more; RootCA2 has serial number 0, SHA-256 and 2048 bits (CON-25).
    const found = await lint(join(ROOTS, file), '--policy', POLICY);
    expect(found).toMatchObject({ exit: 8, profile: 'root-ca' });
    expect(rules(found)).toEqual(errors);
  });

  it('CP 1.1: without a policy RootCA3 has no error, and its own signature verifies', async () => {
    const found = await lint(join(ROOTS, 'Security_Communication_RootCA3.crt'));
    expect(rules(found)).toEqual([]);
  });
});

describeWithOpenSSL('what openssl makes', () => {
  it('CP 7.1.2: a CA of openssl, an empty CRL of it and a v1 certificate are told apart', async () => {
    const ca = makeCA(scratch, 'openssl-ca');
    const found = await lint(ca);
    expect(found.kind).toBe('certificate');
    expect(rules(found)).toContain('CRT keyUsage');
    const database = scratch.write('index.txt', '');
    const config = scratch.write(
      'ca.cnf',
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${database}\ndefault_md=sha256\ndefault_crl_days=30\n`,
    );
    const key = scratch.file('openssl-ca.key');
    const crl = scratch.file('v1.crl');
    opensslOk(['ca', '-gencrl', '-config', config, '-cert', ca, '-keyfile', key, '-out', crl]);
    expect(readFileSync(crl, 'utf8')).toContain('X509 CRL');
    const report = await lint(crl, '--issuer', ca);
    expect(report.kind).toBe('crl');
    expect(rules(report)).toEqual(['CRL-1', 'CRL-8', 'CRL-9']);
  });
});
