import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import type { Transaction } from '../../../../signer/database/database.ts';
import { buildEpochCandidate } from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
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
function verdict(damage: (tx: Transaction) => void, secondsLater = 0): string {
  const { context } = test;
  let said = 'nothing';
  try {
    context.db.transaction((tx) => {
      damage(tx);
      const candidate = buildEpochCandidate(context, activeAuthorities(tx), new Set());
      const now = test.setClock(context.clock() + secondsLater);
      const outcome = checkEpoch(context.db, candidate, now);
      test.setClock(now - secondsLater);
      said = outcome.ok ? 'accepted' : `${outcome.error.rule}: ${outcome.error.reason}`;
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  return said;
}

/** A statement of SQL in which `$good`, `$revoked` and `$sub` stand for the two serials and the CA. */
function sql(statement: string): (tx: Transaction) => void {
  const text = statement
    .replaceAll('$good', `x'${good}'`)
    .replaceAll('$revoked', `x'${revoked}'`)
    .replaceAll('$sub', String(subId));
  return (tx) => {
    tx.run(text);
  };
}

/** Rule that refuses it, what it is, and how it comes about. */
const DAMAGE: readonly (readonly [rule: string, what: string, statement: string])[] = [
  [
    'RSP-24',
    'a response that says good of a revoked certificate',
    'UPDATE ocsp_response SET reason = 0, revocation_time = 0 WHERE serial = $revoked',
  ],
  [
    'RSP-24',
    'a response that says revoked of a good certificate',
    'UPDATE ocsp_response SET reason = 4, revocation_time = 1795406400 WHERE serial = $good',
  ],
  [
    'RSP-24',
    'a response with another reason',
    'UPDATE ocsp_response SET reason = 1 WHERE serial = $revoked',
  ],
  [
    'RSP-24',
    'a response with another revocationTime',
    'UPDATE ocsp_response SET revocation_time = revocation_time - 1 WHERE serial = $revoked',
  ],
  [
    'CP 4.9.10',
    'a certificate without a response',
    'DELETE FROM ocsp_response WHERE serial = $good',
  ],
  [
    'CP 4.9.10',
    'a response for a serial number that was never assigned',
    "UPDATE certificate SET serial = x'7f' WHERE serial = $good",
  ],
  [
    'CP 4.9.10',
    'a response for a serial number that was abandoned',
    "UPDATE certificate SET state = 'abandoned', der = NULL WHERE serial = $good",
  ],
  [
    'retention',
    'a shard with certificates that would vanish',
    'DELETE FROM ocsp_response WHERE authority_id = $sub',
  ],
  [
    'signature',
    'a response whose SHA-1 signature is another',
    'UPDATE ocsp_response SET signature_sha1 = signature_sha256, verified = 0 WHERE serial = $good',
  ],
  [
    'signature',
    'a response whose SHA-256 signature is another',
    'UPDATE ocsp_response SET signature_sha256 = signature_sha1, verified = 0 WHERE serial = $revoked',
  ],
  [
    'RSP-18',
    'a responder of another CA',
    'UPDATE ocsp_batch SET responder_id = (SELECT id FROM responder WHERE authority_id <> $sub) WHERE authority_id = $sub',
  ],
  [
    'RSP-8',
    'a window of ten days and a second more than allowed',
    'UPDATE ocsp_batch SET next_update = this_update + 864000 WHERE authority_id = $sub',
  ],
  [
    'RSP-8',
    'a window a second short of 8 hours',
    'UPDATE ocsp_batch SET next_update = this_update + 28799 WHERE authority_id = $sub',
  ],
  [
    'RSP-8',
    'a thisUpdate in the future',
    'UPDATE ocsp_batch SET this_update = this_update + 1 WHERE authority_id = $sub',
  ],
  [
    'RSP-24',
    'a revoked certificate that the CRL does not list',
    'UPDATE crl SET entries = 1, der = (SELECT der FROM crl c WHERE c.authority_id = $sub AND c.entries = 0 LIMIT 1) WHERE authority_id = $sub AND entries = 1',
  ],
  ['RSP-24', 'a CRL that lists more than is recorded', 'DELETE FROM revocation'],
  ['RSP-24', 'a CRL with another reason', 'UPDATE revocation SET reason = 5'],
  [
    'RSP-24',
    'a CRL with another revocationDate',
    'UPDATE revocation SET revocation_date = revocation_date - 1',
  ],
  [
    'CRL-15',
    'a CRL with fewer entries than one before',
    'UPDATE crl SET entries = 7 WHERE authority_id = $sub AND crl_number = 1',
  ],
  [
    'signature',
    'the CRL of another CA',
    'UPDATE crl SET der = (SELECT der FROM crl c WHERE c.authority_id <> $sub LIMIT 1) WHERE authority_id = $sub',
  ],
];

describe('publish gate', () => {
  it('RSP-24: an epoch in which database, CRL and OCSP agree is let through', () => {
    expect(verdict(() => undefined)).toBe('accepted');
  });

  it.each(DAMAGE)('%s: %s is refused', (rule, _what, statement) => {
    expect(verdict(sql(statement)).split(':')[0]).toBe(rule);
  });
});

describe('publish gate as time goes by', () => {
  it('RSP-21: a response that outlives its responder is refused', () => {
    const row = test.context.db.get('SELECT max(not_after) AS at FROM responder');
    const notAfter = Number(row?.['at']);
    const later = notAfter - DAY - test.context.clock();
    const moved = sql(
      `UPDATE ocsp_batch SET produced_at = ${notAfter - DAY}, this_update = ${notAfter - DAY},
       next_update = ${notAfter + 1} WHERE authority_id = $sub`,
    );
    expect(verdict(moved, later)).toMatch(/^RSP-21: /);
  });

  it('CRL-3: a CRL that has run out is refused', () => {
    const onlyCRL = sql("DELETE FROM outbox WHERE kind = 'shard'");
    expect(verdict(onlyCRL, 363 * DAY)).toBe('accepted');
    expect(verdict(onlyCRL, 364 * DAY)).toMatch(/^CRL-3: /);
  });

  it('CP 4.9.10: a certificate whose first response waits for its signature holds no epoch up', () => {
    const unsettled = sql(
      'INSERT INTO unsettled (authority_id, certificate_id) SELECT authority_id, id FROM certificate WHERE serial = $good',
    );
    expect(
      verdict((tx) => {
        unsettled(tx);
        tx.run(`DELETE FROM ocsp_response WHERE serial = x'${good}'`);
      }),
    ).toBe('accepted');
  });

  it('ADR 1 snapshot: a refused epoch changes nothing, is in the audit log, and the next good one goes out', async () => {
    const { publisher, kv, context } = test;
    must(await publisher.publish('changes'), 'publish');
    const [head, calls] = [kv.values.get('head'), kv.calls.length];
    context.db.transaction((tx) => {
      tx.run(`UPDATE ocsp_response SET reason = 1 WHERE serial = x'${revoked}'`);
      tx.run(
        `INSERT INTO outbox (kind, authority_id, place) SELECT 'shard', authority_id, place FROM ocsp_response
         WHERE serial = x'${revoked}'`,
      );
    });
    const refused = await publisher.publish('changes');
    expect(refused).toMatchObject({ ok: false, error: { code: 'gate-refused', rule: 'RSP-24' } });
    expect(publisher.isDue()).toBe(true);
    expect([kv.values.get('head'), kv.calls.length]).toEqual([head, calls]);
    expect(Buffer.from(test.scratch.read('audit.log')).toString()).toContain(
      '"type":"epoch-refused"',
    );
    context.db.transaction((tx) => {
      tx.run(`UPDATE ocsp_response SET reason = 4 WHERE serial = x'${revoked}'`);
    });
    expect((await publisher.publish('changes')).ok).toBe(true);
  });
});
