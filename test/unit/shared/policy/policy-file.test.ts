import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../../../shared/policy/policy-file.ts';
import { findings } from './policy-findings.ts';

describe('what cannot be read', () => {
  it.each([
    [
      'RSP-8',
      'authorities/root-ca3/ocsp/validitySeconds/value',
      864_000,
      'CP 4.9.10; RSP-8, RSP-9',
    ],
    ['RSP-8', 'authorities/root-ca3/ocsp/validitySeconds/value', 28_799, 'CP 4.9.10; RSP-8, RSP-9'],
    [
      'CRL-4',
      'authorities/root-ca3/crl/validitySeconds/value',
      31_449_601,
      'CP 4.9.7; CSBR 4.9.7; CRL-4',
    ],
    ['CRT-12', 'profiles/root-ca3-tsa/issuedUntil/value', '2018-02-30', 'CP 7.1.2; RFC 5280 4.2'],
    [
      'CRT-4',
      'profiles/tsa/key/value',
      { kind: 'rsa', modulusLengths: [1024] },
      'CP 6.1.5; CSBR 6.1.5; CRT-4',
    ],
  ])('%s: %s = %j is refused with its clause', (_rule, path, value, clause) => {
    const [found = ''] = findings('root-ca3', { [path]: value });
    expect(found).toMatch(new RegExp(`^/${path}`));
    expect(found).toContain(`(${clause})`);
  });

  it('CP 7.1: an unknown field is refused with its place', () => {
    expect(findings('root-ca3', { 'profiles/tsa/nameConstraints': [] })).toEqual([
      '/profiles/tsa/nameConstraints (CP 7.1.2; RFC 5280 4.2)',
    ]);
  });

  it('CP 7.1: whatever is wrong in the form of a file is told at once, each with its place', () => {
    const wrong = findings('root-ca3', {
      'profiles/tsa/nameConstraints': [],
      'profiles/tsa/key/value': 'RSA',
      'authorities/root-ca3/crl/validitySeconds': { value: -1, source: 'CP 4.9.7' },
      'authorities/root-ca3/custody/value': null,
      version: '5.08 (draft)',
    });
    expect(wrong.map((finding) => finding.split(' ')[0])).toEqual([
      '/authorities/root-ca3/custody/value',
      '/version',
      '/authorities/root-ca3/crl/validitySeconds/value',
      '/profiles/tsa/nameConstraints',
      '/profiles/tsa/key/value',
    ]);
  });

  it('RFC 8259 2: what is no JSON is refused', () => {
    const reason = expect.stringMatching(/^is not JSON \(/);
    expect(readPolicyFile('{')).toMatchObject({ error: [{ pointer: '', reason }] });
  });
});
