import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import type {
  ChangeApplicationInput,
  RekeyApplicationInput,
} from '../../../../signer/applications/applicant-input.ts';
import { fingerprintOfSPKI, spkiOfRequest } from '../../../../signer/database/key-functions.ts';
import type { ApplicationView } from '../../../../signer/operations/application-views.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { refusalOf } from '../issuance/signer-under-test.ts';
import {
  type ApplicationsUnderTest,
  applicationIn,
  DIRECTOR,
  DOCUMENTS,
  newInput,
  newRequest,
  OFFICER,
  screeningOf,
  startApplications,
} from './applications-under-test.ts';

let test: ApplicationsUnderTest;

beforeAll(async () => {
  test = await startApplications();
}, 60_000);
afterAll(() => test.close());

const APPLICANT = { organisation: 'Example K.K.', agent: 'A. Agent', documents: DOCUMENTS };

function rekeyOf(view: ApplicationView, more: Partial<RekeyApplicationInput> = {}) {
  const serialNumber = view.certificate?.serialNumber ?? '';
  const request = newRequest(test);
  return {
    kind: 'rekey',
    serialNumber,
    confirmSameSubject: true,
    request,
    ...APPLICANT,
    ...more,
  } as const;
}

let changes = 0;

function changeOf(view: ApplicationView, more: Partial<ChangeApplicationInput> = {}) {
  const serialNumber = view.certificate?.serialNumber ?? '';
  const request = newRequest(test);
  changes += 1;
  const subject = `C=JP, O=Example renamed, CN=TSA ${changes}`;
  const reason = 'affiliationChanged';
  return { kind: 'change', serialNumber, subject, reason, request, ...APPLICANT, ...more } as const;
}

async function approved(view: ApplicationView): Promise<number> {
  const { application, requestSha256 } = view;
  const screening = { application, ...screeningOf(requestSha256) };
  must(await test.operations.screenApplication(screening, OFFICER), 'screen');
  must(await test.operations.approveApplication({ application }, DIRECTOR), 'approve');
  return application;
}

async function statusOf(view: ApplicationView): Promise<string> {
  const serialNumber = view.certificate?.serialNumber ?? '';
  const { status, revocationReason } = must(
    await test.operations.showCertificate(serialNumber),
    'show',
  );
  return revocationReason ?? status;
}

describeWithOpenSSL('re-key', () => {
  it('CP 4.7: the same subject gets a certificate for a new key, linked with the old one', async () => {
    const old = await applicationIn(test, 'issued');
    const { operations } = test;
    const created = must(await operations.createApplication(rekeyOf(old), OFFICER), 'rekey');
    expect(created).toMatchObject({ kind: 'rekey', state: 'received', subject: old.subject });
    const { authority = '', serialNumber = '' } = old.certificate ?? {};
    const { application } = old;
    expect(created.predecessor).toEqual({ authority, serialNumber, application });
    const issue = { application: await approved(created) };
    const issued = must(await operations.issueApplication(issue, DIRECTOR), 'issue');
    expect(issued.certificate).toMatchObject({ subject: old.subject, status: 'good' });
    expect(issued.spkiSha256).not.toBe(old.spkiSha256);
    // CP 4.7.1: the old one goes on until it is revoked or ends.
    expect(await statusOf(old)).toBe('good');
    const shown = must(await operations.showApplication(old.application), 'show');
    expect(shown.successors).toEqual([issued.application]);
  });

  it('CON-14: without the confirmation of the operator it is refused', async () => {
    const old = await applicationIn(test, 'issued');
    const input = rekeyOf(old, { confirmSameSubject: false });
    const refused = await test.operations.createApplication(input, OFFICER);
    expect(refusalOf(refused)).toBe('subject-refused CON-14');
  });

  it('CP 4.6: with the key that was certified it would be a renewal, and is refused', async () => {
    const input = newInput(test);
    const old = await applicationIn(test, 'issued', input);
    const renewal = rekeyOf(old, { request: input.request });
    const refused = await test.operations.createApplication(renewal, OFFICER);
    expect(refused).toMatchObject({ error: { code: 'request-refused', check: 'CSR-5' } });
    expect(JSON.stringify(refused)).toContain('CP 4.6');
  });

  it('CP 4.7.1: a certificate that was revoked for its key can be re-keyed', async () => {
    const old = await applicationIn(test, 'issued');
    const serialNumber = old.certificate?.serialNumber ?? '';
    const revocation = { serialNumber, reason: 'keyCompromise' } as const;
    must(await test.operations.revokeCertificate(revocation, DIRECTOR), 'revoke');
    const created = must(await test.operations.createApplication(rekeyOf(old), OFFICER), 'rekey');
    const issue = { application: await approved(created) };
    const issued = must(await test.operations.issueApplication(issue, DIRECTOR), 'issue');
    expect([await statusOf(old), await statusOf(issued)]).toEqual(['keyCompromise', 'good']);
  });

  it('CP 4.7: a certificate that does not exist, or is no subscriber’s, is refused', async () => {
    const old = await applicationIn(test, 'received');
    const unknown = rekeyOf(old, { serialNumber: '0102' });
    expect(refusalOf(await test.operations.createApplication(unknown, OFFICER))).toBe(
      'certificate-unknown',
    );
    const ca = must(await test.operations.showAuthority('time-stamping-ca'), 'sub-CA');
    const ofCA = rekeyOf(old, { serialNumber: ca.serialNumber });
    expect(refusalOf(await test.operations.createApplication(ofCA, OFFICER))).toBe(
      'profile-unknown',
    );
  });
});

