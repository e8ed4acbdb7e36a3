import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { UnixSeconds } from '../../../../shared/time.ts';
import { certificateDisagreement } from '../../../../signer/signing/second-opinion/certificate.ts';
import { withOctet } from '../../../support/octets.ts';
import {
  describeWithOpenSSL,
  openssl,
  opensslOk,
  ScratchDirectory,
} from '../../../support/openssl.ts';
import {
  casesOf,
  type PolicyCase,
  policyFiles,
  signCase,
} from '../../../support/policy-certificates.ts';
import { certificatePEM } from '../../../support/x509-builders.ts';

const scratch = new ScratchDirectory();

/** openssl's names of the purposes that it knows. */
const PURPOSES: Readonly<Record<string, string>> = {
  timeStamping: 'timestampsign',
  OCSPSigning: 'ocsphelper',
  serverAuth: 'sslserver',
  clientAuth: 'sslclient',
};

function verify(path: string, chain: readonly string[], purpose: string | undefined, at: number) {
  const [root = path, ...between] = chain;
  return openssl([
    ...['verify', '-x509_strict', '-check_ss_sig', '-attime', String(at)],
    ...(purpose === undefined ? [] : ['-purpose', purpose]),
    ...['-CAfile', root],
    ...between.flatMap((file) => ['-untrusted', file]),
    path,
  ]);
}

for (const [file, policy] of policyFiles()) {
  const cases = casesOf(policy);
  const pathOf = ({ authority, profile }: PolicyCase) =>
    scratch.file(`${file}-${authority}-${profile}.pem`.replaceAll(' ', '-'));

  const signed = (wanted: PolicyCase, at?: UnixSeconds) => {
    const made = signCase(policy, wanted, at);
    scratch.write(pathOf(wanted).slice(scratch.path.length + 1), certificatePEM(made.der));
    return made;
  };

  /** Root first, all certified at the same moment. */
  const chainOf = (wanted: PolicyCase, at: UnixSeconds): readonly string[] => {
    const issuer = cases.find(({ authority }) => authority === wanted.issuer);
    if (!issuer) return [];
    signed(issuer, at);
    return [...chainOf(issuer, at), pathOf(issuer)];
  };

  describeWithOpenSSL(`every profile of shared/policy/${file}`, () => {
    it.each(cases.map((wanted) => [`${wanted.authority}, ${wanted.profile}`, wanted] as const))(
      'CP 7.1.2: %s passes openssl and a second library',
      (_title, wanted) => {
        const { linted, der, signature, at } = signed(wanted);
        const algorithm = linted.profile.signatureAlgorithm.value;
        expect(certificateDisagreement(der, linted, { algorithm, value: signature })).toBeNull();
        const parsed = opensslOk(['asn1parse', '-inform', 'DER'], der).text;
        expect(parsed).toContain('X509v3 Key Usage');
        const purposes = linted.profile.extKeyUsage?.value ?? [];
        const isCA = linted.profile.basicConstraints?.value.cA === true;
        const named = isCA ? [undefined] : purposes.map((purpose) => PURPOSES[purpose]);
        for (const purpose of named.length > 0 ? named : [undefined]) {
          const { text } = verify(pathOf(wanted), chainOf(wanted, at), purpose, at + 60);
          expect(text).toBe(`${pathOf(wanted)}: OK\n`);
        }
        expect(new X509Certificate(der).ca).toBe(isCA);
      },
      60_000,
    );

    it('CP 7.1.2: openssl refuses what was changed after signing', () => {
      const [root] = cases;
      if (!root) throw new Error('a policy without authorities');
      const { der, at } = signed(root);
      const changed = withOctet(der, der.length - 1, (der.at(-1) ?? 0) ^ 1);
      const path = scratch.write(`${file}-changed.pem`, certificatePEM(changed));
      expect(verify(path, [path], undefined, at + 60).status).not.toBe(0);
    }, 60_000);
  });
}

describe('policy files', () => {
  it('CP 1.1: those of shared/policy are found, and each has an authority that issues', () => {
    expect(policyFiles().map(([name]) => name)).toContain('root-ca3.json');
    for (const [, policy] of policyFiles()) expect(casesOf(policy).length).toBeGreaterThan(1);
  });
});
