import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IssuedCertificateView } from '../../signer/operations/views.ts';
import {
  type KeyKind,
  newKey,
  newRequest,
  resigned,
  withBrokenSignature,
  withOctetAfterIts,
} from '../support/certification-requests.ts';
import { type Hierarchy, SUB_CA, startHierarchy } from '../support/hierarchy.ts';
import { octets } from '../support/octets.ts';
import { openssl, opensslOk, ScratchDirectory } from '../support/openssl.ts';
import { describeWithSoftHSM, SoftHSMToken } from '../support/softhsm.ts';
import { describeWithTools, toolOk } from '../support/tools.ts';

let pki: Hierarchy;
let scratch: ScratchDirectory;
let key: string;
let request: string;

beforeAll(async () => {
  scratch = new ScratchDirectory();
  pki = await startHierarchy({ keys: 'policy' });
  key = newKey(scratch, 'subscriber', 'RSA-3072');
  request = newRequest(scratch, 'subscriber', key);
});
afterAll(() => pki?.close());

function issueArguments(path: string, profile = 'tsa'): readonly string[] {
  return [
    ...['certificate', 'issue', '--authority', SUB_CA, '--profile', profile, '--request', path],
    ...['--confirm-organisation', '--confirm-re-key'],
  ];
}

/** Issues and answers the path of the certificate too. */
async function issue(path: string): Promise<IssuedCertificateView & { readonly pem: string }> {
  const view = await pki.ca.inkanJSON<IssuedCertificateView>(...issueArguments(path));
  return { ...view, pem: scratch.write(`${view.serialNumber}.pem`, view.certificate ?? '') };
}

interface AuditEvent {
  readonly type: string;
  readonly profile?: string;
  readonly code?: string;
}

/** How many TSA certificates were issued, and requests refused, by the audit log. */
function onRecord(): { readonly issued: number; readonly refused: number } {
  const lines = readFileSync(`${pki.ca.layout.signer}/audit.jsonl`, 'utf8').trim().split('\n');
  const events = lines.map((line) => JSON.parse(line) as AuditEvent);
  const count = (isCounted: (event: AuditEvent) => boolean) => events.filter(isCounted).length;
  return {
    issued: count(({ type, profile }) => type === 'issuance' && profile === 'tsa'),
    refused: count(({ type, code }) => type === 'refusal' && code === 'request-refused'),
  };
}

/** What `inkan` said; the exit code was 1, nothing was issued, the refusal is on record. */
async function refused(path: string): Promise<{ readonly check: string; readonly remedy: string }> {
  const before = onRecord();
  const end = await pki.ca.inkan(...issueArguments(path));
  expect(end.status).toBe(1);
  expect(end.stdout).toBe('');
  expect(onRecord()).toEqual({ ...before, refused: before.refused + 1 });
  const { error } = JSON.parse(end.stderr);
  expect(error.code).toBe('request-refused');
  return { check: error.problem.check, remedy: error.remedy };
}

const REQUESTED = [
  ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'subjectAltName=DNS:evil.example'],
  ...['-addext', 'extendedKeyUsage=codeSigning', '-addext', 'keyUsage=keyCertSign,cRLSign'],
];

/** Names of the extensions, as openssl prints them, `critical` included. */
function extensionsOf(pem: string): readonly string[] {
  const { text } = opensslOk(['x509', '-in', pem, '-noout', '-text']);
  const [, block = ''] = /X509v3 extensions:\n([\s\S]*?)\n {4}Signature Algorithm/.exec(text) ?? [];
  return [...block.matchAll(/^ {12}(\S.*?): *(critical)?$/gm)].map(([line]) => line.trim());
}

const TSA_EXTENSIONS = [
  'Authority Information Access:',
  'X509v3 Authority Key Identifier:',
  'X509v3 CRL Distribution Points:',
  'X509v3 Certificate Policies:',
  'X509v3 Extended Key Usage: critical',
  'X509v3 Key Usage: critical',
  'X509v3 Subject Key Identifier:',
];

describeWithTools('a request made by openssl', ['openssl'], () => {
  it('CSR-4: what it asks for is not taken over', async () => {
    const own = newKey(scratch, 'greedy', 'RSA-3072');
    const greedy = newRequest(scratch, 'greedy', own, ...REQUESTED);
    expect(opensslOk(['req', '-inform', 'DER', '-in', greedy, '-noout', '-text']).text).toContain(
      'CA:TRUE',
    );
    const { pem } = await issue(greedy);
    expect([...extensionsOf(pem)].sort()).toEqual(TSA_EXTENSIONS);
    const { text } = opensslOk(['x509', '-in', pem, '-noout', '-text']);
    for (const asked of ['CA:TRUE', 'evil.example', 'Code Signing', 'Certificate Sign', 'CRL Sign'])
      expect(text).not.toContain(asked);
    const verify = ['verify', '-CAfile', pki.root, '-untrusted', pki.subCA, '-x509_strict'];
    expect(openssl([...verify, '-purpose', 'timestampsign', pem]).status).toBe(0);
  });

  it('CSR-2: the fingerprints are those that openssl computes', async () => {
    const own = newKey(scratch, 'measured', 'RSA-3072');
    const path = newRequest(scratch, 'measured', own);
    const spki = scratch.file('measured.spki');
    opensslOk(['pkey', '-in', own, '-pubout', '-outform', 'DER', '-out', spki]);
    const sha256 = (file: string) => opensslOk(['dgst', '-sha256', '-r', file]).text.split(' ')[0];
    const issued = await issue(path);
    expect(issued.requestSha256).toBe(sha256(path));
    expect(issued.spkiSha256).toBe(sha256(spki));
    expect(opensslOk(['x509', '-in', issued.pem, '-noout', '-pubkey']).text).toBe(
      opensslOk(['pkey', '-in', own, '-pubout']).text,
    );
    expect(issued.subject).toBe('C=JP, O=Inkan test, CN=measured');
  });

  it('CSR-1: PEM with the older label of `-newhdr` is read too', async () => {
    const own = newKey(scratch, 'older', 'RSA-3072');
    const path = newRequest(scratch, 'older', own, '-newhdr', '-outform', 'PEM');
    expect(readFileSync(path, 'utf8')).toContain('BEGIN NEW CERTIFICATE REQUEST');
    expect((await issue(path)).subject).toContain('CN=older');
  });

  it('CSR-5: a key that was certified is refused in any other request, after revocation too', async () => {
    const own = newKey(scratch, 'used', 'RSA-3072');
    const { serialNumber } = await issue(newRequest(scratch, 'used', own));
    const another = newRequest(scratch, 'another-name', own);
    expect(await refused(another)).toMatchObject({ check: 'CSR-5' });
    await pki.revoke(serialNumber, 'superseded');
    expect(await refused(another)).toMatchObject({ check: 'CSR-5' });
  });
});

