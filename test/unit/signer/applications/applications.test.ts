import { afterAll, beforeAll, expect, it } from 'vitest';
import { must, type Result } from '../../../../shared/result.ts';
import type { ApplicationState, Transition } from '../../../../signer/applications/states.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import type { ApplicationView } from '../../../../signer/operations/application-views.ts';
import type { OperationError } from '../../../../signer/operations/operation-error.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { refusalOf } from '../issuance/signer-under-test.ts';
import {
  type ApplicationsUnderTest,
  applicationIn,
  DIRECTOR,
  DOCUMENTS,
  fingerprintOf,
  newInput,
  newRequest,
  OFFICER,
  SUB_CA,
  screeningOf,
  startApplications,
} from './applications-under-test.ts';

let test: ApplicationsUnderTest;

beforeAll(async () => {
  test = await startApplications();
}, 60_000);
afterAll(() => test.close());

const DAY = 86_400;

type Asked = Promise<Result<ApplicationView, OperationError>>;

/** Asks for a transition with evidence that is right in itself. */
function ask(transition: Transition, { application, requestSha256 }: ApplicationView): Asked {
  const { operations } = test;
  const reference = 'file 3';
  switch (transition) {
    case 'screen':
      return operations.screenApplication({ application, ...screeningOf(requestSha256) }, DIRECTOR);
    case 'approve':
      return operations.approveApplication({ application, reference }, OFFICER);
    case 'reject':
      return operations.rejectApplication({ application, reason: 'not found' }, DIRECTOR);
    case 'withdraw':
      return operations.withdrawApplication({ application, reason: 'letter 9' }, OFFICER);
    case 'issue':
      return operations.issueApplication({ application }, DIRECTOR);
    case 'deliver':
      return operations.deliverApplication({ application, method: 'sent', reference }, DIRECTOR);
    case 'accept':
      return operations.acceptApplication({ application, reference }, OFFICER);
    case 'complain':
      return operations.complainOfApplication({ application, reference, reason: 'O' }, OFFICER);
  }
}

/** One application in each state, and what it refuses. */
const REFUSED: readonly (readonly [ApplicationState, readonly Transition[]])[] = [
  ['received', ['approve', 'reject', 'issue', 'deliver', 'accept', 'complain']],
  ['screened', ['issue', 'deliver', 'accept', 'complain']],
  ['approved', ['screen', 'approve', 'deliver', 'accept', 'complain']],
  ['rejected', ['screen', 'approve', 'withdraw', 'issue', 'deliver', 'accept', 'complain']],
  ['withdrawn', ['screen', 'approve', 'reject', 'issue', 'deliver', 'accept', 'complain']],
  ['issued', ['screen', 'approve', 'reject', 'withdraw', 'accept', 'complain']],
  ['delivered', ['screen', 'approve', 'reject', 'withdraw', 'issue', 'deliver']],
  ['complained', ['screen', 'approve', 'reject', 'withdraw', 'issue', 'deliver']],
  ['published', ['screen', 'approve', 'reject', 'withdraw', 'issue', 'deliver', 'complain']],
];

async function inState(state: ApplicationState): Promise<ApplicationView> {
  switch (state) {
    case 'rejected':
      return must(await ask('reject', await applicationIn(test, 'screened')), 'reject');
    case 'withdrawn':
      return must(await ask('withdraw', await applicationIn(test, 'received')), 'withdraw');
    case 'complained':
      return must(await ask('complain', await applicationIn(test, 'delivered')), 'complain');
    case 'accepted':
    case 'published':
      return must(await ask('accept', await applicationIn(test, 'delivered')), 'accept');
    default:
      return applicationIn(test, state);
  }
}

