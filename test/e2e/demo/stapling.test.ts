import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { demoLayout } from '../../../signer/demo/demo-layout.ts';
import type { Targets } from '../../../signer/demo/targets.ts';
import { eventually } from '../../support/hierarchy.ts';
import { openssl, ScratchDirectory } from '../../support/openssl.ts';
import { fetchBody } from '../../support/revocation-watch.ts';
import { freePort } from '../../support/running-ca.ts';
import { describeWithTools } from '../../support/tools.ts';
import {
  type DemoOptions,
  type DemoProcess,
  endAllDemos,
  shell,
  startDemo,
} from './demo-process.ts';
import { type Nginx, startNginx } from './nginx.ts';

const READY = 'Ctrl-C stops everything.';

const scratch = new ScratchDirectory();
const layout = demoLayout(scratch.file('demo'));
const issuer = join(layout.demo, 'private-tls-ca.pem');
let demo: DemoProcess;
let port: number;
let nginx: Nginx | undefined;

async function start(options: Partial<DemoOptions> = {}): Promise<void> {
  demo = startDemo({ directory: layout.base, ...options });
  // Two RSA-4096 keys take longer than anything else waits for.
  for (let minute = 0; minute < 5; minute++) {
    const said = await demo.says(READY).catch(() => undefined);
    if (said) return;
    if (said === false) break;
  }
  throw new Error(demo.output());
}

beforeAll(async () => {
  port = await freePort();
  await start({ edgePort: await freePort(), signerPort: await freePort() });
}, 300_000);
afterEach(async () => {
  await nginx?.end();
});
afterAll(endAllDemos);

const tls = (): Targets['tls'] =>
  JSON.parse(readFileSync(`${layout.demo}/targets.json`, 'utf8')).tls;

/** The server certificate itself; its issuer stands behind it in the file. */
const leaf = () => new X509Certificate(readFileSync(tls().certPem));

function startServer(): Nginx {
  const directory = mkdtempSync(scratch.file('nginx-'));
  const { certPem: certificate, keyPem: key } = tls();
  nginx = startNginx({ directory, port, certificate, key, issuer });
  return nginx;
}

/** What a TLS client that asks for a stapled response sees. */
function handshake(): string {
  return openssl([
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', '-status'],
    ...['-CAfile', issuer, '-verify_hostname', 'localhost', '-verify_return_error'],
  ]).text;
}

function askOCSP(): string {
  return openssl([
    ...['ocsp', '-issuer', issuer, '-cert', tls().certPem, '-url', tls().ocspUrl, '-no_nonce'],
    ...['-CAfile', issuer],
  ]).text;
}

describeWithTools('the TLS certificate of the demo', ['openssl'], () => {
  it('RFC 9525 2: it is for localhost, of an issuer that calls itself a demo, for 90 days', () => {
    const certificate = leaf();
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(certificate.subject).toContain('CN=Inkan Demo');
    expect(certificate.issuer).toContain('CN=Inkan Demo');
    expect(certificate.checkIssued(new X509Certificate(readFileSync(issuer)))).toBe(true);
    const seconds = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 1000;
    expect(seconds).toBe(90 * 86_400 - 1);
  });

  it('RFC 6960 2.2: openssl finds it good where it says, and its CRL verifies', async () => {
    const answer = askOCSP();
    expect(answer).toContain('Response verify OK');
    expect(answer).toContain(': good');
    const text = openssl(['x509', '-in', tls().certPem, '-noout', '-text']).text;
    expect(text).toContain(`OCSP - URI:${tls().ocspUrl}`);
    const [, crl = ''] = /URI:(\S+\.crl)/.exec(text) ?? [];
    const verify = ['crl', '-inform', 'DER', '-noout', '-CAfile', issuer];
    expect(openssl(verify, await fetchBody(crl)).text).toContain('verify OK');
  });
});

describeWithTools('a web server that staples', ['openssl', 'nginx'], () => {
  it('RFC 6066 8: nginx staples the good response of the edge and openssl takes it', async () => {
    startServer();
    // The first handshakes make nginx ask; it answers them without a response.
    await eventually(() => handshake().includes('Cert Status: good'));
    const seen = handshake();
    expect(seen).toContain('OCSP Response Status: successful (0x0)');
    expect(seen).toContain(`Serial Number: ${leaf().serialNumber}`);
    expect(seen).toContain('Verify return code: 0 (ok)');
  });
});

/** As a demo was before it had a TLS CA: its policy as it was written then, and no other. */
function makeOld(): void {
  const config = JSON.parse(readFileSync(`${layout.signer}/config.json`, 'utf8'));
  writeFileSync(
    `${layout.signer}/config.json`,
    JSON.stringify({ ...config, policy: config.policy[0] }),
  );
  const policy = JSON.parse(readFileSync(`${layout.signer}/policy.json`, 'utf8'));
  for (const authority of Object.values<Record<string, unknown>>(policy.authorities))
    for (const field of ['scope', 'signatureAlgorithms', 'subscribers']) delete authority[field];
  for (const profile of Object.values<Record<string, unknown>>(policy.profiles))
    for (const field of ['issuedFrom', 'privateKeyUsage', 'formerCertificatePolicies'])
      delete profile[field];
  policy.authorities['root-ca3'].issues = [];
  for (const name of ['root-ca3-tsa', 'root-ca3-ta']) delete policy.profiles[name];
  writeFileSync(`${layout.signer}/policy.json`, JSON.stringify(policy));
  rmSync(`${layout.signer}/private-tls.json`);
  for (const name of ['tls.pem', 'tls.key.pem', 'private-tls-ca.pem'])
    rmSync(join(layout.demo, name));
}

describeWithTools('a demo from before it had a TLS CA', ['openssl', 'nginx'], () => {
  it('README: the next start gives it one; the rest stays', async () => {
    expect(await demo.interrupt()).toBe(0);
    const before = readFileSync(`${layout.demo}/tsa-01.pem`, 'utf8');
    makeOld();
    await start();
    expect(demo.output()).toContain('issuing a TLS certificate for localhost');
    expect(askOCSP()).toMatch(/: good/);
    expect(readFileSync(`${layout.demo}/tsa-01.pem`, 'utf8')).toBe(before);
  });

  it('README: the start after it keeps the certificate', async () => {
    const { serialNumber } = leaf();
    expect(await demo.interrupt()).toBe(0);
    await start();
    expect(demo.output()).not.toMatch(/making|issuing|revoking/);
    expect(leaf().serialNumber).toBe(serialNumber);
  });

  it('README: a key that does not fit its certificate is not kept; both are made anew', async () => {
    const { serialNumber } = leaf();
    expect(await demo.interrupt()).toBe(0);
    writeFileSync(tls().keyPem, 'lost\n');
    await start();
    expect(demo.output()).toContain('issuing a TLS certificate for localhost');
    expect(leaf().serialNumber).not.toBe(serialNumber);
  });

  it('RFC 6066 8: nginx does not staple for a certificate that was revoked', async () => {
    const state = `--state '${layout.signer}'`;
    const revoke = `npx inkan certificate revoke ${leaf().serialNumber} --reason superseded ${state}`;
    expect((await shell(revoke)).status).toBe(0);
    await eventually(() => askOCSP().includes(': revoked'));
    const server = startServer();
    await eventually(() => {
      expect(handshake()).not.toContain('Cert Status:');
      return server.log().includes('certificate status "revoked" in the OCSP response');
    });
    expect(handshake()).toContain('OCSP response: no response sent');
  });
});
