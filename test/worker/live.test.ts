import { beforeEach, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { decodeLiveRequest } from '../../shared/ocsp/live-request.ts';
import type { CertStatus } from '../../shared/ocsp/response.ts';
import { must } from '../../shared/result.ts';
import { placeOf } from '../../shared/snapshot/directory.ts';
import { decodeOCSPShard } from '../../shared/snapshot/ocsp-shard-reader.ts';
import { addSeconds, unixSeconds } from '../../shared/time.ts';
import {
  createPublisher,
  DAY,
  NOW,
  serial,
  type TestCertificate,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import {
  createLiveIssuer,
  type Lie,
  type LiveSigner,
  liveAnswerTo,
  liveSigner,
  RESPONDER,
} from '../support/live-signer.ts';
import { nonce, ocspRequest, single } from '../support/ocsp-requests.ts';
import {
  bodyHex,
  certIDOf,
  type Edge,
  openEdge,
  requestFor,
  TestStore,
  UNAUTHORIZED,
} from './edge.ts';
import { newRadar } from './platform.ts';

const HERE = serial('1001');
const [NEW, OTHER, GONE] = [serial('1002'), serial('1003'), serial('1004')];
const SIGNED = /^3082/;

let publisher: TestPublisher;
let issuer: TestIssuer;
let store: TestStore;
let signer: LiveSigner;
let edge: Edge;

beforeEach(async () => {
  publisher = await createPublisher();
  issuer = await createLiveIssuer('A');
  store = new TestStore();
  const certificates = [HERE, RESPONDER].map((serialNumber) => ({ serialNumber }));
  await store.publish(publisher, { populations: [{ issuer, certificates }] });
  signer = liveSigner(issuer);
  tell();
  edge = openEdge(publisher, { stores: [store], live: signer });
});

/** From now on the signer answers, with this lie if there is one. */
function tell(lie: Lie = {}): void {
  signer.answer = async (der) => new Response(await liveAnswerTo(issuer, der, edge.now, lie));
}

const post = async (der: Uint8Array) => bodyHex(await edge.post(der));
/** What an edge says that has no signer to ask. */
const stored = async (der: Uint8Array) =>
  bodyHex(await openEdge(publisher, { stores: [store] }).post(der));
const counted = (outcome: string) => edge.deps.monitoring.count(`live-${outcome}`);

function about(serials: readonly (typeof NEW)[], nonceLength = 0): Uint8Array {
  const list = serials.map((one) => single(certIDOf(issuer, one)));
  return ocspRequest({ list, ...(nonceLength > 0 && { extensions: [nonce(nonceLength)] }) });
}

describe('a request that no stored response satisfies', () => {
  it('ADR 17: a certificate that is not here yet is answered by the signer, GET and POST alike', async () => {
    expect(await post(about([NEW]))).toMatch(SIGNED);
    expect(await bodyHex(await edge.get(about([OTHER])))).toMatch(SIGNED);
    expect(counted('answered')).toBe(2);
    expect(signer.asked).toHaveLength(2);
  });

  it('HTTP-5: one certificate without a nonce, which RFC 9919 is about, may be cached as ever', async () => {
    const answer = await edge.get(about([NEW]));
    expect(answer.headers.get('cache-control')).toMatch(/^max-age=3600, public/);
    expect(answer.headers.get('content-type')).toBe('application/ocsp-response');
  });

  it.each([
    ['a nonce', () => about([HERE], 16)],
    ['two certificates', () => about([HERE, NEW])],
  ])('ADR 17: what answers %s is for one client, and no cache keeps it', async (_what, make) => {
    const answer = await edge.get(make());
    expect(answer.headers.get('cache-control')).toBe('no-store, max-age=0');
    expect(answer.headers.get('expires')).toBeNull();
    expect(await bodyHex(answer)).toMatch(SIGNED);
  });

  it('RFC 9654 2.1: a nonce of 16 octets comes back, one of 15 is answered from the store', async () => {
    const sent = `0410${'07'.repeat(16)}`;
    expect(await post(about([HERE], 16))).toContain(sent);
    expect(await post(about([HERE], 15))).toBe(await post(about([HERE])));
    expect(signer.asked).toHaveLength(1);
  });

  it('RFC 6960 4.2.2.3: several certificates get one response, which names each', async () => {
    const body = await post(about([HERE, NEW]));
    for (const one of [HERE, NEW]) expect(body).toContain(`0202${hexFromBytes(one)}8000`);
  });

  it('RSP-14: what the signer has no answer to stays unauthorized', async () => {
    signer.answer = async () => new Response(null, { status: 404 });
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    expect(counted('unknown')).toBe(1);
  });
});

describe('serial numbers that were never assigned', () => {
  it('REQ-24: what the signer answers is assigned, and only what nobody answers is counted', async () => {
    const radar = newRadar();
    edge = openEdge(publisher, { stores: [store], live: signer, radar });
    const [label = ''] = signer.issuers;
    const unassigned = () => edge.deps.monitoring.count(`unassigned-${label}`);
    expect(await post(about([NEW]))).toMatch(SIGNED);
    await edge.deps.queries.passOn(edge.now);
    expect([unassigned(), await radar.report(0)]).toEqual([0, []]);
    signer.answer = async () => new Response(null, { status: 404 });
    expect(await post(about([OTHER]))).toBe(UNAUTHORIZED);
    await edge.deps.queries.passOn(edge.now);
    const serials = (await radar.report(0)).flatMap(({ serials }) => serials);
    expect([unassigned(), serials]).toEqual([1, [{ serial: '1003', count: 1 }]]);
  });
});

describe('a request that needs no signer', () => {
  it('ADR 17: a stored answer asks nobody, from the store and from memory', async () => {
    for (let i = 0; i < 3; i++) {
      expect(await bodyHex(await edge.get(requestFor(issuer, HERE)))).toMatch(SIGNED);
    }
    expect(signer.asked).toHaveLength(0);
  });

  it('ADR 17: an issuer that is not switched on asks nobody', async () => {
    const off = { ...signer, issuers: new Set<string>() };
    edge = openEdge(publisher, { stores: [store], live: off });
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    edge = openEdge(publisher, { stores: [store] });
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    expect(signer.asked).toHaveLength(0);
  });

  it('ADR 17: a malformed request and an unknown issuer ask nobody', async () => {
    const stranger = await createLiveIssuer('B');
    await edge.post(new Uint8Array(9));
    await edge.post(requestFor(stranger, NEW));
    const both = [single(certIDOf(issuer, NEW)), single(certIDOf(stranger, NEW))];
    expect(await post(ocspRequest({ list: both }))).toBe(UNAUTHORIZED);
    expect(signer.asked).toHaveLength(0);
  });
});

describe('a signer that lies', () => {
  const lies: readonly [string, () => Promise<Lie> | Lie, 'lied' | 'unverified' | 'untimely'][] = [
    [
      'signs with another key',
      async () => ({ key: (await createLiveIssuer('C')).keys.privateKey }),
      'lied',
    ],
    ['answers about another certificate', () => ({ request: parsed(about([OTHER])) }), 'lied'],
    [
      'says good of what it signed as revoked',
      () => ({ statuses: [REVOKED], said: [GOOD] }),
      'lied',
    ],
    ['adds a nonce', () => ({ request: parsed(about([NEW], 16)) }), 'lied'],
    ['says too much', () => ({ said: [GOOD, GOOD] }), 'lied'],
    ['makes it hold seven hours', () => ({ validity: 25_200 }), 'lied'],
    ['makes it hold eleven days', () => ({ validity: 950_400 }), 'lied'],
    ['repeats an answer of six minutes ago', () => ({ age: 360 }), 'untimely'],
    ['answers from the future', () => ({ age: -61 }), 'untimely'],
    ['names a responder that is not here', () => ({ responder: NEW }), 'unverified'],
    [
      'names a certificate that is no responder',
      () => ({ keyHash: new Uint8Array(20) }),
      'unverified',
    ],
  ];

  it.each(lies)('ADR 17: when it %s the edge says what it has', async (_how, lie, outcome) => {
    tell(await lie());
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    expect(counted(outcome)).toBe(1);
    tell();
    expect(await post(about([NEW]))).toMatch(SIGNED);
  });

  it('ADR 17: an answer to another nonce is none, and the stored one is given', async () => {
    const other = ocspRequest({ list: [single(certIDOf(issuer, HERE))], extensions: [nonce(17)] });
    tell({ request: parsed(other) });
    expect(await post(about([HERE], 16))).toBe(await post(about([HERE])));
    expect(counted('lied')).toBe(1);
  });

  it.each([
    ['garbage', () => new Response('garbage')],
    ['nothing', () => new Response('')],
    ['more than any answer', () => new Response(new Uint8Array(2000))],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } })],
    ['its limit', () => new Response(null, { status: 429 })],
  ])('ADR 17: when it says %s the edge says what it has', async (_what, make) => {
    signer.answer = async () => make();
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    expect(await post(about([HERE], 16))).toMatch(SIGNED);
  });
});

