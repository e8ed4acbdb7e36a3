import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApplicationView } from '../../signer/operations/application-views.ts';
import type { StatusView } from '../../signer/operations/views.ts';
import {
  act,
  approve,
  auditLines,
  command,
  DELIVERY,
  DOCUMENT_KINDS,
  documentText,
  makeApplicant,
  newArguments,
  refusalOf,
  screenArguments,
  withApplications,
} from '../support/applications.ts';
import { eventually, type Hierarchy, startHierarchy } from '../support/hierarchy.ts';
import { openssl } from '../support/openssl.ts';
import { describeWithTools } from '../support/tools.ts';

let pki: Hierarchy;
/** The application of the first block, and its certificate as openssl reads it. */
let first: ApplicationView;

beforeAll(async () => {
  pki = await startHierarchy({ keys: 'fast', changePolicy: withApplications });
});
afterAll(() => pki?.close());

/** What a relying party is told: `good`, or the reason. */
function statusAtEdge(view: ApplicationView): string {
  const serial = `0x${view.certificate?.serialNumber}`;
  const { text } = openssl([
    ...['ocsp', '-issuer', pki.subCA, '-serial', serial, '-url', pki.ca.edge, '-no_nonce'],
    ...['-CAfile', pki.root, '-verify_other', pki.subCA],
  ]);
  if (!text.includes('Response verify OK')) return text;
  return /Reason: (\w+)/.exec(text)?.[1] ?? /: (good|revoked)/.exec(text)?.[1] ?? text;
}

async function fileAtEdge(view: ApplicationView): Promise<Uint8Array | undefined> {
  const answer = await fetch(view.certificate?.url ?? '');
  if (answer.status !== 200) return undefined;
  expect(answer.headers.get('content-type')).toBe('application/pkix-cert');
  return new Uint8Array(await answer.arrayBuffer());
}

function derOf(view: ApplicationView): Uint8Array {
  return new Uint8Array(new X509Certificate(view.certificate?.certificate ?? '').raw);
}

async function expectAtEdge(view: ApplicationView): Promise<void> {
  await eventually(async () => (await fileAtEdge(view)) !== undefined);
  expect(await fileAtEdge(view)).toEqual(derOf(view));
  await eventually(async () => statusAtEdge(view) === 'good');
}

describeWithTools('an application that is received', ['openssl'], () => {
  it('OPS-3: without an application nothing is issued, and the answer names clause and command', async () => {
    const { request } = makeApplicant(pki.ca, 'direct');
    const end = await pki.ca.inkan(
      ...['certificate', 'issue', '--authority', 'time-stamping-ca'],
      ...['--profile', 'tsa', '--request', request],
    );
    expect(end).toMatchObject({ status: 1, stdout: '' });
    const { code, remedy } = refusalOf(end);
    expect(code).toBe('application-required');
    expect(remedy).toContain('CP 4.1');
    expect(remedy).toContain('inkan application new');
  });

  it('CP 4.1: it is received with the hashes of its documents, which stay where they are', async () => {
    const applicant = makeApplicant(pki.ca, 'TSA 01');
    const view = await command(pki.ca, ...newArguments(applicant));
    expect(view).toMatchObject({ state: 'received', allowed: ['screen', 'withdraw'] });
    expect(view.requestSha256.toUpperCase()).toBe(applicant.fingerprint);
    const hashes = DOCUMENT_KINDS.map((kind) => {
      const text = documentText('TSA 01', kind);
      return { kind, sha256: createHash('sha256').update(text).digest('hex') };
    });
    expect(view.documents).toEqual(hashes);
    const files = readdirSync(pki.ca.layout.signer, { recursive: true, encoding: 'utf8' });
    const holding = files.filter((file) => /sqlite|jsonl/.test(file));
    expect(holding.length).toBeGreaterThan(1);
    for (const file of holding)
      expect(readFileSync(join(pki.ca.layout.signer, file), 'latin1')).not.toContain(
        'not to be uploaded',
      );
    first = view;
  });
});

