import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { canonicalText } from '../../../../signer/ceremony/canonical-document.ts';
import { addedEntries } from '../../../../signer/ceremony/crl-contents.ts';
import { ceremonyAlarm, ceremonyDue } from '../../../../signer/ceremony/duties.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { abandonReservations } from '../../../../signer/database/certificate-table.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { activeAuthority } from '../../../../signer/issuance/issuer.ts';
import { ceremonyDutyViews } from '../../../../signer/operations/ceremony-view.ts';
import { renewResponses } from '../../../../signer/presigning/renew.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { checkPolicy } from '../../../../signer/setup/check-policy.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
import {
  type CeremonyUnderTest,
  codeOf,
  DAY,
  offlinePolicy,
  ROOT,
  SUB_CA,
  startWithRoot,
} from './ceremony-under-test.ts';

let test: CeremonyUnderTest;

afterAll(() => test.close());

function rootId(): number {
  return findAuthority(test.context.db, ROOT)?.id ?? 0;
}

function serialOf(profile: string): string {
  const row = test.context.db.get(
    "SELECT lower(hex(serial)) AS serial FROM certificate WHERE profile = ? AND state = 'issued'",
    profile,
  );
  return String(row?.['serial']);
}

/** thisUpdate and status of the OCSP response on record; nothing when there is none. */
function response(profile: string): readonly unknown[] {
  const serialNumber = serialOf(profile);
  const answer = storedAnswers(test.context.db).find(({ serial }) => serial === serialNumber);
  return answer ? [answer.batch.thisUpdate, answer.certStatus.status] : [];
}

function revoke(serialNumber: string): void {
  const revocation = { serialNumber, reason: 'keyCompromise' } as const;
  must(revokeCertificate(test.context, revocation, 'alice'), 'revoke');
}

describe('the 24 hours of an offline authority', () => {
  let begun = 0;

  beforeAll(async () => {
    test = await startWithRoot();
    await test.hold({ subordinate: SUB_CA });
    test.setClock(test.now() + 2 * DAY);
    begun = test.now();
    revoke(serialOf(SUB_CA));
    await test.settle();
  }, 60_000);

  it('CRL-6: they run from the recording of the revocation, and the operation is told', () => {
    const [duty] = ceremonyDutyViews(test.context, test.context.clock());
    expect(duty).toMatchObject({ why: 'revocation', count: 1, minutesLeft: 1_440, alarm: false });
    expect(ceremonyDue(test.context, rootId())).toMatchObject({ code: 'ceremony-due' });
  });

  it('RSP-24: until the CRL comes back the CRL and the response on record both say good', () => {
    expect(response(SUB_CA)).toEqual([expect.any(Number), 'good']);
    expect(latestCRL(test.context.db, rootId())?.entries).toBe(0);
  });

  it('CRL-18: an exported bundle does not stop the clock, only an imported CRL does', async () => {
    const { id } = await test.request();
    expect(ceremonyDutyViews(test.context, test.context.clock())).toMatchObject([
      { why: 'revocation', ceremony: id, ceremonyState: 'open', minutesLeft: 1_440 },
    ]);
  });

  it('CRL-6: when they are over there is an alarm, at once and then every hour', () => {
    const rung: unknown[] = [];
    const ring = ceremonyAlarm(test.context, (event) => rung.push(event));
    test.setClock(begun + DAY - 1);
    ring();
    expect(rung).toEqual([]);
    for (const later of [0, 1, 3_599, 3_600]) {
      test.setClock(begun + DAY + later);
      ring();
    }
    expect(rung).toMatchObject([
      { type: 'ceremony-overdue', authority: ROOT, why: 'revocation', count: 1 },
      { type: 'ceremony-overdue' },
    ]);
    const [duty] = ceremonyDutyViews(test.context, test.context.clock());
    expect(duty).toMatchObject({ alarm: true, minutesLeft: -60 });
  });

  it('CP 4.9.10: it is not signed good again: its answer is taken out when the others are renewed', async () => {
    test.setClock(begun + 5 * DAY);
    const row = findAuthority(test.context.db, ROOT);
    const authority = row && activeAuthority(test.context, row);
    if (!authority) throw new Error('no root');
    must(await renewResponses(test.context, authority), 'renew');
    expect(response(SUB_CA)).toEqual([]);
    expect(response('root-ca')).toEqual([test.now(), 'good']);
  });

  it('RSP-24: with the CRL both change in one transaction, and the clock is off', async () => {
    await test.hold();
    expect(response(SUB_CA)).toEqual([test.now(), 'revoked']);
    expect(latestCRL(test.context.db, rootId())?.entries).toBe(1);
    expect(
      ceremonyDutyViews(test.context, test.context.clock()).filter(
        ({ why }) => why === 'revocation' || why === 'issuance',
      ),
    ).toEqual([]);
  });
});

