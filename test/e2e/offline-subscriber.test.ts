import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApplicationView } from '../../signer/operations/application-views.ts';
import type {
  CeremonyRequestView,
  ImportedCeremonyView,
} from '../../signer/operations/ceremony-views.ts';
import type { AuthorityView, StatusView } from '../../signer/operations/views.ts';
import {
  act,
  auditLines,
  command,
  DELIVERY,
  DOCUMENT_KINDS,
  refusalOf,
  screenArguments,
} from '../support/applications.ts';
import { eventually } from '../support/hierarchy.ts';
import { makeOfflineHost, type OfflineHost } from '../support/offline-host.ts';
import { openssl, opensslOk } from '../support/openssl.ts';
import { makeCA, type PolicyJSON, type RunningCA } from '../support/running-ca.ts';
import { shippedPolicy } from '../support/shipped-policies.ts';
import { describeWithTools } from '../support/tools.ts';

/** RootCA2 as its shipped policy has it, RSA keys and all; only its URLs are those of the edge here. */
const ROOT = 'root-ca2';

let ca: RunningCA;
let host: OfflineHost;
let number = 0;
let fingerprint = '';

function rootCA2(policy: PolicyJSON): void {
  const { ocsp } = policy.authorities['root-ca3'] as { ocsp: { url: { value: string } } };
  const edge = ocsp.url.value;
  const shipped = JSON.parse(shippedPolicy(ROOT));
  const root = shipped.authorities[ROOT];
  root.crl.url.value = `${edge}/crl/${ROOT}.crl`;
  root.caIssuers.url.value = `${edge}/ca/${ROOT}.cer`;
  root.certificates.url.value = `${edge}/certificates/${ROOT}`;
  root.ocsp.url.value = edge;
  Object.assign(policy, shipped);
}

/** A command on the offline host, which must succeed. */
async function onHost<T>(...args: readonly string[]): Promise<T> {
  const end = await host.ceremony(...args);
  if (end.status !== 0) throw new Error(`ceremony ${args.join(' ')}: ${end.status} ${end.stderr}`);
  return JSON.parse(end.stdout);
}

async function exported(
  name: string,
  ...more: readonly string[]
): Promise<CeremonyRequestView['ceremony']> {
  const out = host.file(`${name}.json`);
  const asked = ['ceremony', 'export', ROOT, '--reason', name, '--out', out, ...more];
  return (await ca.inkanJSON<CeremonyRequestView>(...asked)).ceremony;
}

/** Walk over, sign, walk back, import. */
async function held(name: string, requestSha256: string): Promise<ImportedCeremonyView> {
  const answer = host.file(`${name}-answer.json`);
  const bundle = host.file(`${name}.json`);
  await onHost('sign', bundle, '--out', answer, '--confirm', requestSha256);
  return ca.inkanJSON('ceremony', 'import', answer);
}

function statusAtEdge(serialNumber: string): string {
  const root = ca.file(`${ROOT}.pem`);
  const { text } = openssl([
    ...['ocsp', '-issuer', root, '-serial', `0x${serialNumber}`, '-url', ca.edge, '-no_nonce'],
    ...['-CAfile', root, '-verify_other', root],
  ]);
  return text.includes('Response verify OK') ? (/: (good|revoked)/.exec(text)?.[1] ?? text) : text;
}

async function makeRoot(): Promise<void> {
  const out = host.file('root.json');
  const made = await onHost<{ certificateSha256: string }>(
    ...['root', ROOT, '--out', out, '--confirm-name', ROOT],
  );
  await ca.inkanJSON('ceremony', 'import', out, '--sha256', made.certificateSha256);
  const { certificate } = await ca.inkanJSON<AuthorityView>('ca', 'show', ROOT);
  writeFileSync(ca.file(`${ROOT}.pem`), certificate);
  await held('first', (await exported('first')).requestSha256);
}

/** Of the request that openssl makes for a time-stamping unit, what the applicant reads out. */
function makeRequest(): readonly string[] {
  const request = ca.file('tsa.csr.pem');
  opensslOk([
    ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', ca.file('tsa.key.pem')],
    ...['-subj', '/C=JP/O=Example Co. Ltd./CN=Example TSA 01', '-out', request],
  ]);
  const der = opensslOk(['req', '-in', request, '-outform', 'DER']).stdout;
  fingerprint = createHash('sha256').update(der).digest('hex');
  const documents = DOCUMENT_KINDS.flatMap((kind) => {
    writeFileSync(ca.file(`${kind}.txt`), kind);
    return ['--document', `${kind}=${ca.file(`${kind}.txt`)}`];
  });
  const named = ['--organisation', 'Example Co. Ltd.', '--agent', 'A. Agent'];
  return [...named, '--request', request, ...documents];
}

beforeAll(async () => {
  ca = await makeCA({ keys: 'policy', changePolicy: rootCA2 });
  host = makeOfflineHost(ca);
  await ca.startEdge();
  await ca.startSigner();
  await makeRoot();
}, 180_000);
afterAll(async () => {
  host?.close();
  await ca?.close();
});

