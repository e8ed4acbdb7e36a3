import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { decodeLiveRequest } from '../../../../shared/ocsp/live-request.ts';
import { encodeLiveResponseData } from '../../../../shared/ocsp/live-response.ts';
import { encodeOCSPResponse } from '../../../../shared/ocsp/response.ts';
import { must, ok } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { decodeLiveAnswer } from '../../../../shared/snapshot/live-answer.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { identityOf } from '../../../../signer/issuance/public-key.ts';
import type { Keystore } from '../../../../signer/keystore/keystore.ts';
import { createLiveAnswers } from '../../../../signer/ocsp/live-answer.ts';
import { makeResponder } from '../../../../signer/ocsp/make-responder.ts';
import { responderOf } from '../../../../signer/ocsp/responder.ts';
import { edgeOperations } from '../../../../signer/operations/edge-operations.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { openSigningDoor } from '../../../../signer/signing/signing-door.ts';
import { certID, nonce, ocspRequest, SHA256_OID, single } from '../../../support/ocsp-requests.ts';
import { octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, openssl } from '../../../support/openssl.ts';
import { KEYSTORE } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';
import {
  insertCertificates,
  type PublisherUnderTest,
  startPublisher,
} from '../publisher/publisher-under-test.ts';
import { openKeysOf } from '../settlement/flaky-keystore.ts';

const CA = 'time-stamping-ca';
let test: PublisherUnderTest;
let settled: readonly string[] = [];
let fresh: readonly string[] = [];

beforeAll(async () => {
  test = await startPublisher();
  settled = insertCertificates(test, 4);
  await test.settle(CA);
  // Issued a moment ago: on record, and nothing signed about it yet.
  fresh = insertCertificates(test, 4);
}, 60_000);
afterAll(() => test.close());

function idOf(serial: string, hash: 'sha1' | 'sha256' = 'sha1', name = CA): Uint8Array {
  const { issuerNameHash, issuerKeyHash } = identityOf(test.authority(name).row)[hash];
  const algorithm = hash === 'sha1' ? {} : { oid: SHA256_OID };
  const hashes = { nameHash: issuerNameHash, keyHash: issuerKeyHash };
  return certID({ ...algorithm, ...hashes, serial: octets(serial) });
}

function requestFor(serials: readonly string[], nonceLength = 0): Uint8Array {
  return ocspRequest({
    list: serials.map((serial) => single(idOf(serial))),
    ...(nonceLength > 0 && { extensions: [nonce(nonceLength)] }),
  });
}

const ask = (der: Uint8Array, authorities = [CA]) =>
  createLiveAnswers(test.context, authorities)(der);

async function codeOf(der: Uint8Array, authorities?: string[]): Promise<string> {
  const answer = await ask(der, authorities);
  return answer.ok ? 'answered' : answer.error.code;
}

/** The OCSPResponse as an edge rebuilds it from its own request. */
async function responseTo(der: Uint8Array): Promise<Uint8Array> {
  const answer = must(decodeLiveAnswer(must(await ask(der), 'live answer')), 'live answer');
  const { producedAt, nextUpdate, statuses, responderKeyHash, signature } = answer;
  const times = { producedAt, thisUpdate: producedAt, nextUpdate, archiveCutoff: null };
  const request = must(decodeLiveRequest(der), 'request');
  const tbs = encodeLiveResponseData({ responderKeyHash, times, statuses }, request);
  const row = newestResponder(test.context.db, test.authority(CA).row.id);
  if (!row) throw new Error('no responder');
  return encodeOCSPResponse(tbs, responderOf(row), signature);
}

/** What `openssl ocsp` says as a relying party that sent this request and got this response. */
function opensslSays(request: Uint8Array, response: Uint8Array): string {
  const { scratch } = test;
  const pem = (name: string) => {
    const der = Buffer.from(test.authority(name).certificate).toString('base64');
    const text = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
    return scratch.write(`${name}.pem`, text);
  };
  const [issuer, root] = [pem(CA), pem('root-ca3')];
  const chain = scratch.write(
    'chain.pem',
    readFileSync(issuer, 'utf8') + readFileSync(root, 'utf8'),
  );
  return openssl([
    ...['ocsp', '-reqin', scratch.write('live.req', request)],
    ...['-respin', scratch.write('live.resp', response), '-resp_text'],
    ...['-CAfile', chain, '-verify_other', issuer, '-attime', String(NOW)],
  ]).text;
}

