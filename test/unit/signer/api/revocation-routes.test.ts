import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { RawRequest } from '../../../../signer/api/request-decoders.ts';
import { matchRoute } from '../../../../signer/api/routes.ts';
import { type Call, recordingOperations } from '../../../e2e/mtls/recording-operations.ts';

const ACTOR = { name: 'alice', spkiSha256: 'ab' };

async function answer(method: string, target: string, body?: unknown) {
  const calls: Call[] = [];
  const [path = '', query = ''] = target.split('?');
  const { route, parameters } = must(matchRoute(method, path), 'the route exists');
  const raw: RawRequest = { parameters, query: new URLSearchParams(query), body };
  return { outcome: await route.answer(raw, recordingOperations(calls), ACTOR), calls };
}

const REQUESTS = '/v1/revocation-requests';
const NEW = {
  serialNumber: '01a2',
  reason: 'superseded',
  ground: 'subscriber-request',
  requestedBy: 'T. Sato',
  channel: 'post',
  description: 'replaced',
};

describe('routes of the register of revocations', () => {
  it('ADR 5: a request reaches the operation with its times read and its person', async () => {
    const more = { receivedAt: '2026-11-20T00:00:00Z', wantedAt: '2026-12-01T00:00:00Z' };
    const { calls } = await answer('POST', REQUESTS, { ...NEW, ...more });
    const seconds = (text: string) => unixSeconds(Date.parse(text) / 1000);
    const input = {
      ...NEW,
      receivedAt: seconds(more.receivedAt),
      wantedAt: seconds(more.wantedAt),
    };
    expect(calls).toEqual([{ operation: 'createRevocationRequest', input, actor: ACTOR }]);
  });

  it.each([
    ['investigation', { note: 'n' }, { step: 'investigate', note: 'n' }],
    ['approval', { verification: 'v' }, { step: 'approve', verification: 'v' }],
    ['execution', {}, { step: 'execute' }],
    ['cancellation', { note: 'n' }, { step: 'cancel', note: 'n' }],
    ['notes', { note: 'n' }, { step: 'note', note: 'n' }],
  ])('ADR 5: %s is a step of the request that its path names', async (resource, body, input) => {
    const { calls } = await answer('POST', `${REQUESTS}/7/${resource}`, body);
    expect(calls).toEqual([
      { operation: 'stepRevocationRequest', input: { number: 7, ...input }, actor: ACTOR },
    ]);
  });

  it('ADR 5: a full page names the number after which the next one begins', async () => {
    const page = await answer('GET', `${REQUESTS}?limit=1&open=true&state=approved&after=9`);
    expect(page.calls[0]?.input).toEqual({ limit: 1, open: true, state: 'approved', after: 9 });
    expect(page.outcome).toMatchObject({ ok: true, value: { next: 7 } });
    const last = await answer('GET', `${REQUESTS}?limit=2`);
    expect(last.outcome).toMatchObject({ ok: true, value: { next: null } });
  });

  it.each([
    ['POST', REQUESTS, { ...NEW, reason: 'unspecified' }, '/reason'],
    ['POST', REQUESTS, { ...NEW, ground: 'because' }, '/ground'],
    ['POST', REQUESTS, { ...NEW, channel: 'fax' }, '/channel'],
    ['POST', REQUESTS, { ...NEW, requestedBy: '' }, '/requestedBy'],
    ['POST', REQUESTS, { ...NEW, description: 'two\nlines' }, '/description'],
    ['POST', REQUESTS, { ...NEW, description: 'x'.repeat(2_001) }, '/description'],
    ['POST', REQUESTS, { ...NEW, receivedAt: 'yesterday' }, '/receivedAt'],
    ['POST', REQUESTS, { ...NEW, recordedBy: 'bob' }, '/recordedBy'],
    ['POST', REQUESTS, { ...NEW, origin: 'emergency' }, '/origin'],
    ['POST', `${REQUESTS}?x=1`, NEW, '?x'],
    ['POST', `${REQUESTS}/7/execution`, { note: 'n' }, '/note'],
    ['POST', `${REQUESTS}/7/execution?x=1`, {}, '?x'],
    ['POST', `${REQUESTS}/7/cancellation`, {}, '/note'],
    ['POST', `${REQUESTS}/7/notes`, { note: '' }, '/note'],
    ['POST', `${REQUESTS}/7/investigation`, { verification: 'v' }, '/verification'],
    ['POST', `${REQUESTS}/0/approval`, {}, '{number}'],
    ['GET', `${REQUESTS}/07`, undefined, '{number}'],
    ['GET', `${REQUESTS}/7.0`, undefined, '{number}'],
    ['GET', `${REQUESTS}/9999999999999999`, undefined, '{number}'],
    ['GET', `${REQUESTS}?state=open`, undefined, '?state'],
    ['GET', `${REQUESTS}?open=false`, undefined, '?open'],
    ['GET', `${REQUESTS}?after=-1`, undefined, '?after'],
    ['GET', `${REQUESTS}?limit=1001`, undefined, '?limit'],
  ])(
    'ADR 5: %s %s with %j is refused at %j and reaches no operation',
    async (method, target, body, pointer) => {
      const { outcome, calls } = await answer(method, target, body);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'request-malformed', pointer } });
      expect(calls).toEqual([]);
    },
  );
});
