import { afterAll, expect, it, vi } from 'vitest';
import { readPolicyFile } from '../../../../shared/policy/policy-file.ts';
import { must, ok } from '../../../../shared/result.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import type { IssueCertificateInput } from '../../../../signer/operations/operations.ts';
import { responderOperations } from '../../../../signer/operations/responder-operations.ts';
import { buildEpochCandidate } from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { checkPolicy } from '../../../../signer/setup/check-policy.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { shippedPolicy, suppliedECC } from '../../../support/shipped-policies.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import { extensionsIn } from './certificate-text.ts';
import { NEW_KEY, requestByOpenSSL } from './requests.ts';
import { KEYSTORE, refusalOf, type SignerUnderTest, startSigner } from './signer-under-test.ts';

// RSA keys take as long as they take.
vi.setConfig({ testTimeout: 120_000 });

const open: SignerUnderTest[] = [];
afterAll(async () => {
  for (const signer of open) await signer.close();
});

type PolicyJSON = ReturnType<typeof JSON.parse>;

/** A signer with a shipped policy that issues at once, its keys beside the network. */
async function signerWith(
  text: string,
  change: (policy: PolicyJSON) => void = () => undefined,
): Promise<SignerUnderTest> {
  const policy = JSON.parse(text);
  for (const authority of Object.values<PolicyJSON>(policy.authorities)) {
    authority.custody = { value: 'online', source: 'test' };
    authority.applications = { value: 'optional', source: 'test' };
  }
  change(policy);
  const changed = JSON.stringify(policy);
  must(readPolicyFile(changed), 'a policy that may be used');
  const signer = await startSigner(changed);
  open.push(signer);
  for (const authority of Object.keys(policy.authorities)) {
    const input = { authority, keystore: KEYSTORE, actor: 'test' };
    must(await createAuthority(signer.context, input), authority);
  }
  return signer;
}

let made = 0;

function request(signer: SignerUnderTest, kind: keyof typeof NEW_KEY): Uint8Array {
  made += 1;
  const key = signer.scratch.file(`key-${made}`);
  return requestByOpenSSL(signer.scratch, `request-${made}`, [
    ...[...NEW_KEY[kind], '-nodes', '-keyout', key],
    ...['-subj', `/C=JP/O=Example/CN=Server ${made}`],
  ]);
}

type Input = Omit<IssueCertificateInput, 'request'>;

async function issued(
  signer: SignerUnderTest,
  input: Input,
  kind: keyof typeof NEW_KEY,
): Promise<string> {
  const asked = { confirmations: ['organisation'] as const, ...input };
  const outcome = await issueCertificate(
    signer.context,
    { ...asked, request: request(signer, kind) },
    'test',
  );
  const { certificateId } = must(outcome, 'issue');
  const der = certificateById(signer.context.db, certificateId)?.der ?? new Uint8Array(0);
  return pemOf(signer, `leaf-${made}`, der);
}

function pemOf({ scratch }: SignerUnderTest, name: string, der: Uint8Array): string {
  const file = scratch.file(`${name}.pem`);
  opensslOk(['x509', '-inform', 'DER', '-in', scratch.write(`${name}.der`, der), '-out', file]);
  return file;
}

const textOf = (pem: string) => opensslOk(['x509', '-in', pem, '-noout', '-text']).text;

/** `openssl verify -x509_strict` at the moment of issuance. */
function verified(signer: SignerUnderTest, root: string, leaf: string, ...more: string[]): string {
  const ca = pemOf(signer, root, signer.authority(root).certificate);
  const how = ['-x509_strict', '-attime', String(NOW), '-CAfile', ca];
  return opensslOk(['verify', ...how, ...more, leaf]).text;
}

