import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';

const TEXT = readFileSync(
  new URL('../../../../shared/policy/root-ca3.json', import.meta.url),
  'utf8',
);

function withPolicy(change: (policy: ReturnType<typeof JSON.parse>) => void): unknown {
  const policy = JSON.parse(TEXT);
  change(policy);
  const decoded = decodeCertificatePolicy(JSON.stringify(policy));
  return decoded.ok ? 'accepted' : decoded.error;
}

describe('what the snapshot could not hold', () => {
  it.each([
    'http://ca.example',
    'http://ca.example/',
    'http://ca.example/a//b.crl',
    'http://ca.example/.crl',
    'http://ca.example/a/',
  ])('HTTP-11: a CRL at %s is refused by the policy, not by the edge', (url) => {
    const refused = withPolicy(({ authorities }) => {
      authorities['root-ca3'].crl.url.value = url;
    });
    expect(refused).toMatchObject({ pointer: '/authorities/root-ca3/crl/url/value' });
  });

  it('HTTP-11: two files of one path on two hosts are refused', () => {
    const refused = withPolicy(({ authorities }) => {
      authorities['root-ca3'].crl.url.value = 'http://a.example/ca.crl';
      authorities['time-stamping-ca'].crl.url.value = 'http://b.example/ca.crl';
    });
    expect(refused).toMatchObject({ reason: 'is the second file at /ca.crl' });
  });

  it('RSP-36: a responder that would be due as soon as it is made is refused', () => {
    const refused = withPolicy(({ profiles }) => {
      profiles['ocsp-responder'].validity.value = { days: 14 };
    });
    expect(refused).toMatchObject({ pointer: '/authorities/root-ca3/ocsp/validitySeconds' });
  });
});
