import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { matchRoute } from '../../../../signer/api/routes.ts';
import { type Call, recordingOperations } from '../../../e2e/mtls/recording-operations.ts';

const ACTOR = { name: 'alice', spkiSha256: 'ab' };

const BODY = {
  ...{ name: 'tsa-cp', kind: 'certificate-policy', title: '証明書ポリシー', language: 'ja' },
  ...{ version: '5.09', effective: '2026-12-01', fileName: 'cp.txt', bytes: 'QVo=' },
  change: { kind: 'minor', summary: 'Contact address' },
};

async function post(path: string, body: unknown) {
  const calls: Call[] = [];
  const { route, parameters } = must(matchRoute('POST', path), 'the route exists');
  const raw = { parameters, query: new URLSearchParams(), body };
  return { outcome: await route.answer(raw, recordingOperations(calls), ACTOR), calls, route };
}

describe('adding a document', () => {
  it('CP 9.12: reaches the operation as it was decoded', async () => {
    const { calls } = await post('/v1/documents', BODY);
    const input = { ...BODY, bytes: Uint8Array.of(0x41, 0x5a) };
    expect(calls).toEqual([{ operation: 'addDocument', input, actor: ACTOR }]);
  });

  it.each([
    ['name', '../tsa-cp'],
    ['name', 'TSA'],
    ['name', 'a'.repeat(49)],
    ['kind', 'html'],
    ['title', '  '],
    ['title', 'two\nlines'],
    ['title', 'pays \u202e001\u202c yen'],
    ['change', { kind: 'minor', summary: '\u200fx' }],
    ['language', 'japanese language'],
    ['version', '5.09/x'],
    ['effective', '2026-02-30'],
    ['effective', '2026-12-01T00:00:00Z'],
    ['change', { kind: 'middling', summary: 'x' }],
    ['change', { kind: 'minor' }],
    ['bytes', 'QVo'],
    ['added', '2026-11-23'],
  ])('CP 9.12: %s %j is refused', async (field, value) => {
    const { outcome, calls } = await post('/v1/documents', { ...BODY, [field]: value });
    const pointer = expect.stringMatching(new RegExp(`^/${field}`));
    expect(outcome).toMatchObject({ error: { code: 'request-malformed', pointer } });
    expect(calls).toEqual([]);
  });

  it('CP 2.2: only here a body may have megabytes', async () => {
    const { route } = await post('/v1/documents', BODY);
    expect(route.maxBodyBytes).toBeGreaterThan(8 << 20);
    const withdrawal = await post('/v1/documents/tsa-cp/5.09/withdrawal', { reason: 'x' });
    expect(withdrawal.route.maxBodyBytes).toBeUndefined();
    const input = { name: 'tsa-cp', version: '5.09', reason: 'x' };
    expect(withdrawal.calls).toEqual([{ operation: 'withdrawDocument', input, actor: ACTOR }]);
  });

  it.each(['/v1/documents/tsa-cp/5/withdrawal', '/v1/documents/T/5.09/withdrawal'])(
    'CP 9.12: %s names no edition',
    async (path) => {
      const { outcome } = await post(path, { reason: 'x' });
      expect(outcome).toMatchObject({ error: { code: 'request-malformed' } });
    },
  );
});