describe('a responder that is not to be believed', () => {
  const publishResponder = (certificates: readonly TestCertificate[]) =>
    store.publish(publisher, { populations: [{ issuer, certificates }] }, { epoch: 2 });

  it.each([
    ['its own', RESPONDER],
    ['a good subscriber’s, which it signed', HERE],
  ])(
    'ADR 17: a revoked responder is not believed, whatever serial number it names: %s',
    async (_whose, responder) => {
      const own = { serialNumber: RESPONDER, certStatus: REVOKED };
      await publishResponder([own, { serialNumber: HERE }]);
      tell({ responder });
      expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
      expect(counted('unverified')).toBe(1);
    },
  );

  it('ADR 17: a good responder is believed under its own serial number alone', async () => {
    tell({ responder: HERE });
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    tell({ responder: RESPONDER });
    expect(await post(about([NEW]))).toMatch(SIGNED);
  });

  // The answer is of 2026-11-23T02:13:20Z and holds for 8 hours.
  it.each([
    ['until the answer ends', ['260101000000Z', '261123101320Z'], SIGNED],
    ['until a second before that', ['260101000000Z', '261123101319Z'], UNAUTHORIZED],
    ['from now on', ['261123021320Z', '270101000000Z'], SIGNED],
    ['from a second later on', ['261123021321Z', '270101000000Z'], UNAUTHORIZED],
    ['since the last century', ['990101000000Z', '491231235959Z'], SIGNED],
    ['at no time', ['260101000000Z', '261323101319Z'], UNAUTHORIZED],
  ] as const)(
    'RSP-21: a responder whose certificate is valid %s',
    async (_when, validity, said) => {
      issuer = await createLiveIssuer('A', validity);
      await publishResponder([{ serialNumber: RESPONDER }]);
      tell();
      expect(await post(about([NEW]))).toMatch(said);
    },
  );
});

