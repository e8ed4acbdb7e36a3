import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertID } from '../../../../shared/ocsp/cert-id.ts';
import type { LiveRequest } from '../../../../shared/ocsp/live-request.ts';
import { encodeLiveResponseData } from '../../../../shared/ocsp/live-response.ts';
import type { CertStatus, ResponseTimes } from '../../../../shared/ocsp/response.ts';
import { must } from '../../../../shared/result.ts';
import { addSeconds, unixSeconds } from '../../../../shared/time.ts';
import { identityOf } from '../../../../signer/issuance/public-key.ts';
import { lint } from '../../../../signer/lint/linted.ts';
import { makeResponder } from '../../../../signer/ocsp/make-responder.ts';
import { responderOf } from '../../../../signer/ocsp/responder.ts';
import { serial } from '../../../support/edge-snapshot.ts';
import { type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from './certificate-under-test.ts';

const CA = 'time-stamping-ca';
const GOOD: CertStatus = { status: 'good' };
const NONCE = new Uint8Array(16).fill(7);
const [ONE, TWO] = [serial('1001'), serial('1002')];

let signer: SignerUnderTest;
let responder: ReturnType<typeof responderOf>;

beforeAll(async () => {
  signer = await startHierarchy();
  const made = await makeResponder(signer.context, signer.authority(CA), NOW, 'test');
  responder = responderOf(must(made, 'responder'));
}, 60_000);
afterAll(() => signer.close());

function certID(serialNumber = ONE): CertID {
  return { hash: 'sha1', ...identityOf(signer.authority(CA).row).sha1, serialNumber };
}

interface Change {
  /** What the bytes answer, when that is not what was asked. */
  readonly answered?: LiveRequest;
  readonly asked?: LiveRequest;
  readonly statuses?: readonly CertStatus[];
  readonly times?: Partial<ResponseTimes>;
  readonly keyHash?: Uint8Array;
}

/** The rules that refuse it; none for an answer as it should be. */
function rulesOf(change: Change): readonly string[] {
  const request = change.asked ?? { certIDs: [certID()], nonce: NONCE };
  const statuses = change.statuses ?? request.certIDs.map(() => GOOD);
  const nextUpdate = addSeconds(NOW, 28_800);
  const times = { producedAt: NOW, thisUpdate: NOW, nextUpdate, archiveCutoff: null };
  const responderKeyHash = change.keyHash ?? responder.keyHash;
  const response = { responderKeyHash, times: { ...times, ...change.times }, statuses };
  const tbs = encodeLiveResponseData(response, change.answered ?? request);
  const issuer = identityOf(signer.authority(CA).row);
  const linted = lint('live-ocsp', { issuer, responder, request, meant: statuses, tbs, now: NOW });
  return linted.ok ? [] : linted.error.findings.map(({ rule }) => rule);
}

const ask = (nonce: Uint8Array | null, ...certIDs: CertID[]): LiveRequest => ({ certIDs, nonce });

describe('lint of a live answer', () => {
  it.each([
    ['one certificate and its nonce', () => ({})],
    ['no nonce', () => ({ asked: ask(null, certID()) })],
    ['two certificates', () => ({ asked: ask(NONCE, certID(), certID(TWO)) })],
    ['a nonce of 32 octets', () => ({ asked: ask(new Uint8Array(32), certID()) })],
  ])('RSP-3, RSP-15: %s is signed', (_what, change) => {
    expect(rulesOf(change())).toEqual([]);
  });

  const refused: readonly [string, string, () => Change][] = [
    ['RSP-3', 'another certificate', () => ({ answered: ask(NONCE, certID(TWO)) })],
    [
      'RSP-3',
      'one certificate too few',
      () => ({ asked: ask(NONCE, certID(), certID(TWO)), statuses: [GOOD] }),
    ],
    [
      'RSP-3',
      'nine certificates',
      () => ({ asked: ask(NONCE, ...Array.from({ length: 9 }, () => certID())) }),
    ],
    ['RSP-15', 'another nonce', () => ({ answered: ask(new Uint8Array(16), certID()) })],
    ['RSP-15', 'no nonce', () => ({ answered: ask(null, certID()) })],
    [
      'RSP-15',
      'a nonce that nobody sent',
      () => ({ asked: ask(null, certID()), answered: ask(NONCE, certID()) }),
    ],
    ['RSP-15', 'a nonce of 15 octets', () => ({ asked: ask(new Uint8Array(15), certID()) })],
    ['RSP-17', 'an archiveCutoff', () => ({ times: { archiveCutoff: addSeconds(NOW, -9) } })],
    [
      'RSP-8',
      'a window of under 8 hours',
      () => ({ times: { nextUpdate: addSeconds(NOW, 28_799) } }),
    ],
    [
      'RSP-7',
      'a thisUpdate in the future',
      () => ({ times: { thisUpdate: addSeconds(NOW, 1), producedAt: addSeconds(NOW, 1) } }),
    ],
    ['RSP-2', 'another responder', () => ({ keyHash: new Uint8Array(20) })],
    [
      'RSP-4',
      'another issuer',
      () => ({ asked: ask(NONCE, { ...certID(), issuerKeyHash: new Uint8Array(20) }) }),
    ],
    [
      'RSP-23',
      'a revocation in the future',
      () => ({
        statuses: [
          { status: 'revoked', revocationReason: 1, revocationTime: unixSeconds(NOW + 1) },
        ],
      }),
    ],
  ];

  it.each(refused)('%s: a live answer with %s is not signed', (rule, _what, change) => {
    expect(rulesOf(change())).toContain(rule);
  });
});
