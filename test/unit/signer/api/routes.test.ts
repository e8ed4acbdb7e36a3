import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { APPLICATION_ROUTES } from '../../../../signer/api/application-routes.ts';
import type { RawRequest } from '../../../../signer/api/request-decoders.ts';
import { matchRoute, ROUTES } from '../../../../signer/api/routes.ts';
import { type Call, recordingOperations } from '../../../e2e/mtls/recording-operations.ts';

const ACTOR = { name: 'alice', spkiSha256: 'ab' };

async function answer(method: string, target: string, body?: unknown) {
  const calls: Call[] = [];
  const [path = '', query = ''] = target.split('?');
  const { route, parameters } = must(matchRoute(method, path), 'the route exists');
  const raw: RawRequest = { parameters, query: new URLSearchParams(query), body };
  return { outcome: await route.answer(raw, recordingOperations(calls), ACTOR), calls };
}

describe('routes', () => {
  it('ADR 5: these are the routes, and there are no others', () => {
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/authorities',
      'GET /v1/authorities',
      'GET /v1/authorities/{name}',
      'GET /v1/authorities/{name}/crl',
      'POST /v1/authorities/{name}/responder',
      'GET /v1/authorities/{name}/responder',
      'GET /v1/responders',
      'POST /v1/certificates',
      'GET /v1/certificates',
      'GET /v1/certificates/{serialNumber}',
      'POST /v1/certificates/{serialNumber}/revocation',
      ...APPLICATION_ROUTES.map(({ method, path }) => `${method} ${path}`),
      'POST /v1/request-checks',
      'POST /v1/weak-keys',
      'POST /v1/revocation-requests',
      'GET /v1/revocation-requests',
      'GET /v1/revocation-requests/{number}',
      'POST /v1/revocation-requests/{number}/investigation',
      'POST /v1/revocation-requests/{number}/approval',
      'POST /v1/revocation-requests/{number}/execution',
      'POST /v1/revocation-requests/{number}/cancellation',
      'POST /v1/revocation-requests/{number}/notes',
      'POST /v1/certificates/{serialNumber}/key-removal',
      'POST /v1/ceremonies',
      'GET /v1/ceremonies',
      'GET /v1/ceremonies/{id}',
      'POST /v1/ceremonies/{id}/cancellation',
      'POST /v1/ceremony-answers',
      'POST /v1/documents',
      'GET /v1/documents',
      'GET /v1/documents/{name}',
      'POST /v1/documents/{name}/{version}/withdrawal',
      'POST /v1/operators',
      'GET /v1/operators',
      'GET /v1/operators/{person}',
      'POST /v1/operators/{person}/keys',
      'POST /v1/operators/{person}/revocation',
      'POST /v1/operators/{person}/restoration',
      'POST /v1/operators/{person}/roles',
      'POST /v1/publications',
      'POST /v1/backups',
      'GET /v1/radar',
      'GET /v1/audit',
      'GET /v1/audit/lines',
      'GET /v1/audit/heads',
      'GET /v1/audit/certificates',
      'GET /v1/status',
    ]);
  });
});

describe('matching a path', () => {
  it.each([
    ['/v1/../v1/status'],
    ['//v1/status'],
    ['/v1/status/'],
    ['/v1/authorities/%zz'],
    ['https://127.0.0.1/v1/status'],
    ['*'],
    [''],
  ])('ADR 5: the path %j is not normalised and has no route', (path) => {
    expect(matchRoute('GET', path)).toEqual({ ok: false, error: { code: 'route-unknown' } });
  });

  it('RFC 9110 15.5.6: a known path with another method names the methods allowed', () => {
    expect(matchRoute('DELETE', '/v1/certificates')).toEqual({
      ok: false,
      error: { code: 'method-not-allowed', allowed: ['POST', 'GET'] },
    });
  });

  it('ADR 5: what is decoded reaches the operation with the person', async () => {
    const body = {
      ...{ authority: 'a', profile: 'p', request: 'MAA=', subject: 'CN=x' },
      ...{ confirmations: ['organisation', 're-key'], subjectAltNames: ['a.example'] },
      leaveOut: ['authorityInfoAccess'],
    };
    const issued = await answer('POST', '/v1/certificates', body);
    expect(issued.calls).toEqual([
      {
        operation: 'issueCertificate',
        input: { ...body, request: Uint8Array.of(0x30, 0) },
        actor: ACTOR,
      },
    ]);
    const record = { record: 'HSM log, page 4' };
    const removed = await answer('POST', '/v1/certificates/01a2/key-removal', record);
    expect(removed.calls).toMatchObject([
      { operation: 'recordKeyRemoval', input: { ...record, serialNumber: '01a2' }, actor: ACTOR },
    ]);
    const revoked = await answer('POST', '/v1/certificates/01a2/revocation', {
      reason: 'keyCompromise',
      revocationDate: '2026-11-20T00:00:00Z',
    });
    expect(revoked.calls[0]?.input).toEqual({
      serialNumber: '01a2',
      reason: 'keyCompromise',
      revocationDate: unixSeconds(Date.parse('2026-11-20T00:00:00Z') / 1000),
    });
    const listed = await answer('GET', '/v1/certificates?status=revoked&limit=1&after=01');
    expect(listed.calls[0]?.input).toEqual({ status: 'revoked', limit: 1, after: '01' });
    expect(listed.outcome).toMatchObject({ ok: true, value: { next: '01a2' } });
    const rotated = await answer('POST', '/v1/authorities/a/responder', {});
    expect(rotated.calls).toEqual([
      { operation: 'rotateResponder', input: { authority: 'a' }, actor: ACTOR },
    ]);
  });
});