describe('what the snapshot calls revoked', () => {
  beforeEach(async () => {
    const gone = { serialNumber: GONE, certStatus: REVOKED, thisUpdate: addSeconds(NOW, -8 * DAY) };
    const certificates = [{ serialNumber: HERE }, { serialNumber: RESPONDER }];
    const revoked = { serialNumber: OTHER, certStatus: REVOKED };
    const populations = [{ issuer, certificates: [...certificates, revoked, gone] }];
    await store.publish(publisher, { populations }, { epoch: 2 });
  });

  it.each([
    ['alone with a nonce', () => about([OTHER], 16)],
    ['in the second place', () => about([HERE, OTHER])],
    ['in a stored response that has expired', () => about([HERE, GONE])],
  ])('CP 4.9.13: no live answer calls good, %s', async (_how, make) => {
    expect(await post(make())).toBe(await stored(make()));
    expect(counted('lied')).toBe(1);
    expect(edge.deps.monitoring.count('live-answer')).toBe(1);
  });

  it('ADR 17: a live answer that calls it revoked too is given, and one that is news', async () => {
    tell({ statuses: [GOOD, REVOKED] });
    expect(await post(about([HERE, OTHER]))).toMatch(SIGNED);
    tell({ statuses: [REVOKED] });
    expect(await post(about([HERE], 16))).toContain('0410'.concat('07'.repeat(16)));
    expect(counted('answered')).toBe(2);
  });

  it('ADR 17: where the shard of one cannot be read, nothing is believed', async () => {
    const far = [HERE, NEW, OTHER].find((one) => placeOf(one, 1) !== placeOf(RESPONDER, 1)) ?? NEW;
    const certificates = [{ serialNumber: RESPONDER }, { serialNumber: far }];
    const populations = [{ issuer, shardBits: 1, certificates }];
    await store.publish(publisher, { populations }, { epoch: 3 });
    for (const [name, bytes] of store.blobs) {
      const shard = decodeOCSPShard(bytes);
      const { shardBits, shardIndex } = shard.ok ? shard.value.header : { shardBits: 0 };
      if (shardBits === 1 && shardIndex === placeOf(far, 1)) store.blobs.delete(name);
    }
    expect(await post(about([RESPONDER, far]))).toBe(UNAUTHORIZED);
    expect(counted('unverified')).toBe(1);
    expect(await post(about([RESPONDER], 16))).toMatch(SIGNED);
  });
});

