import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';

const TEXT = readFileSync(
  new URL('../../../../shared/policy/root-ca3.json', import.meta.url),
  'utf8',
);

/** root-ca3.json with the value at a JSON Pointer (RFC 6901) put in place of what is there. */
function decodeWith(pointer: string, value: unknown) {
  const json = JSON.parse(TEXT);
  const names = pointer.slice(1).split('/');
  const last = names.pop() ?? '';
  let at = json;
  for (const name of names) at = at[name];
  at[last] = value;
  return decodeCertificatePolicy(JSON.stringify(json));
}

function refusal(pointer: string, value: unknown) {
  const decoded = decodeWith(pointer, value);
  return decoded.ok ? 'accepted' : decoded.error;
}

const ROOT = '/authorities/root-ca3';
const TSA = '/profiles/tsa';

describe('fields of a policy file', () => {
  it.each([
    '/remark',
    `${ROOT}/ocsp/url/remark`,
    `${ROOT}/crl/deltaUrl`,
    `${TSA}/nameConstraints`,
    `${TSA}/keyUsage/bits`,
  ])('CP 7.1: the unknown field %s is refused with its JSON pointer', (pointer) => {
    expect(refusal(pointer, 'x')).toEqual({ pointer, reason: 'is not a known field' });
  });

  it.each([
    ['/format', 'inkan-policy-2', 'must be one of inkan-policy-1'],
    [`${TSA}/keyUsage/critical`, 'yes', 'must be true or false'],
    [`${TSA}/validity/value`, { months: 0 }, undefined],
    [`${TSA}/signatureAlgorithm/value`, 'md5WithRSAEncryption', undefined],
    [`${TSA}/extKeyUsage/value`, [], 'must not be empty'],
    [`${TSA}/keyUsage/value`, [], 'must not be empty'],
    [`${TSA}/certificatePolicies/value`, [], 'must not be empty'],
    [`${TSA}/authorityInfoAccess/value`, [], 'must not be empty'],
  ])('CP 7.1: %s with %j is refused', (pointer, value, reason) => {
    const error = refusal(pointer, value);
    expect(error).toMatchObject({ pointer: expect.stringContaining(pointer) });
    if (reason !== undefined) expect(error).toMatchObject({ reason });
  });

  it('CRT-5: MD5, and ECDSA with SHA-1, cannot be named as a signature algorithm', () => {
    for (const algorithm of ['md5WithRSAEncryption', 'ecdsa-with-SHA1'])
      expect(refusal(`${TSA}/signatureAlgorithm/value`, algorithm)).not.toBe('accepted');
  });

  it.each([[[1024]], [[3071]], [[]], [[2048, 1024]]])(
    'CRT-4: RSA of %j bits cannot be named',
    (sizes) => {
      const value = { kind: 'rsa', modulusLengths: sizes };
      expect(refusal(`${TSA}/key/value`, value)).not.toBe('accepted');
    },
  );

  it('RFC 8259 4: a field that stands twice is refused', () => {
    const twice = TEXT.replace('"version": "5.08",', '"version": "5.08", "version": "5.09",');
    expect(decodeCertificatePolicy(twice)).toMatchObject({ ok: false, error: { pointer: '' } });
    expect(decodeCertificatePolicy('{')).toMatchObject({ ok: false, error: { pointer: '' } });
  });
});

describe('names that point somewhere', () => {
  it.each([
    ['/authorities/time-stamping-ca/issuer', 'root-ca9', 'names root-ca9, which is no authority'],
    ['/authorities/time-stamping-ca/issuer', 'time-stamping-ca', 'leads to no root'],
    [`${ROOT}/profile`, 'root-ca9', 'names root-ca9, which is no profile'],
    [`${ROOT}/ocsp/responderProfile`, 'responder', 'names responder, which is no profile'],
    ['/authorities/time-stamping-ca/issues/0', 'tsa9', 'names tsa9, which is no profile'],
  ])('CP 1.3: %s that names nothing is refused there', (pointer, name, reason) => {
    expect(refusal(pointer, name)).toEqual({ pointer, reason });
  });
});

describe('URLs', () => {
  it.each([
    ['crl/url', '/a/b.crl'],
    ['ocsp/url', ''],
    ['caIssuers/url', '/a/b.cer'],
  ])('HTTP-14: %s takes http', (field, path) => {
    const url = `http://ca.example:8080${path}`;
    expect(decodeWith(`${ROOT}/${field}/value`, url).ok).toBe(true);
  });

  it.each(['crl/url', 'ocsp/url', 'caIssuers/url'])(
    'HTTP-14: %s refuses https and the rest',
    (field) => {
      const pointer = `${ROOT}/${field}/value`;
      const others = [
        'https://ca.example/a',
        'HTTP://ca.example/a',
        'ldap://ca.example/',
        'ca.example',
        '',
      ];
      for (const url of [
        ...others,
        'http://ca.example/a?b',
        'http://ca.example/a#b',
        'http:///a',
        7,
      ])
        expect(refusal(pointer, url)).toEqual({
          pointer,
          reason: 'must be an http:// URL (HTTP-14)',
        });
    },
  );
});

