import { describe, expect, it } from 'vitest';
import { type APIError, PROBLEM_CODES, problemOf } from '../../../../signer/api/problems.ts';

/** Every fact of every code, so that any row can be asked for. */
const FACTS = {
  authority: 'a',
  issuer: 'i',
  known: ['k1', 'k2'],
  notAfter: '2026-01-01T00:00:00Z',
  keystore: 'k',
  profile: 'p',
  check: 'CSR-1',
  clause: 'CP 3.2.1',
  reason: 'because',
  remedy: 'do it',
  serialNumber: '01',
  authorities: ['a', 'b'],
  revocationDate: '2026-01-01T00:00:00Z',
  findings: [{ rule: 'CRT-1', reason: 'because' }],
  rule: 'PUB-1',
  now: '2026-01-01T00:00:00Z',
  lastSeen: '2026-01-02T00:00:00Z',
  allowed: ['GET'],
  maxBytes: 1,
  pointer: '/a',
  spkiSha256: 'ab',
  removedAt: '2026-01-01T00:00:00Z',
  issuedFrom: null,
  issuedUntil: '2018-09-26',
  number: 7,
  state: 'received',
  asked: 'execute',
  person: 'alice',
  application: 7,
  source: 'CP 4.1',
  shared: 'key',
  transition: 'approve',
  missing: [{ clause: 'CP 3.2.5', reason: 'because' }],
  told: 'ab',
  requestSha256: 'cd',
  ceremony: '00112233445566778899aabbccddeeff',
  expected: 'e',
  expiresAt: '2026-01-01T00:00:00Z',
  supersededBy: '33445566778899aabbccddeeff001122',
  item: 2,
  stated: 'cd',
  found: 'ef',
  subordinate: 's',
  items: 9,
  most: 8,
  due: '2026-01-02T00:00:00Z',
  name: 'tsa-cp',
  version: '5.09',
  sha256: 'ab',
  roles: ['system-manager'],
};

describe('problems', () => {
  it.each(PROBLEM_CODES)(
    'RFC 9457 3: %s has a type, a title, an error status and one sentence that says what to do',
    (code) => {
      const problem = problemOf({ ...FACTS, code } as unknown as APIError);
      expect(problem.type).toBe(`urn:inkan:problem:${code}`);
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.status).toBeLessThan(600);
      expect(problem.title).not.toBe('');
      expect(problem.detail).toMatch(/^[A-Z][^\n]*[.)]$/);
      expect(problem.detail).not.toContain('undefined');
    },
  );

  it('RFC 9457 3.2: the facts are extension members and replace none of the standard ones', () => {
    const problem = problemOf({ code: 'crl-missing', authority: 'root-ca' });
    expect(problem).toEqual({
      type: 'urn:inkan:problem:crl-missing',
      title: 'No CRL yet',
      status: 404,
      detail: 'Publish first: root-ca has not signed a CRL.',
      code: 'crl-missing',
      authority: 'root-ca',
    });
  });

  it('RFC 9110 15.5.2: no problem is 401, which would need a challenge', () => {
    const all = PROBLEM_CODES.map((code) => problemOf({ ...FACTS, code } as unknown as APIError));
    expect(all.map(({ status }) => status)).not.toContain(401);
  });
});
