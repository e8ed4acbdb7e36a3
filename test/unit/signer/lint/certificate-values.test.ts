import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { certificateCandidate } from '../../../../signer/lint/certificate/candidate.ts';
import { certificateRequirements } from '../../../../signer/lint/certificate/requirements.ts';
import { lint, lintResults } from '../../../../signer/lint/linted.ts';
import { octets, tlv } from '../../../support/octets.ts';
import {
  contentsOf,
  extensionDER,
  extensionValueIn,
  FIELD,
  findingsAbout,
  issuerOf,
  NOW,
  type ProfileName,
  profileOf,
  rsaKey,
  tbsOf,
  withExtension,
  withMore,
} from './certificate-under-test.ts';
import { elementAt, replaceAt } from './der-edit.ts';

type Row = readonly [title: string, profile: ProfileName, changed: Uint8Array, finding: RegExp];

function refuses(rows: readonly Row[]): void {
  it.each(rows)('%s', (_title, profile, changed, finding) => {
    expect(changed).not.toEqual(tbsOf(profile));
    expect(findingsAbout(profile, changed).join('\n')).toMatch(finding);
  });
}

const ia5 = (text: string) => tlv(0x16, Buffer.from(text, 'ascii'));
const uri = (text: string) => tlv(0x86, Buffer.from(text, 'ascii'));

/** One place inside an extension's value is changed; its criticality stays. */
function inside(
  profile: ProfileName,
  name: Parameters<typeof extensionValueIn>[1],
  path: readonly number[],
  ...by: readonly Uint8Array[]
): Uint8Array {
  const tbs = tbsOf(profile);
  const value = replaceAt(extensionValueIn(tbs, name), path, ...by);
  const critical = name === 'basicConstraints' ? 'critical' : 'non-critical';
  return withExtension(tbs, name, extensionDER(name, critical, value));
}

