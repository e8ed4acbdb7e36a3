import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type {
  CeremonyRequestView,
  ImportedCeremonyView,
} from '../../signer/operations/ceremony-views.ts';
import type {
  AuthorityView,
  IssuedCertificateView,
  RevocationView,
  StatusView,
} from '../../signer/operations/views.ts';
import { askOCSP, fetchCRL, makeRequest } from '../fault/relying-party.ts';
import { ROOT, SUB_CA } from '../support/hierarchy.ts';
import { makeOfflineHost, type OfflineHost, offline } from '../support/offline-host.ts';
import { openssl, opensslOk } from '../support/openssl.ts';
import { makeCA, type RunningCA, type RunningSigner } from '../support/running-ca.ts';
import { describeWithSoftHSM, SoftHSMToken } from '../support/softhsm.ts';

let ca: RunningCA;
let token: SoftHSMToken;
let host: OfflineHost;
let signer: RunningSigner;
let rootSha256 = '';
let rootSerial = '';
let subSerial = '';

interface Signed {
  readonly file: string;
  readonly signedAt: string;
  readonly again: boolean;
}

async function onHost<T>(...args: readonly string[]): Promise<T> {
  const end = await host.ceremony(...args);
  if (end.status !== 0) throw new Error(`ceremony ${args.join(' ')}: ${end.status} ${end.stderr}`);
  return JSON.parse(end.stdout);
}

/** Export, walk over, sign, walk back, import. */
async function hold(name: string, ...more: readonly string[]): Promise<ImportedCeremonyView> {
  const bundle = await exported(name, ...more);
  await sign(name, bundle);
  return ca.inkanJSON('ceremony', 'import', host.file(`${name}-answer.json`));
}

async function exported(
  name: string,
  ...more: readonly string[]
): Promise<CeremonyRequestView['ceremony']> {
  const out = host.file(`${name}.json`);
  const { ceremony } = await ca.inkanJSON<CeremonyRequestView>(
    ...['ceremony', 'export', ROOT, '--reason', name, '--out', out, ...more],
  );
  return ceremony;
}

function sign(name: string, { requestSha256 }: { readonly requestSha256: string }) {
  const out = host.file(`${name}-answer.json`);
  const bundle = host.file(`${name}.json`);
  return onHost<Signed>('sign', bundle, '--out', out, '--confirm', requestSha256);
}

