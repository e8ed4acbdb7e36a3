import { afterAll, describe, expect, it } from 'vitest';
import { bytesFromBase64 } from '../../../../shared/bytes.ts';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { joinPolicies } from '../../../../shared/policy/policy-file.ts';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { canonicalText, octetsOf } from '../../../../signer/ceremony/canonical-document.ts';
import { expireCeremonies } from '../../../../signer/ceremony/pending.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { ceremonyByBundle } from '../../../../signer/database/ceremony-table.ts';
import { latestCRL, latestCRLTimes } from '../../../../signer/database/crl-table.ts';
import { fingerprintOfSPKI } from '../../../../signer/database/key-functions.ts';
import { settledRequests } from '../../../../signer/database/revocation-due-table.ts';
import { findSeenKey } from '../../../../signer/database/seen-key-table.ts';
import { addWeakKeys } from '../../../../signer/database/weak-key-table.ts';
import { nameKey } from '../../../../signer/issuance/name-key.ts';
import { sha256 } from '../../../../signer/issuance/public-key.ts';
import { checkSubjectRegister } from '../../../../signer/issuance/subject-register.ts';
import { withdrawOverdue } from '../../../../signer/ocsp/withdraw-overdue.ts';
import { revocationsView } from '../../../../signer/operations/revocation-request-view.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { shippedPolicy } from '../../../support/shipped-policies.ts';
import {
  type CeremonyUnderTest,
  codeOf,
  DAY,
  firstCeremony,
  offlinePolicy,
  ROOT,
  SUB_CA,
  startCeremony,
  startWithPolicy,
  startWithRoot,
} from './ceremony-under-test.ts';
import { duties, gate, listed, PASSES, revoke, root, serialOf, told } from './offline-facts.ts';

let test: CeremonyUnderTest;

afterAll(() => test.close());

type PolicyJSON = Record<'authorities' | 'profiles', Record<string, Record<string, unknown>>>;

function changed(change: (policy: PolicyJSON) => void, ...offline: readonly string[]): string {
  const policy = JSON.parse(offlinePolicy(...(offline.length === 0 ? [ROOT] : offline)));
  change(policy);
  return JSON.stringify(policy);
}

describe('keys that a ceremony certifies', () => {
  it('CSR-5: those of root, responder and sub-CA are remembered like every other', async () => {
    test = await startWithRoot(ROOT, SUB_CA);
    const subordinateKey = await test.subordinateKey();
    const request = await test.request({ subordinate: SUB_CA, subordinateKey });
    const spkis = [root(test).row.spki, octetsOf(JSON.parse(subordinateKey).spki)];
    const responder = test.context.db.get('SELECT spki FROM responder')?.['spki'];
    for (const spki of [...spkis, responder as Uint8Array])
      expect(findSeenKey(test.context.db, sha256(spki))?.comparedAt).toBe(test.now());
    expect(request.items).toHaveLength(2);
  }, 60_000);

  it('CSR-5: an open ceremony that is superseded does not hold the key of its sub-CA', async () => {
    expect(await test.refusedExport({ subordinate: SUB_CA })).toBe('accepted');
  });

  it('CSR-5: a sub-CA does not get the key of another authority', async () => {
    await test.close();
    test = await startWithRoot(ROOT, SUB_CA);
    const file = JSON.parse(await test.subordinateKey());
    const spki = Buffer.from(root(test).row.spki).toString('base64');
    const subordinateKey = canonicalText({ ...file, spki });
    expect(await test.refusedExport({ subordinate: SUB_CA, subordinateKey })).toBe('key-refused');
    expect(findAuthority(test.context.db, SUB_CA)).toBeUndefined();
  }, 60_000);

  it('CSR-7: a root whose private key is public is not imported', async () => {
    await test.close();
    test = await startCeremony();
    const made = await test.root();
    const { spki } = JSON.parse(
      Buffer.from(test.scratch.read(`authorities/${ROOT}.json`)).toString('utf8'),
    );
    const fingerprint = fingerprintOfSPKI(must(bytesFromBase64(spki), 'key'));
    if (!fingerprint) throw new Error('no fingerprint');
    const list = { name: 'of the test', keyKind: 'P-256' };
    const now = unixSeconds(test.now());
    test.context.db.transaction((tx) => addWeakKeys(tx, list, [fingerprint], now));
    expect(codeOf(await test.importRoot(made))).toBe('key-refused');
    expect(findAuthority(test.context.db, ROOT)).toBeUndefined();
  }, 60_000);
});