const REFUSED_VALUES: readonly Row[] = [
  [
    'CRT-9: another policy identifier than that of RootCA3 is refused',
    'tsa',
    // 1.2.392.200091.100.901.5, RootCA2's
    inside('tsa', 'certificatePolicies', [0, 0], octets('06 0a 2a 83 08 8c 9b 1b 64 87 05 05')),
    /^CRT-9: is \{\{1\.2\.392\.200091\.100\.901\.5 .* asks for \{\{1\.2\.392\.200091\.100\.901\.7/m,
  ],
  [
    'CRT-9: another CPS URI is refused',
    'tsa',
    inside('tsa', 'certificatePolicies', [0, 1, 0, 1], ia5('https://elsewhere.example/')),
    /^CRT-9: .*elsewhere/m,
  ],
  [
    'CON-10: a sub-CA without the reserved policy identifier of CSBR 7.1.6.3 is refused',
    'time-stamping-ca',
    inside('time-stamping-ca', 'certificatePolicies', [1]),
    /^CRT-9/m,
  ],
  [
    'CP table 7.1.2-4: a CRL URL that is not the issuer’s is refused',
    'tsa',
    inside('tsa', 'cRLDistributionPoints', [0, 0, 0, 0], uri('http://elsewhere.example/x.crl')),
    /^CRT cRLDistributionPoints: is .*elsewhere.*asks for .*TimeStampingCA\.crl/m,
  ],
  [
    'CP table 7.1.2-6: an OCSP URL that is not the issuer’s is refused',
    'time-stamping-ca',
    inside('time-stamping-ca', 'authorityInfoAccess', [0, 1], uri('http://elsewhere.example')),
    /^CRT authorityInfoAccess: is .*elsewhere.*asks for .*scrootca3/m,
  ],
  [
    'CSBR 7.1.2.2 c: a sub-CA without caIssuers is refused',
    'time-stamping-ca',
    inside('time-stamping-ca', 'authorityInfoAccess', [1]),
    /^CRT authorityInfoAccess/m,
  ],
  [
    'CP table 7.1.2-6: a sub-CA with another pathLenConstraint than the profile’s is refused',
    'time-stamping-ca',
    inside('time-stamping-ca', 'basicConstraints', [1], octets('02 01 01')),
    /^CRT basicConstraints: is \{TRUE 01\}, the profile asks for \{TRUE 00\}/m,
  ],
  [
    'RFC 5280 4.2.1.9: a root with a pathLenConstraint that the profile has not is refused',
    'root-ca',
    withExtension(
      tbsOf('root-ca'),
      'basicConstraints',
      extensionDER('basicConstraints', 'critical', octets('30 06 01 01 ff 02 01 00')),
    ),
    /^CRT basicConstraints/m,
  ],
  [
    'RFC 5280 4.2.1.6: a subjectAltName that is no host name is refused',
    'tsa',
    withMore(
      tbsOf('tsa'),
      extensionDER('subjectAltName', 'non-critical', octets('30 04 82 02 2d 78')),
    ),
    /^CRT subjectAltName: a dNSName that is no host name/m,
  ],
  [
    'RFC 5280 4.2.1.6: an iPAddress of five octets is refused',
    'tsa',
    withMore(
      tbsOf('tsa'),
      extensionDER('subjectAltName', 'non-critical', octets('30 07 87 05 7f 00 00 01 00')),
    ),
    /^CRT subjectAltName: an iPAddress of 5 octets/m,
  ],
];

describe('values of extensions', () => {
  refuses(REFUSED_VALUES);

  it('CP 7.1.2: nothing with URLs is signed while those of the issuer are not known', () => {
    const { profile } = contentsOf('tsa');
    const candidate = certificateCandidate(tbsOf('tsa'), profile, issuerOf('tsa'), NOW);
    const linted = candidate.ok && lint('certificate', candidate.value);
    expect(linted).toMatchObject({ ok: false, error: { findings: [{ rule: 'CRT locations' }] } });
  });
});

const key = (spki: Uint8Array) => replaceAt(tbsOf('tsa'), FIELD.publicKey, spki);
const EC_P256 = octets(
  `30 59 30 13 06 07 2a 86 48 ce 3d 02 01 06 08 2a 86 48 ce 3d 03 01 07 03 42 00 04 ${'5a '.repeat(64)}`,
);

describe('the public key', () => {
  it('CRT-4: every size that the profile lists passes', () => {
    expect(findingsAbout('tsa', key(rsaKey(4096))).join()).not.toContain('CRT-4');
  });

  refuses([
    ['CRT-4: RSA-2048 is refused', 'tsa', key(rsaKey(2048)), /^CRT-4: RSA-2048 where .*RSA-3072/m],
    [
      'CRT-4: an EC key is refused, CP 7.1.3 lists RSA alone',
      'tsa',
      key(EC_P256),
      /^CRT-4: P-256/m,
    ],
    [
      'CSR-6: the exponent 3 is refused',
      'tsa',
      key(rsaKey(3072, '03')),
      /^CRT-4: an RSA exponent/m,
    ],
    [
      'CSR-6: an even exponent is refused',
      'tsa',
      key(rsaKey(3072, '01 00 02')),
      /^CRT-4: an RSA exponent/m,
    ],
    [
      'CRT-4: RSA without NULL parameters is refused',
      'tsa',
      replaceAt(tbsOf('tsa'), [...FIELD.publicKey, 0, 1]),
      /^CRT-4: RSA without NULL/m,
    ],
    [
      'CRT-4: a modulus with a superfluous octet is refused',
      'tsa',
      replaceAt(
        tbsOf('tsa'),
        [...FIELD.publicKey, 1, 0, 0],
        tlv(0x02, octets('00'), elementAt(tbsOf('tsa'), [...FIELD.publicKey, 1, 0, 0]).subarray(4)),
      ),
      /^CRT-4: no RSAPublicKey/m,
    ],
  ]);
});

const subject = (...attributes: Parameters<typeof encodeName>[0]) =>
  replaceAt(tbsOf('tsa'), FIELD.subject, encodeName(attributes));
const NAMED = [
  ['C', 'JP'],
  ['O', 'Example'],
] as const;

describe('the subject', () => {
  it.each([
    ['CRT-7: 64 characters of CN pass', 'A'.repeat(64)],
    ['CRT-6: letters, digits, colon, hyphen, full stop and space pass', 'TSA-01: a.b'],
  ])('%s', (_title, cn) => {
    expect(findingsAbout('tsa', subject(...NAMED, ['CN', cn]))).toEqual([]);
  });

  it('CON-13: the comma of the CA’s own name passes in a CA certificate', () => {
    const own = encodeName([['O', 'SECOM Trust Systems CO.,LTD.']]);
    const tbs = replaceAt(tbsOf('time-stamping-ca'), FIELD.subject, own);
    expect(findingsAbout('time-stamping-ca', tbs)).toEqual([]);
    expect(findingsAbout('tsa', replaceAt(tbsOf('tsa'), FIELD.subject, own)).join()).toMatch(
      /^CRT-6: O has other characters/,
    );
  });

  refuses([
    [
      'CRT-7: 65 characters of CN are refused',
      'tsa',
      subject(...NAMED, ['CN', 'A'.repeat(65)]),
      /^CRT-7: CN has 65 characters, more than 64/m,
    ],
    ['CRT-7: an empty O is refused', 'tsa', subject(['O', ''], ['CN', 'X']), /^CRT-7: O is empty/m],
    [
      'CRT-7: a CN of punctuation and spaces is refused',
      'tsa',
      subject(...NAMED, ['CN', ' - .']),
      /^CRT-7: CN is only punctuation/m,
    ],
    ['CRT-7: a C of three letters is refused', 'tsa', subject(['C', 'JPN']), /^CRT-7: C has 3/m],
    ['CRT-7: a C in small letters is refused', 'tsa', subject(['C', 'jp']), /^CRT-7: C is jp/m],
    ['CRT-7: an empty subject is refused', 'tsa', subject(), /^CRT-7: the subject is empty/m],
    [
      'CRT-6: a C in UTF8String is refused',
      'tsa',
      replaceAt(tbsOf('tsa'), [...FIELD.subject, 0, 0, 1], octets('0c 02 4a 50')),
      /^CRT-6 encoding: C is of another string type/m,
    ],
    [
      'CRT-6: a CN in TeletexString is refused',
      'tsa',
      replaceAt(tbsOf('tsa'), [...FIELD.subject, 2, 0, 1], octets('14 01 58')),
      /^CRT-6 encoding: CN/m,
    ],
    [
      'CRT-6: an underscore is not in CP table 7.1.4-1',
      'tsa',
      subject(...NAMED, ['CN', 'TSA_01']),
      /^CRT-6: CN has other characters/m,
    ],
    [
      'CP 7.1.4: an attribute of another kind is refused',
      'tsa',
      replaceAt(tbsOf('tsa'), [...FIELD.subject, 2, 0, 0], octets('06 03 55 04 04')),
      /^CRT-7: the subject has an attribute that is not used here/m,
    ],
  ]);
});

describe('what was ordered', () => {
  const tbs = tbsOf('tsa');
  it('CP 4.3.1: bytes written from the order pass', () => {
    expect(findingsAbout('tsa', tbs, contentsOf('tsa'))).toEqual([]);
  });

  it.each([
    ['serial number', { serialNumber: contentsOf('tsa').serialNumber.slice().fill(1) }],
    ['subject', { subject: encodeName([['O', 'Another']]) }],
    ['validity', { notAfter: unixSeconds(NOW + 1) }],
    ['subjectPublicKeyInfo', { subjectPublicKeyInfo: rsaKey(3072) }],
    ['issuer', { issuer: encodeName([['O', 'Another']]) }],
  ] as const)('CP 4.3.1: bytes with another %s than the order are refused', (field, other) => {
    const meant = { ...contentsOf('tsa'), ...other } as ReturnType<typeof contentsOf>;
    expect(findingsAbout('tsa', tbs, meant).join()).toMatch(
      new RegExp(`^CRT contents: (the )?${field} is `),
    );
  });
});

describe('dates of the CP', () => {
  const rootCA3 = issuerOf('ocsp-responder').subject;

  it.each([
    ['on 2018-09-26 passes', '180926145959Z', false],
    ['on 2018-09-27 in Japan is refused', '180926150000Z', true],
  ])('CRT-12: a TSA directly under RootCA3 %s', (_title, notBefore, refused) => {
    const time = tlv(0x17, Buffer.from(notBefore, 'ascii'));
    const tbs = replaceAt(replaceAt(tbsOf('tsa'), FIELD.issuer, rootCA3), FIELD.notBefore, time);
    expect(findingsAbout('tsa', tbs).join().includes('CRT-12')).toBe(refused);
  });

  it.each([
    ['2023-09-14 may have certificatePolicies', '230914145959Z', false],
    ['2023-09-15 may not', '230914150000Z', true],
  ])('RSP-33: a responder of %s', (_title, notBefore, refused) => {
    const policies = octets('30 0e 30 0c 06 0a 2a 83 08 8c 9b 1b 64 87 05 07');
    const more = extensionDER('certificatePolicies', 'non-critical', policies);
    const time = tlv(0x17, Buffer.from(notBefore, 'ascii'));
    const tbs = replaceAt(withMore(tbsOf('ocsp-responder'), more), FIELD.notBefore, time);
    expect(findingsAbout('ocsp-responder', tbs).join().includes('RSP-33')).toBe(refused);
  });

  it('RSP-36: a responder of 45 days has no warning, one of 46 days has one and is signed', () => {
    const profile = {
      ...profileOf('ocsp-responder'),
      validity: { value: { days: 46 }, source: '' },
    };
    const levels = (days: number) => {
      const tbs = tbsOf('ocsp-responder', { notAfter: unixSeconds(NOW + days * 86_400 - 1) });
      const candidate = certificateCandidate(tbs, profile, issuerOf('ocsp-responder'), NOW);
      if (!candidate.ok) throw new Error(candidate.error.code);
      const linted = must(lint('certificate', candidate.value), 'lint');
      const results = lintResults('certificate', linted);
      expect(results).toHaveLength(new Set(certificateRequirements.map(({ rule }) => rule)).size);
      return results.filter(({ result }) => result !== 'passed');
    };
    expect(levels(45)).toEqual([]);
    expect(levels(46)).toEqual([
      {
        rule: 'RSP-36',
        source: 'RFC 6960 4.2.2.2.1; RFC 9919 3.2.2',
        result: 'warning',
        reason: 'a responder valid for 46 days, more than 45',
      },
    ]);
  });
});