describeWithOpenSSL('transitions that the state does not allow', () => {
  it.each(REFUSED)(
    'CP 4.1 to 4.4: %s refuses %j, says what is allowed, changes nothing',
    async (state, refused) => {
      const view = await inState(state);
      expect(view.state).toBe(state);
      for (const transition of refused) {
        const outcome = await ask(transition, view);
        const { allowed } = view;
        expect(outcome).toMatchObject({
          error: { code: 'transition-refused', state, transition, allowed },
        });
        expect(test.audit().at(-1)).toMatchObject({
          type: 'refusal',
          operation: `application ${transition}`,
          code: 'transition-refused',
        });
      }
      expect(must(await test.operations.showApplication(view.application), 'show')).toEqual(view);
    },
  );

  it('CP 4.1: an application that does not exist is unknown', async () => {
    expect(refusalOf(await test.operations.showApplication(999_999))).toBe('application-unknown');
    const asked = test.operations.approveApplication({ application: 999_999 }, OFFICER);
    expect(refusalOf(await asked)).toBe('application-unknown');
  });
});

describeWithOpenSSL('the life of an application', () => {
  it('OPS-5: every step is an event with person, time and evidence, and a line of the audit log', async () => {
    const delivered = await applicationIn(test, 'delivered');
    const view = must(await ask('accept', delivered), 'accept');
    expect(view.events.map(({ state, by }) => `${state} ${by}`)).toEqual([
      'received officer',
      'screened officer',
      'approved director',
      'issued director',
      'delivered officer',
      'accepted officer',
      'published officer',
    ]);
    expect(view).toMatchObject({ state: 'published', allowed: [], receipt: { state: 'received' } });
    expect(view.events[4]?.evidence).toEqual({ method: 'sent', reference: 'parcel 1' });
    const { serialNumber = '', url, publication } = view.certificate ?? {};
    expect(view.events[3]?.evidence).toEqual({ serialNumber });
    expect(url).toMatch(new RegExp(`/certificates/time-stamping-ca/${serialNumber}.cer$`));
    expect(view.events[6]?.evidence).toMatchObject({ epoch: publication?.epoch });
    const mine = test.audit().filter((line) => line['application'] === view.application);
    expect(mine.map(({ type, state }) => state ?? type)).toEqual([
      ...['received', 'screened', 'approved', 'issuance', 'delivered', 'accepted'],
    ]);
    // What the applicant gave stands in the database only.
    expect(JSON.stringify(mine)).not.toMatch(/Agent|parcel|registry/);
  });

  it('CP 4.4.1: without a complaint for 14 days it counts as accepted, whoever was running', async () => {
    const view = await applicationIn(test, 'delivered');
    const status = async () => must(await test.operations.status(), 'status').applications;
    const before = await status();
    expect(view.receipt?.state).toBe('due');
    test.setClock(Date.parse(view.receipt?.due ?? '') / 1000);
    const show = async () => must(await test.operations.showApplication(view.application), 'show');
    expect((await show()).state).toBe('delivered');
    test.setClock(Date.parse(view.receipt?.due ?? '') / 1000 + 1);
    expect(await show()).toMatchObject({ state: 'published', receipt: { state: 'elapsed' } });
    const after = await status();
    expect(after.receiptsElapsed).toBe(before.receiptsElapsed + before.receiptsDue);
    expect([after.receiptsDue, after.nextReceiptDue]).toEqual([0, null]);
    const listed = await test.operations.listApplications({ state: 'published', limit: 1_000 });
    const numbers = must(listed, 'list').map(({ application }) => application);
    expect(numbers).toContain(view.application);
    const late = await ask('complain', view);
    expect(late).toMatchObject({ error: { code: 'transition-refused', state: 'published' } });
    expect(JSON.stringify(late)).toContain('4.4.1');
    expect(must(await ask('accept', view), 'late receipt').receipt?.state).toBe('received');
  });

  it('CP 4.4.1: a complaint is settled by the receipt of the certificate', async () => {
    const view = await inState('complained');
    expect(view.receipt?.state).toBe('complained');
    test.setClock(test.context.clock() + 20 * DAY);
    const show = test.operations.showApplication(view.application);
    expect(must(await show, 'show').state).toBe('complained');
    expect(must(await ask('accept', view), 'accept').state).toBe('published');
  });
});

