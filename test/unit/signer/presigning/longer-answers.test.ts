import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { ocspPolicyOf } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { authorityById } from '../../../../signer/database/authority-table.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { renewResponses } from '../../../../signer/presigning/renew.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { openSignerInProcess, type SignerInProcess } from '../../../support/signer-in-process.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';

/** Of P-256 in four shards; of RSA-2048 each of them has to be split in four. */
const CERTIFICATES = 1_300;

let signer: SignerInProcess;
beforeAll(async () => {
  signer = await openSignerInProcess('p256', CERTIFICATES);
}, 120_000);
afterAll(() => signer?.close());

/** The same signer under a policy that asks for RSA-2048 responders. */
function withRSAResponders(): SignerContext {
  const { policy } = signer.context;
  const name = ocspPolicyOf(signer.authority.policy).responderProfile;
  const profile = policy.profiles.get(name);
  if (!profile) throw new Error(`no profile ${name}`);
  const key = { ...profile.key, value: { kind: 'rsa', modulusLengths: [2048] } } as const;
  const profiles = new Map(policy.profiles).set(name, { ...profile, key });
  return { ...signer.context, policy: { ...policy, profiles } };
}

describe('a renewal whose answers are longer', () => {
  it('ADR 1 snapshot: splits the shards in the middle of a turn, and every answer has its place', async () => {
    const context = withRSAResponders();
    const { id } = signer.authority.row;
    const shardBits = () => authorityById(context.db, id)?.shardBits ?? 0;
    const before = storedAnswers(context.db).map(({ serial, certStatus }) => [serial, certStatus]);
    const bits = shardBits();
    const old = newestResponder(context.db, id)?.certificateId ?? 0;
    const serial = certificateById(context.db, old)?.serialNumber ?? new Uint8Array(0);
    const input = { serialNumber: hexFromBytes(serial), reason: 'superseded' } as const;
    must(revokeCertificate(context, input, 'test'), 'revoke');
    must(await settle(context, id), 'settlement');
    must(await renewResponses(context, signer.authority), 'renewal');
    expect(shardBits()).toBe(bits + 2);
    const answers = storedAnswers(context.db);
    expect(new Set(answers.map(({ batch }) => batch.responder.signatureLength))).toEqual(
      new Set([256]),
    );
    const statuses = new Map(answers.map((answer) => [answer.serial, answer.certStatus]));
    const others = before.filter(([of]) => of !== hexFromBytes(serial));
    expect(others.map(([of]) => [of, statuses.get(String(of))])).toEqual(others);
    // The new responder's own certificate came to them.
    expect(answers.length).toBe(before.length + 1);
    const longest = context.db.get('SELECT max(length(bytes)) AS n FROM ocsp_shard')?.['n'];
    expect(longest).toBeLessThanOrEqual(98_304);
    await expect(signer.promise()).resolves.toBeUndefined();
  }, 120_000);
});
