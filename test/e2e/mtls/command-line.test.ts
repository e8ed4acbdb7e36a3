import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ok } from '../../../shared/result.ts';
import type { CeremonyDutyView } from '../../../signer/operations/ceremony-duty-view.ts';
import { describeWithOpenSSL, opensslOk } from '../../support/openssl.ts';
import { run } from '../../unit/signer/cli/cli-under-test.ts';
import { type Identity, issue, makeOperatorPKI, type OperatorPKI } from './operator-pki.ts';
import { AUTHORITY, STATUS } from './recording-operations.ts';
import { type Differences, type SignerUnderTest, startSigner } from './signer-under-test.ts';

let pki: OperatorPKI;
let signer: SignerUnderTest;

function prepare(): void {
  pki ??= makeOperatorPKI();
}

const end = (): Promise<void> => signer.listener.close();

async function fresh(differences: Differences = {}): Promise<void> {
  await signer?.listener.close();
  signer = await startSigner(pki, differences);
}

function inkan(command: string, ...more: readonly string[]) {
  return inkanAs(pki.operator, command, ...more);
}

function inkanAs({ certificate, key }: Identity, command: string, ...more: readonly string[]) {
  const connection = ['--signer', signer.listener.url, '--operator-ca', pki.ca.certificate];
  const identity = ['--certificate', certificate, '--key', key];
  return run([...command.split(' '), ...more, ...connection, ...identity]);
}

describeWithOpenSSL('the command line over mTLS', () => {
  beforeAll(prepare);
  afterAll(end);

  it.each([
    ['ca create root-ca', 'createAuthority', 0],
    ['ca list', 'listAuthorities', 0],
    ['ca show root-ca', 'showAuthority', 0],
    ['certificate show 01:A2', 'showCertificate', 0],
    ['certificate list --limit 1 --status good', 'listCertificates', 0],
    ['revocation show 7', 'showRevocationRequest', 0],
    ['revocation list --open --limit 1', 'listRevocationRequests', 0],
    ['revocation investigate 7', 'stepRevocationRequest', 0],
    ['revocation approve 7', 'stepRevocationRequest', 0],
    ['revocation cancel 7 --note withdrawn', 'stepRevocationRequest', 0],
    ['revocation note 7 --note more', 'stepRevocationRequest', 0],
    ['crl show root-ca', 'showCRL', 0],
    ['ceremony list', 'listCeremonies', 0],
    ['ceremony show 00112233445566778899aabbccddeeff', 'showCeremony', 0],
    ['ceremony cancel 00112233445566778899aabbccddeeff', 'cancelCeremony', 0],
    ['operator list', 'listOperators', 0],
    ['operator show bob', 'showOperator', 0],
    ['operator revoke bob --reason lost', 'revokeOperator', 0],
    ['operator roles bob auditor', 'setOperatorRoles', 0],
    ['publish', 'publish', 0],
    ['radar', 'readRadar', 0],
    ['status', 'status', 0],
  ])('ADR 5: inkan %s asks for %s and ends with %i', async (command, operation, exit) => {
    await fresh();
    const asText = await inkan(command);
    expect(asText).toMatchObject({ exit, stderr: '' });
    const asJSON = await inkan(command, '--json');
    expect(asJSON).toMatchObject({ exit, stderr: '' });
    expect(() => JSON.parse(asJSON.stdout)).not.toThrow();
    expect(asText.stdout).not.toContain('undefined');
    expect(signer.calls.map((call) => call.operation)).toEqual([operation, operation]);
  });

  it('ADR 5: a request reaches the signer as DER, and certificate and chain a new file', async () => {
    await fresh();
    const request = pki.scratch.file('alice.csr');
    const out = pki.scratch.file('issued.pem');
    const names = ['--authority', 'root-ca', '--profile', 'tsa', '--request', request];
    const issued = await inkan('certificate issue', ...names, '--out', out);
    expect(issued).toMatchObject({ exit: 0, stderr: '' });
    const der = opensslOk(['req', '-in', request, '-outform', 'DER']).stdout;
    expect(signer.calls[0]?.input).toMatchObject({ request: new Uint8Array(der) });
    expect(readFileSync(out, 'latin1').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    const again = await inkan('certificate issue', ...names, '--out', out);
    expect(again).toMatchObject({ exit: 2, stdout: '' });
    expect(signer.calls).toHaveLength(1);
  });
});

describeWithOpenSSL('a client profile', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 5: the state directory says where the signer is and who asks', async () => {
    await fresh();
    const client = {
      signer: signer.listener.url,
      operatorCA: 'operator-ca.pem',
      certificate: 'alice.pem',
      key: 'alice.key.pem',
    };
    pki.scratch.write('client.json', JSON.stringify(client));
    expect(await run(['status', '--state', pki.scratch.path])).toMatchObject({ exit: 0 });
    pki.scratch.write('client.json', JSON.stringify({ ...client, more: 1 }));
    const refused = await run(['status', '--state', pki.scratch.path]);
    expect(refused.stderr).toContain('/more is not a known field');
  });
});