describeWithOpenSSL('a response made on demand', () => {
  it('ADR 17: openssl verifies the answer about a certificate issued a moment ago', async () => {
    const request = requestFor([fresh[0] ?? '']);
    const text = opensslSays(request, await responseTo(request));
    expect(text).toContain('Response verify OK');
    expect(text).toContain('Cert Status: good');
  });

  it.each([
    [15, false],
    [16, true],
    [32, true],
    [33, false],
  ])('RFC 9654 2.1: a nonce of %i octets is echoed: %s', async (length, echoed) => {
    const request = requestFor([settled[0] ?? ''], length);
    const text = opensslSays(request, await responseTo(request));
    expect(text).toContain('Response verify OK');
    expect(text.includes('no nonce in response')).toBe(!echoed);
    expect(text).not.toContain('Nonce Verify error');
  });

  it('RFC 6960 4.2.2.3: each of several certificates has its SingleResponse', async () => {
    const [first = '', second = ''] = settled;
    const list = [single(idOf(first)), single(idOf(second)), single(idOf(first, 'sha256'))];
    const request = ocspRequest({ list, extensions: [nonce(16)] });
    const text = opensslSays(request, await responseTo(request));
    expect(text).toContain('Response verify OK');
    expect(text.match(/Cert Status: good/g)).toHaveLength(3);
  });

  it('RSP-8: it holds the 8 hours that CP 4.9.10 asks for, and no longer', async () => {
    const bytes = must(await ask(requestFor([settled[0] ?? ''])), 'answer');
    const { producedAt, nextUpdate } = must(decodeLiveAnswer(bytes), 'answer');
    expect([producedAt, nextUpdate]).toEqual([NOW, NOW + 28_800]);
  });
});

describe('what is not answered live', () => {
  it('RSP-14: a serial number that was not issued has no answer, alone or among others', async () => {
    expect(await codeOf(requestFor(['0a0b0c']))).toBe('live-status-unknown');
    expect(await codeOf(requestFor([settled[0] ?? '', '0a0b0c']))).toBe('live-status-unknown');
    expect(await codeOf(requestFor([settled[0] ?? '']))).toBe('answered');
  });

  it('RSP-18: certificates of two issuers have no responder in common', async () => {
    const list = [
      single(idOf(settled[0] ?? '')),
      single(idOf(settled[1] ?? '', 'sha1', 'root-ca3')),
    ];
    const both = [CA, 'root-ca3'];
    expect(await codeOf(ocspRequest({ list }), both)).toBe('live-status-unknown');
  });

  it('ADR 17: an authority that is not switched on is not asked', async () => {
    const request = requestFor([settled[0] ?? '']);
    expect(await codeOf(request, [])).toBe('live-status-unknown');
    expect(await codeOf(request, ['root-ca3'])).toBe('live-status-unknown');
    const off = await edgeOperations(test.context).answerOCSP(request);
    expect(off.ok).toBe(false);
  });

  it('RSP-24: a revocation is told live when its CRL is signed, and not before', async () => {
    const [, serial = ''] = settled;
    const input = { serialNumber: serial, reason: 'superseded' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revoke');
    expect(await codeOf(requestFor([serial]))).toBe('live-status-unknown');
    await test.settle(CA);
    const answer = must(decodeLiveAnswer(must(await ask(requestFor([serial])), 'live')), 'answer');
    expect(answer.statuses).toEqual([
      { status: 'revoked', revocationReason: 4, revocationTime: NOW },
    ]);
  });

  it.each([
    ['an empty body', octets('')],
    ['a nonce of 129 octets', ocspRequest({ extensions: [nonce(129)] })],
    ['no OCSPRequest', octets('30 00')],
  ])('REQ-9: %s is refused', async (_what, der) => {
    expect(await codeOf(der)).toBe('live-request-refused');
  });
});

interface Counting {
  readonly context: SignerContext;
  signatures: number;
  /** What each signature waits for. */
  gate: Promise<void>;
}

async function countingSigner(): Promise<Counting> {
  const real = await openKeysOf(test);
  const counting = { signatures: 0, gate: Promise.resolve() };
  const counted: Keystore = {
    generateKey: (label, algorithm) => real.generateKey(label, algorithm),
    publicKey: (label) => real.publicKey(label),
    sign: async (label, algorithm, message) => {
      counting.signatures += 1;
      await counting.gate;
      return real.sign(label, algorithm, message);
    },
    signMany: (label, algorithm, messages) => real.signMany(label, algorithm, messages),
    close: () => real.close(),
  };
  const door = openSigningDoor(new Map([[KEYSTORE, counted]]), test.context.audit);
  return Object.assign(counting, { context: { ...test.context, door } });
}

describe('what strangers can make it do', () => {
  it('ADR 17: a flood costs the signer two seconds’ worth of its limit, and two events of its log', async () => {
    const counting = await countingSigner();
    const events = () => test.context.audit.checkpoint().size;
    const before = events();
    const port = edgeOperations(counting.context, { authorities: [CA], answersPerSecond: 5 });
    let answered = 0;
    for (let i = 0; i < 500; i++) {
      const answer = await port.answerOCSP(requestFor([settled[0] ?? ''], 16));
      if (answer.ok) answered += 1;
      else expect(answer.error.code).toBe('live-limited');
    }
    expect([answered, counting.signatures]).toEqual([10, 10]);
    expect(events() - before).toBe(1);
    await counting.context.door.close();
    expect(events() - before).toBe(2);
  });

  it('ADR 17: a signature of the CA waits for one live answer at most, and live ones for it', async () => {
    const counting = await countingSigner();
    let open: () => void = () => undefined;
    counting.gate = new Promise((resolve) => {
      open = resolve;
    });
    const port = edgeOperations(counting.context, { authorities: [CA], answersPerSecond: 50 });
    const asked = Array.from({ length: 12 }, () => port.answerOCSP(requestFor([settled[0] ?? ''])));
    await expect.poll(() => counting.signatures).toBe(1);
    const { keystore, label, spki } = test.publication;
    const head = counting.context.door.signHead(keystore, label, spki, octets('01'));
    // The head is with the keystore although live answers wait; of those no other one is.
    await expect.poll(() => counting.signatures).toBe(2);
    open();
    expect((await head).ok).toBe(true);
    const outcomes = await Promise.all(asked);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(8);
    expect(outcomes.filter((outcome) => !outcome.ok)).toHaveLength(4);
    await counting.context.door.close();
  });

  it('ADR 17: a live answer that waits for the CA’s own signatures for a second is given up', async () => {
    const counting = await countingSigner();
    let open: () => void = () => undefined;
    counting.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { keystore, label, spki } = test.publication;
    const head = counting.context.door.signHead(keystore, label, spki, octets('01'));
    const live = await createLiveAnswers(counting.context, [CA])(requestFor([settled[0] ?? '']));
    expect(live).toMatchObject({ ok: false, error: { code: 'live-unavailable' } });
    expect(counting.signatures).toBe(1);
    open();
    expect(await head).toEqual(ok(expect.any(Uint8Array)));
    await counting.context.door.close();
  });
});

describe('the packed form', () => {
  it('ADR 17: every truncation and every octet too many is refused', async () => {
    const bytes = must(await ask(requestFor([settled[0] ?? ''])), 'answer');
    expect(decodeLiveAnswer(bytes).ok).toBe(true);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeLiveAnswer(bytes.subarray(0, length)).ok, hexFromBytes(bytes)).toBe(false);
    }
    expect(decodeLiveAnswer(Uint8Array.of(...bytes, 0)).ok).toBe(false);
  });
});

