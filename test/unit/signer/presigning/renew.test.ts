import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { ocspPolicyOf } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { setShardDue } from '../../../../signer/database/ocsp-shard-table.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { responderOf } from '../../../../signer/ocsp/responder.ts';
import { renewResponses } from '../../../../signer/presigning/renew.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { openSignerInProcess, type SignerInProcess } from '../../../support/signer-in-process.ts';
import { changeAnswers, storedAnswers } from '../../../support/stored-answers.ts';

/** More pages than are under way at one time. */
const CERTIFICATES = 5_500;
const HOUR = 3600;

let signer: SignerInProcess;
beforeAll(async () => {
  signer = await openSignerInProcess('p256', CERTIFICATES);
}, 120_000);
afterAll(() => signer?.close());

function renew(context: SignerContext = signer.context): Promise<number> {
  return renewResponses(context, signer.authority).then((count) => must(count, 'renewal'));
}

/** The signer at one moment, however long it takes. */
function atOneMoment(): SignerContext {
  const now = signer.context.clock();
  return { ...signer.context, clock: () => now };
}

function refreshAfter(): number {
  return ocspPolicyOf(signer.authority.policy).refreshAfterSeconds.value;
}

/** thisUpdate of every answer by serial number. */
function ages(): ReadonlyMap<string, number> {
  const answers = storedAnswers(signer.context.db);
  return new Map(answers.map(({ serial, batch }) => [serial, batch.thisUpdate]));
}

function signaturesBySerial(): ReadonlyMap<string, string> {
  const answers = storedAnswers(signer.context.db);
  return new Map(answers.map(({ serial, signatures }) => [serial, hexFromBytes(signatures.sha1)]));
}

/** Certificates that have other signatures than before. */
function signedSince(before: ReadonlyMap<string, string>): readonly string[] {
  return [...signaturesBySerial()].flatMap(([serial, hex]) =>
    before.get(serial) === hex ? [] : [serial],
  );
}

function serialOf(index: number): string {
  const serialNumber = signer.serialNumbers[index];
  if (!serialNumber) throw new Error(`no certificate ${index}`);
  return hexFromBytes(serialNumber);
}

describe('renewal of OCSP responses', { timeout: 60_000 }, () => {
  it('RSP-9: nothing is renewed before it is due', async () => {
    signer.advance(refreshAfter() - HOUR);
    expect(await renew()).toBe(0);
  });

  it('CP 4.9.10: a fact signs the status of its own certificate and of no other', async () => {
    const before = signaturesBySerial();
    const { context, authority } = signer;
    const serialNumber = serialOf(1);
    must(revokeCertificate(context, { serialNumber, reason: 'superseded' }, 'test'), 'revoke');
    must(await settle(context, authority.row.id), 'settlement');
    expect(signedSince(before)).toEqual([serialNumber]);
  });

  it('RSP-9: everything that is due is renewed once, and whole shards with it', async () => {
    signer.advance(HOUR);
    const before = signaturesBySerial();
    const context = atOneMoment();
    expect(await renew(context)).toBe(before.size);
    expect(signedSince(before).length).toBe(before.size);
    expect(await renew(context)).toBe(0);
    expect(new Set(ages().values()).size).toBe(1);
  });

  it('RSP-9: one shard that is due is found among many that are not', async () => {
    const { db } = signer.context;
    const shardIndex = 3;
    db.transaction((tx) => setShardDue(tx, signer.authority.row.id, shardIndex));
    const before = signaturesBySerial();
    const here = storedAnswers(db).filter((answer) => answer.shardIndex === shardIndex);
    expect(await renew()).toBe(here.length);
    expect(new Set(signedSince(before))).toEqual(new Set(here.map(({ serial }) => serial)));
  });

  it('RSP-24: a status follows from the facts, not from the answer that is replaced', async () => {
    const { context } = signer;
    const truth = storedAnswers(context.db).map(({ serial, certStatus }) => [serial, certStatus]);
    context.db.transaction((tx) => {
      changeAnswers(tx, (answer) => ({ ...answer, certStatus: { status: 'good' } }));
      tx.run('UPDATE ocsp_shard SET this_update = 0');
    });
    expect(await renew()).toBe(truth.length);
    const renewed = storedAnswers(context.db);
    expect(renewed.map(({ serial, certStatus }) => [serial, certStatus])).toEqual(truth);
    expect(renewed.filter(({ certStatus }) => certStatus.status === 'revoked').length).toBe(
      CERTIFICATES / 50 + 1,
    );
  });

  it('RSP-24: the publish gate takes what was renewed, having checked every signature', async () => {
    const unchecked = () =>
      signer.context.db.get('SELECT count(*) AS n FROM ocsp_shard WHERE verified = 0')?.['n'];
    expect(unchecked()).toBeGreaterThan(0);
    await expect(signer.promise()).resolves.toBeUndefined();
    expect(unchecked()).toBe(0);
  });
});

describe('a renewal under way', { timeout: 60_000 }, () => {
  it('RSP-10: lets a revocation in between two turns, and does not undo it', async () => {
    signer.advance(refreshAfter());
    const serialNumber = serialOf(2);
    const order: string[] = [];
    let settling: Promise<unknown> = Promise.resolve();
    const context: SignerContext = {
      ...signer.context,
      checkpoint: (place) => {
        order.push(place);
        if (place !== 'renew: page stored' || order.length > 1) return;
        const input = { serialNumber, reason: 'keyCompromise' } as const;
        must(revokeCertificate(context, input, 'test'), 'revoke');
        settling = settle(context, signer.authority.row.id);
      },
    };
    const before = signaturesBySerial();
    must(await renewResponses(context, signer.authority), 'renewal');
    await settling;
    expect(signedSince(before).length).toBe(before.size);
    const settled = order.indexOf('settle: stored');
    expect(settled).toBeGreaterThan(0);
    expect(order.lastIndexOf('renew: page stored')).toBeGreaterThan(settled);
    const answer = storedAnswers(context.db).find(({ serial }) => serial === serialNumber);
    expect(answer?.certStatus).toMatchObject({ status: 'revoked', revocationReason: 1 });
  });
});

describe('a responder that was revoked', { timeout: 60_000 }, () => {
  it('RSP-36: all that it signed is signed again at once, by another', async () => {
    const { context, authority } = signer;
    const before = signaturesBySerial();
    const old = newestResponder(context.db, authority.row.id);
    const row = certificateById(context.db, old?.certificateId ?? 0);
    if (!row) throw new Error('no responder');
    const input = {
      serialNumber: hexFromBytes(row.serialNumber),
      reason: 'keyCompromise',
    } as const;
    must(revokeCertificate(context, input, 'test'), 'revoke');
    must(await settle(context, authority.row.id), 'settlement');
    await renew();
    expect(signedSince(before).length).toBe(before.size + 1);
    const hashes = storedAnswers(context.db).map(({ batch }) =>
      hexFromBytes(batch.responder.keyHash),
    );
    const next = newestResponder(context.db, authority.row.id);
    expect(next?.id).not.toBe(old?.id);
    if (!next) throw new Error('no other responder');
    expect(new Set(hashes)).toEqual(new Set([hexFromBytes(responderOf(next).keyHash)]));
    expect(await renew()).toBe(0);
  });
});