describeWithOpenSSL('certificates of the shipped policies', () => {
  it('CRT-9, CRT-1: a TSA of RootCA2, its AIA by application (CON-8)', async () => {
    const signer = await signerWith(shippedPolicy('root-ca2'));
    const input = { authority: 'root-ca2', profile: 'root-ca2-tsa' };
    const leaf = await issued(signer, input, 'RSA-2048');
    expect(verified(signer, 'root-ca2', leaf, '-purpose', 'timestampsign')).toContain('OK');
    const text = textOf(leaf);
    expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(text).toContain('Policy: 1.2.392.200091.100.901.5');
    expect(text).toContain('OCSP - URI:http://scrootca2.ocsp.secomtrust.net');
    const without = await issued(
      signer,
      { ...input, leaveOut: ['authorityInfoAccess'] },
      'RSA-2048',
    );
    expect(textOf(without)).not.toContain('Authority Information Access');
    expect(extensionsIn(textOf(without))).toHaveLength(extensionsIn(text).length - 1);
  });

  it('CRT-1: a TA of RootCA2 has no extKeyUsage', async () => {
    const signer = await signerWith(shippedPolicy('root-ca2'));
    const leaf = await issued(
      signer,
      { authority: 'root-ca2', profile: 'root-ca2-ta' },
      'RSA-2048',
    );
    expect(verified(signer, 'root-ca2', leaf)).toContain('OK');
    expect(textOf(leaf)).not.toContain('Extended Key Usage');
    expect(textOf(leaf)).toContain(
      'X509v3 Key Usage: critical\n                Digital Signature\n',
    );
  });

  it('CRT-9: ECC RootCA1 issues with P-384 and ecdsa-with-SHA384 once its values are supplied', async () => {
    const signer = await signerWith(suppliedECC());
    const input = { authority: 'ecc-root-ca1', profile: 'ecc-root-ca1-tsa' };
    const leaf = await issued(signer, input, 'P-384');
    expect(verified(signer, 'ecc-root-ca1', leaf, '-purpose', 'timestampsign')).toContain('OK');
    expect(textOf(leaf)).toContain('Signature Algorithm: ecdsa-with-SHA384');
    expect(textOf(leaf)).toContain('Policy: 1.3.6.1.4.1.99999.1');
    await signer.settle('ecc-root-ca1');
  });

  it('RFC 5280 4.2.1.6: a server of the private TLS CA has its names and 90 days', async () => {
    const signer = await signerWith(shippedPolicy('private-tls'));
    const input = { authority: 'private-tls-ca', profile: 'tls-server', confirmations: [] };
    const subjectAltNames = ['www.example', '*.example', '192.0.2.1', '2001:db8::1'];
    const leaf = await issued(signer, { ...input, subjectAltNames }, 'P-256');
    const host = ['-purpose', 'sslserver', '-verify_hostname', 'www.example'];
    expect(verified(signer, 'private-tls-ca', leaf, ...host)).toContain('OK');
    expect(textOf(leaf)).toMatch(
      /Subject Alternative Name: \n +DNS:www.example, DNS:\*.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1\n/,
    );
    expect(textOf(leaf)).toMatch(/Not After : Feb 21 03:59:59 2027 GMT/);
  });
});

describeWithOpenSSL('RootCA1', () => {
  it('CRT-5: SHA-256 by default; SHA-1 in a TSA certificate where its policy file says so', async () => {
    const signer = await signerWith(shippedPolicy('root-ca1'), ({ authorities, profiles }) => {
      authorities['root-ca1'].signatureAlgorithms.value.push('sha1WithRSAEncryption');
      profiles['root-ca1-tsa'].signatureAlgorithm.value = 'sha1WithRSAEncryption';
    });
    const tsa = await issued(
      signer,
      { authority: 'root-ca1', profile: 'root-ca1-tsa' },
      'RSA-2048',
    );
    expect(textOf(tsa).match(/Signature Algorithm: sha1WithRSAEncryption/g)).toHaveLength(2);
    expect(verified(signer, 'root-ca1', tsa, '-auth_level', '0')).toContain('OK');
    const ta = await issued(signer, { authority: 'root-ca1', profile: 'root-ca1-ta' }, 'RSA-2048');
    expect(textOf(ta)).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(textOf(ta)).not.toContain('Authority Information Access');
    await signer.settle('root-ca1');
    const { id } = signer.authority('root-ca1').row;
    const crl = signer.scratch.write('crl.der', latestCRL(signer.context.db, id)?.der ?? '');
    const shown = opensslOk(['crl', '-inform', 'DER', '-in', crl, '-noout', '-text']).text;
    expect(shown).toContain('Signature Algorithm: sha256WithRSAEncryption');
  });
});