describe('names that a ceremony certifies', () => {
  it("CRT-8: they are the CA's own, and no subscriber's", async () => {
    await test.close();
    test = await startWithRoot();
    await test.hold({ subordinate: SUB_CA });
    const subject = findAuthority(test.context.db, SUB_CA)?.subject ?? new Uint8Array(0);
    expect(nameKey(subject)).not.toBe('');
    const free = { value: false, source: 'test' };
    const rules = { names: { value: 'rfc5280', source: 'test' }, organisationsOnly: free } as const;
    const refused = checkSubjectRegister(
      test.context.db,
      root(test).row,
      subject,
      { ...rules, uniqueSubjects: free },
      ['re-key'],
    );
    expect(refused).toMatchObject({ error: { code: 'subject-refused', check: 'CRT-8' } });
  }, 60_000);
});

describe('requests in the register of revocations', () => {
  it('RSP-10: one under an offline authority is published by the ceremony, its deadline runs until then', async () => {
    const number = revoke(test, serialOf(test, SUB_CA));
    await test.settle();
    expect(settledRequests(test.context.db)).toEqual([]);
    expect(revocationsView(test.context).deadlines).toMatchObject([
      { request: number, duty: 'publish', hoursLeft: 24 },
    ]);
    expect(duties(test, 'revocation')).toMatchObject([{ minutesLeft: 1_440 }]);
    await test.hold();
    expect(settledRequests(test.context.db)).toEqual([number]);
  }, 60_000);
});

describe('a root that is revoked while a ceremony for its sub-CA is open', () => {
  it('CP 4.9.1: the ceremony is cancelled and its answer refused; CRLs go on', async () => {
    await test.close();
    test = await startWithRoot();
    const open = await test.request({ subordinate: SUB_CA });
    const answer = must(await test.sign(test.bundle(open)), 'sign').text;
    const now = unixSeconds(test.now());
    expireCeremonies(test.context, now);
    expect(ceremonyByBundle(test.context.db, open.id)?.state).toBe('open');
    revoke(test, serialOf(test, 'root-ca'));
    expect(codeOf(await test.import(answer))).toBe('ceremony-cancelled');
    const reserved = "SELECT count(*) AS n FROM certificate WHERE state = 'reserved'";
    expect(test.context.db.get(reserved)).toEqual({ n: 0 });
    expect(await test.refusedExport({ subordinate: SUB_CA })).toBe('authority-revoked');
    await test.hold();
    expect(gate(test)).toEqual(PASSES);
  }, 60_000);
});

describeWithOpenSSL('how long the CRL of an offline authority keeps an entry', () => {
  it('CRL-15, RSP-16: for ever: the host cannot know when the certificate ended', async () => {
    await test.close();
    test = await startWithRoot();
    const responder = serialOf(test, 'ocsp-responder');
    revoke(test, responder);
    await test.hold();
    const good = serialOf(test, 'ocsp-responder');
    test.setClock(test.now() + 12 * 365 * DAY);
    await test.hold();
    expect(listed(test)).toEqual([responder]);
    expect(latestCRLTimes(test.context.db, root(test).row.id)?.keptSince).toBe(0);
    must(await withdrawOverdue(test.context, root(test), unixSeconds(test.now())), 'withdrawal');
    expect([told(test, responder), told(test, good)]).toEqual(['revoked', 'nothing']);
    expect(gate(test)).toEqual(PASSES);
  }, 60_000);

  it('CRL-16: where the policy has it say so, it says since the CA began', async () => {
    await test.close();
    const says = { value: true, source: 'test: X.509' };
    test = await firstCeremony(
      await startWithPolicy(
        changed(({ authorities }) =>
          Object.assign(authorities[ROOT]?.['crl'] ?? {}, { expiredCertsOnCRL: says }),
        ),
      ),
    );
    const der = latestCRL(test.context.db, root(test).row.id)?.der ?? new Uint8Array(0);
    // 2.5.29.60, then OCTET STRING { GeneralizedTime 20261123040000Z }.
    const begun = Buffer.from('20261123040000Z').toString('hex');
    expect(Buffer.from(der).toString('hex')).toContain(`0603551d3c0411180f${begun}`);
    expect(gate(test)).toEqual(PASSES);
  }, 60_000);
});

