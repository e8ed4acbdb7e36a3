import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { APPLICATION_ROUTES } from '../../../../signer/api/application-routes.ts';
import { matchRoute } from '../../../../signer/api/routes.ts';
import { type Call, recordingOperations } from '../../../e2e/mtls/recording-operations.ts';

const ACTOR = { name: 'alice', spkiSha256: 'ab' };

async function answer(method: string, target: string, body?: unknown) {
  const calls: Call[] = [];
  const [path = '', query = ''] = target.split('?');
  const { route, parameters } = must(matchRoute(method, path), 'the route exists');
  const raw = { parameters, query: new URLSearchParams(query), body };
  return { outcome: await route.answer(raw, recordingOperations(calls), ACTOR), calls };
}

const SHA256 = '0f'.repeat(32);
const APPLICANT = {
  ...{ organisation: 'Example K.K.', agent: 'A. Agent', request: 'MAA=' },
  documents: [{ kind: 'application-form', sha256: SHA256 }],
};
const NEW = { kind: 'new', authority: 'a', profile: 'p', ...APPLICANT };
const REKEY = { kind: 'rekey', serialNumber: '01', confirmSameSubject: true, ...APPLICANT };
const CHANGE = {
  ...{ kind: 'change', serialNumber: '01', subject: 'CN=x', reason: 'superseded' },
  ...APPLICANT,
};
const PASSED = { result: 'passed', method: 'government-agency', evidence: 'registry 1' };
const CHECKS = {
  identity: PASSED,
  tradeName: { result: 'not-applicable', evidence: 'none' },
  country: PASSED,
  authorisation: { result: 'failed', evidence: 'no letter' },
};
const SCREENING = {
  fingerprint: { sha256: SHA256, confirmedBy: 'A. Agent', how: 'telephone' },
  ...{ checks: CHECKS, organisationOnly: true, documents: [] },
};
const ONE = '/v1/applications/7';

describe('routes of applications', () => {
  it('ADR 5: these are the routes, one a transition', () => {
    expect(APPLICATION_ROUTES.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/applications',
      'GET /v1/applications',
      'GET /v1/applications/{application}',
      ...[
        ...['screening', 'approval', 'rejection', 'withdrawal', 'issuance', 'delivery'],
        ...['acceptance', 'complaint'],
      ].map((what) => `POST /v1/applications/{application}/${what}`),
    ]);
  });

  it.each([
    [NEW, 'createApplication'],
    [{ ...NEW, subject: 'O=Example, CN=x' }, 'createApplication'],
    [REKEY, 'createApplication'],
    [{ ...REKEY, authority: 'a' }, 'createApplication'],
    [CHANGE, 'createApplication'],
    [{ ...NEW, subjectAltNames: ['a.example'], leaveOut: [] }, 'createApplication'],
    [{ ...CHANGE, leaveOut: ['authorityInfoAccess'] }, 'createApplication'],
  ])('CP 4.1, 4.7, 4.8: %j reaches the operation with the person', async (body, operation) => {
    const { calls } = await answer('POST', '/v1/applications', body);
    const input = { ...body, request: Uint8Array.of(0x30, 0) };
    expect(calls).toEqual([{ operation, input, actor: ACTOR }]);
  });

  it.each([
    ['screening', SCREENING, 'screenApplication'],
    ['approval', {}, 'approveApplication'],
    ['approval', { reference: 'minutes 4' }, 'approveApplication'],
    ['rejection', { reason: 'not found' }, 'rejectApplication'],
    ['withdrawal', { reason: 'letter 9' }, 'withdrawApplication'],
    ['issuance', {}, 'issueApplication'],
    ['issuance', { wait: false }, 'issueApplication'],
    ['delivery', { method: 'sent', reference: 'parcel 1' }, 'deliverApplication'],
    ['acceptance', { reference: 'receipt 2' }, 'acceptApplication'],
    ['complaint', { reason: 'O is wrong', reference: 'mail 3' }, 'complainOfApplication'],
  ])('CP 4.2 to 4.4: %s with %j reaches %s with the person', async (what, body, operation) => {
    const { calls } = await answer('POST', `${ONE}/${what}`, body);
    expect(calls).toEqual([{ operation, input: { ...body, application: 7 }, actor: ACTOR }]);
  });

  it('CP 4.1: a page of the list says where the next one begins', async () => {
    const full = await answer('GET', '/v1/applications?state=received&limit=1&after=6');
    expect(full.calls[0]?.input).toEqual({ state: 'received', limit: 1, after: 6 });
    expect(full.outcome).toMatchObject({ ok: true, value: { next: 7 } });
    const last = await answer('GET', '/v1/applications');
    expect(last.outcome).toMatchObject({ ok: true, value: { next: null } });
  });
});