describeWithTools('an application under a root whose key is offline', ['openssl'], () => {
  it('CP 4.1: it is received, screened and approved though the key is elsewhere', async () => {
    const what = ['--authority', ROOT, '--profile', 'root-ca2-tsa'];
    const view = await command(ca, 'application', 'new', ...what, ...makeRequest());
    number = view.application;
    await command(ca, ...screenArguments(number, fingerprint.toUpperCase()));
    expect(await act(ca, 'approve', number)).toMatchObject({ state: 'approved', ceremony: null });
  });

  it('CP 4.3.1: `application issue` names the command that issues it, and nothing alarms', async () => {
    const end = await ca.inkan('application', 'issue', String(number));
    expect(end.status).toBe(1);
    const { code, remedy } = refusalOf(end);
    expect(code).toBe('ceremony-needed');
    expect(remedy).toContain(`inkan ceremony export ${ROOT} --application ${number}`);
    const status = await ca.inkan('status');
    expect(status.status).toBe(0);
    const { applications, ceremonies } = JSON.parse(status.stdout) as StatusView;
    expect(applications.toSign).toEqual([{ application: number, authority: ROOT, ceremony: null }]);
    expect(ceremonies).toEqual([]);
  });

  it('CP 4.3.1: an export that leaves it out again says so, and the list shows which has it', async () => {
    const first = await exported('with', '--application', String(number));
    const out = ['--reason', 'a CRL alone', '--out', host.file('alone.json')];
    const alone = await ca.inkanJSON<CeremonyRequestView>('ceremony', 'export', ROOT, ...out);
    expect(alone.superseded).toBe(first.id);
    expect(alone.leftOut).toEqual([
      `certificate root-ca2-tsa for C=JP, O=Example Co. Ltd., CN=Example TSA 01 of application ${number}`,
    ]);
    const listed = await ca.inkan('ceremony', 'list');
    const { ceremonies } = JSON.parse(listed.stdout);
    const numbers = ceremonies.map((one: CeremonyRequestView['ceremony']) => one.applications);
    expect(numbers.slice(0, 2)).toEqual([[], [number]]);
  });

  it('CP 3.2.1: the bundle shows application, organisation and the fingerprint that was told', async () => {
    const { id, requestSha256 } = await exported('tsa', '--application', String(number));
    const bundle = JSON.parse(readFileSync(host.file('tsa.json'), 'utf8'));
    expect(Object.fromEntries(bundle.request.items[0].summary)).toMatchObject({
      application: `${number} (new)`,
      organisation: 'Example Co. Ltd.',
      'request sha-256': fingerprint,
      subject: 'C=JP, O=Example Co. Ltd., CN=Example TSA 01',
    });
    const withdrawn = await ca.inkan('application', 'withdraw', String(number), '--reason', 'x');
    expect(refusalOf(withdrawn).code).toBe('application-in-ceremony');
    expect(refusalOf(withdrawn).remedy).toContain(`inkan ceremony cancel ${id}`);
    const { publication } = await held('tsa', requestSha256);
    expect(publication.state).toBe('published');
  });
});

describeWithTools(
  'a certificate that an offline root has signed for a subscriber',
  ['openssl'],
  () => {
    let view: ApplicationView;

    it('CP 4.3.1: it is issued by who exported it, and published before it is handed over', async () => {
      view = await command(ca, 'application', 'show', String(number));
      expect(view).toMatchObject({ state: 'issued', ceremony: null });
      expect(view.certificate?.publication.state).toBe('published');
      expect(view.events.at(-1)).toMatchObject({ state: 'issued', by: 'operator' });
      writeFileSync(ca.file('tsa.pem'), view.certificate?.certificate ?? '');
      const line = auditLines(ca).find(({ type }) => type === 'issuance');
      expect(line).toMatchObject({ application: number, requestSha256: fingerprint });
    });

    it('CRT-1: openssl verifies it strictly for time-stamping, CRL and OCSP agree that it is good', async () => {
      const { serialNumber = '' } = view.certificate ?? {};
      await eventually(async () => statusAtEdge(serialNumber) === 'good');
      const crl = ca.file('root.crl');
      const answer = await fetch(`${ca.edge}/crl/${ROOT}.crl`);
      writeFileSync(crl, new Uint8Array(await answer.arrayBuffer()));
      const verified = opensslOk([
        ...['verify', '-x509_strict', '-crl_check', '-purpose', 'timestampsign'],
        ...['-CAfile', ca.file(`${ROOT}.pem`), '-CRLfile', crl, ca.file('tsa.pem')],
      ]);
      expect(verified.text).toContain('OK');
      expect(opensslOk(['crl', '-in', crl, '-noout', '-crlnumber']).text).toMatch(/0x0?4\b/);
    });

    it('CP 4.4.2: it is among the published files; delivered and accepted it is done', async () => {
      const answer = await fetch(view.certificate?.url ?? '');
      expect(answer.status).toBe(200);
      const der = opensslOk(['x509', '-in', ca.file('tsa.pem'), '-outform', 'DER']).stdout;
      expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(der))).toBe(true);
      await act(ca, 'deliver', number, ...DELIVERY);
      const accepted = await act(ca, 'accept', number, '--reference', 'receipt 1');
      expect(accepted.state).toBe('published');
    });
  },
);