/** Reads of the database while this runs. */
async function readsOf(authorities: readonly string[], der: Uint8Array): Promise<number> {
  let reads = 0;
  const db = new Proxy(test.context.db, {
    get: (real, name) => {
      const member: unknown = Reflect.get(real, name);
      if (typeof member !== 'function') return member;
      if (name === 'get' || name === 'all') reads += 1;
      return member.bind(real);
    },
  });
  const answer = createLiveAnswers({ ...test.context, db }, authorities);
  await answer(der);
  const first = reads;
  await answer(der);
  return reads - first;
}

describe('what a live answer costs', () => {
  it('ADR 17: a serial number that nobody has costs two reads, whatever is switched on', async () => {
    const unknown = requestFor(['7fffffff01']);
    expect(await readsOf([CA], unknown)).toBe(2);
    expect(await readsOf(['root-ca3', CA], unknown)).toBe(2);
  });

  it('ADR 17: the loop turns before each answer, also before those that come to nothing', async () => {
    const answer = createLiveAnswers(test.context, [CA]);
    let turns = 0;
    let running = true;
    const count = () => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const asked = Array.from({ length: 8 }, () => answer(requestFor(['7fffffff01'])));
    for (const one of await Promise.all(asked)) expect(one.ok).toBe(false);
    running = false;
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  it('RSP-36: what is remembered of a responder goes with it, as soon as another signs or it is revoked', async () => {
    const answer = createLiveAnswers(test.context, [CA]);
    const serial = async () => {
      const made = await answer(requestFor([settled[0] ?? '']));
      if (!made.ok) return made.error.code;
      return serialNumberText(must(decodeLiveAnswer(made.value), 'answer').responderSerial);
    };
    const first = await serial();
    expect(await serial()).toBe(first);
    must(await makeResponder(test.context, test.authority(CA), NOW, 'test'), 'responder');
    const second = await serial();
    expect(second).not.toBe(first);
    const input = { serialNumber: second, reason: 'superseded' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revoke');
    expect(await serial()).toBe('live-unavailable');
  });
});
