import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { joinPolicies, policyText, readPolicyFile } from '../../../../shared/policy/policy-file.ts';
import { profileInForce } from '../../../../shared/policy/profile-in-force.ts';
import type { CertificateProfile } from '../../../../shared/policy/profiles.ts';
import { must } from '../../../../shared/result.ts';
import { unixSecondsFromISO } from '../../../../shared/time.ts';
import { shippedPolicy, suppliedECC } from '../../../support/shipped-policies.ts';

const DIRECTORY = new URL('../../../../shared/policy/', import.meta.url);
const policyOf = (name: string): CertificatePolicy =>
  must(readPolicyFile(shippedPolicy(name)), name);

const SHIPPED = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''));
const COMPLETE = SHIPPED.filter((name) => name !== 'ecc-root-ca1');

function profile(file: string, name: string): CertificateProfile {
  const found = policyOf(file).profiles.get(name);
  if (!found) throw new Error(`${file} has no ${name}`);
  return found;
}

const at = (iso: string) => must(unixSecondsFromISO(iso), iso);

describe('the policies that are shipped', () => {
  it.each(COMPLETE)('CP 1.1: %s may be used as it stands', (name) => {
    expect(readPolicyFile(shippedPolicy(name))).toMatchObject({ ok: true });
  });

  it.each(SHIPPED)('CP 1.1: every value of %s names its clause', (name) => {
    const clause = /\b(CP|CSBR|TLSBR|RFC \d+|(REQ|RSP|HTTP|CRL|CRT|CSR|CON)-\d+)\b/;
    const sources = [...shippedPolicy(name).matchAll(/"source": "([^"]+)"/g)].map(
      ([, text]) => text,
    );
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter((text) => !clause.test(text ?? ''))).toEqual([]);
  });

  it('CP 1.1: all of them can live in one signer: no two names or paths are the same', () => {
    const [first, ...others] = COMPLETE.map(policyOf);
    if (!first) throw new Error('no policy');
    const joined = must(joinPolicies(first, ...others), 'joined');
    expect([...joined.authorities.keys()].sort()).toEqual([
      'private-tls-ca',
      'root-ca1',
      'root-ca2',
      'root-ca3',
      'time-stamping-ca',
    ]);
    expect(policyText(joined).split('; ')).toHaveLength(COMPLETE.length);
  });

  it('CP 1.1: a file is not read twice into one signer', () => {
    const root = policyOf('root-ca2');
    expect(joinPolicies(root, root)).toMatchObject({
      error: { pointer: '/authorities/root-ca2' },
    });
    const { profiles, ...rest } = policyOf('private-tls');
    const authorities = new Map([['other', must(only(rest.authorities), 'private-tls')]]);
    expect(joinPolicies(policyOf('private-tls'), { ...rest, authorities, profiles })).toMatchObject(
      { error: { pointer: '/profiles/private-tls-root' } },
    );
    const renamed = new Map([...profiles].map(([name, value]) => [`${name}-2`, value]));
    expect(
      joinPolicies(policyOf('private-tls'), { ...rest, authorities, profiles: renamed }),
    ).toMatchObject({ error: { reason: 'is the second file at /private-tls.crl' } });
  });
});

function only<T>(map: ReadonlyMap<string, T>) {
  const [value] = map.values();
  return value === undefined
    ? ({ ok: false, error: 'empty' } as const)
    : ({ ok: true, value } as const);
}

/** What CP tables 7.1.2-1, -2 and -4 list besides the key identifiers, and their clause 1.2 OID. */
const END_ENTITY_TABLES = [
  ['root-ca1', 'root-ca1', '1.2.392.200091.100.901.2', 1, 'sha256WithRSAEncryption', false],
  ['root-ca2', 'root-ca2', '1.2.392.200091.100.901.5', 2, 'sha256WithRSAEncryption', true],
  ['root-ca3', 'root-ca3', '1.2.392.200091.100.901.7', 3, 'sha384WithRSAEncryption', true],
] as const;