describeWithOpenSSL('change', () => {
  it('CP 4.8.1: the old certificate is revoked first, for the reason given, then the new one issued', async () => {
    const old = await applicationIn(test, 'issued');
    const { operations } = test;
    const input = changeOf(old);
    const created = must(await operations.createApplication(input, OFFICER), 'change');
    const issue = { application: await approved(created) };
    expect(await statusOf(old)).toBe('good');
    const issued = must(await operations.issueApplication(issue, DIRECTOR), 'issue');
    expect(issued.certificate?.subject).toBe(input.subject);
    expect([await statusOf(old), await statusOf(issued)]).toEqual(['affiliationChanged', 'good']);
    const types = test
      .audit()
      .flatMap(({ type, actor }) =>
        type === 'revocation' || type === 'issuance' ? [`${type} ${actor}`] : [],
      );
    expect(types.slice(-2)).toEqual(['revocation director', 'issuance director']);
    expect(issued.predecessor?.application).toBe(old.application);
  });

  it('CP 4.8.1: what cannot be issued leaves the old certificate as it is', async () => {
    const old = await applicationIn(test, 'issued');
    const created = must(await test.operations.createApplication(changeOf(old), OFFICER), 'change');
    const application = await approved(created);
    const policy = test.context.policy.authorities.get('time-stamping-ca');
    // The policy was changed meanwhile.
    Object.assign(policy ?? {}, { issues: [] });
    const refused = await test.operations.issueApplication({ application }, DIRECTOR);
    Object.assign(policy ?? {}, { issues: ['tsa'] });
    expect(refusalOf(refused)).toBe('profile-unknown');
    expect(await statusOf(old)).toBe('good');
    const issued = must(await test.operations.issueApplication({ application }, DIRECTOR), 'issue');
    expect(issued.state).toBe('issued');
  });

  it('CP 4.8.1: one that changes nothing is refused', async () => {
    const old = await applicationIn(test, 'issued');
    const input = changeOf(old, { subject: old.subject.toUpperCase() });
    expect(refusalOf(await test.operations.createApplication(input, OFFICER))).toBe(
      'subject-refused CP 4.8',
    );
  });
});