const check = (changed: object) => ({ ...SCREENING, checks: { ...CHECKS, ...changed } });
const many = Array(33).fill({ kind: 'other', sha256: SHA256 });

const MALFORMED: readonly (readonly [string, unknown, string])[] = [
  ['/v1/applications', { ...NEW, kind: 'renewal' }, '/kind'],
  ['/v1/applications', { ...NEW, state: 'approved' }, '/state'],
  ['/v1/applications', { ...NEW, organisation: '  ' }, '/organisation'],
  ['/v1/applications', { ...NEW, agent: 'a'.repeat(201) }, '/agent'],
  ['/v1/applications', { ...NEW, request: 'MAA' }, '/request'],
  ['/v1/applications', { ...NEW, documents: many }, '/documents'],
  [
    '/v1/applications',
    { ...NEW, documents: [{ kind: 'passport', sha256: SHA256 }] },
    '/documents/0/kind',
  ],
  [
    '/v1/applications',
    { ...NEW, documents: [{ kind: 'other', sha256: SHA256.toUpperCase() }] },
    '/documents/0/sha256',
  ],
  [
    '/v1/applications',
    { ...NEW, documents: [{ kind: 'other', sha256: SHA256, bytes: 'AA==' }] },
    '/documents/0/bytes',
  ],
  ['/v1/applications', { ...REKEY, confirmSameSubject: 'yes' }, '/confirmSameSubject'],
  ['/v1/applications', { ...REKEY, subject: 'CN=other' }, '/subject'],
  ['/v1/applications', { ...CHANGE, reason: 'keyCompromise' }, '/reason'],
  ['/v1/applications', [], ''],
  ['/v1/applications', null, ''],
  [`${ONE}/screening`, check({ identity: undefined }), '/checks/identity'],
  [
    `${ONE}/screening`,
    check({ identity: { ...PASSED, method: 'telephone' } }),
    '/checks/identity/method',
  ],
  [
    `${ONE}/screening`,
    check({ identity: { ...PASSED, evidence: '' } }),
    '/checks/identity/evidence',
  ],
  [`${ONE}/screening`, check({ age: PASSED }), '/checks/age'],
  [`${ONE}/screening`, { ...SCREENING, organisationOnly: undefined }, '/organisationOnly'],
  [
    `${ONE}/screening`,
    { ...SCREENING, fingerprint: { ...SCREENING.fingerprint, sha256: 'aa' } },
    '/fingerprint/sha256',
  ],
  [`${ONE}/approval`, { reference: 'a'.repeat(201) }, '/reference'],
  [`${ONE}/rejection`, {}, '/reason'],
  [`${ONE}/withdrawal`, { reason: 'a\nb' }, '/reason'],
  [`${ONE}/issuance`, { subject: 'CN=other' }, '/subject'],
  [`${ONE}/delivery`, { method: 'mail', reference: 'x' }, '/method'],
  [`${ONE}/acceptance`, {}, '/reference'],
  [`${ONE}/complaint`, { reason: 'x' }, '/reference'],
  ['/v1/applications/07/approval', {}, '{application}'],
  ['/v1/applications/0/approval', {}, '{application}'],
  ['/v1/applications/9999999999/approval', {}, '{application}'],
  ['/v1/applications/a/approval', {}, '{application}'],
];

describe('malformed applications', () => {
  it.each(MALFORMED)(
    'CP 4.1: POST %s with %j is refused at %j and reaches no operation',
    async (target, body, pointer) => {
      const { outcome, calls } = await answer('POST', target, JSON.parse(JSON.stringify(body)));
      expect(outcome).toMatchObject({ ok: false, error: { code: 'request-malformed', pointer } });
      expect(calls).toEqual([]);
    },
  );

  it.each([
    ['/v1/applications?limit=0', '?limit'],
    ['/v1/applications?limit=1001', '?limit'],
    ['/v1/applications?after=-1', '?after'],
    ['/v1/applications?state=done', '?state'],
    ['/v1/applications?subject=x', '?subject'],
    ['/v1/applications/7?pem=1', '?pem'],
  ])('CP 4.1: GET %s is refused at %s', async (target, pointer) => {
    const { outcome, calls } = await answer('GET', target);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'request-malformed', pointer } });
    expect(calls).toEqual([]);
  });
});