describe('clocks that differ', () => {
  it.each([1, 60])('OPS-7: a signer %i s ahead is believed, and counted apart', async (seconds) => {
    tell({ age: -seconds });
    const answer = await edge.get(about([NEW]));
    const at = (name: string) => Date.parse(answer.headers.get(name) ?? '');
    expect(at('last-modified')).toBe(at('date'));
    expect(at('expires') - at('date')).toBe((28_800 + seconds) * 1000);
    expect(await bodyHex(answer)).toMatch(SIGNED);
    expect([counted('answered-ahead'), counted('answered')]).toEqual([1, 0]);
  });

  it('OPS-7: one that is further ahead is refused with a line that says by how much', async () => {
    tell({ age: -61 });
    expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    expect(edge.log.join()).toMatch(/"event":"live-answer-time".*61 s ahead/);
  });
});

describe('how much the signer is asked', () => {
  it('ADR 17: a flood asks it ten times, and five times a second from then on', async () => {
    for (let i = 0; i < 40; i++) await post(about([NEW]));
    expect(signer.asked).toHaveLength(10);
    edge.now = addSeconds(edge.now, 1);
    for (let i = 0; i < 40; i++) await post(about([NEW]));
    expect(signer.asked).toHaveLength(15);
    expect(counted('limited')).toBe(65);
  });

  it('ADR 17: after three failures it is left alone for half a minute, and then tried once', async () => {
    signer.answer = () => Promise.reject(new Error('down'));
    for (let i = 0; i < 9; i++) expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
    expect(signer.asked).toHaveLength(3);
    edge.now = addSeconds(edge.now, 29);
    await post(about([NEW]));
    expect(signer.asked).toHaveLength(3);
    edge.now = addSeconds(edge.now, 1);
    for (let i = 0; i < 3; i++) await post(about([NEW]));
    expect(signer.asked).toHaveLength(4);
    tell();
    edge.now = addSeconds(edge.now, 30);
    for (let i = 0; i < 3; i++) expect(await post(about([NEW]))).toMatch(SIGNED);
  });

  it('ADR 17: the signer’s limit is no failure: it is asked no more in that second, and in the next', async () => {
    signer.answer = async () => new Response(null, { status: 429 });
    for (let second = 0; second < 4; second++) {
      for (let i = 0; i < 3; i++) expect(await post(about([NEW]))).toBe(UNAUTHORIZED);
      expect(signer.asked).toHaveLength(second + 1);
      edge.now = addSeconds(edge.now, 1);
    }
    expect([counted('limited'), counted('open'), counted('unreachable')]).toEqual([12, 0, 0]);
    tell();
    expect(await post(about([NEW]))).toMatch(SIGNED);
  });

  it('ADR 17: where the location has had its share the signer is not asked, and that is no failure', async () => {
    let left = 2;
    edge = openEdge(publisher, {
      stores: [store],
      live: { ...signer, mayAsk: async () => left-- > 0 },
    });
    for (let second = 0; second < 6; second++) {
      expect(await post(about([NEW]))).toMatch(second < 2 ? SIGNED : UNAUTHORIZED);
      edge.now = addSeconds(edge.now, 1);
    }
    expect(signer.asked).toHaveLength(2);
    expect([counted('answered'), counted('limited'), counted('open')]).toEqual([2, 4, 0]);
    left = 1;
    expect(await post(about([NEW]))).toMatch(SIGNED);
  });

  it('ADR 17: a limit that cannot be asked is one that is reached', async () => {
    const mayAsk = () => Promise.reject(new Error('no limit here'));
    edge = openEdge(publisher, { stores: [store], live: { ...signer, mayAsk } });
    expect(await post(about([HERE], 16))).toBe(await post(about([HERE])));
    expect([signer.asked.length, counted('limited')]).toEqual([0, 1]);
  });

  it('ADR 17: a signer that hangs costs the request its time limit and no more', async () => {
    signer.answer = () => new Promise(() => undefined);
    expect(await post(about([HERE], 16))).toBe(await post(about([HERE])));
    expect(counted('unreachable')).toBe(1);
  });
});

const GOOD = { status: 'good' } as const;
const REVOKED: CertStatus = {
  status: 'revoked',
  revocationReason: 1,
  revocationTime: unixSeconds(9),
};

function parsed(der: Uint8Array) {
  return must(decodeLiveRequest(der), 'request');
}