describeWithOpenSSL('a change in the register of revocations', () => {
  it('CP 4.8.1: the register of revocations has it with its ground, its persons and its deadlines', async () => {
    const old = await applicationIn(test, 'issued');
    const { operations } = test;
    const created = must(await operations.createApplication(changeOf(old), OFFICER), 'change');
    const issue = { application: await approved(created) };
    must(await operations.issueApplication(issue, DIRECTOR), 'issue');
    const serialNumber = old.certificate?.serialNumber ?? '';
    const listed = await operations.listRevocationRequests({ serialNumber, limit: 9 });
    const [line, ...more] = must(listed, 'register');
    expect(more).toEqual([]);
    const shown = must(await operations.showRevocationRequest(line?.number ?? 0), 'request');
    expect(shown).toMatchObject({
      ...{ state: 'executed', origin: 'request', ground: 'information-changed', allowed: ['note'] },
      ...{ reason: 'affiliationChanged', receivedAt: created.receivedAt, recordedBy: 'officer' },
      requestedBy: 'A. Agent for Example K.K.',
      description: expect.stringContaining(`application ${created.application} `),
    });
    expect(shown.events.map(({ step, person }) => `${step} ${person}`)).toEqual([
      ...['investigate officer', 'approve director', 'execute director', 'publish null'],
    ]);
    const duties = shown.deadlines.map(({ duty, met }) => [duty, met !== null]);
    expect(duties).toEqual([
      ['investigate', true],
      ['revoke-should', true],
      ['revoke', true],
      ['publish', true],
    ]);
  });

  it('CP 4.9.3: one person alone stands in the register as having executed, not approved', async () => {
    const old = await applicationIn(test, 'issued');
    const { operations } = test;
    const created = must(await operations.createApplication(changeOf(old), OFFICER), 'change');
    const { application, requestSha256 } = created;
    const screening = { application, ...screeningOf(requestSha256) };
    must(await operations.screenApplication(screening, OFFICER), 'screen');
    must(await operations.approveApplication({ application }, OFFICER), 'approve');
    must(await operations.issueApplication({ application }, OFFICER), 'issue');
    const serialNumber = old.certificate?.serialNumber ?? '';
    const listed = await operations.listRevocationRequests({ serialNumber, limit: 9 });
    const { number = 0 } = must(listed, 'register')[0] ?? {};
    const { events } = must(await operations.showRevocationRequest(number), 'request');
    expect(events.map(({ step }) => step)).toEqual(['investigate', 'execute', 'publish']);
    expect(events[1]?.note).toContain('approved by officer');
  });

  it('CP 4.8.1: an open request for the same certificate is closed with it', async () => {
    const old = await applicationIn(test, 'issued');
    const { operations } = test;
    const serialNumber = old.certificate?.serialNumber ?? '';
    const by = { requestedBy: 'A. Agent', channel: 'post', description: 'letter 4' } as const;
    const why = { reason: 'superseded', ground: 'subscriber-request' } as const;
    const asked = { serialNumber, ...why, ...by };
    const waiting = must(await operations.createRevocationRequest(asked, OFFICER), 'request');
    const created = must(await operations.createApplication(changeOf(old), OFFICER), 'change');
    const issue = { application: await approved(created) };
    must(await operations.issueApplication(issue, DIRECTOR), 'issue');
    const closed = must(await operations.showRevocationRequest(waiting.number), 'closed');
    expect(closed.state).toBe('cancelled');
    expect(await statusOf(old)).toBe('affiliationChanged');
  });
});

describeWithOpenSSL('unique subjects', () => {
  it('CRT-8: a subject that a certificate has is refused to a new application, in any case of letters (CON-14)', async () => {
    const old = await applicationIn(test, 'issued');
    for (const subject of [old.subject, old.subject.toLowerCase().replace('c=jp', 'C=JP')]) {
      const refused = await test.operations.createApplication(newInput(test, { subject }), OFFICER);
      expect(refusalOf(refused)).toBe('subject-refused CRT-8');
    }
  });

  it('CON-14: nor may a change take the subject of another', async () => {
    const [old, other] = [await applicationIn(test, 'issued'), await applicationIn(test, 'issued')];
    const input = changeOf(old, { subject: other.subject });
    expect(refusalOf(await test.operations.createApplication(input, OFFICER))).toBe(
      'subject-refused CRT-8',
    );
  });

  it('CON-14: of two that come at once for one subject one is refused', async () => {
    const [one, two] = [newInput(test), newInput(test)];
    const both = await Promise.all([
      test.operations.createApplication(one, OFFICER),
      test.operations.createApplication({ ...two, subject: one.subject ?? '' }, OFFICER),
    ]);
    expect(both.map(refusalOf).sort()).toEqual(['accepted', 'application-open']);
  });

  it('CON-14: two open applications cannot ask for one subject, until one is decided', async () => {
    const first = await applicationIn(test, 'approved');
    const second = newInput(test, { subject: first.subject });
    const { application } = first;
    expect(await test.operations.createApplication(second, OFFICER)).toMatchObject({
      error: { code: 'application-open', application, shared: 'subject' },
    });
    const rejection = { application, reason: 'agreement not signed' };
    must(await test.operations.rejectApplication(rejection, DIRECTOR), 'reject');
    must(await test.operations.createApplication(second, OFFICER), 'second');
  });
});