/** Until the edge has read its newest head. */
async function served(check: () => void | Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await check();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** The root's own ceremony, and what it then owes. */
function keyCeremony(): void {
  it('CRT-10: `ca create` does not make a key beside the network for a CA of offline custody', async () => {
    const end = await ca.inkan('ca', 'create', ROOT);
    expect(end.status).toBe(1);
    expect(end.stderr).toContain('custody-offline');
    const before = await ca.inkan('ceremony', 'export', ROOT, '--reason', 'x', '--out', 'no.json');
    expect(before.stderr).toContain('authority-unknown');
  });

  it('CP 4.3.1: the script is printed before, the root is made only when its name is typed', async () => {
    const { script } = await onHost<{ script: readonly string[] }>('root', ROOT, '--script');
    expect(script.join('\n')).toMatch(/Witness 1 .* signature/);
    expect(script.join('\n')).toContain('Inkan Demo Root CA');
    const out = host.file('root.json');
    const refused = await host.ceremony('root', ROOT, '--out', out, '--confirm-name', SUB_CA);
    expect(refused.stderr).toContain('not-confirmed');
    expect(refused.status).toBe(2);
    expect(token.pkcs11Tool(['--list-objects', '--type', 'privkey'])).not.toContain('label');
    const transcript = host.file('transcript.txt');
    const made = await onHost<{ certificateSha256: string }>(
      ...['root', ROOT, '--out', out, '--transcript', transcript, '--confirm-name', ROOT],
    );
    rootSha256 = made.certificateSha256;
    const paper = readFileSync(transcript, 'utf8').replaceAll(' ', '');
    expect(paper).toContain(rootSha256);
    const { text } = opensslOk(['dgst', '-sha256', '-r', host.file('policy.json')]);
    expect(paper).toContain(text.slice(0, 64));
    expect(paper).toMatch(/validfrom\d{4}-\d\d-\d\dT/);
    expect(token.pkcs11Tool(['--list-objects', '--type', 'privkey'])).toContain(`${ROOT}-`);
  });

  it('CRL-18: the root is imported by the fingerprint of the transcript, and by no other', async () => {
    const out = host.file('root.json');
    const bare = await ca.inkan('ceremony', 'import', out);
    expect(bare.stderr).toContain('ceremony-fingerprint-differs');
    expect(bare.stderr).not.toContain(rootSha256);
    const wrong = await ca.inkan('ceremony', 'import', out, '--sha256', 'a'.repeat(64));
    expect(wrong.stderr).toContain('ceremony-fingerprint-differs');
    const imported = await ca.inkanJSON<ImportedCeremonyView>(
      ...['ceremony', 'import', out, '--sha256', rootSha256],
    );
    expect(imported.authorities).toEqual([ROOT]);
    const view = await ca.inkanJSON<AuthorityView>('ca', 'show', ROOT);
    rootSerial = view.serialNumber;
    writeFileSync(ca.file(`${ROOT}.pem`), view.certificate);
    const strict = openssl([
      ...['verify', '-x509_strict', '-CAfile', ca.file(`${ROOT}.pem`), ca.file(`${ROOT}.pem`)],
    ]);
    expect(strict.text).toContain('OK');
    expect(readdirSync(join(ca.layout.signer, 'keys')).join()).not.toContain(ROOT);
  });

  it('CRL-6: the countdown begins with the root: its first CRL and responder are due in 24 hours', async () => {
    const { ceremonies } = await ca.inkanJSON<StatusView>('status');
    const [duty] = ceremonies;
    expect(duty).toMatchObject({ authority: ROOT, why: 'issuance', count: 1, alarm: false });
    expect(duty?.minutesLeft).toBeGreaterThan(23 * 60);
    expect(duty?.minutesLeft).toBeLessThanOrEqual(24 * 60);
  });
}

/** Certificates that the offline root signs. */
function issuance(): void {
  it('CRL-18: one ceremony brings responder and CRL, and both are published in one epoch', async () => {
    const { publication, ceremony } = await hold('first');
    expect(ceremony.state).toBe('imported');
    expect(publication.state).toBe('published');
    await served(async () => {
      expect(askOCSP(ca, ROOT, rootSerial)).toBe('good');
      expect(askOCSP(ca, ROOT, rootSerial, 'sha1')).toBe('good');
      expect(await fetchCRL(ca, ROOT)).toMatchObject({ number: 1, entries: new Map() });
    });
    expect((await ca.inkanJSON<StatusView>('status')).ceremonies).toEqual([]);
  });

  it('CRL-18: a sub-CA with its key online is certified by the offline root and issues at once', async () => {
    const { authorities } = await hold('sub', '--subordinate', SUB_CA);
    expect(authorities).toEqual([ROOT, SUB_CA]);
    const view = await ca.inkanJSON<AuthorityView>('ca', 'show', SUB_CA);
    subSerial = view.serialNumber;
    writeFileSync(ca.file(`${SUB_CA}.pem`), view.certificate);
    const request = makeRequest(ca, 'tsa');
    const tsa = await ca.inkanJSON<IssuedCertificateView>(
      ...['certificate', 'issue', '--authority', SUB_CA, '--profile', 'tsa', '--request', request],
    );
    writeFileSync(ca.file('tsa.pem'), tsa.certificate ?? '');
    await served(async () => {
      expect(askOCSP(ca, ROOT, subSerial)).toBe('good');
      expect((await fetchCRL(ca, ROOT)).number).toBe(2);
      expect((await fetchCRL(ca, SUB_CA)).number).toBeGreaterThan(0);
    });
    const trust = ['-CAfile', ca.file(`${ROOT}.pem`), '-untrusted', ca.file(`${SUB_CA}.pem`)];
    const crls = [ROOT, SUB_CA].flatMap((name) => ['-CRLfile', ca.file(`${name}.crl`)]);
    const verified = opensslOk([
      ...['verify', '-x509_strict', '-crl_check_all', '-purpose', 'timestampsign'],
      ...[...trust, ...crls, ca.file('tsa.pem')],
    ]);
    expect(verified.text).toContain('tsa.pem: OK');
  });

  it('CON-23: what a ceremony signs begins at the moment of signing, not when it was asked for', async () => {
    const answer = JSON.parse(readFileSync(host.file('sub-answer.json'), 'utf8'));
    const { text } = opensslOk([
      ...['x509', '-in', ca.file(`${SUB_CA}.pem`), '-noout', '-startdate', '-dateopt', 'iso_8601'],
    ]);
    expect(text.trim()).toBe(`notBefore=${answer.signedAt.replace('T', ' ')}`);
  });
}

/** Revocations under the offline root. */
function revocation(): void {
  it('RSP-24: a revocation under an offline root waits, and CRL and OCSP say the same meanwhile', async () => {
    const why = ['--reason', 'keyCompromise', '--yes'];
    const end = await ca.inkan('certificate', 'revoke', subSerial, ...why);
    expect(end.status).toBe(5);
    const { publication } = JSON.parse(end.stdout) as RevocationView;
    expect(publication.reason).toContain(`a ceremony of ${ROOT} is due`);
    const status = await ca.inkan('status');
    const { ceremonies } = JSON.parse(status.stdout) as StatusView;
    expect(status.status).toBe(0);
    expect(ceremonies[0]).toMatchObject({ why: 'revocation', count: 1, alarm: false });
    await ca.inkan('publish');
    expect(askOCSP(ca, ROOT, subSerial)).toBe('good');
    expect((await fetchCRL(ca, ROOT)).entries.size).toBe(0);
    const issue = await ca.inkan(
      ...['certificate', 'issue', '--authority', SUB_CA, '--profile', 'tsa'],
      ...['--request', makeRequest(ca, 'late')],
    );
    expect(issue.stderr).toContain('authority-revoked');
  });

  it('CRL-18: a newer export supersedes an open one, whose answer is then refused', async () => {
    const older = await exported('older');
    await sign('older', older);
    const newer = await exported('newer');
    const refused = await ca.inkan('ceremony', 'import', host.file('older-answer.json'));
    expect(refused.stderr).toContain('ceremony-cancelled');
    expect(refused.stderr).toContain(newer.id);
  });

  it('RSP-24: the CRL that comes back and the OCSP answer change together, time and reason alike', async () => {
    const { ceremonies } = await ca.inkanJSON<{
      ceremonies: readonly CeremonyRequestView['ceremony'][];
    }>('ceremony', 'list');
    const [newest] = ceremonies;
    if (!newest) throw new Error('no ceremony');
    await sign('newer', newest);
    const answer = host.file('newer-answer.json');
    const imported = await ca.inkanJSON<ImportedCeremonyView>('ceremony', 'import', answer);
    expect(imported.publication.state).toBe('published');
    await served(async () => {
      const crl = await fetchCRL(ca, ROOT);
      const told = askOCSP(ca, ROOT, subSerial);
      expect(told).toMatch(/^revoked keyCompromise \d+$/);
      expect([...crl.entries]).toEqual([[subSerial, told]]);
    });
    expect((await ca.inkanJSON<StatusView>('status')).ceremonies).toEqual([]);
    const again = await ca.inkanJSON<ImportedCeremonyView>('ceremony', 'import', answer);
    expect(again.ceremony.state).toBe('imported');
  });

  it('CRL-18: given again, the offline host hands out the same answer and uses no key', async () => {
    const before = readFileSync(host.file('newer-answer.json'), 'utf8');
    const lines = host.log().length;
    const { requestSha256 } = JSON.parse(readFileSync(host.file('newer.json'), 'utf8'));
    expect((await sign('newer', { requestSha256 })).again).toBe(true);
    expect(readFileSync(host.file('newer-answer.json'), 'utf8')).toBe(before);
    expect(host.log().length).toBe(lines);
  });

  it('CRL-18: the signer starts again without any key of the root, and goes on', async () => {
    await signer.end();
    signer = await ca.startSigner();
    expect(signer.log()).toContain('signer-ready');
    await ca.inkanJSON('publish');
    expect(askOCSP(ca, ROOT, rootSerial)).toBe('good');
  });
}

describeWithSoftHSM('a root whose key is on an offline host', () => {
  beforeAll(async () => {
    ca = await makeCA({ keys: 'fast', changePolicy: offline(ROOT) });
    token = new SoftHSMToken();
    host = makeOfflineHost(ca, token);
    await ca.startEdge();
    signer = await ca.startSigner();
  });
  afterAll(async () => {
    host.close();
    await ca.close();
  });

  keyCeremony();
  issuance();
  revocation();
});