const ISSUE = { authority: 'a', profile: 'p', request: 'MAA=' };
const REVOKE = '/v1/certificates/01/revocation';

describe('malformed requests', () => {
  it.each([
    ['POST', '/v1/authorities', { authority: 'a', extra: 1 }, '/extra'],
    ['POST', '/v1/authorities', { authority: 'a', 'x/y~z': 1 }, '/x~1y~0z'],
    ['POST', '/v1/authorities', JSON.parse('{"authority":"a","__proto__":{}}'), '/__proto__'],
    ['POST', '/v1/authorities', { keystore: 'k' }, '/authority'],
    ['POST', '/v1/authorities', { authority: 1 }, '/authority'],
    ['POST', '/v1/authorities', { authority: 'a', keystore: null }, '/keystore'],
    ['POST', '/v1/authorities', { authority: 'a\nb' }, '/authority'],
    ['POST', '/v1/authorities', { authority: '' }, '/authority'],
    ['POST', '/v1/authorities', [], ''],
    ['POST', '/v1/authorities', null, ''],
    ['POST', '/v1/certificates', { ...ISSUE, request: 'MAA' }, '/request'],
    ['POST', '/v1/certificates', { ...ISSUE, request: 'MA A=' }, '/request'],
    ['POST', '/v1/certificates', { ...ISSUE, actor: 'bob' }, '/actor'],
    ['POST', '/v1/authorities/a/responder', { keystore: 'hsm' }, '/keystore'],
    ['POST', '/v1/authorities/a/responder?force=1', {}, '?force'],
    ['GET', '/v1/responders?authority=a', undefined, '?authority'],
    ['POST', REVOKE, {}, '/reason'],
    ['POST', REVOKE, { reason: 'superseded', serialNumber: '02' }, '/serialNumber'],
    [
      'POST',
      REVOKE,
      { reason: 'superseded', revocationDate: '2026-02-30T00:00:00Z' },
      '/revocationDate',
    ],
    ['POST', REVOKE, { reason: 'superseded', revocationDate: 1 }, '/revocationDate'],
    ['POST', '/v1/publications', { now: true }, '/now'],
    ['GET', '/v1/certificates?limit=0', undefined, '?limit'],
    ['GET', '/v1/certificates?limit=1001', undefined, '?limit'],
    ['GET', '/v1/certificates?limit=1e2', undefined, '?limit'],
    ['GET', '/v1/certificates?limit=1&limit=2', undefined, '?limit'],
    ['GET', '/v1/certificates?status=hold', undefined, '?status'],
    ['GET', '/v1/certificates?page=2', undefined, '?page'],
    ['GET', '/v1/certificates/01?authority=', undefined, '?authority'],
    ['GET', '/v1/authorities/', undefined, '{name}'],
    ['GET', '/v1/authorities/a%00b', undefined, '{name}'],
    ['GET', '/v1/authorities/a?pem=1', undefined, '?pem'],
    ['GET', '/v1/status?a=1', undefined, '?a'],
  ])(
    'ADR 5: %s %s with %j is refused at %j and reaches no operation',
    async (method, target, body, pointer) => {
      const { outcome, calls } = await answer(method, target, body);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'request-malformed', pointer } });
      expect(calls).toEqual([]);
    },
  );

  it.each(['unspecified', 'cACompromise', 'certificateHold', 'removeFromCRL', 'constructor', 1])(
    'CP 7.2.2: the reason %j cannot be entered',
    async (reason) => {
      const { outcome, calls } = await answer('POST', REVOKE, { reason });
      expect(outcome).toMatchObject({ ok: false, error: { pointer: '/reason' } });
      expect(calls).toEqual([]);
    },
  );
});

const OPERATORS = '/v1/operators';
const ADD = { person: 'bob', roles: ['auditor'] };

describe('malformed requests about operators', () => {
  it.each([
    ['POST', OPERATORS, { ...ADD, request: 'MAA=', certificate: 'MAA=' }, ''],
    ['POST', OPERATORS, ADD, ''],
    ['POST', OPERATORS, { ...ADD, request: 'MAA=', roles: ['root'] }, '/roles/0'],
    ['POST', OPERATORS, { ...ADD, request: 'MAA=', person: '../x' }, '/person'],
    ['POST', `${OPERATORS}/bob/keys`, { request: 'MAA=' }, '/oldKeys'],
    ['POST', `${OPERATORS}/bob/keys`, { oldKeys: 'end' }, ''],
    ['POST', `${OPERATORS}/bob/revocation`, {}, '/reason'],
    ['POST', `${OPERATORS}/bob/revocation`, { reason: 'r', spkiSha256: 'AB' }, '/spkiSha256'],
    ['POST', `${OPERATORS}/bob/restoration`, {}, '/spkiSha256'],
    ['POST', `${OPERATORS}/bob/roles`, { roles: 'auditor' }, '/roles'],
  ])('ADR 18: %s %s with %j points at %s', async (method, target, body, pointer) => {
    const { outcome, calls } = await answer(method, target, body);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'request-malformed', pointer } });
    expect(calls).toEqual([]);
  });

  it('ADR 18: what is well formed reaches the operation, a key as octets', async () => {
    const renewed = await answer('POST', `${OPERATORS}/bob/keys`, {
      ...{ certificate: 'MAA=', oldKeys: 'end' },
    });
    const certificate = Uint8Array.of(0x30, 0);
    const input = { person: 'bob', key: { certificate }, oldKeys: 'end' };
    expect(renewed.calls).toEqual([{ operation: 'renewOperator', input, actor: ACTOR }]);
    const added = await answer('POST', OPERATORS, { ...ADD, request: 'MAA=' });
    expect(added.calls[0]?.input).toEqual({ ...ADD, key: { request: certificate } });
  });
});