describeWithOpenSSL('a revocation from the command line', () => {
  beforeAll(prepare);
  afterAll(end);

  it('CP 4.9: a certificate is revoked at once, and that of a CA only after a yes', async () => {
    await fresh();
    const calls = () => signer.calls.map(({ operation }) => operation);
    const because = ['--reason', 'superseded', '--json'];
    expect(await inkan('certificate revoke 01a2', ...because)).toMatchObject({ exit: 5 });
    expect(calls()).toEqual(['listAuthorities', 'revokeCertificate']);
    const ofCA = `certificate revoke ${AUTHORITY.serialNumber}`;
    const unasked = await inkan(ofCA, ...because);
    expect(unasked).toMatchObject({ exit: 2, stderr: expect.stringContaining('--yes') });
    expect(calls()).toEqual(['listAuthorities', 'revokeCertificate', 'listAuthorities']);
    await inkan(ofCA, ...because, '--yes');
    expect(calls().at(-1)).toBe('revokeCertificate');
  });
});

describeWithOpenSSL('the radar', () => {
  beforeAll(prepare);
  afterAll(end);

  it.each([
    ['an alert', true, [null], 10],
    ['an alert of the one edge that tells', true, ['HTTP 500', null], 10],
    ['nothing from the only edge', false, ['HTTP 500'], 4],
    ['nothing from one of two', false, ['HTTP 500', null], 0],
  ])('REQ-24: %s: exit code', async (_, alert, failures, exit) => {
    const edges = failures.map((failure, i) => ({ url: `http://edge-${i}.example`, failure }));
    const view = { since: '2026-11-23T00:00:00Z', alertPerHour: 5, alert, edges, issuers: [] };
    await fresh({ operations: { readRadar: async () => ok(view) } });
    const read = await inkan('radar', '--hours', '3');
    expect(read).toMatchObject({ exit, stderr: '' });
    expect(read.stdout).toContain('http://edge-0.example');
  });

  it.each(['0', '841', '1.5', 'x'])('REQ-24: %s hours are refused', async (hours) => {
    await fresh();
    expect(await inkan('radar', '--hours', hours)).toMatchObject({ exit: 2, stdout: '' });
    expect(signer.calls).toEqual([]);
  });
});

describeWithOpenSSL('ceremonies that are due', () => {
  beforeAll(prepare);
  afterAll(end);

  it('CRL-6: inkan status ends with 5 while a ceremony is overdue, and not before', async () => {
    const duty: CeremonyDutyView = {
      ...{ authority: 'root-ca', why: 'revocation', count: 1, ceremony: null, ceremonyState: null },
      ceremonyLeavesOut: 0,
      ...{ since: '2026-11-23T00:00:00Z', due: '2026-11-24T00:00:00Z' },
      ...{ minutesLeft: 1, alarm: false },
    };
    await fresh({ operations: { status: async () => ok({ ...STATUS, ceremonies: [duty] }) } });
    expect(await inkan('status')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('1 min left'),
    });
    const late = { ...duty, minutesLeft: 0, alarm: true };
    await fresh({ operations: { status: async () => ok({ ...STATUS, ceremonies: [late] }) } });
    expect(await inkan('status')).toMatchObject({
      exit: 5,
      stdout: expect.stringContaining('ALARM'),
    });
  });
});

