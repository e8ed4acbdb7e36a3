import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { countUnsettled } from '../../../../signer/database/unsettled-table.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import type { Keystore } from '../../../../signer/keystore/keystore.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import {
  SECOND_OPINION,
  type SecondOpinion,
} from '../../../../signer/signing/second-opinion/second-opinion.ts';
import { openSigningDoor } from '../../../../signer/signing/signing-door.ts';
import { KEYSTORE, type SignerUnderTest, startSigner } from '../issuance/signer-under-test.ts';
import { type FlakySigner, openKeysOf, withFlakyKeystore } from '../settlement/flaky-keystore.ts';

const DISAGREES = { field: 'serialNumber', meant: '01', found: '02' };
const input = { authority: 'root-ca3', keystore: KEYSTORE, actor: 'test' };

let test: SignerUnderTest;
let keys: Keystore;
let flaky: FlakySigner;
beforeAll(async () => {
  test = await startSigner();
  keys = await openKeysOf(test);
  flaky = await withFlakyKeystore(test);
}, 60_000);
afterAll(async () => {
  await flaky.close();
  await keys.close();
  await test.close();
});

/** The real keys behind a door whose second parser reads this kind of artifact otherwise. */
function doubting(kind: keyof SecondOpinion): SignerContext {
  const opinion = { ...SECOND_OPINION, [kind]: () => DISAGREES };
  const door = openSigningDoor(new Map([[KEYSTORE, keys]]), test.context.audit, opinion);
  return { ...test.context, door };
}

function lastRefusal(): unknown {
  const lines = readFileSync(test.scratch.file('audit.log'), 'utf8').trim().split('\n');
  const refused = lines
    .map((line) => JSON.parse(line))
    .filter((e) => e.type === 'artifact-refused');
  const { previous, time, keyLabel, ...facts } = refused.at(-1) ?? {};
  return facts;
}

const rows = (table: string) =>
  Number(test.context.db.get(`SELECT count(*) AS n FROM ${table}`)?.['n']);

/** Every CRL and every shard of answers, whole. */
const signed = () =>
  ['crl', 'ocsp_shard'].map((table) => test.context.db.all(`SELECT * FROM ${table} ORDER BY 1, 2`));

describe('a signed artifact that is refused', () => {
  it('CP 4.3.1: a certificate that another parser reads otherwise is thrown away and on record', async () => {
    const made = await createAuthority(doubting('certificate'), input);
    expect(made).toMatchObject({ ok: false, error: { code: 'signing-failed' } });
    expect(JSON.stringify(made)).toContain('serialNumber 02 where 01 was meant');
    expect(rows("certificate WHERE state = 'issued'")).toBe(0);
    const facts = { type: 'artifact-refused', artifact: 'certificate', ...DISAGREES };
    expect(lastRefusal()).toEqual(facts);
    must(await createAuthority(test.context, input), 'the same with a parser that agrees');
    expect(rows("certificate WHERE state = 'issued'")).toBe(1);
  });

  it.each(['ocsp', 'crl'] as const)(
    'CP 4.9.7: with an %s that another parser reads otherwise the facts wait',
    async (kind) => {
      const { id } = test.authority('root-ca3').row;
      const before = signed();
      const waiting = countUnsettled(test.context.db);
      expect(waiting).toBeGreaterThan(0);
      const settled = await settle(doubting(kind), id);
      expect(settled).toMatchObject({ ok: false, error: { code: 'signing-failed' } });
      expect(signed()).toEqual(before);
      // And one more where the responder was made first.
      expect(countUnsettled(test.context.db)).toBeGreaterThanOrEqual(waiting);
      expect(lastRefusal()).toEqual({ type: 'artifact-refused', artifact: kind, ...DISAGREES });
    },
  );

  it('CP 5.4: a signature that does not verify is on record too', async () => {
    flaky.flaw = 'wrong-signature';
    const { id } = test.authority('root-ca3').row;
    expect(await settle(flaky.context, id)).toMatchObject({ ok: false });
    expect(lastRefusal()).toMatchObject({ field: 'signature', found: 'does not verify' });
    flaky.flaw = 'none';
    must(await settle(flaky.context, id), 'settle');
    expect(countUnsettled(test.context.db)).toBe(0);
  });
});
