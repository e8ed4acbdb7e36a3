import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds, type Seconds, unixSeconds } from '../../../../shared/time.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import type { Transaction } from '../../../../signer/database/database.ts';
import type { Answer, AnswerBatch } from '../../../../signer/ocsp/shard-answers.ts';
import {
  buildEpochCandidate,
  type EpochCandidate,
} from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { findWrongAnswers } from '../../../../signer/publisher/signature-gate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import {
  changeAnswers,
  type StoredAnswer,
  storedAnswers,
} from '../../../support/stored-answers.ts';
import {
  insertCertificates,
  type PublisherUnderTest,
  startPublisher,
} from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const DAY = 86_400;

/** Thrown to take a transaction back. */
class TakenBack extends Error {}

let test: PublisherUnderTest;
let good = '';
let revoked = '';
let subId = 0;

beforeAll(async () => {
  test = await startPublisher();
  [good = '', revoked = ''] = insertCertificates(test, 2);
  await test.settle(SUB_CA);
  const input = { serialNumber: revoked, reason: 'superseded' } as const;
  must(revokeCertificate(test.context, input, 'test'), 'revoke');
  await test.settle(SUB_CA);
  subId = test.authority(SUB_CA).row.id;
}, 60_000);
afterAll(() => test.close());

/** The gate's verdict on the epoch that follows from the database as `damage` leaves it. */
async function verdict(damage: (tx: Transaction) => void, secondsLater = 0): Promise<string> {
  const { context } = test;
  let said = 'nothing';
  let candidate: EpochCandidate | undefined;
  try {
    context.db.transaction((tx) => {
      damage(tx);
      candidate = buildEpochCandidate(context, activeAuthorities(tx));
      const now = test.setClock(context.clock() + secondsLater);
      const outcome = checkEpoch(context, candidate, now);
      test.setClock(now - secondsLater);
      said = outcome.ok ? 'accepted' : `${outcome.error.rule}: ${outcome.error.reason}`;
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  if (said !== 'accepted' || !candidate) return said;
  const [wrong] = must(await findWrongAnswers(context.door, candidate), 'verification');
  return wrong ? `signature: ${wrong.serialNumber}` : said;
}

/** The answers of the sub-CA that `which` names are these instead. */
function answer(
  which: 'good' | 'revoked' | 'every',
  change: (answer: StoredAnswer) => Partial<Answer> | null,
): (tx: Transaction) => void {
  return (tx) =>
    changeAnswers(tx, (before) => {
      const named = which === 'every' || before.serial === { good, revoked }[which];
      if (before.authorityId !== subId || !named) return before;
      const changed = change(before);
      return changed && { ...before, ...changed };
    });
}

/** Other times for every answer of the sub-CA. */
function times(change: (batch: AnswerBatch) => Partial<AnswerBatch>): (tx: Transaction) => void {
  return answer('every', ({ batch }) => ({ batch: { ...batch, ...change(batch) } }));
}

function both(...damages: readonly ((tx: Transaction) => void)[]): (tx: Transaction) => void {
  return (tx) => {
    for (const damage of damages) damage(tx);
  };
}

/** The signatures of the sub-CA's shards count as not checked. */
const unverified = sql('UPDATE ocsp_shard SET verified = 0 WHERE authority_id = $sub');

function revokedWith(change: {
  revocationReason?: 1 | 4;
  later?: Seconds;
}): (tx: Transaction) => void {
  return answer('revoked', ({ certStatus }) => {
    if (certStatus.status !== 'revoked') throw new Error('it is revoked');
    const { revocationReason = certStatus.revocationReason, later = 0 } = change;
    const revocationTime = addSeconds(certStatus.revocationTime, later);
    return { certStatus: { status: 'revoked', revocationReason, revocationTime } };
  });
}

/** A statement of SQL in which `$good`, `$revoked` and `$sub` stand for the two serials and the CA. */
function sql(statement: string): (tx: Transaction) => void {
  return (tx) => {
    const text = statement
      .replaceAll('$good', `x'${good}'`)
      .replaceAll('$revoked', `x'${revoked}'`)
      .replaceAll('$sub', String(subId));
    tx.run(text);
  };
}

/** Rule that refuses it, what it is, and how it comes about. */
const DAMAGE: readonly (readonly [
  rule: string,
  what: string,
  damage: (tx: Transaction) => void,
])[] = [
  [
    'RSP-24',
    'a response that says good of a revoked certificate',
    answer('revoked', () => ({ certStatus: { status: 'good' } })),
  ],
  [
    'RSP-24',
    'a response that says revoked of a good certificate',
    answer('good', () => ({
      certStatus: {
        status: 'revoked',
        revocationReason: 4,
        revocationTime: unixSeconds(1_795_406_400),
      },
    })),
  ],
  ['RSP-24', 'a response with another reason', revokedWith({ revocationReason: 1 })],
  ['RSP-24', 'a response with another revocationTime', revokedWith({ later: -1 })],
  ['CP 4.9.10', 'a certificate without a response', answer('good', () => null)],
  [
    'CP 4.9.10',
    'a certificate without a response, though its facts wait for another',
    both(
      sql(
        'INSERT INTO unsettled (authority_id, certificate_id) SELECT authority_id, id FROM certificate WHERE serial = $good',
      ),
      answer('good', () => null),
    ),
  ],
  [
    'CP 4.9.10',
    'a response for a serial number that was never assigned',
    sql("UPDATE certificate SET serial = x'7f' WHERE serial = $good"),
  ],
  [
    'CP 4.9.10',
    'a response for a serial number that was abandoned',
    sql(
      "UPDATE certificate SET state = 'abandoned', der = NULL, answered = 0 WHERE serial = $good",
    ),
  ],
  [
    'retention',
    'a shard with certificates that would vanish',
    sql('DELETE FROM ocsp_shard WHERE authority_id = $sub'),
  ],
  [
    'format',
    'a shard that is not what its hash names',
    sql('UPDATE ocsp_shard SET hash = zeroblob(32) WHERE authority_id = $sub'),
  ],
  [
    'format',
    'the shard of another CA',
    sql(
      `UPDATE ocsp_shard SET (bytes, hash) = (SELECT bytes, hash FROM ocsp_shard o WHERE o.authority_id <> $sub)
       WHERE authority_id = $sub`,
    ),
  ],
  [
    'format',
    'a shard among fewer than there are',
    sql('UPDATE authority SET shard_bits = 1 WHERE id = $sub'),
  ],
  [
    'signature',
    'a response whose SHA-1 signature is another',
    both(
      unverified,
      answer('good', ({ signatures: { sha256 } }) => ({ signatures: { sha1: sha256, sha256 } })),
    ),
  ],
  [
    'signature',
    'a response whose SHA-256 signature is another',
    both(
      unverified,
      answer('revoked', ({ signatures: { sha1 } }) => ({ signatures: { sha1, sha256: sha1 } })),
    ),
  ],
  [
    'RSP-18',
    'a responder of another CA',
    (tx) => {
      const other = storedAnswers(tx).find(({ authorityId }) => authorityId !== subId);
      if (!other) throw new Error('the root has answers');
      times(() => ({ responder: other.batch.responder }))(tx);
    },
  ],
  [
    'RSP-2',
    'a responderID that is not that of the certificate which goes along',
    times(({ responder }) => ({ responder: { ...responder, keyHash: new Uint8Array(20) } })),
  ],
  [
    'RSP-20',
    'a delegated responder without its certificate',
    times(({ responder }) => ({ responder: { ...responder, certificate: null } })),
  ],
  [
    'RSP-8',
    'a window of ten days and a second more than allowed',
    times(({ thisUpdate }) => ({ nextUpdate: addSeconds(thisUpdate, 864_000) })),
  ],
  [
    'RSP-8',
    'a window a second short of 8 hours',
    times(({ thisUpdate }) => ({ nextUpdate: addSeconds(thisUpdate, 28_799) })),
  ],
  [
    'RSP-8',
    'a thisUpdate in the future',
    times(({ thisUpdate }) => ({ thisUpdate: addSeconds(thisUpdate, 1) })),
  ],
  [
    'RSP-24',
    'a revoked certificate that the CRL does not list',
    sql(
      'UPDATE crl SET entries = 1, der = (SELECT der FROM crl c WHERE c.authority_id = $sub AND c.entries = 0 LIMIT 1) WHERE authority_id = $sub AND entries = 1',
    ),
  ],
  ['RSP-24', 'a CRL that lists more than is recorded', sql('DELETE FROM revocation')],
  ['RSP-24', 'a CRL with another reason', sql('UPDATE revocation SET reason = 5')],
  [
    'RSP-24',
    'a CRL with another revocationDate',
    sql('UPDATE revocation SET revocation_date = revocation_date - 1'),
  ],
  [
    'CRL-15',
    'a CRL with fewer entries than one before',
    sql('UPDATE crl SET entries = 7 WHERE authority_id = $sub AND crl_number = 1'),
  ],
  [
    'signature',
    'the CRL of another CA',
    sql(
      'UPDATE crl SET der = (SELECT der FROM crl c WHERE c.authority_id <> $sub LIMIT 1) WHERE authority_id = $sub',
    ),
  ],
];

describe('publish gate', () => {
  it('RSP-24: an epoch in which database, CRL and OCSP agree is let through', async () => {
    expect(await verdict(() => undefined)).toBe('accepted');
  });

  it('RSP-24: an epoch whose signatures are checked by the gate is let through', async () => {
    expect(await verdict(unverified)).toBe('accepted');
  });

  it.each(DAMAGE)('%s: %s is refused', async (rule, _what, damage) => {
    expect((await verdict(damage)).split(':')[0]).toBe(rule);
  });
});

describe('publish gate as time goes by', () => {
  it('RSP-21: a response that outlives its responder is refused', async () => {
    const row = test.context.db.get('SELECT max(not_after) AS at FROM responder');
    const notAfter = unixSeconds(Number(row?.['at']));
    const before = addSeconds(notAfter, -DAY);
    const moved = times(() => ({
      producedAt: before,
      thisUpdate: before,
      nextUpdate: addSeconds(notAfter, 1),
    }));
    expect(await verdict(moved, before - test.context.clock())).toMatch(/^RSP-21: /);
  });

  it('CRL-3: a CRL that has run out is refused', async () => {
    const onlyCRL = sql("DELETE FROM outbox WHERE kind = 'shard'");
    expect(await verdict(onlyCRL, 363 * DAY)).toBe('accepted');
    expect(await verdict(onlyCRL, 364 * DAY)).toMatch(/^CRL-3: /);
  });

  it('CP 4.9.10: a certificate whose first response waits for its signature holds no epoch up', async () => {
    const neverAnswered = both(
      sql('UPDATE certificate SET answered = 0 WHERE serial = $good'),
      answer('good', () => null),
    );
    expect(await verdict(neverAnswered)).toBe('accepted');
  });

  it('ADR 1 snapshot: a refused epoch changes nothing, is in the audit log, and the next good one goes out', async () => {
    const { publisher, kv, context } = test;
    must(await publisher.publish('changes'), 'publish');
    const [head, calls] = [kv.values.get('head'), kv.calls.length];
    context.db.transaction((tx) => {
      revokedWith({ revocationReason: 1 })(tx);
      sql("INSERT INTO outbox (kind, authority_id, place) VALUES ('shard', $sub, 0)")(tx);
    });
    const refused = await publisher.publish('changes');
    expect(refused).toMatchObject({ ok: false, error: { code: 'gate-refused', rule: 'RSP-24' } });
    expect(publisher.isDue()).toBe(true);
    expect([kv.values.get('head'), kv.calls.length]).toEqual([head, calls]);
    expect(Buffer.from(test.scratch.read('audit.log')).toString()).toContain(
      '"type":"epoch-refused"',
    );
    context.db.transaction(revokedWith({ revocationReason: 4 }));
    expect((await publisher.publish('changes')).ok).toBe(true);
  });
});
