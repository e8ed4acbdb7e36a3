import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64FromBytes } from '../../../../shared/bytes.ts';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { canonicalText, octetsOf } from '../../../../signer/ceremony/canonical-document.ts';
import { importCeremony } from '../../../../signer/ceremony/import-ceremony.ts';
import { cancelCeremony } from '../../../../signer/ceremony/pending.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { latestCRLTimes } from '../../../../signer/database/crl-table.ts';
import {
  type CeremonyUnderTest,
  codeOf,
  DAY,
  offlinePolicy,
  ROOT,
  SUB_CA,
  startCeremony,
  startWithRoot,
} from './ceremony-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;
let answer: Record<string, unknown>;

async function freshAnswer(): Promise<void> {
  request = await test.request({ responder: true });
  answer = JSON.parse(must(await test.sign(test.bundle(request)), 'sign').text);
}

/** What the import says to the answer with these members instead of its own. */
async function said(change: Record<string, unknown>): Promise<string> {
  return codeOf(await test.import(canonicalText({ ...answer, ...change })));
}

/** One bit of a signature turned over. */
function bent(signature: unknown): string {
  const octets = octetsOf(String(signature)).slice();
  octets[octets.length - 1] = (octets[octets.length - 1] ?? 0) ^ 1;
  return base64FromBytes(octets);
}

function signatures(): readonly unknown[] {
  return answer['signatures'] as readonly unknown[];
}

beforeAll(async () => {
  test = await startWithRoot();
  await freshAnswer();
}, 60_000);
afterAll(() => test.close());

describe('what the signer refuses of an answer', () => {
  it('CRL-18: a text that is no answer', async () => {
    expect(codeOf(await test.import('[]'))).toBe('ceremony-malformed');
  });

  it('CRL-18: one to a request that was never made here', async () => {
    expect(await said({ id: '0'.repeat(32) })).toBe('ceremony-unknown');
  });

  it('CRL-18: one to a request that was changed on its way', async () => {
    expect(await said({ requestSha256: '0'.repeat(64) })).toBe('ceremony-changed');
  });

  it('CRL-18: one of another authority', async () => {
    expect(await said({ authority: SUB_CA })).toBe('ceremony-other-authority');
  });

  it.each([
    ['one bit turned over', () => [bent(signatures()[0]), signatures()[1]]],
    ['the signatures of two items exchanged', () => [...signatures()].reverse()],
    ['one signature missing', () => signatures().slice(1)],
    ['one signature too many', () => [...signatures(), signatures()[0]]],
  ])('CRL-18: one with %s', async (_what, change) => {
    expect(await said({ signatures: change() })).toBe('ceremony-signature-wrong');
  });
});

describe('what the signer refuses of times, log and policy of an answer', () => {
  it('CON-23: one whose stated time of signing is not the one in the signed bytes', async () => {
    test.setClock(test.now() + 60);
    expect(await said({ signedAt: '2026-11-23T04:00:01Z' })).toBe('ceremony-signature-wrong');
  });

  it('CP 4.3.1: one signed before it was asked for, or in the future', async () => {
    expect(await said({ signedAt: '2026-11-23T03:59:59Z' })).toBe('ceremony-dates-wrong');
    expect(await said({ signedAt: '2026-11-23T05:00:00Z' })).toBe('ceremony-dates-wrong');
  });

  it('CP 5.4: one whose log has a gap, or is about something else', async () => {
    const log = answer['log'] as readonly string[];
    expect(await said({ log: [log[0], ...log.slice(2)] })).toBe('ceremony-log-broken');
    expect(await said({ log: [] })).toBe('ceremony-log-broken');
    expect(await said({ log: log.slice(-1) })).toBe('ceremony-log-broken');
  });

  it('CRL-18: one that was asked for under another policy than the one here now', async () => {
    const text = offlinePolicy(ROOT).replaceAll('31449600', '31449000');
    const policy = must(decodeCertificatePolicy(text), 'policy');
    const imported = await importCeremony(
      { ...test.context, policy },
      { text: canonicalText(answer) },
      'alice',
    );
    expect(codeOf(imported)).toBe('ceremony-policy-differs');
  });
});