describeWithOpenSSL('repetition', () => {
  it.each(['screen', 'approve', 'issue', 'deliver', 'accept'] as const)(
    'CP 4.2: %s asked again by the same person in the same words changes nothing',
    async (transition) => {
      const before = { screen: 'received', approve: 'screened', issue: 'approved' } as const;
      const from =
        transition === 'accept'
          ? 'delivered'
          : transition === 'deliver'
            ? 'issued'
            : before[transition];
      const view = await applicationIn(test, from);
      const first = must(await ask(transition, view), transition);
      const events = first.events.length;
      const again = must(await ask(transition, view), `${transition} again`);
      expect(again).toEqual(first);
      expect(again.events).toHaveLength(events);
    },
  );

  it('CP 4.1: the same application asked again is the same; in other words its key is taken', async () => {
    const input = newInput(test);
    const { operations } = test;
    const first = must(await operations.createApplication(input, OFFICER), 'new');
    const again = must(await operations.createApplication(input, OFFICER), 'again');
    expect(again.application).toBe(first.application);
    const { application } = first;
    const other = { ...input, agent: 'B. Agent' };
    for (const asked of [
      operations.createApplication(other, OFFICER),
      operations.createApplication(input, DIRECTOR),
    ]) {
      expect(await asked).toMatchObject({
        error: { code: 'application-open', application, shared: 'key' },
      });
    }
    must(await ask('withdraw', first), 'withdraw');
    const anew = must(await operations.createApplication(input, OFFICER), 'anew');
    expect(anew.application).toBeGreaterThan(application);
  });
});

const complete = (requestSha256: string) => screeningOf(requestSha256);
const CASES: readonly (readonly [string, (sha256: string) => object, object])[] = [
  [
    'CP 3.2.2.1',
    (sha) => ({
      checks: { ...complete(sha).checks, identity: { result: 'failed', evidence: 'gone' } },
    }),
    {},
  ],
  [
    'CP 3.2.2.1',
    (sha) => ({
      checks: { ...complete(sha).checks, identity: { result: 'not-applicable', evidence: 'no' } },
    }),
    {},
  ],
  [
    'CP 3.2.2.2',
    (sha) => ({
      checks: { ...complete(sha).checks, tradeName: { result: 'failed', evidence: 'other' } },
    }),
    {},
  ],
  [
    'CP 3.2.2.3',
    (sha) => ({
      checks: { ...complete(sha).checks, country: { result: 'not-applicable', evidence: 'no' } },
    }),
    {},
  ],
  [
    'CP 3.2.5',
    (sha) => ({
      checks: { ...complete(sha).checks, authorisation: { result: 'failed', evidence: 'no' } },
    }),
    {},
  ],
  ['CP 3.1.3, 3.2.3', () => ({ organisationOnly: false }), {}],
  ['CP 4.1.2', () => ({}), { documents: DOCUMENTS.slice(0, 2) }],
  ['CP 3.2.2', () => ({}), { documents: DOCUMENTS.slice(1) }],
];

describeWithOpenSSL('what an approval needs', () => {
  it.each(CASES)(
    '%s: without it the application is not approved, and can be screened again',
    async (clause, screening, input) => {
      const received = await applicationIn(test, 'received', newInput(test, input));
      const { application, requestSha256 } = received;
      const asked = { application, ...screeningOf(requestSha256, screening(requestSha256)) };
      must(await test.operations.screenApplication(asked, OFFICER), 'screen');
      const refused = await ask('approve', received);
      expect(refused).toMatchObject({
        error: { code: 'application-incomplete', missing: [{ clause }] },
      });
      const better = { application, ...screeningOf(requestSha256, { documents: DOCUMENTS }) };
      must(await test.operations.screenApplication(better, OFFICER), 'screen again');
      expect(must(await ask('approve', received), 'approve').state).toBe('approved');
    },
  );

  it('CP 3.2.2.3: without a country in the subject there is no country to verify', async () => {
    const received = await applicationIn(
      test,
      'received',
      newInput(test, { subject: 'O=Example, CN=No country' }),
    );
    const { application, requestSha256 } = received;
    const checks = {
      ...screeningOf(requestSha256).checks,
      country: { result: 'not-applicable', evidence: 'no country' } as const,
    };
    const asked = { application, ...screeningOf(requestSha256, { checks }) };
    must(await test.operations.screenApplication(asked, OFFICER), 'screen');
    expect(must(await ask('approve', received), 'approve').state).toBe('approved');
  });

  it('CSR-2: another fingerprint than the request has is refused', async () => {
    const received = await applicationIn(test, 'received');
    const { application } = received;
    const told = fingerprintOf(newRequest(test));
    const asked = test.operations.screenApplication({ application, ...screeningOf(told) }, OFFICER);
    expect(await asked).toMatchObject({ error: { code: 'fingerprint-mismatch', told } });
    const shown = must(await test.operations.showApplication(application), 'show');
    expect([shown.state, shown.screening]).toEqual(['received', null]);
  });
});

