import { describe, expect, it } from 'vitest';
import { type Changes, findings } from './policy-findings.ts';

const source = 'test';
const TSA = 'profiles/tsa';
const SUB_CA = 'profiles/time-stamping-ca';
const RESPONDER = 'profiles/ocsp-responder';
const ROOT = 'authorities/root-ca3';

/** root-ca3.json, code-signing: what is changed, where it is found, a clause that must be told. */
const CONTRADICTIONS: readonly (readonly [
  rule: string,
  what: string,
  changes: Changes,
  pointer: string,
  clause: string,
])[] = [
  [
    'CRT-5',
    'SHA-1 in the scope of code-signing',
    {
      [`${TSA}/signatureAlgorithm/value`]: 'sha1WithRSAEncryption',
      'authorities/time-stamping-ca/signatureAlgorithms/value': [
        'sha1WithRSAEncryption',
        'sha384WithRSAEncryption',
      ],
    },
    '/profiles/tsa/signatureAlgorithm',
    'CP 7.1.3',
  ],
  [
    'CRT-5',
    'an algorithm that the authority does not list',
    { [`${TSA}/signatureAlgorithm/value`]: 'sha256WithRSAEncryption' },
    '/profiles/tsa/signatureAlgorithm',
    'CP 7.1.3',
  ],
  [
    'CRT-5',
    'an algorithm that is not in the table of its OID',
    {
      [`${TSA}/signatureAlgorithm/value`]: 'sha256WithRSAEncryption',
      'authorities/time-stamping-ca/signatureAlgorithms': undefined,
    },
    '/profiles/tsa/signatureAlgorithm',
    'CP 1.2, 7.1.3',
  ],
  [
    'CRT-5',
    'an algorithm that the key of the issuer does not sign with',
    { [`${TSA}/signatureAlgorithm/value`]: 'ecdsa-with-SHA384' },
    '/profiles/tsa/signatureAlgorithm',
    'CSBR 7.1.3.2',
  ],
  [
    'CRT-5',
    'RootCA2 as the anchor of code-signing time-stamps',
    {
      [`${TSA}/certificatePolicies/value`]: [{ policyIdentifier: '1.2.392.200091.100.901.5' }],
    },
    '/profiles/tsa/certificatePolicies',
    'CP 7.1.3',
  ],
  [
    'CRT-4',
    'RSA-2048 for a TSA',
    { [`${TSA}/key/value`]: { kind: 'rsa', modulusLengths: [2048, 3072] } },
    '/profiles/tsa/key',
    'CSBR 6.1.5',
  ],
  [
    'CRT-4',
    'P-256 for a TSA',
    { [`${TSA}/key/value`]: { kind: 'ec', namedCurves: ['P-256'] } },
    '/profiles/tsa/key',
    'CP 7.1.3',
  ],
  [
    'CRT-4',
    'RSA-3072 for a sub-CA',
    { [`${SUB_CA}/key/value`]: { kind: 'rsa', modulusLengths: [3072] } },
    '/profiles/time-stamping-ca/key',
    'CSBR 6.1.5',
  ],
  [
    'CRT-3',
    'more than 135 months',
    { [`${TSA}/validity/value`]: { months: 136 } },
    '/profiles/tsa/validity',
    'CSBR 6.3.2',
  ],
  [
    'CRT-3',
    'more days than 135 months may have',
    { [`${TSA}/validity/value`]: { days: 4_107 } },
    '/profiles/tsa/validity',
    'CSBR 6.3.2',
  ],
  [
    'CRT-3',
    'no period for the private key',
    { [`${TSA}/privateKeyUsage`]: undefined },
    '/profiles/tsa/privateKeyUsage',
    'CSBR 6.3.2',
  ],
  [
    'CRT-3',
    '16 months of private key',
    { [`${TSA}/privateKeyUsage/value`]: { months: 16, removedWithinMonths: 18 } },
    '/profiles/tsa/privateKeyUsage',
    'CSBR 6.3.2',
  ],
  [
    'CRT-3',
    'a private key kept for 19 months',
    { [`${TSA}/privateKeyUsage/value`]: { months: 15, removedWithinMonths: 19 } },
    '/profiles/tsa/privateKeyUsage',
    'CSBR 6.3.2',
  ],
  [
    'CRT-1',
    'timeStamping beside another purpose',
    { [`${TSA}/extKeyUsage/value`]: ['timeStamping', 'clientAuth'] },
    '/profiles/tsa/extKeyUsage',
    'RFC 3161 2.3',
  ],
  [
    'CRT-1',
    'timeStamping that is not critical',
    { [`${TSA}/extKeyUsage/critical`]: false },
    '/profiles/tsa/extKeyUsage',
    'RFC 3161 2.3',
  ],
  [
    'CRT-2',
    'a sub-CA without extKeyUsage',
    { [`${SUB_CA}/extKeyUsage`]: undefined },
    '/profiles/time-stamping-ca/extKeyUsage',
    'CSBR 7.1.2.2 g',
  ],
  [
    'CRT-2',
    'a sub-CA for more than time-stamping',
    { [`${SUB_CA}/extKeyUsage/value`]: ['timeStamping', 'serverAuth'] },
    '/profiles/time-stamping-ca/extKeyUsage',
    'CSBR 7.1.2.2 g',
  ],
  [
    'CRT-9',
    'a TSA without the OID of the policy',
    { [`${TSA}/certificatePolicies`]: undefined },
    '/profiles/tsa/certificatePolicies',
    'CP 1.2, 7.1.6',
  ],
  [
    'CON-10',
    'a sub-CA without the reserved OID',
    {
      [`${SUB_CA}/certificatePolicies/value`]: [{ policyIdentifier: '1.2.392.200091.100.901.7' }],
    },
    '/profiles/time-stamping-ca/certificatePolicies',
    'CSBR 7.1.6.3',
  ],
  [
    'CON-8',
    'authorityInfoAccess that may be left out',
    { [`${TSA}/authorityInfoAccess/perApplication`]: true },
    '/profiles/tsa/authorityInfoAccess',
    '7.1.2.3 c',
  ],
  [
    'CON-9',
    'a sub-CA without caIssuers',
    { [`${SUB_CA}/authorityInfoAccess/value`]: ['ocsp'] },
    '/profiles/time-stamping-ca/authorityInfoAccess',
    'CSBR 7.1.2.2 c',
  ],
  [
    'CRT-12',
    'a TSA directly under RootCA3 after 2018-09-26',
    { 'profiles/root-ca3-tsa/issuedUntil/value': '2018-09-27' },
    '/profiles/root-ca3-tsa/issuedUntil',
    'CP table 7.1.2-4',
  ],
  [
    'CRT-12',
    'a TSA directly under RootCA3 without an end',
    { [`${ROOT}/issues`]: ['tsa'] },
    '/profiles/tsa/issuedUntil',
    'CP table 7.1.2-4',
  ],
  [
    'RSP-19',
    'a CA that may sign OCSP itself',
    { 'profiles/root-ca/keyUsage/value': ['keyCertSign', 'cRLSign', 'digitalSignature'] },
    '/profiles/root-ca/keyUsage',
    'CSBR 7.1.2.1 b',
  ],
  [
    'RSP-19',
    'a TSA that may sign CRLs',
    { [`${TSA}/keyUsage/value`]: ['digitalSignature', 'cRLSign'] },
    '/profiles/tsa/keyUsage',
    'RFC 5280 4.2.1.3',
  ],
  [
    'RSP-30',
    'a responder for another purpose besides',
    { [`${RESPONDER}/extKeyUsage/value`]: ['OCSPSigning', 'clientAuth'] },
    '/profiles/ocsp-responder/extKeyUsage',
    'RFC 6960 4.2.2.2',
  ],
  [
    'RSP-31',
    'a responder with nonRepudiation',
    { [`${RESPONDER}/keyUsage/value`]: ['digitalSignature', 'nonRepudiation'] },
    '/profiles/ocsp-responder/keyUsage',
    'CP tables 7.1.2-3, 7.1.2-5',
  ],
  [
    'RSP-32',
    'a responder without nocheck',
    { [`${RESPONDER}/ocspNoCheck`]: undefined },
    '/profiles/ocsp-responder/ocspNoCheck',
    'CSBR 4.9.9',
  ],
  [
    'RSP-33',
    'a responder with certificatePolicies today',
    {
      [`${RESPONDER}/certificatePolicies`]: {
        ...{ critical: false, source },
        value: [{ policyIdentifier: '1.2.392.200091.100.901.7' }],
      },
    },
    '/profiles/ocsp-responder/certificatePolicies',
    'CP tables 7.1.2-3, 7.1.2-5',
  ],
  [
    'RSP-33',
    'a responder with certificatePolicies for a day longer',
    { [`${RESPONDER}/formerCertificatePolicies/value/before`]: '2023-09-16' },
    '/profiles/ocsp-responder/formerCertificatePolicies/value/before',
    'CP tables 7.1.2-3, 7.1.2-5',
  ],
  [
    'RSP-34',
    'a responder with cRLDistributionPoints',
    { [`${RESPONDER}/cRLDistributionPoints`]: { critical: false, value: true, source } },
    '/profiles/ocsp-responder/cRLDistributionPoints',
    'RFC 9919 3.2.2',
  ],
  [
    'RFC 5280 4.2.1.9',
    'a CA below one whose path has no room',
    { 'profiles/root-ca/basicConstraints/value': { cA: true, pathLenConstraint: 0 } },
    '/authorities/time-stamping-ca/issuer',
    'RFC 5280 4.2.1.9',
  ],
  [
    'RFC 5280 4.2.1.9',
    'an authority whose profile is no CA',
    { [`${ROOT}/profile`]: 'tsa' },
    '/authorities/root-ca3/profile',
    'RFC 5280 4.2.1.9',
  ],
  [
    'CP 1.1',
    'code-signing below a root that does not serve it',
    { [`${ROOT}/scope/value`]: 'time-stamping' },
    '/authorities/time-stamping-ca/scope',
    'CP 1.1, 7.1.3',
  ],
];