describe('revocations around a ceremony', () => {
  let late = '';
  const leftOut: (number | undefined)[] = [];
  const look = () =>
    leftOut.push(ceremonyDutyViews(test.context, test.context.clock())[0]?.ceremonyLeavesOut);

  beforeAll(async () => {
    const request = await test.request({ responder: true });
    late = serialOf('ocsp-responder');
    revoke(late);
    look();
    must(await test.import(must(await test.sign(test.bundle(request)), 'sign').text), 'import');
    await test.settle();
  }, 60_000);

  it('CRL-6: while that bundle is open the countdown says that it does not bring the revocation', async () => {
    expect(leftOut).toEqual([1]);
  });

  it('RSP-24: one that comes after the export is not on its CRL and waits for the next', () => {
    expect(latestCRL(test.context.db, rootId())?.entries).toBe(1);
    expect(ceremonyDutyViews(test.context, test.context.clock())).toMatchObject([
      { why: 'revocation', count: 1 },
    ]);
  });

  it('CRL-18: the offline host shows what the next CRL adds to the last one that it signed', async () => {
    const shown: string[] = [];
    const signed = await test.sign(
      test.bundle(await test.request()),
      async ({ previousCRL, crl }) => {
        shown.push(...addedEntries(previousCRL, crl).map(([serial]) => serial));
        return true;
      },
    );
    must(await test.import(must(signed, 'sign').text), 'import');
    await test.settle();
    expect(shown).toEqual([late]);
    expect(latestCRL(test.context.db, rootId())?.entries).toBe(2);
  });
});

describe('an offline authority beside the network', () => {
  it('CP 4.9.10: a restart gives up reservations, but not those of an open ceremony', async () => {
    await test.request({ responder: true });
    const abandoned = test.context.db.transaction((tx) => abandonReservations(tx));
    expect(abandoned).toBe(0);
  });

  it('CRT-10: a policy that moves an existing key on paper is refused at start', () => {
    const policy = must(decodeCertificatePolicy(offlinePolicy()), 'policy');
    expect(codeOf(checkPolicy(policy, test.context.db))).toBe('policy-malformed');
    expect(codeOf(checkPolicy(test.context.policy, test.context.db))).toBe('accepted');
  });

  it.each([
    ['an authority that there is not', { authority: 'nobody' }, 'authority-unknown'],
    ['an authority whose key is online', { authority: SUB_CA }, 'custody-online'],
    ['a keystore that there is not', { keystore: 'nothing' }, 'keystore-unknown'],
    ['a sub-CA that exists', { subordinate: SUB_CA }, 'authority-exists'],
    ['a sub-CA of nobody', { subordinate: 'nobody' }, 'authority-unknown'],
    ['itself as its sub-CA', { subordinate: ROOT }, 'ceremony-not-issuer'],
  ])('CRL-18: nothing is exported for %s', async (_what, input, code) => {
    expect(await test.refusedExport(input)).toBe(code);
  });
});

describe('a sub-CA whose key is offline too', () => {
  beforeAll(async () => {
    await test.close();
    test = await startWithRoot(ROOT, SUB_CA);
  }, 60_000);

  it('CRT-10: it is not certified without the key that the host made', async () => {
    expect(await test.refusedExport({ subordinate: SUB_CA })).toBe('ceremony-key-missing');
    const file = JSON.parse(await test.subordinateKey());
    const wrong = `${JSON.stringify({ ...file, authority: ROOT }, null, 2)}\n`;
    const input = { subordinate: SUB_CA, subordinateKey: wrong };
    expect(await test.refusedExport(input)).toBe('ceremony-other-authority');
  });

  it('CSR-1: a key file is taken for the fingerprint of the host’s paper, and nothing recorded before', async () => {
    const subordinateKey = await test.subordinateKey();
    const seen = () => test.context.db.get('SELECT count(*) AS n FROM seen_key')?.['n'];
    const before = seen();
    for (const subordinateKeySha256 of [undefined, '0'.repeat(64)]) {
      const input = { subordinate: SUB_CA, subordinateKey, subordinateKeySha256 };
      expect(await test.refusedExport(input as object)).toBe('ceremony-fingerprint-differs');
    }
    expect(seen()).toBe(before);
    expect(findAuthority(test.context.db, SUB_CA)).toBeUndefined();
  });

  it('CSBR 6.1.5: a key of another size than the policy asks for is refused before it is recorded', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const file = { ...JSON.parse(await test.subordinateKey()), spki };
    const seen = () => test.context.db.get('SELECT count(*) AS n FROM seen_key')?.['n'];
    const before = seen();
    const input = { subordinate: SUB_CA, subordinateKey: canonicalText(file) };
    expect(await test.refusedExport(input)).toBe('key-refused');
    expect(seen()).toBe(before);
  });

  it('CRT-10: with it, the sub-CA is one whose key is nowhere here', async () => {
    const subordinateKey = await test.subordinateKey();
    await test.hold({ subordinate: SUB_CA, subordinateKey });
    const row = findAuthority(test.context.db, SUB_CA);
    expect(row).toMatchObject({ custody: 'offline', keystore: 'offline' });
    const spki = Buffer.from(row?.spki ?? []).toString('base64');
    expect(spki).toBe(JSON.parse(subordinateKey).spki);
  }, 30_000);

  it('CRL-18: the host signs for it as well, from the moment that it certified it', async () => {
    const request = await test.request({ authority: SUB_CA });
    must(await test.import(must(await test.sign(test.bundle(request)), 'sign').text), 'import');
    await test.settle(SUB_CA);
    const crl = latestCRL(test.context.db, findAuthority(test.context.db, SUB_CA)?.id ?? 0);
    expect([crl?.crlNumber, crl?.entries]).toEqual([1, 0]);
  }, 30_000);
});
