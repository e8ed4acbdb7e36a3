import { BasicOCSPResponse, OCSPResponse } from '@peculiar/asn1-ocsp';
import { AsnConvert } from '@peculiar/asn1-schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertIDHash } from '../../shared/ocsp/cert-id.ts';
import { addSeconds } from '../../shared/time.ts';
import {
  createIssuer,
  createPublisher,
  DAY,
  HOUR,
  NOW,
  serial,
  type TestIssuer,
} from '../support/edge-snapshot.ts';
import { hexOf, joined } from '../support/octets.ts';
import {
  bodyHex,
  bodyOf,
  type Edge,
  openEdge,
  publish,
  requestFor,
  TRY_LATER,
  UNAUTHORIZED,
} from './edge.ts';

const GOOD = serial('1001');
const REVOKED = serial('00e2');
const REVOKED_AT = addSeconds(NOW, -3 * DAY);
const EXPIRED = serial('1003');
const FUTURE = serial('1004');

let edge: Edge;
let issuer: TestIssuer;
let stranger: TestIssuer;

beforeAll(async () => {
  const publisher = await createPublisher();
  issuer = await createIssuer('A');
  stranger = await createIssuer('not served');
  const revoked = { status: 'revoked', revocationTime: REVOKED_AT, revocationReason: 1 } as const;
  const certificates = [
    { serialNumber: GOOD },
    { serialNumber: REVOKED, certStatus: revoked },
    { serialNumber: EXPIRED, thisUpdate: addSeconds(NOW, -8 * DAY), nextUpdate: NOW },
    { serialNumber: FUTURE, thisUpdate: addSeconds(NOW, 60) },
  ];
  await publish(publisher, { populations: [{ issuer, certificates }] });
  edge = openEdge(publisher);
});

/** Reads a response with another implementation. */
function parse(der: Uint8Array): BasicOCSPResponse {
  const response = AsnConvert.parse(der, OCSPResponse);
  if (!response.responseBytes) throw new Error('no responseBytes');
  return AsnConvert.parse(response.responseBytes.response.buffer, BasicOCSPResponse);
}

/** r || s from the DER of an Ecdsa-Sig-Value, as Web Crypto takes it. */
function rawSignature(der: Uint8Array): Uint8Array {
  const integer = (at: number) => der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0));
  const r = integer(2);
  const s = integer(2 + 2 + r.length);
  const padded = (value: Uint8Array) =>
    joined(new Uint8Array(32), value.subarray(Math.max(0, value.length - 32))).slice(-32);
  return joined(padded(r), padded(s));
}

async function isSigned(basic: BasicOCSPResponse): Promise<boolean> {
  const tbs = AsnConvert.serialize(basic.tbsResponseData);
  const signature = rawSignature(new Uint8Array(basic.signature));
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  return crypto.subtle.verify(algorithm, issuer.keys.publicKey, signature, tbs);
}

describe('signed responses', () => {
  it.each(['sha1', 'sha256'] as const)(
    'RSP-4: asked with %s, the signed octets come back',
    async (hash: CertIDHash) => {
      const basic = parse(await bodyOf(await edge.get(requestFor(issuer, GOOD, hash))));
      const [single] = basic.tbsResponseData.responses;
      expect(hexOf(new Uint8Array(single?.certID.serialNumber ?? new ArrayBuffer(0)))).toBe('1001');
      expect(single?.certStatus.good).toBeDefined();
      expect(await isSigned(basic)).toBe(true);
    },
  );

  it('RSP-11: a revoked certificate is revoked, with its time and reason', async () => {
    const basic = parse(await bodyOf(await edge.get(requestFor(issuer, REVOKED))));
    const revoked = basic.tbsResponseData.responses[0]?.certStatus.revoked;
    expect(revoked?.revocationTime.getTime()).toBe(REVOKED_AT * 1000);
    expect(revoked?.revocationReason?.reason).toBe(1);
    expect(await isSigned(basic)).toBe(true);
  });
});

