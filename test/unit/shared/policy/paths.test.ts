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

const REVOCATION = '/revocation/holidays/value/0';

describe('business days of planned revocations', () => {
  const withHoliday = (day: string) =>
    withPolicy(({ revocation }) => {
      revocation.holidays.value = [day];
    });

  it('CP 4.9.4: a holiday is a date', () => {
    expect(withHoliday('2026-11-23')).toBe('accepted');
    for (const day of ['2026-02-30', '23 November', '2026-1-1'])
      expect(withHoliday(day)).toMatchObject({ pointer: REVOCATION });
  });

  it('CP 4.9.4: a policy that says nothing of them is accepted', () => {
    const decoded = withPolicy((policy) => {
      delete policy.revocation;
    });
    expect(decoded).toBe('accepted');
  });
});

describe('what the snapshot could not hold', () => {
  it.each([
    'http://ca.example',
    'http://ca.example/',
    'http://ca.example/a//b.crl',
    'http://ca.example/.crl',
    'http://ca.example/a/',
    'http://ca.example/crl',
    'http://ca.example/ca.CRL',
    'http://ca.example/ca.cer',
    'http://ca.example/status.json',
  ])('HTTP-11: a CRL at %s is refused by the policy, not by the edge', (url) => {
    const refused = withPolicy(({ authorities }) => {
      authorities['root-ca3'].crl.url.value = url;
    });
    expect(refused).toMatchObject({ pointer: '/authorities/root-ca3/crl/url/value' });
  });

  it.each(['/ca', '/ca.der', '/ca.CER', '/ca.crl', '/ca.pem'])(
    'HTTP-12: a CA certificate at %s is refused: the edge would not take it for one',
    (path) => {
      const refused = withPolicy(({ authorities }) => {
        authorities['root-ca3'].caIssuers.url.value = `http://ca.example${path}`;
      });
      expect(refused).toMatchObject({ reason: 'must end in .cer or .p7c (HTTP-12)' });
    },
  );

  it.each([
    ['http://pki.example', 'accepted'],
    ['http://pki.example/', 'accepted'],
    ['http://pki.example/ocsp', 'accepted'],
    ['http://pki.example/ocsp/', 'accepted'],
    ['http://pki.example/status', 'refused'],
    ['http://pki.example/ocsp/root', 'refused'],
    ['http://pki.example/OCSP', 'refused'],
  ])('REQ-3: OCSP at %s is %s: the edge has to know where base64 begins', (url, verdict) => {
    const said = withPolicy(({ authorities }) => {
      authorities['root-ca3'].ocsp.url.value = url;
    });
    if (verdict === 'accepted') expect(said).toBe('accepted');
    else expect(said).toMatchObject({ reason: 'must be the root of its host, or /ocsp on it' });
  });
});

describe('files of one path', () => {
  it('HTTP-11: two files of one path on two hosts are refused', () => {
    const refused = withPolicy(({ authorities }) => {
      authorities['root-ca3'].crl.url.value = 'http://a.example/ca.crl';
      authorities['time-stamping-ca'].crl.url.value = 'http://b.example/ca.crl';
    });
    expect(refused).toMatchObject({ reason: 'is the second file at /ca.crl' });
  });

  it('RFC 5280 4.2.2.1: a file at the path of the chain beside a CA certificate is refused', () => {
    const refused = withPolicy(({ authorities }) => {
      authorities['root-ca3'].caIssuers.url.value = 'http://a.example/ca.cer';
      authorities['time-stamping-ca'].caIssuers.url.value = 'http://b.example/ca.p7c';
    });
    expect(refused).toMatchObject({ reason: 'is the second file at /ca.p7c' });
  });

  it('RFC 5280 4.2.2.1: a caIssuers URL may be that of the chain itself', () => {
    const decoded = withPolicy(({ authorities }) => {
      authorities['root-ca3'].caIssuers.url.value = 'http://a.example/chain.p7c';
    });
    expect(decoded).toBe('accepted');
  });

  it('RFC 5280 4.2.2.1: a CA certificate whose path a snapshot cannot hold is refused', () => {
    const certificateAt = (length: number) =>
      withPolicy(({ authorities }) => {
        authorities['root-ca3'].caIssuers.url.value = `http://a.example/${'a'.repeat(length)}.cer`;
      });
    expect(certificateAt(250)).toBe('accepted');
    const pointer = '/authorities/root-ca3/caIssuers/url/value';
    expect(certificateAt(251)).toMatchObject({ pointer });
  });

  it('CRL-17: a CRL whose path leaves no room for that of its reasons is refused', () => {
    const crlAt = (length: number) =>
      withPolicy(({ authorities }) => {
        const path = `/${'a'.repeat(length - 5)}.crl`;
        authorities['root-ca3'].crl.url.value = `http://ca.example${path}`;
      });
    // `.reasons.txt` is 8 characters longer than `.crl`.
    expect(crlAt(247)).toBe('accepted');
    expect(crlAt(248)).toMatchObject({ pointer: '/authorities/root-ca3/crl/url/value' });
  });

  it('RSP-36: a responder that would be due as soon as it is made is refused', () => {
    const refused = withPolicy(({ profiles }) => {
      profiles['ocsp-responder'].validity.value = { days: 14 };
    });
    expect(refused).toMatchObject({ pointer: '/authorities/root-ca3/ocsp/validitySeconds' });
  });
});