describe('an answer and its ceremony', () => {
  it('CRL-18: after every refusal the ceremony is open, and its answer is taken once', async () => {
    expect(await said({})).toBe('accepted');
    expect(await said({})).toBe('accepted');
    expect(await said({ log: (answer['log'] as readonly string[]).slice(0, -1) })).toBe(
      'ceremony-used',
    );
    const issued = test.context.db.get(
      "SELECT count(*) AS n FROM certificate WHERE state = 'issued' AND profile = 'ocsp-responder'",
    );
    expect(issued?.['n']).toBe(2);
  });

  it('CRL-18: while an answer is not brought out, no other bundle is exported', async () => {
    expect(await test.refusedExport({})).toBe('ceremony-unsettled');
    await test.settle();
    expect(await test.refusedExport({})).toBe('accepted');
    const id = findAuthority(test.context.db, ROOT)?.id ?? 0;
    expect(latestCRLTimes(test.context.db, id)?.crlNumber).toBe(2);
  });

  it('CRL-18: an answer to a ceremony that was cancelled is refused', async () => {
    await freshAnswer();
    must(cancelCeremony(test.context, request.id, 'alice', unixSeconds(test.now())), 'cancel');
    expect(await said({})).toBe('ceremony-cancelled');
  });

  it('CRL-18: an answer to a ceremony that was superseded names the one in its place', async () => {
    await freshAnswer();
    const newer = await test.request();
    expect(await test.import(canonicalText(answer))).toMatchObject({
      error: { code: 'ceremony-cancelled', supersededBy: newer.id },
    });
  });

  it('CRL-18: an answer that comes out of date is refused, and nothing stays reserved', async () => {
    await freshAnswer();
    test.setClock(test.now() + 14 * DAY + 1);
    expect(await said({})).toBe('ceremony-expired');
    const reserved = "SELECT count(*) AS n FROM certificate WHERE state = 'reserved'";
    expect(test.context.db.get(reserved)?.['n']).toBe(0);
  });
});

describe('what the signer refuses of a root', () => {
  let text = '';
  let sha256 = '';

  beforeAll(async () => {
    await test.close();
    test = await startCeremony();
    ({ text, certificateSha256: sha256 } = await test.root());
    answer = JSON.parse(text);
  }, 60_000);

  const importing = async (change: Record<string, unknown>, fingerprint = sha256) =>
    codeOf(
      await importCeremony(
        test.context,
        { text: canonicalText({ ...answer, ...change }), sha256: fingerprint },
        'alice',
      ),
    );

  it('CRL-18: one whose fingerprint is not given, or is another', async () => {
    expect(codeOf(await test.import(text))).toBe('ceremony-fingerprint-differs');
    expect(await importing({}, '0'.repeat(64))).toBe('ceremony-fingerprint-differs');
  });

  it.each([
    ['the policy does not have', { authority: 'nobody' }, 'authority-unknown'],
    ['has its key online', { authority: SUB_CA }, 'custody-online'],
    ['another policy describes', { policySha256: '0'.repeat(64) }, 'ceremony-policy-differs'],
    ['has no log of its making', { log: [] }, 'ceremony-log-broken'],
  ])('CRL-18: one that %s', async (_what, change, code) => {
    expect(await importing(change)).toBe(code);
  });

  it('CRL-18: after every refusal it is taken, once and again, and no second root beside it', async () => {
    expect(await importing({})).toBe('accepted');
    expect(await importing({})).toBe('accepted');
    const other = await startCeremony();
    const { text: another, certificateSha256 } = await other.root();
    const second = await importCeremony(
      test.context,
      { text: another, sha256: certificateSha256 },
      'alice',
    );
    await other.close();
    expect(codeOf(second)).toBe('authority-exists');
  });
});