describeWithTools('requests that are refused', ['openssl'], () => {
  it('CSR-1: a signature with one bit changed', async () => {
    const broken = withBrokenSignature(scratch, request);
    expect(openssl(['req', '-in', broken, '-inform', 'DER', '-noout', '-verify']).text).toContain(
      'verify failure',
    );
    expect(await refused(broken)).toMatchObject({ check: 'CSR-1' });
  });

  it('CSR-1: version 1, though the signature is right', async () => {
    const path = resigned(scratch, request, key, { version: octets('02 01 01') });
    expect(openssl(['req', '-in', path, '-inform', 'DER', '-noout', '-verify']).text).toContain(
      'verify OK',
    );
    const { check, remedy } = await refused(path);
    expect(check).toBe('CSR-1');
    expect(remedy).toContain('version');
  });

  it('CSR-1: no attributes, though the signature is right', async () => {
    const path = resigned(scratch, request, key, { attributes: octets('') });
    const { check, remedy } = await refused(path);
    expect(check).toBe('CSR-1');
    expect(remedy).toContain('attributes');
  });

  it('CSR-1: an octet after its end', async () => {
    const { check, remedy } = await refused(withOctetAfterIts(scratch, request));
    expect(check).toBe('CSR-1');
    expect(remedy).toContain('octets after its end');
  });

  it('CSR-1: the same signed anew and otherwise unchanged is issued', async () => {
    expect((await issue(resigned(scratch, request, key, {}))).subject).toContain('CN=subscriber');
  });

  it('CSR-3: a signature with SHA-1', async () => {
    const own = newKey(scratch, 'old-hash', 'RSA-3072');
    const path = newRequest(scratch, 'old-hash', own, '-sha1');
    expect(await refused(path)).toMatchObject({ check: 'CSR-3' });
  });

  it.each<readonly [string, KeyKind, string]>([
    ['CRT-4', 'RSA-2048', 'RSA-3072 or RSA-4096'],
    ['CRT-4', 'P-256', 'RSA-3072 or RSA-4096'],
    ['CRT-4', 'Ed25519', 'RSA-3072 or RSA-4096'],
    ['CSR-6', 'RSA-3072 with exponent 3', 'exponent 3'],
  ])('%s: a key that is %s', async (check, kind, said) => {
    const name = `key-${kind.replaceAll(' ', '-')}`;
    const refusal = await refused(newRequest(scratch, name, newKey(scratch, name, kind)));
    expect(refusal.check).toBe(check);
    expect(refusal.remedy).toContain(said);
  });

  it('CP 1.1: a profile that the authority does not issue', async () => {
    const end = await pki.ca.inkan(...issueArguments(request, 'time-stamping-ca'));
    expect(end.status).toBe(1);
    expect(JSON.parse(end.stderr).error.code).toBe('profile-unknown');
  });
});

/** A key made by pkcs11-tool in SoftHSM; the request by GnuTLS, which signs in the token. */
function requestFromToken(token: SoftHSMToken): string {
  const kind = ['--key-type', 'rsa:3072', '--usage-sign'];
  token.pkcs11Tool(['--keypairgen', ...kind, '--label', 'tsa', '--id', '01']);
  const template = ['country = JP', 'organization = "Inkan test"', 'cn = "TSA in a token"', 'ca'];
  const object = `pkcs11:token=${token.label};object=tsa`;
  const path = scratch.file('token.csr');
  toolOk(
    'certtool',
    [
      ...['--generate-request', '--provider', token.module, '--hash', 'SHA256', '--outfile', path],
      ...['--load-privkey', `${object};type=private`, '--load-pubkey', `${object};type=public`],
      ...['--template', scratch.write('token.template', `${template.join('\n')}\n`)],
    ],
    { ...token.environment, GNUTLS_PIN: token.pin },
  );
  return path;
}

describeWithTools('requests made by GnuTLS certtool', ['certtool', 'openssl'], () => {
  describeWithSoftHSM('with a key in SoftHSM', () => {
    it('CSR-1, CSR-4: a request signed in the token is issued, and what it asks for is not', async () => {
      const path = requestFromToken(new SoftHSMToken());
      expect(opensslOk(['req', '-in', path, '-noout', '-text', '-verify']).text).toContain(
        'CA:TRUE',
      );
      const { pem, subject } = await issue(path);
      expect(subject).toBe('C=JP, O=Inkan test, CN=TSA in a token');
      expect([...extensionsOf(pem)].sort()).toEqual(TSA_EXTENSIONS);
    });
  });
});