describe('an offline authority whose ceremony is late', () => {
  const short = () =>
    changed(({ authorities }) => {
      const validitySeconds = { value: 2 * DAY, source: 'test' };
      Object.assign(authorities[ROOT]?.['crl'] ?? {}, { validitySeconds });
    });
  let answer = '';

  it('CRL-3: a bundle whose CRL is out of date is not signed', async () => {
    await test.close();
    test = await firstCeremony(await startWithPolicy(short()));
    const request = await test.request();
    test.setClock(test.now() + 2 * DAY);
    const late = await test.sign(test.bundle(request));
    expect(codeOf(late)).toBe('bundle-expired');
    const next = await test.request();
    answer = must(await test.sign(test.bundle(next)), 'sign').text;
  }, 60_000);

  it('CRL-3: nor is the answer imported once it is; nothing of it stays', async () => {
    test.setClock(test.now() + 2 * DAY);
    expect(await test.import(answer)).toMatchObject({
      error: { code: 'ceremony-dates-wrong', reason: expect.stringContaining('its CRL ended at') },
    });
  });

  it('CRL-6: the alarm rings, and what others publish is not held up', async () => {
    expect(duties(test, 'crl-renewal')).toMatchObject([{ alarm: true }]);
    expect(gate(test)).toEqual(PASSES);
    await test.hold();
    expect(duties(test, 'crl-renewal')).toEqual([]);
    expect(gate(test)).toEqual(PASSES);
  });
});

describe('policy files of both hosts', () => {
  it('CP 1.1: the signer may read files that the host does not have, in any order', async () => {
    await test.close();
    test = await startCeremony();
    const others = must(decodeCertificatePolicy(shippedPolicy('root-ca2')), 'root-ca2');
    const joined = must(joinPolicies(others, test.context.policy), 'both');
    Object.assign(test.context, { policy: joined });
    await firstCeremony(test);
    await test.hold({ subordinate: SUB_CA });
    expect(findAuthority(test.context.db, SUB_CA)?.certificate).not.toBeNull();
    expect(gate(test)).toEqual(PASSES);
  }, 60_000);

  it('CRT-12: a profile that is not issued on this day is neither exported nor signed', async () => {
    await test.close();
    const today = '2026-11-23';
    const issuedUntil = { value: today, source: 'test: CP 7.1.2' };
    test = await firstCeremony(
      await startWithPolicy(
        changed(({ profiles }) => Object.assign(profiles[SUB_CA] ?? {}, { issuedUntil })),
      ),
    );
    const request = await test.request({ subordinate: SUB_CA });
    test.setHostClock(test.now() + DAY);
    expect(codeOf(await test.sign(test.bundle(request)))).toBe('profile-not-in-force');
    test.setClock(test.now() + DAY);
    expect(await test.refusedExport({ subordinate: SUB_CA })).toBe('profile-not-in-force');
  }, 60_000);
});

describe('an offline authority that answers no OCSP', () => {
  it('CP 7.1.2: its ceremonies sign CRLs alone, and a responder is refused', async () => {
    await test.close();
    test = await firstCeremony(
      await startWithPolicy(
        changed(({ authorities, profiles }) => {
          Object.assign(authorities[ROOT] ?? {}, { ocsp: null });
          for (const name of [...((authorities[ROOT]?.['issues'] ?? []) as string[]), SUB_CA]) {
            const profile = profiles[name] ?? {};
            const access = profile['authorityInfoAccess'] as { value: string[] };
            access.value = ['caIssuers'];
          }
        }),
      ),
    );
    const { db } = test.context;
    expect(db.get('SELECT count(*) AS n FROM responder')).toEqual({ n: 0 });
    expect(latestCRLTimes(db, root(test).row.id)?.crlNumber).toBe(1);
    expect(db.get('SELECT count(*) AS n FROM unsettled')).toEqual({ n: 0 });
    expect(await test.refusedExport({ responder: true })).toBe('ocsp-unanswered');
    expect(gate(test)).toEqual(PASSES);
  }, 60_000);
});
