import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type {
  AuthorityView,
  ResponderListView,
  ResponderView,
  RotatedResponderView,
} from '../../signer/operations/views.ts';
import { type Hierarchy, type IssuedTSA, SUB_CA, startHierarchy } from '../support/hierarchy.ts';
import { openssl, ScratchDirectory } from '../support/openssl.ts';
import { ocspStatus } from '../support/openssl-text.ts';
import { fetchBody, issueTarget } from '../support/revocation-watch.ts';
import { describeWithSoftHSM, SoftHSMToken } from '../support/softhsm.ts';

const PIN = 'INKAN_TEST_HSM_PIN';

let token: SoftHSMToken;
let pki: Hierarchy;
let tsa: IssuedTSA;

/** The CA of `npm start`, with a token beside the file keystore: CA keys go into the token. */
async function start(): Promise<void> {
  token = new SoftHSMToken();
  const { SOFTHSM2_CONF = '' } = token.environment;
  pki = await startHierarchy({
    keys: 'policy',
    environment: { SOFTHSM2_CONF, [PIN]: token.pin },
    initArguments: [
      ...['--pkcs11-module', token.module, '--pkcs11-token', token.label],
      ...['--pkcs11-pin-env', PIN],
    ],
  });
  tsa = await pki.issue('tsa');
  await pki.untilServed();
}

interface TokenKey {
  readonly label: string;
  readonly kind: string;
  readonly access: string;
  readonly usage: string;
}

/** The private keys as pkcs11-tool sees them. */
function privateKeys(): readonly TokenKey[] {
  const listed = token.pkcs11Tool(['--list-objects', '--type', 'privkey']);
  const field = (text: string, name: string) =>
    new RegExp(`${name}: +(.*)`).exec(text)?.[1]?.trim() ?? '';
  return listed
    .split(/^Private Key Object; /m)
    .slice(1)
    .map((text) => ({
      label: field(text, 'label'),
      kind: text.split('\n', 1)[0]?.trim() ?? '',
      access: field(text, 'Access'),
      usage: field(text, 'Usage'),
    }));
}

function askOpenSSL(certificate: string, issuer: string): string {
  return openssl([
    ...['ocsp', '-issuer', issuer, '-sha256', '-cert', certificate, '-url', pki.ca.edge],
    ...['-CAfile', pki.root, '-verify_other', issuer, '-no_nonce'],
  ]).text;
}

async function rotateInToken(): Promise<void> {
  const show = () => pki.ca.inkanJSON<ResponderView>('responder', 'show', SUB_CA);
  const before = await show();
  const made = await pki.ca.inkanJSON<RotatedResponderView>('responder', 'rotate', SUB_CA);
  await pki.untilServed();
  expect(made).toMatchObject({ keystore: 'hsm', replaces: before.serialNumber });
  const labels = privateKeys().map(({ label }) => label);
  expect(labels).toHaveLength(5);
  expect(labels).toEqual(expect.arrayContaining([before.keyLabel, made.keyLabel]));
  expect(privateKeys().every(({ access }) => access.includes('never extractable'))).toBe(true);
  const file = pki.ca.file('new-responder.pem');
  writeFileSync(file, made.certificate);
  // The old responder signed the answer about the TSA, the new one that about itself.
  for (const certificate of [tsa.pem, file]) {
    const said = askOpenSSL(certificate, pki.subCA);
    expect(said).toContain('Response verify OK');
    expect(said).toContain('.pem: good');
  }
  const { responders } = await pki.ca.inkanJSON<ResponderListView>('responder', 'list');
  const answers = (serial: string) =>
    responders.find(({ serialNumber }) => serialNumber === serial)?.answers;
  expect(answers(made.serialNumber)).toBe(1);
  expect(answers(before.serialNumber)).toBeGreaterThanOrEqual(2);
}

describeWithSoftHSM('a CA whose keys are in SoftHSM', () => {
  beforeAll(start);
  afterAll(() => pki?.close());

  it('ADR 3: root, sub-CA and both responders have their keys in the token', async () => {
    const { authorities } = await pki.ca.inkanJSON<{ authorities: readonly AuthorityView[] }>(
      ...['ca', 'list'],
    );
    expect(authorities.map(({ keystore }) => keystore)).toEqual(['hsm', 'hsm']);
    const keys = privateKeys();
    expect(keys).toHaveLength(4);
    expect(keys.filter(({ label }) => /responder|ocsp/.test(label))).toHaveLength(2);
    expect(new Set(keys.map(({ label }) => label)).size).toBe(4);
  });

  it('PKCS#11 2.40 4.4: pkcs11-tool sees keys that sign and never leave the token', () => {
    for (const { kind, access, usage } of privateKeys()) {
      expect(kind).toMatch(/^RSA/);
      expect(access).toBe('sensitive, always sensitive, never extractable, local');
      expect(usage).toBe('sign');
    }
  });

  it('ADR 3: the file keystore holds the keys of head and operators, and no other', () => {
    const files = readdirSync(join(pki.ca.layout.signer, 'keys'));
    const names = files.map((file) => file.split('.', 1)[0]).sort();
    expect(names).toEqual(['operator-ca', 'publication']);
  });

  it('RSP-18: openssl verifies what the responder keys in the token signed', () => {
    for (const [certificate, issuer] of [
      [tsa.pem, pki.subCA],
      [pki.subCA, pki.root],
    ] as const) {
      const said = askOpenSSL(certificate, issuer);
      expect(said).toContain('Response verify OK');
      expect(said).toContain('.pem: good');
    }
  });

  it('CP 4.9: a revocation is signed in the token and served', async () => {
    const { certificate, requests } = await issueTarget(pki, new ScratchDirectory(), 'revoked');
    const { revocationDate } = await pki.revoke(certificate.serialNumber, 'cessationOfOperation');
    await pki.untilServed();
    const said = askOpenSSL(certificate.pem, pki.subCA);
    expect(said).toContain('Response verify OK');
    expect(said).toContain('Reason: cessationOfOperation');
    for (const request of requests) {
      const status = ocspStatus(await fetchBody(pki.ca.edge, request));
      expect(status).toEqual({ revocationDate, reason: 'cessationOfOperation' });
    }
  });

  it(
    'RSP-36: a rotation makes another key in the token; openssl verifies old and new answers',
    rotateInToken,
  );

  it('ADR 3: the keys are found again after a restart, and without the PIN it does not start', async () => {
    await pki.signer.end();
    const before = privateKeys();
    const wrong = await pki.ca.startSigner({ [PIN]: '000000' });
    expect(await wrong.ended).toBe(6);
    expect(wrong.log()).toContain('the token refused the PIN');
    await pki.ca.startSigner();
    await pki.issue('after-restart');
    expect(privateKeys()).toEqual(before);
  });
});