describe('what is never said', () => {
  it('RSP-14: an unassigned serial number is unauthorized and counted for its issuer', async () => {
    const label = hexOf(issuer.identity.sha1.issuerKeyHash);
    const before = edge.deps.monitoring.count(`unassigned-${label}`);
    for (const text of ['1000', '1002', '01', 'ffffffffffffffffffffffffffffffffffff'])
      expect(await bodyHex(await edge.get(requestFor(issuer, serial(text))))).toBe(UNAUTHORIZED);
    expect(edge.deps.monitoring.count(`unassigned-${label}`)).toBe(before + 4);
  });

  it('RSP-14: an unknown issuer is unauthorized without a blob read', async () => {
    await edge.get(requestFor(issuer, GOOD));
    const before = { ...edge.reads };
    expect(await bodyHex(await edge.get(requestFor(stranger, GOOD)))).toBe(UNAUTHORIZED);
    expect(edge.reads).toEqual(before);
  });

  it.each([
    ['past nextUpdate', EXPIRED, 'ocsp-expired'],
    ['before thisUpdate', FUTURE, 'ocsp-not-yet-valid'],
  ])('RSP-6: a response %s is tryLater', async (_, serialNumber, outcome) => {
    const before = edge.deps.monitoring.count(outcome);
    for (const response of [
      await edge.get(requestFor(issuer, serialNumber)),
      await edge.post(requestFor(issuer, serialNumber)),
    ]) {
      expect([response.status, await bodyHex(response)]).toEqual([200, TRY_LATER]);
      expect(response.headers.get('cache-control')).toBe('no-store, max-age=0');
    }
    expect(edge.deps.monitoring.count(outcome)).toBe(before + 2);
  });

  it('RSP-6: a response in memory stops being served at nextUpdate', async () => {
    const last = addSeconds(NOW, -HOUR + 7 * DAY - 1);
    edge.now = last;
    expect(await bodyHex(await edge.get(requestFor(issuer, GOOD)))).toMatch(/^3082/);
    edge.now = addSeconds(last, 1);
    expect(await bodyHex(await edge.get(requestFor(issuer, GOOD)))).toBe(TRY_LATER);
    edge.now = NOW;
  });
});

describe('monitoring', () => {
  it('REQ-24: every request is one outcome, and the CertID hash is counted', async () => {
    const { monitoring } = edge.deps;
    const outcomes = () =>
      Object.entries(monitoring.counts())
        .filter(([name]) => /^(?:ocsp|file|method)-/.test(name))
        .reduce((sum, [, count]) => sum + count, 0);
    const [before, sha256] = [outcomes(), monitoring.count('certid-sha256')];
    await edge.get(requestFor(issuer, GOOD, 'sha256'));
    await edge.post(requestFor(issuer, serial('09'), 'sha256'));
    await edge.fetch('/nonsense');
    await edge.fetch('/none.crl');
    await edge.fetch('/', { method: 'PUT' });
    expect(outcomes()).toBe(before + 5);
    expect(monitoring.count('certid-sha256')).toBe(sha256 + 2);
  });

  it('ADR 1: signed answers are counted by issuer, from the store and from memory', async () => {
    const { monitoring } = edge.deps;
    const label = hexFromBytes(issuer.identity.sha1.issuerKeyHash);
    const answers = () => monitoring.counts()[`answers-${label}`] ?? 0;
    const before = answers();
    for (let i = 0; i < 3; i++) await edge.get(requestFor(issuer, GOOD));
    await edge.post(requestFor(issuer, REVOKED));
    expect(answers()).toBe(before + 4);
    expect(monitoring.count(`answers-${label}`)).toBe(before + 4);
    for (const other of [serial('09'), EXPIRED, FUTURE]) await edge.get(requestFor(issuer, other));
    await edge.get(requestFor(stranger, GOOD));
    expect(answers()).toBe(before + 4);
    const known = Object.keys(monitoring.counts()).filter((name) => name.startsWith('answers-'));
    expect(known).toEqual([`answers-${label}`]);
  });

  it('ADR 1: counters hold no serial numbers and no addresses', async () => {
    await edge.get(requestFor(issuer, serial('abcdef0123456789')));
    const names = Object.keys(edge.deps.monitoring.counts()).join(' ');
    expect(names).not.toContain('abcdef0123456789');
  });
});