describeWithTools('from its screening to an accepted certificate', ['openssl'], () => {
  it('CP 3.2.1: a fingerprint that the applicant did not read from this request is refused', async () => {
    const { fingerprint } = makeApplicant(pki.ca, 'exchanged');
    const end = await pki.ca.inkan(...screenArguments(first.application, fingerprint));
    expect(end.status).toBe(1);
    expect(refusalOf(end).code).toBe('fingerprint-mismatch');
  });

  it('CP 4.3.1: it is screened, approved and issued, each by a command of its own', async () => {
    const { application } = first;
    const early = await pki.ca.inkan('application', 'issue', String(application));
    expect(early.status).toBe(1);
    expect(refusalOf(early)).toMatchObject({ code: 'transition-refused' });
    await command(pki.ca, ...screenArguments(application, first.requestSha256));
    await act(pki.ca, 'approve', application);
    const out = pki.ca.file('tsa-01.pem');
    first = await act(pki.ca, 'issue', application, '--out', out);
    expect(first).toMatchObject({ state: 'issued', certificate: { subject: first.subject } });
    const verified = openssl([
      ...['verify', '-CAfile', pki.root, '-untrusted', pki.subCA, '-x509_strict'],
      ...['-purpose', 'timestampsign', out],
    ]);
    expect(verified.text).toContain('OK');
  });

  it('CRT-11: when it is handed out the edge has its file and its status', async () => {
    await expectAtEdge(first);
  });

  it('CP 4.4.1: it is delivered and accepted; show and status say what is due', async () => {
    const { application } = first;
    const delivered = await act(pki.ca, 'deliver', application, ...DELIVERY);
    expect(delivered).toMatchObject({ state: 'delivered', receipt: { state: 'due' } });
    const due = await command<StatusView>(pki.ca, 'status');
    expect(due.applications).toMatchObject({
      receiptsDue: 1,
      nextReceiptDue: delivered.receipt?.due,
    });
    first = await act(pki.ca, 'accept', application, '--reference', 'receipt 1');
    expect(first).toMatchObject({ state: 'published', allowed: [] });
    const none = await command<StatusView>(pki.ca, 'status');
    expect(none.applications).toMatchObject({ receiptsDue: 0, nextReceiptDue: null });
    const lines = auditLines(pki.ca).filter((line) => line['application'] === application);
    expect(lines.map(({ type, state }) => state ?? type)).toEqual([
      ...['received', 'screened', 'approved', 'issuance', 'delivered', 'accepted'],
    ]);
    expect(JSON.stringify(auditLines(pki.ca))).not.toContain('A. Agent');
  });
});

describeWithTools('what can go otherwise', ['openssl'], () => {
  it('CP 4.2.2: one that was not verified is not approved; it is rejected with the reason', async () => {
    const applicant = makeApplicant(pki.ca, 'Unknown');
    const { application } = await command(pki.ca, ...newArguments(applicant));
    const arguments_ = screenArguments(application, applicant.fingerprint).flatMap(
      (word, index, all) =>
        all[index + 1]?.startsWith('identity=')
          ? ['--failed']
          : word.startsWith('identity=')
            ? ['identity=not in the registry']
            : [word],
    );
    await command(pki.ca, ...arguments_);
    const end = await pki.ca.inkan('application', 'approve', String(application));
    expect(end.status).toBe(1);
    expect(refusalOf(end)).toMatchObject({ code: 'application-incomplete' });
    expect(refusalOf(end).remedy).toContain('CP 3.2.2.1');
    const view = await act(pki.ca, 'reject', application, '--reason', 'not in the registry');
    expect(view.state).toBe('rejected');
    expect(view.events.at(-1)?.evidence).toEqual({ reason: 'not in the registry' });
  });

  it('OPS-4: with --no-wait it ends as due, and is delivered when its epoch is in the store', async () => {
    const application = await approve(pki.ca, makeApplicant(pki.ca, 'TSA 02'));
    const end = await pki.ca.inkan('application', 'issue', String(application), '--no-wait');
    expect(end).toMatchObject({ status: 5, stderr: '' });
    const issued: ApplicationView = JSON.parse(end.stdout);
    expect(issued.certificate).toMatchObject({ certificate: null, publication: { state: 'due' } });
    const out = pki.ca.file('tsa-02.pem');
    const view = await act(pki.ca, 'deliver', application, ...DELIVERY, '--out', out);
    expect(view.state).toBe('delivered');
    expect(new X509Certificate(readFileSync(out)).serialNumber.toLowerCase()).toBe(
      view.certificate?.serialNumber,
    );
    await expectAtEdge(view);
  });
});