/** Of the CA, of what it issued, and of the repository. */
const ROOT_CA1_FILES: readonly unknown[] = [
  ...['CRL.crl', 'CRL.reasons.txt', 'ca.cer', 'ca.p7c', 'ca.pem'].map(
    (name) => `/SC-Root1/SCRoot1${name}`,
  ),
  expect.stringMatching(/^\/SC-Root1\/certificates\/root-ca1\/[0-9a-f]{34}\.cer$/),
  ...['/SC-Root1/certificates/root-ca1/issued-1.json', '/repository.json'],
];

describeWithOpenSSL('RootCA1, which answers no OCSP', () => {
  it('CP 7.1.2: it has no responder, and an epoch without OCSP of it passes the gate', async () => {
    const signer = await signerWith(shippedPolicy('root-ca1'));
    await issued(signer, { authority: 'root-ca1', profile: 'root-ca1-ta' }, 'RSA-2048');
    await signer.settle('root-ca1');
    const { db } = signer.context;
    expect(db.get('SELECT count(*) AS n FROM responder')).toEqual({ n: 0 });
    for (const extent of ['changes', 'everything'] as const) {
      const authorities = activeAuthorities(db);
      const candidate = buildEpochCandidate(signer.context, authorities, extent);
      expect(checkEpoch(signer.context, candidate, NOW)).toMatchObject({ ok: true });
      expect(candidate.shards).toEqual([]);
      expect(candidate.files.map(({ path }) => path)).toEqual(ROOT_CA1_FILES);
    }
    const responders = responderOperations({
      context: signer.context,
      authorityNamed: (name) => ok(signer.authority(name).row),
      auditRefusal: () => undefined,
      bringOut: () => Promise.reject(new Error('nothing to publish')),
    });
    const actor = { name: 'test', spkiSha256: '' };
    const rotated = await responders.rotateResponder({ authority: 'root-ca1' }, actor);
    expect(refusalOf(rotated)).toBe('ocsp-unanswered');
    expect(refusalOf(await responders.showResponder('root-ca1'))).toBe('ocsp-unanswered');
    expect(await responders.listResponders()).toMatchObject({ value: { responders: [] } });
  });

  it('CP 4.9.9: an authority that was made without OCSP is not given any, nor is it taken away', async () => {
    const without = await signerWith(shippedPolicy('root-ca1'));
    await without.settle('root-ca1');
    const { policy, db } = without.context;
    expect(checkPolicy(policy, db)).toMatchObject({ ok: true });
    const root = policy.authorities.get('root-ca1');
    const root2 = must(readPolicyFile(shippedPolicy('root-ca2')), 'root-ca2');
    const ocsp = root2.authorities.get('root-ca2')?.ocsp ?? null;
    if (!root) throw new Error('no root-ca1');
    const given = { ...policy, authorities: new Map([['root-ca1', { ...root, ocsp }]]) };
    expect(checkPolicy(given, db)).toMatchObject({
      error: { reason: expect.stringContaining('made without') },
    });
    const tls = await signerWith(shippedPolicy('private-tls'));
    await tls.settle('private-tls-ca');
    const ca = tls.context.policy.authorities.get('private-tls-ca');
    if (!ca) throw new Error('no private-tls-ca');
    const authorities = new Map([['private-tls-ca', { ...ca, ocsp: null }]]);
    expect(checkPolicy({ ...tls.context.policy, authorities }, tls.context.db)).toMatchObject({
      error: { reason: expect.stringContaining('answers no OCSP') },
    });
  });

  it('CRT-5: a root whose own certificate has expired issues nothing', async () => {
    const signer = await signerWith(shippedPolicy('root-ca1'));
    signer.setClock(signer.authority('root-ca1').notAfter + 1);
    const asked = {
      authority: 'root-ca1',
      profile: 'root-ca1-ta',
      request: request(signer, 'RSA-2048'),
    };
    const outcome = await issueCertificate(
      signer.context,
      { ...asked, confirmations: ['organisation'] },
      'test',
    );
    expect(refusalOf(outcome)).toBe('authority-expired');
  });
});