describeWithOpenSSL('certificates that end', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 18: inkan status says whose, and of the signer itself', async () => {
    const ending = { spkiSha256: 'ab', notAfter: '2026-12-01T00:00:00Z' };
    const endingCertificates = [
      { ...ending, person: 'alice', daysLeft: -1 },
      { ...ending, person: null, daysLeft: 8 },
    ];
    await fresh({ operations: { status: async () => ok({ ...STATUS, endingCertificates }) } });
    const { exit, stdout } = await inkan('status');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/certificate +ENDED, renew the certificate of alice: 2026-12-01/);
    expect(stdout).toMatch(/certificate +8 days left, renew the signer's TLS certificate/);
  });
});

describeWithOpenSSL('applications under an offline CA', () => {
  beforeAll(prepare);
  afterAll(end);

  it('CP 4.3.1: inkan status lists what waits for a ceremony, and does not alarm', async () => {
    const waiting = { application: 7, authority: 'root-ca2', ceremony: null };
    const toSign = [waiting, { ...waiting, application: 9, ceremony: 'ab' }];
    const applications = { ...STATUS.applications, toSign };
    await fresh({ operations: { status: async () => ok({ ...STATUS, applications }) } });
    const { exit, stdout } = await inkan('status');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/to sign +application 7 of root-ca2 waits for a ceremony/);
    expect(stdout).toMatch(/to sign +application 9 of root-ca2 is in ceremony ab/);
  });
});

describeWithOpenSSL('what the command line is refused', () => {
  beforeAll(prepare);
  afterAll(end);

  it.each([
    ['crl-missing', { code: 'crl-missing', authority: 'a' }, 3],
    ['authority-exists', { code: 'authority-exists', authority: 'a' }, 1],
    ['signing-failed', { code: 'signing-failed', reason: 'r', remedy: 'm' }, 1],
  ] as const)('ADR 5: the refusal %s is told with its own exit code', async (code, error, exit) => {
    await fresh({ operations: { status: () => Promise.resolve({ ok: false, error }) } });
    const refused = await inkan('status', '--json');
    expect(refused).toMatchObject({ exit, stdout: '' });
    expect(JSON.parse(refused.stderr).error).toMatchObject({ code, problem: error });
  });

  it('ADR 5: a client certificate that is refused ends with 4', async () => {
    await fresh();
    const refused = await inkanAs(pki.stranger, 'status');
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toMatch(/^inkan: The client certificate is not trusted\. [^\n]+\n$/);
    expect(signer.calls).toEqual([]);
  });

  it('ADR 5: a server of another CA, name or purpose is sent nothing', async () => {
    const sanOnly = 'subjectAltName=IP:127.0.0.2\nextendedKeyUsage=serverAuth\n';
    const server = { name: 'elsewhere', subject: '/CN=127.0.0.1', extensions: sanOnly };
    for (const wrong of [
      pki.stranger,
      pki.selfSigned,
      pki.operator,
      issue(pki.scratch, pki.ca, server),
    ]) {
      await fresh({ server: wrong });
      const refused = await inkan('publish');
      expect(refused.exit).toBe(4);
      expect(refused.stderr).toContain('is not your signer');
      expect(signer.calls).toEqual([]);
    }
  });

  it('ADR 5: no signer at all ends with 4 and says how to start it', async () => {
    await fresh();
    await signer.listener.close();
    const refused = await inkan('status');
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toMatch(
      /is not reachable \(ECONNREFUSED\); start it with `inkan serve`/,
    );
    await fresh();
  });

  it('ADR 5: a key that others can read is not used', async () => {
    await fresh();
    chmodSync(pki.operator.key, 0o644);
    const refused = await inkan('status');
    chmodSync(pki.operator.key, 0o600);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain('chmod 600');
    expect(existsSync(pki.operator.key) && signer.calls).toEqual([]);
  });
});
