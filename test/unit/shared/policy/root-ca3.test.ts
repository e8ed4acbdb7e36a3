import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';

const TEXT = readFileSync(
  new URL('../../../../shared/policy/root-ca3.json', import.meta.url),
  'utf8',
);
const POLICY = must(decodeCertificatePolicy(TEXT), 'root-ca3.json');

interface Place {
  readonly path: readonly string[];
  readonly value: object;
}

/** Every object of the file with its path. */
function* objects(value: unknown, path: readonly string[] = []): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  yield { path, value };
  for (const [name, inner] of Object.entries(value)) yield* objects(inner, [...path, name]);
}

const SOURCED = [...objects(JSON.parse(TEXT))].filter(({ value }) => 'value' in value);

/** The file with one object changed. */
function changed(
  path: readonly string[],
  change: (object: Record<string, unknown>) => void,
): string {
  const json = JSON.parse(TEXT);
  let at = json;
  for (const name of path) at = at[name];
  change(at);
  return JSON.stringify(json);
}

describe('root-ca3.json', () => {
  it('CP 1.2: it decodes, with the two authorities of RootCA3 and their profiles', () => {
    expect([...POLICY.authorities.keys()]).toEqual(['root-ca3', 'time-stamping-ca']);
    expect([...POLICY.profiles.keys()].sort()).toEqual([
      'ocsp-responder',
      'root-ca',
      'root-ca3-ta',
      'root-ca3-tsa',
      'time-stamping-ca',
      'tsa',
    ]);
    expect(POLICY.version).toBe('5.08');
  });

  it('CP 1.1: every value names the clause that asks for it', () => {
    expect(SOURCED.length).toBeGreaterThan(40);
    const clause = /\b(CP|CSBR|RFC \d+|(REQ|RSP|HTTP|CRL|CRT|CSR|CON)-\d+)\b/;
    const without = SOURCED.filter(
      ({ value }) => !('source' in value && clause.test(String(value.source))),
    );
    expect(without.map(({ path }) => path.join('/'))).toEqual([]);
  });

  it('CP 1.1: a value whose source is taken away is refused at its place', () => {
    for (const { path } of SOURCED) {
      const text = changed(path, (object) => {
        delete object['source'];
      });
      const pointer = `/${path.join('/')}/source`;
      expect(decodeCertificatePolicy(text)).toEqual({
        ok: false,
        error: { pointer, reason: 'is missing' },
      });
    }
  });

  it('CP 1.1: a source of white space alone is refused', () => {
    const [first] = SOURCED;
    const text = changed(first?.path ?? [], (object) => {
      object['source'] = ' ';
    });
    expect(decodeCertificatePolicy(text)).toMatchObject({ ok: false });
  });
});

describe('profiles of root-ca3.json', () => {
  it('CRT-4: RSA alone; 4096 for CAs, 3072 and more for time-stamp certificates', () => {
    const sizes = [...POLICY.profiles].map(([name, { key }]) => [name, key.value]);
    expect(Object.fromEntries(sizes)).toEqual({
      'root-ca': { kind: 'rsa', modulusLengths: [4096] },
      'time-stamping-ca': { kind: 'rsa', modulusLengths: [4096] },
      'ocsp-responder': { kind: 'rsa', modulusLengths: [3072] },
      tsa: { kind: 'rsa', modulusLengths: [3072, 4096] },
      // Issued until 2018-09-26, before CSBR asked for more.
      'root-ca3-tsa': { kind: 'rsa', modulusLengths: [2048, 3072, 4096] },
      'root-ca3-ta': { kind: 'rsa', modulusLengths: [2048, 3072, 4096] },
    });
  });

  it('CRT-5: sha384WithRSAEncryption everywhere (CP table 7.1.3-3)', () => {
    const algorithms = [...POLICY.profiles.values()].map(
      (profile) => profile.signatureAlgorithm.value,
    );
    expect(new Set(algorithms)).toEqual(new Set(['sha384WithRSAEncryption']));
  });

  it('CRL-4, RSP-8, RSP-36: validities are those of the rule sheet', () => {
    for (const { crl, ocsp } of POLICY.authorities.values()) {
      expect(crl.validitySeconds.value).toBe(364 * 86_400);
      expect(ocsp?.validitySeconds.value).toBe(7 * 86_400);
    }
    expect(POLICY.profiles.get('ocsp-responder')?.validity.value).toEqual({ days: 45 });
  });

  it('RSP-30, RSP-31, RSP-32, RSP-33, RSP-34: the responder has what table 7.1.2-5 lists and no more', () => {
    const profile: object = POLICY.profiles.get('ocsp-responder') ?? {};
    const stated = [...objects(profile)].flatMap(({ path, value }) =>
      'critical' in value && 'value' in value ? [[path.join(), value.critical, value.value]] : [],
    );
    expect(stated).toEqual([
      ['keyUsage', true, ['digitalSignature']],
      ['extKeyUsage', false, ['OCSPSigning']],
      ['ocspNoCheck', false, true],
    ]);
  });
});