describeWithOpenSSL('issuing under a policy that asks for applications', () => {
  it('OPS-3: without an approved application nothing is issued, with the clause', async () => {
    const { authority, profile, request } = newInput(test);
    const asked = test.operations.issueCertificate({ authority, profile, request }, DIRECTOR);
    expect(await asked).toEqual({
      ok: false,
      error: { code: 'application-required', authority: SUB_CA, source: 'CP 4.1 to 4.3' },
    });
  });

  it('CP 4.3.1: the certificate has the subject and the key of the application', async () => {
    const view = await applicationIn(test, 'issued');
    expect(view.certificate).toMatchObject({ subject: view.subject, spkiSha256: view.spkiSha256 });
    const issued = test.context.db.get('SELECT max(certificate_id) AS id FROM application_event');
    const row = certificateById(test.context.db, Number(issued?.['id']));
    const count = test.context.db.get(
      'SELECT count(*) AS n FROM certification_request WHERE id = ?',
      row?.requestId ?? 0,
    );
    expect(count).toEqual({ n: 1 });
  });

  it('OPS-4: it is neither shown nor delivered before its epoch is in the store', async () => {
    const { application } = await applicationIn(test, 'approved');
    const fault = { error: { code: 'kv-unreachable', reason: 'test' }, persisted: 'lost' } as const;
    test.kv.faults.push(fault);
    const issued = must(await test.operations.issueApplication({ application }, DIRECTOR), 'issue');
    expect(issued.certificate).toMatchObject({ certificate: null, publication: { state: 'due' } });
    const delivery = { application, method: 'handed-over', reference: 'receipt 4' } as const;
    const early = await test.operations.deliverApplication(delivery, OFFICER);
    expect(refusalOf(early)).toBe('publication-due');
    must(await test.publisher.publish('changes'), 'publish');
    const delivered = await test.operations.deliverApplication(delivery, OFFICER);
    expect(must(delivered, 'deliver').certificate?.certificate).toContain('BEGIN CERTIFICATE');
  });

  it('OPS-4: with `wait` false the answer does not wait for the store', async () => {
    const { application } = await applicationIn(test, 'approved');
    const asked = { application, wait: false };
    const issued = must(await test.operations.issueApplication(asked, DIRECTOR), 'issue');
    expect(issued).toMatchObject({ state: 'issued', certificate: { certificate: null } });
    await test.settle(SUB_CA);
    must(await test.publisher.publish('changes'), 'publish');
    const shown = must(await test.operations.showApplication(application), 'show');
    expect(shown.certificate?.publication.state).toBe('published');
  });

  it('CP 4.3.2: a certificate that was revoked meanwhile is not handed over', async () => {
    const view = await applicationIn(test, 'issued');
    const serialNumber = view.certificate?.serialNumber ?? '';
    const revocation = { serialNumber, reason: 'cessationOfOperation' } as const;
    must(await test.operations.revokeCertificate(revocation, DIRECTOR), 'revoke');
    const outcome = await ask('deliver', view);
    expect(outcome).toMatchObject({ error: { code: 'transition-refused', state: 'issued' } });
    expect(JSON.stringify(outcome)).toContain('revoked');
  });
});