describeWithOpenSSL('the applicant of a re-key', () => {
  it('CON-14: another organisation than the one that applied is refused', async () => {
    const old = await applicationIn(test, 'issued');
    const other = rekeyOf(old, { organisation: 'Other K.K.' });
    const refused = await test.operations.createApplication(other, OFFICER);
    expect(refusalOf(refused)).toBe('subject-refused CON-14');
    expect(JSON.stringify(refused)).toContain(`application ${old.application}`);
    const same = rekeyOf(old, { organisation: ' EXAMPLE  k.k.' });
    must(await test.operations.createApplication(same, OFFICER), 'the same, written otherwise');
  });
});

describeWithOpenSSL('between receipt and issuance', () => {
  it('CSR-7: a key that came on a list of weak keys since it was received is not certified', async () => {
    const input = newInput(test);
    const { application } = await applicationIn(test, 'approved', input);
    const spki = spkiOfRequest(input.request) ?? new Uint8Array(0);
    const fingerprints = fingerprintOfSPKI(spki) ?? new Uint8Array(0);
    const list = { list: 'test', key: 'P-256', width: 32, fingerprints } as const;
    must(await test.operations.addWeakKeys(list, OFFICER), 'list');
    expect(await test.operations.issueApplication({ application }, DIRECTOR)).toMatchObject({
      error: { code: 'request-refused', check: 'CSR-7' },
    });
    expect(must(await test.operations.showApplication(application), 'show').state).toBe('approved');
  });
});

describeWithOpenSSL('the record', () => {
  it('CP 5.4: applications, documents and events can be added, not changed or removed', async () => {
    await applicationIn(test, 'delivered');
    const { db } = test.context;
    for (const table of ['application', 'application_document', 'application_event']) {
      const column =
        table === 'application' ? 'agent' : table === 'application_event' ? 'actor' : 'kind';
      const change = () => db.transaction((tx) => tx.run(`UPDATE ${table} SET ${column} = 'x'`));
      const remove = () => db.transaction((tx) => tx.run(`DELETE FROM ${table}`));
      expect(change, table).toThrow(/never changed/);
      expect(remove, table).toThrow(/never removed/);
    }
  });

  it('CP 4.3.1: an application cannot be issued twice, nor a certificate belong to two', async () => {
    const view = await applicationIn(test, 'issued');
    const other = await applicationIn(test, 'approved');
    const { db } = test.context;
    const again = (application: number) => () =>
      db.transaction((tx) =>
        tx.run(
          `INSERT INTO application_event (application_id, state, recorded_at, actor, actor_key, evidence, certificate_id)
           SELECT ?, state, 0, '', '', '{}', certificate_id FROM application_event
           WHERE application_id = ? AND state = 'issued'`,
          application,
          view.application,
        ),
      );
    expect(again(view.application)).toThrow(/UNIQUE/);
    expect(again(other.application)).toThrow(/UNIQUE/);
  });

  it('CP 4.1: the list comes in pages and by state', async () => {
    const { operations } = test;
    const all = must(await operations.listApplications({ limit: 1_000 }), 'all');
    const numbers = all.map(({ application }) => application);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const [, second = 0] = numbers;
    const page = must(await operations.listApplications({ limit: 2, after: second }), 'page');
    expect(page.map(({ application }) => application)).toEqual(numbers.slice(2, 4));
    const rejected = must(
      await operations.listApplications({ state: 'rejected', limit: 9 }),
      'some',
    );
    expect(rejected.map(({ state }) => state)).toEqual(['rejected']);
  });
});