describe('contradictions inside a policy', () => {
  it.each(CONTRADICTIONS)('%s: %s is refused with the clause', (_rule, _what, changes, ...told) => {
    const [pointer, clause] = told;
    const found = findings('root-ca3', changes);
    expect(
      found.filter((one) => one.startsWith(`${pointer} (`) && one.includes(clause)),
    ).not.toEqual([]);
  });

  it('CP 1.1: everything that is wrong is told at once', () => {
    const found = findings('root-ca3', {
      [`${TSA}/validity/value`]: { months: 136 },
      [`${TSA}/extKeyUsage/critical`]: false,
    });
    expect(found).toHaveLength(2);
  });

  it('CRT-3: 135 months and as many days pass', () => {
    for (const validity of [{ months: 135 }, { days: 4_106 }])
      expect(findings('root-ca3', { [`${TSA}/validity/value`]: validity })).toEqual([]);
  });
});

describe('SHA-1', () => {
  const sha1 = { 'profiles/root-ca1-tsa/signatureAlgorithm/value': 'sha1WithRSAEncryption' };
  const both = ['sha256WithRSAEncryption', 'sha1WithRSAEncryption'];
  const listed = { 'authorities/root-ca1/signatureAlgorithms/value': both };

  it('CRT-5: RootCA1 may sign TSA certificates with it when its policy file says so', () => {
    expect(findings('root-ca1', { ...sha1, ...listed })).toEqual([]);
  });

  it('CRT-5: not when the file does not say so twice, and never for the CA itself', () => {
    expect(findings('root-ca1', sha1)).not.toEqual([]);
    expect(
      findings('root-ca1', { ...sha1, 'authorities/root-ca1/signatureAlgorithms': undefined }),
    ).not.toEqual([]);
    const root = { 'profiles/root-ca1-root/signatureAlgorithm/value': 'sha1WithRSAEncryption' };
    expect(findings('root-ca1', { ...root, ...listed })).toEqual([
      '/profiles/root-ca1-root/signatureAlgorithm (CP 7.1.3, table 7.1.3-1; CRT-5)',
    ]);
  });

  it('CRT-5: not under another root, nor for anyone outside the CP', () => {
    const root2 = {
      'profiles/root-ca2-tsa/signatureAlgorithm/value': 'sha1WithRSAEncryption',
      'authorities/root-ca2/signatureAlgorithms/value': both,
    };
    expect(findings('root-ca2', root2)).not.toEqual([]);
    const outside = { 'authorities/root-ca1/scope/value': 'private' };
    expect(findings('root-ca1', { ...sha1, ...listed, ...outside })).not.toEqual([]);
  });
});

describe('a policy of quite another CA', () => {
  it('RFC 9525 2: a server certificate without subjectAltName is refused', () => {
    expect(findings('private-tls', { 'profiles/tls-server/subjectAltName': undefined })).toEqual([
      '/profiles/tls-server/subjectAltName (RFC 9525 2; TLSBR 7.1.2.7.12)',
    ]);
  });

  it('CP 7.1.2: subjectAltName is refused where the CP binds', () => {
    const found = findings('private-tls', {
      'authorities/private-tls-ca/scope/value': 'time-stamping',
    });
    expect(found).toContain('/profiles/tls-server/subjectAltName (CP 7.1.2; CSBR 7.1.2.4)');
  });

  it('RFC 5280 4.2.2.1: an address for OCSP is refused where none is answered', () => {
    const found = findings('private-tls', { 'authorities/private-tls-ca/ocsp': null });
    expect(found).toEqual(['/authorities/private-tls-ca/issues/0 (CP 1.3.1)']);
  });
});