describe('the tables of CP 7.1.2 as data', () => {
  it.each(END_ENTITY_TABLES)(
    'CRT-9: %s issues TSA and TA certificates of its table, with its OID and algorithm',
    (file, prefix, oid, n, algorithm, hasOCSP) => {
      const repository = `repository.secomtrust.net/SC-Root${n}/`;
      for (const kind of ['tsa', 'ta'] as const) {
        const { keyUsage, extKeyUsage, basicConstraints, ...rest } = profile(
          file,
          `${prefix}-${kind}`,
        );
        expect(keyUsage).toMatchObject({ critical: true, value: ['digitalSignature'] });
        // The TA has none: the table sets it for TSAs alone.
        if (kind === 'ta') expect(extKeyUsage).toBeUndefined();
        else expect(extKeyUsage).toMatchObject({ critical: true, value: ['timeStamping'] });
        expect(basicConstraints).toBeUndefined();
        expect(rest.certificatePolicies?.value).toEqual([
          { policyIdentifier: oid, cPSuri: `https://${repository}` },
        ]);
        expect(rest.cRLDistributionPoints?.value).toBe(true);
        expect(rest.authorityInfoAccess?.value).toEqual(hasOCSP ? ['ocsp'] : undefined);
        expect(rest.authorityInfoAccess?.perApplication).toBe(hasOCSP ? true : undefined);
        expect(rest.signatureAlgorithm.value).toBe(algorithm);
      }
      const authority = policyOf(file).authorities.get(prefix);
      expect(authority?.crl.url.value).toBe(`http://${repository}SCRoot${n}CRL.crl`);
      const ocsp = `http://scrootca${n}.ocsp.secomtrust.net`;
      expect(authority?.ocsp?.url.value).toBe(hasOCSP ? ocsp : undefined);
    },
  );
});

describe('the dates of CP 7.1.2', () => {
  it('CRT-12: RootCA3 issues no end-entity certificate after 2018-09-26', () => {
    for (const name of ['root-ca3-tsa', 'root-ca3-ta']) {
      const table = profile('root-ca3', name);
      expect(profileInForce(table, at('2018-09-26T23:59:59Z')).ok).toBe(true);
      expect(profileInForce(table, at('2018-09-27T00:00:00Z'))).toEqual({
        ok: false,
        error: {
          code: 'profile-not-in-force',
          issuedFrom: null,
          issuedUntil: '2018-09-26',
          source: 'CP table 7.1.2-4: issued until 2018-09-26; CRT-12',
        },
      });
    }
  });

  it('CP 7.1.2: the sub-CA of table 7.1.2-6 is issued from 2018-06-07 on', () => {
    const table = profile('root-ca3', 'time-stamping-ca');
    expect(profileInForce(table, at('2018-06-06T23:59:59Z'))).toMatchObject({
      error: { issuedFrom: '2018-06-07', issuedUntil: null },
    });
    expect(profileInForce(table, at('2018-06-07T00:00:00Z')).ok).toBe(true);
  });

  it.each([
    ['root-ca2', 'root-ca2-responder', '1.2.392.200091.100.901.5', 2],
    ['root-ca3', 'ocsp-responder', '1.2.392.200091.100.901.7', 3],
  ])(
    'RSP-33: responders of %s carry certificatePolicies until 2023-09-14 and not from 2023-09-15',
    (file, name, oid, n) => {
      const table = profile(file, name);
      const before = must(profileInForce(table, at('2023-09-14T23:59:59Z')), 'before');
      expect(before.certificatePolicies).toMatchObject({
        critical: false,
        value: [
          {
            policyIdentifier: oid,
            cPSuri: `https://repository.secomtrust.net/SC-Root${n}/`,
          },
        ],
      });
      const after = must(profileInForce(table, at('2023-09-15T00:00:00Z')), 'after');
      expect(after.certificatePolicies).toBeUndefined();
    },
  );

  it('CSBR 6.3.2: a code-signing TSA key is used 15 months and gone within 18', () => {
    expect(profile('root-ca3', 'tsa').privateKeyUsage?.value).toEqual({
      months: 15,
      removedWithinMonths: 18,
    });
  });
});

describe('ECC RootCA1, for which the CP has no values', () => {
  it('CRT-9, CON-15: as shipped it is refused, each open value with the reason', () => {
    const refused = readPolicyFile(shippedPolicy('ecc-root-ca1'));
    expect(refused).toMatchObject({ ok: false });
    const findings = refused.ok ? [] : refused.error;
    expect(findings.map(({ pointer }) => pointer)).toEqual([
      '/authorities/ecc-root-ca1/crl/url/value',
      '/authorities/ecc-root-ca1/caIssuers/url/value',
      '/authorities/ecc-root-ca1/certificates/url/value',
      '/authorities/ecc-root-ca1/ocsp/url/value',
      '/profiles/ecc-root-ca1-tsa/certificatePolicies/value',
      '/profiles/ecc-root-ca1-ta/certificatePolicies/value',
    ]);
    for (const { reason, clause } of findings) {
      expect(reason).toBe("is left open: put the CA's own value there");
      expect(clause).toMatch(/^CON-15, CRT-9: CP 1\.1 names ECC RootCA1 and gives it no /);
    }
  });

  it('CRT-9: with OID and URLs supplied it may be used: P-384, ecdsa-with-SHA384', () => {
    const policy = must(readPolicyFile(suppliedECC()), 'supplied');
    expect(policy.profiles.get('ecc-root-ca1-root')?.key.value).toEqual({
      kind: 'ec',
      namedCurves: ['P-384'],
    });
    for (const { signatureAlgorithm } of policy.profiles.values())
      expect(signatureAlgorithm.value).toBe('ecdsa-with-SHA384');
  });
});
