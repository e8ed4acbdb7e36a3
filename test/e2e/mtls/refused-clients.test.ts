import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unixSeconds } from '../../../shared/time.ts';
import { describeWithOpenSSL, opensslOk } from '../../support/openssl.ts';
import { agentOf, ask, openSocket, post, STATUS_REQUEST, sClient, untilClosed } from './clients.ts';
import { type Identity, makeOperatorPKI, type OperatorPKI } from './operator-pki.ts';
import { realNow, type SignerUnderTest, startSigner } from './signer-under-test.ts';

let pki: OperatorPKI;
let signer: SignerUnderTest;

function prepare(): void {
  pki ??= makeOperatorPKI();
}

const end = (): Promise<void> => signer.listener.close();

async function fresh(differences: Parameters<typeof startSigner>[1] = {}) {
  await signer?.listener.close();
  signer = await startSigner(pki, differences);
}

function refusals(): readonly string[] {
  return signer.events.flatMap((event) => (event.type === 'client-refused' ? [event.code] : []));
}

describeWithOpenSSL('who is let in', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 5: an operator certificate of this CA is answered, and its person reaches the operation', async () => {
    await fresh();
    const reply = await post(signer, agentOf(pki, pki.operator), '/v1/publications', '{}');
    expect(reply.status).toBe(201);
    const spki = opensslOk(['x509', '-in', pki.operator.certificate, '-noout', '-pubkey']).stdout;
    const der = opensslOk(['pkey', '-pubin', '-outform', 'DER'], spki).stdout;
    const spkiSha256 = createHash('sha256').update(der).digest('hex');
    const actor = { name: 'alice', spkiSha256 };
    expect(signer.calls).toEqual([{ operation: 'publish', input: {}, actor }]);
  });

  const outsiders: readonly [string, (all: OperatorPKI) => Identity | undefined, string][] = [
    ['without a certificate', () => undefined, 'client-certificate-missing'],
    ['of another CA with the same name', (all) => all.stranger, 'client-certificate-untrusted'],
    ['with a self-signed certificate', (all) => all.selfSigned, 'client-certificate-untrusted'],
    ['with an expired certificate', (all) => all.expired, 'client-certificate-expired'],
    ["with the server's own certificate", (all) => all.server, 'client-certificate-purpose'],
    ['whose certificate has no purpose', (all) => all.noPurpose, 'client-certificate-purpose'],
    ['with the CA certificate itself', (all) => all.ca, 'client-certificate-purpose'],
    ['whose certificate names nobody', (all) => all.nameless, 'client-certificate-nameless'],
  ];

  it.each(outsiders)(
    'ADR 5: a client %s is refused and logged, and no operation runs',
    async (_who, identity, code) => {
      await fresh();
      const agent = agentOf(pki, identity(pki));
      for (const reply of [
        await ask(signer, agent, '/v1/status'),
        await post(signer, agent, '/v1/publications', '{}'),
        await ask(signer, agent, '/nowhere'),
      ]) {
        expect(reply).toMatchObject({ status: 403, contentType: 'application/problem+json' });
        expect(reply.body).toMatchObject({ type: `urn:inkan:problem:${code}`, status: 403 });
      }
      expect(refusals()).toEqual([code, code, code]);
      expect(signer.calls).toEqual([]);
    },
  );
});

describeWithOpenSSL('what openssl s_client hears', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 5: openssl s_client without a certificate is refused, with one it is answered', async () => {
    await fresh();
    const without = await sClient(signer, [], STATUS_REQUEST);
    expect(without.text).toContain('HTTP/1.1 403 Forbidden');
    expect(signer.calls).toEqual([]);
    const { certificate, key } = pki.operator;
    const withOne = await sClient(signer, ['-cert', certificate, '-key', key], STATUS_REQUEST);
    expect(withOne.text).toContain('HTTP/1.1 200 OK');
    expect(signer.calls).toHaveLength(1);
  });

  it('ADR 5: a client of TLS 1.2 or below is refused in the handshake', async () => {
    await fresh();
    const { certificate, key } = pki.operator;
    for (const version of ['-tls1_2', '-tls1_1']) {
      const args = [version, '-cipher', 'ALL:@SECLEVEL=0', '-cert', certificate, '-key', key];
      const refused = await sClient(signer, args, STATUS_REQUEST);
      expect(refused.text).toMatch(/alert (protocol version|handshake failure)|no protocols/);
      expect(refused.text).not.toContain('HTTP/1.1');
    }
    expect(signer.events).toContainEqual({
      type: 'handshake-refused',
      reason: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
    });
    expect(signer.calls).toEqual([]);
  });

  it('RFC 8446 2.2: a ticket does not resume a session; every connection is a full handshake', async () => {
    await fresh();
    const session = pki.scratch.file('session.pem');
    const identity = ['-cert', pki.operator.certificate, '-key', pki.operator.key];
    const first = await sClient(signer, [...identity, '-sess_out', session], STATUS_REQUEST);
    expect(first.text).toMatch(/^New, TLSv1\.3/m);
    const second = await sClient(signer, ['-sess_in', session, ...identity], STATUS_REQUEST);
    expect(second.text).toMatch(/^New, TLSv1\.3/m);
    expect(second.text).toContain('HTTP/1.1 200 OK');
    const keyless = await sClient(signer, ['-sess_in', session], STATUS_REQUEST);
    expect(keyless.text).not.toMatch(/^Reused/m);
    expect(keyless.text).toContain('HTTP/1.1 403 Forbidden');
    expect(signer.calls).toHaveLength(2);
  });
});

describeWithOpenSSL('what becomes of open connections', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 5: a kept connection is refused and destroyed after the revocation', async () => {
    await fresh();
    const agent = agentOf(pki, pki.operator);
    expect((await ask(signer, agent, '/v1/status')).status).toBe(200);
    const other = agentOf(pki, pki.secondOperator);
    await ask(signer, other, '/v1/status');
    revokeFirstCaller();
    const refused = await ask(signer, agent, '/v1/status');
    expect(refused.body['type']).toBe('urn:inkan:problem:client-certificate-revoked');
    expect((await ask(signer, other, '/v1/status')).status).toBe(200);
    expect(signer.calls).toHaveLength(3);
  });

  it('ADR 5: dropRevoked closes the idle connections of a revoked certificate and no others', async () => {
    await fresh();
    const agent = agentOf(pki, pki.operator);
    await ask(signer, agent, '/v1/status');
    const closed = untilClosed(await openSocket(signer, pki, pki.operator));
    const other = await openSocket(signer, pki, pki.secondOperator);
    await ask(signer, agentOf(pki, pki.secondOperator), '/v1/status');
    revokeFirstCaller();
    expect(signer.listener.dropRevoked()).toBe(2);
    await closed;
    other.write(STATUS_REQUEST);
    expect(await untilClosed(other)).toContain('HTTP/1.1 200 OK');
  });

  it('ADR 5: a certificate that expires while its connection is open is refused', async () => {
    let now = realNow();
    await fresh({ now: () => now });
    const agent = agentOf(pki, pki.operator);
    expect((await ask(signer, agent, '/v1/status')).status).toBe(200);
    now = unixSeconds(realNow() + 3 * 86_400);
    const refused = await ask(signer, agent, '/v1/status');
    expect(refused.body['type']).toBe('urn:inkan:problem:client-certificate-expired');
    expect(signer.calls).toHaveLength(1);
  });
});

function revokeFirstCaller(): void {
  const event = signer.events.find(({ type }) => type === 'request');
  if (event?.type === 'request') signer.revoke(event.spkiSha256);
}
