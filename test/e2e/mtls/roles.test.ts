import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROLES } from '../../../shared/policy/roles.ts';
import { AUTHORISATIONS } from '../../../signer/api/authorisation.ts';
import { ROUTES } from '../../../signer/api/routes.ts';
import { describeWithOpenSSL } from '../../support/openssl.ts';
import { agentOf, ask, openSocket, post, STATUS_REQUEST, sClient, untilClosed } from './clients.ts';
import { type Identity, issue, makeOperatorPKI, type OperatorPKI } from './operator-pki.ts';
import { type Differences, type SignerUnderTest, startSigner } from './signer-under-test.ts';

let pki: OperatorPKI;
let signer: SignerUnderTest;
let unregistered: Identity;

function prepare(): void {
  pki = makeOperatorPKI();
  const extensions = 'extendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:FALSE\n';
  unregistered = issue(pki.scratch, pki.ca, { name: 'mallory', subject: '/CN=alice', extensions });
}

const end = (): Promise<void> => signer.listener.close();

async function fresh(differences: Differences = {}): Promise<void> {
  await signer?.listener.close();
  signer = await startSigner(pki, differences);
}

describeWithOpenSSL('who may ask for what', () => {
  beforeAll(prepare);
  afterAll(end);

  it.each(ROLES)(
    'CP 5.2.1: the server lets %s ask for what the table says, and nothing else',
    async (role) => {
      await fresh({ roles: [role] });
      const agent = agentOf(pki, pki.operator);
      for (const { method, path } of ROUTES) {
        const target = path.replace(/\{\w+\}/g, '7');
        // Neither a body nor a media type: who is refused by role is refused before either is looked at.
        const { status, body } = await ask(signer, agent, target, { method });
        const authorisation = AUTHORISATIONS[`${method} ${path}`];
        const forbidden = !authorisation?.roles.includes(role);
        expect([path, status === 403, body['code'] === 'role-forbidden']).toEqual([
          path,
          forbidden,
          forbidden,
        ]);
        if (forbidden) expect([path, body['roles']]).toEqual([path, authorisation?.roles]);
      }
    },
  );

  it('CP 5.4.1: what a role does not have is in the audit log, with the person on record', async () => {
    await fresh({ roles: ['auditor'] });
    const refused = await post(signer, agentOf(pki, pki.operator), '/v1/publications', '{}');
    expect([refused.status, signer.calls]).toEqual([403, []]);
    expect(refused.body['detail']).toContain('system-operator');
    expect(signer.audited()).toMatchObject([
      { type: 'refusal', operation: 'publish', code: 'role-forbidden', actor: 'alice' },
    ]);
  });
});

describeWithOpenSSL('who is nobody', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 18: a certificate of the operator CA with a known name and an unknown key is nobody', async () => {
    await fresh();
    const agent = agentOf(pki, unregistered);
    for (const path of ['/v1/status', '/nowhere']) {
      const { status, body } = await ask(signer, agent, path);
      expect([status, body['code']]).toEqual([403, 'client-certificate-unregistered']);
    }
    const written = signer.audited();
    expect(written).toMatchObject([
      { type: 'refusal', operation: 'connect', code: 'client-certificate-unregistered' },
    ]);
    expect(written[0]?.['actor']).toMatch(/^key [0-9a-f]{64}$/);
    expect(signer.calls).toEqual([]);
  });

  it('ADR 18: strangers write nothing into the audit log', async () => {
    await fresh();
    for (const identity of [undefined, pki.stranger, pki.selfSigned, pki.expired])
      expect((await ask(signer, agentOf(pki, identity), '/v1/status')).status).toBe(403);
    expect(signer.audited()).toEqual([]);
  });
});

describeWithOpenSSL('a revoked operator', () => {
  beforeAll(prepare);
  afterAll(end);

  it('ADR 18: loses a connection with a request under way, which does nothing', async () => {
    await fresh();
    const socket = await openSocket(signer, pki, pki.operator);
    const lines = ['POST /v1/publications HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 2'];
    socket.write(`${lines.join('\r\n')}\r\nContent-Type: application/json\r\n\r\n{`);
    const said = untilClosed(socket);
    await ask(signer, agentOf(pki, pki.operator), '/v1/status');
    revokeCaller();
    expect(signer.listener.dropRevoked()).toBe(2);
    expect(await said).toBe('');
    expect(signer.calls).toEqual([{ operation: 'status' }]);
  });

  it('ADR 18: whose body ends after the revocation is refused, cut off or not', async () => {
    await fresh();
    const socket = await openSocket(signer, pki, pki.operator);
    const lines = ['POST /v1/publications HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 2'];
    socket.write(`${lines.join('\r\n')}\r\nContent-Type: application/json\r\n\r\n{`);
    await ask(signer, agentOf(pki, pki.operator), '/v1/status');
    revokeCaller();
    socket.write('}');
    expect(await untilClosed(socket)).toContain('client-certificate-revoked');
    expect(signer.calls).toEqual([{ operation: 'status' }]);
  });

  it('RFC 8446 2.2: is refused on a session of before as on a new one', async () => {
    await fresh();
    const session = pki.scratch.file('revoked-session.pem');
    const identity = ['-cert', pki.operator.certificate, '-key', pki.operator.key];
    const first = await sClient(signer, [...identity, '-sess_out', session], STATUS_REQUEST);
    expect(first.text).toContain('HTTP/1.1 200 OK');
    revokeCaller();
    const again = await sClient(signer, [...identity, '-sess_in', session], STATUS_REQUEST);
    expect(again.text).not.toMatch(/^Reused/m);
    expect(again.text).toContain('client-certificate-revoked');
    expect(signer.audited()).toMatchObject([
      { code: 'client-certificate-revoked', actor: 'alice' },
    ]);
  });

  it('ADR 18: who revokes their own key hears the answer, and then every connection ends', async () => {
    const publish = async () => {
      revokeCaller();
      return { ok: true, value: { state: 'published', epoch: 1 } } as const;
    };
    await fresh({ operations: { publish } });
    const idle = await openSocket(signer, pki, pki.operator);
    const closed = untilClosed(idle);
    await ask(signer, agentOf(pki, pki.operator), '/v1/status');
    const answer = await post(signer, agentOf(pki, pki.operator), '/v1/publications', '{}');
    expect(answer.status).toBe(201);
    await closed;
  });
});

function revokeCaller(): void {
  const event = signer.events.find(({ type }) => type === 'request');
  if (event?.type === 'request') signer.revoke(event.spkiSha256);
}