describe('folders of certificates', () => {
  const AT = '/authorities/time-stamping-ca/certificates/url';
  const folder = (path: string, crl = '/SC-Root3/TimeStampingCA.crl') =>
    withPolicy(({ authorities }) => {
      authorities['time-stamping-ca'].certificates.url.value = `http://repository.example${path}`;
      authorities['time-stamping-ca'].crl.url.value = `http://repository.example${crl}`;
    });

  it.each(['/certificates', '/a/certificates/time-stamping-ca'])(
    'CRT-11: %s holds the certificates of one authority',
    (path) => {
      expect(folder(path)).toBe('accepted');
    },
  );

  it('CRT-11: the folder of another authority, or one that holds another file, is refused', () => {
    expect(folder('/SC-Root3/certificates/root-ca3')).toMatchObject({ pointer: AT });
    expect(folder('/certificates', '/certificates/ca.crl')).toMatchObject({
      pointer: AT,
      reason: 'is a folder in which /certificates/ca.crl lies',
    });
  });

  it('CRT-11: a folder whose files the snapshot could not hold is refused', () => {
    expect(folder(`/${'a'.repeat(208)}`)).toBe('accepted');
    expect(folder(`/${'a'.repeat(209)}`)).toMatchObject({ pointer: AT });
    expect(folder('/certificates/')).toMatchObject({ pointer: `${AT}/value` });
  });
});

describe('whether applications are required', () => {
  const applications = (value: unknown) =>
    withPolicy(({ authorities }) => {
      const authority = authorities['time-stamping-ca'];
      if (value === undefined) delete authority.applications;
      else authority.applications = value;
    });

  it('CP 4.1 to 4.3: root-ca3.json requires them; a policy may leave it open', () => {
    expect(JSON.parse(TEXT).authorities['time-stamping-ca'].applications.value).toBe('required');
    expect(applications(undefined)).toBe('accepted');
    expect(applications({ value: 'optional', source: 'CPS' })).toBe('accepted');
  });

  it.each([true, 'required', { value: 'required' }, { value: 'never', source: 'CPS' }])(
    'CP 4.1 to 4.3: %j is refused',
    (value) => {
      expect(applications(value)).toMatchObject({
        pointer: expect.stringContaining('/authorities/time-stamping-ca/applications'),
      });
    },
  );
});

describe('the folder of documents', () => {
  const AT = '/documents/url';
  const folder = (path: string) =>
    withPolicy(({ documents }) => {
      documents.url.value = `http://repository.example${path}`;
    });

  const rule = (field: 'objectionDays' | 'utcOffsetMinutes', value: unknown) =>
    withPolicy(({ documents }) => {
      documents[field] = { value, source: 'CP 9.12.2' };
    });

  it.each([
    ['objectionDays', [1, 7, 366], [0, 367, 7.5, '7']],
    ['utcOffsetMinutes', [-720, 0, 840], [-721, 841, 'Japan']],
  ] as const)('CP 9.12.2: %s is a number that can be meant', (field, taken, refused) => {
    for (const value of taken) expect(rule(field, value)).toBe('accepted');
    for (const value of refused)
      expect(rule(field, value)).toMatchObject({ pointer: `/documents/${field}/value` });
  });

  it.each(['/documents', '/SC-Root3/documents'])('CP 9.12.2: %s holds documents alone', (path) => {
    expect(folder(path)).toBe('accepted');
  });

  it.each([
    ['/SC-Root3', /is a folder in which \/SC-Root3\//],
    ['/SC-Root3/SCRoot3CRL.crl', /is the second file at/],
    ['/SC-Root3/certificates/root-ca3', /is the second file at/],
    [`/${'a'.repeat(200)}`, /too long for the files in it/],
  ])('CP 9.12.2: %s is refused', (path, reason) => {
    expect(folder(path)).toMatchObject({ pointer: AT, reason: expect.stringMatching(reason) });
  });
});