describe('times of CRL and OCSP', () => {
  const OCSP = `${ROOT}/ocsp`;

  it.each([
    ['RSP-8: 8 hours pass', 28_800, true],
    ['RSP-8: a second less is refused', 28_799, false],
    ['RSP-8: 10 days less a second pass', 863_999, true],
    ['RSP-8: 10 days are refused', 864_000, false],
  ])('%s', (_title, seconds, passes) => {
    const text = JSON.parse(TEXT);
    const { ocsp } = text.authorities['root-ca3'];
    ocsp.validitySeconds.value = seconds;
    ocsp.refreshAfterSeconds.value = 3_600;
    expect(decodeCertificatePolicy(JSON.stringify(text)).ok).toBe(passes);
  });

  it.each([
    ['CRL-4: 364 days pass', 31_449_600, true],
    ['CRL-4: a second more is refused', 31_449_601, false],
  ])('%s', (_title, seconds, passes) => {
    expect(decodeWith(`${ROOT}/crl/validitySeconds/value`, seconds).ok).toBe(passes);
  });

  /** CP 4.9.10: half of what is under 16 h; else 8 h before the end and within 4 days. */
  it.each([
    [28_800, 14_400],
    [57_599, 28_799],
    [57_600, 28_800],
    [86_400, 57_600],
    [374_400, 345_600],
    [604_800, 345_600],
    [863_999, 345_600],
  ])(
    'RSP-9: of %d s validity a refresh before %d s passes and one at it is refused',
    (validity, deadline) => {
      const json = JSON.parse(TEXT);
      const { ocsp } = json.authorities['root-ca3'];
      ocsp.validitySeconds.value = validity;
      ocsp.refreshAfterSeconds.value = deadline - 1;
      expect(decodeCertificatePolicy(JSON.stringify(json)).ok).toBe(true);
      ocsp.refreshAfterSeconds.value = deadline;
      expect(decodeCertificatePolicy(JSON.stringify(json))).toEqual({
        ok: false,
        error: {
          pointer: `${OCSP}/refreshAfterSeconds`,
          reason: 'must lie before the deadline of CP 4.9.10',
        },
      });
    },
  );

  it.each([[['sha1']], [['sha256']], [['sha1', 'sha1']], [[]]])(
    'REQ-12: CertID hashes %j alone are refused',
    (hashes) => {
      expect(refusal(`${OCSP}/certIDHashes/value`, hashes)).toMatchObject({
        pointer: `${OCSP}/certIDHashes`,
      });
    },
  );
});

describe('names of CAs and responders', () => {
  const SUBJECT = `${ROOT}/subject/value`;

  it.each([
    ['C', 'JP'],
    ['CN', 'x'.repeat(64)],
    ['O', 'Example CO.,LTD.'],
    ['L', 'x'.repeat(128)],
    ['serialNumber', '2026-11-23'],
  ])('CRT-7: %s=%s passes', (type, value) => {
    expect(decodeWith(SUBJECT, [[type, value]]).ok).toBe(true);
  });

  it.each([
    ['C', 'J'],
    ['C', 'JPN'],
    ['C', 'jp'],
    ['CN', ''],
    ['CN', 'x'.repeat(65)],
    ['O', 'x'.repeat(65)],
    ['OU', 'x'.repeat(65)],
    ['L', 'x'.repeat(129)],
    ['ST', 'x'.repeat(129)],
    ['serialNumber', 'x'.repeat(65)],
    ['CN', 'a\u0000b'],
    ['CN', '\u5370\u9451'],
  ])('CRT-7: %s=%s is refused', (type, value) => {
    expect(refusal(SUBJECT, [[type, value]])).toMatchObject({ pointer: `${SUBJECT}/0/1` });
  });

  it('CRT-6: a country or serialNumber that PrintableString does not hold is refused', () => {
    expect(refusal(SUBJECT, [['C', '@@']])).toMatchObject({ pointer: `${SUBJECT}/0/1` });
    expect(refusal(SUBJECT, [['serialNumber', 'a_b']])).toMatchObject({
      pointer: `${SUBJECT}/0/1`,
    });
  });

  it('CRT-7: an empty name and a type that is not used here are refused', () => {
    expect(refusal(SUBJECT, [])).toMatchObject({ pointer: SUBJECT });
    expect(refusal(SUBJECT, [['DC', 'example']])).toMatchObject({ pointer: `${SUBJECT}/0/0` });
  });
});