describeWithTools('certificates that take the place of others', ['openssl'], () => {
  it('CP 4.4.1, 4.8: after a complaint the certificate is changed: revoked, then issued anew', async () => {
    const old = await act(pki.ca, 'show', await approve(pki.ca, makeApplicant(pki.ca, 'TSA 03')));
    await act(pki.ca, 'issue', old.application);
    await act(pki.ca, 'deliver', old.application, ...DELIVERY);
    const complaint = ['--reason', 'the CN is misspelt', '--reference', 'mail 1'];
    const complained = await act(pki.ca, 'complain', old.application, ...complaint);
    expect(complained.receipt?.state).toBe('complained');

    const applicant = makeApplicant(pki.ca, 'TSA 03 changed');
    const serial = complained.certificate?.serialNumber ?? '';
    const change = [
      ...['application', 'change', serial, '--reason', 'superseded', ...applicant.arguments],
      ...['--subject', 'C=JP, O=Inkan test, CN=TSA 03 changed'],
    ];
    const application = await approve(pki.ca, applicant, change);
    await expectAtEdge(complained);
    const changed = await act(pki.ca, 'issue', application);
    await expectAtEdge(changed);
    await eventually(async () => statusAtEdge(complained) === 'superseded');
    expect(changed.predecessor?.application).toBe(old.application);
    const register = await command<{ readonly requests: readonly object[] }>(
      pki.ca,
      ...['revocation', 'list', '--serial', serial],
    );
    expect(register.requests).toMatchObject([
      { state: 'executed', origin: 'request', reason: 'superseded', serialNumber: serial },
    ]);
    // What was published stays: verifiers of old tokens need it.
    expect(await fileAtEdge(complained)).toEqual(derOf(complained));
  });

  it('CP 4.7: a re-key of the same subject is linked, and a renewal of the key is refused', async () => {
    const serial = first.certificate?.serialNumber ?? '';
    const applicant = makeApplicant(pki.ca, 'TSA 01 new key');
    const rekey = ['application', 'rekey', serial, ...applicant.arguments];
    const unconfirmed = await pki.ca.inkan(...rekey);
    expect(refusalOf(unconfirmed).remedy).toContain('CON-14');
    const confirmed = [...rekey, '--confirm-same-subject'];
    const view = await act(pki.ca, 'issue', await approve(pki.ca, applicant, confirmed));
    expect(view).toMatchObject({ subject: first.subject, certificate: { status: 'good' } });
    await expectAtEdge(view);
    const shown = await act(pki.ca, 'show', first.application);
    expect(shown.successors).toEqual([view.application]);

    const oldRequest = pki.ca.file('TSA 01.csr.pem');
    writeFileSync(applicant.request, readFileSync(oldRequest));
    const renewal = await pki.ca.inkan(...confirmed);
    expect(renewal.status).toBe(1);
    expect(refusalOf(renewal).remedy).toContain('CP 4.6');
  });
});

describeWithTools('the list of applications', ['openssl'], () => {
  it('CP 4.1: applications are listed in pages, by state', async () => {
    interface Page {
      readonly applications: readonly ApplicationView[];
      readonly next: number | null;
    }
    const list = (...more: readonly string[]) =>
      command<Page>(pki.ca, 'application', 'list', ...more);
    const page = await list('--limit', '2');
    expect(page.applications.map(({ application }) => application)).toEqual([1, 2]);
    const next = await list('--limit', '2', '--after', String(page.next));
    expect(next.applications.map(({ application }) => application)).toEqual([3, 4]);
    const rejected = await list('--status', 'rejected');
    expect(rejected.applications.map(({ subject }) => subject)).toEqual([
      'C=JP, O=Inkan test, CN=Unknown',
    ]);
  });
});
