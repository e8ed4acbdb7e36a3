import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { applicationNamed } from '../../../../signer/applications/act.ts';
import { createApplication } from '../../../../signer/applications/create-application.ts';
import { rejectApplication, withdrawApplication } from '../../../../signer/applications/decide.ts';
import { issueApplication } from '../../../../signer/applications/issue-application.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { exportCeremony } from '../../../../signer/ceremony/export-ceremony.ts';
import { cancelCeremony } from '../../../../signer/ceremony/pending.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { fingerprintOfSPKI, spkiOfRequest } from '../../../../signer/database/key-functions.ts';
import { addWeakKeys } from '../../../../signer/database/weak-key-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import {
  applicationDeadlines,
  applicationView,
} from '../../../../signer/operations/application-view.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import { suppliedECC } from '../../../support/shipped-policies.ts';
import { DIRECTOR, OFFICER } from '../applications/applications-under-test.ts';
import { ALICE, type CeremonyUnderTest, codeOf, DAY } from './ceremony-under-test.ts';
import { gate, PASSES, told } from './offline-facts.ts';
import {
  APPLICANT,
  approved,
  ECC_ROOT,
  newInput,
  newRequest,
  received,
  refusal,
  serialOfApplication,
  startECC,
  stateOf,
  subscriberOf,
  TSA,
} from './subscribers-under-test.ts';

let test: CeremonyUnderTest;

async function refused(...applications: readonly number[]): Promise<string> {
  const asked = { authority: ECC_ROOT, reason: 'test', applications };
  return refusal(await exportCeremony(test.context, asked, ALICE));
}

/** Serial numbers on the newest CRL, as openssl reads them. */
function listed(): readonly string[] {
  const { db } = test.context;
  const crl = latestCRL(db, findAuthority(db, ECC_ROOT)?.id ?? 0);
  return [...crlEntries(crl?.der ?? new Uint8Array(0)).keys()];
}

function waiting() {
  return applicationDeadlines(test.context).toSign;
}

function viewOf(number: number) {
  return applicationView(test.context, must(applicationNamed(test.context, number), 'record'));
}

/** Signs what was exported, and answers the text for the import. */
async function signed(request: CeremonyRequest): Promise<string> {
  return must(await test.sign(test.bundle(request)), 'sign').text;
}

beforeAll(async () => {
  test = await startECC();
}, 60_000);
afterAll(() => test.close());

describeWithOpenSSL('a subscriber under an offline CA', () => {
  let number = 0;
  let request: CeremonyRequest;

  it('CP 4.3.1: `application issue` says that a ceremony is needed, and `certificate issue` too', async () => {
    number = await approved(test);
    expect(await issueApplication(test.context, number, DIRECTOR)).toMatchObject({
      error: { code: 'ceremony-needed', application: number, ceremony: null },
    });
    const free = suppliedECC().replace('"required"', '"optional"');
    expect(free).not.toBe(suppliedECC());
    const other = await startECC(free);
    const input = { authority: ECC_ROOT, profile: TSA, request: newRequest(other) };
    const direct = await issueCertificate(other.context, input, 'alice');
    await other.close();
    expect(direct).toMatchObject({ error: { code: 'ceremony-needed', application: null } });
  });

  it('CP 4.3.1: an approved one waits for a ceremony, with no alarm', () => {
    expect(waiting()).toEqual([{ application: number, authority: ECC_ROOT, ceremony: null }]);
    expect(viewOf(number).allowed).toContain('issue');
  });

  it('CP 3.2.1: the bundle has the request, and says for whom and with which fingerprint', async () => {
    request = await test.request({ applications: [number] });
    const [item] = request.items;
    expect(item).toMatchObject({ kind: 'certificate', role: 'subscriber', profile: TSA });
    const { requestSha256, spkiSha256, subject } = viewOf(number);
    const summary = Object.fromEntries(item?.summary ?? []);
    expect(summary).toMatchObject({
      application: `${number} (new)`,
      organisation: APPLICANT.organisation,
      'request sha-256': requestSha256,
      'public key sha-256': spkiSha256,
      subject,
    });
    expect(request).toMatchObject({ requestedBy: 'alice', requestedByKey: ALICE.spkiSha256 });
    expect(waiting()).toMatchObject([{ application: number, ceremony: request.id }]);
    must(cancelCeremony(test.context, request.id, 'alice', unixSeconds(test.now())), 'cancel');
    must(withdrawApplication(test.context, number, 'x', OFFICER), 'withdraw');
  });
});

describeWithOpenSSL('a subscriber whose ceremony is held', () => {
  let number = 0;
  let request: CeremonyRequest;

  beforeAll(async () => {
    number = await approved(test);
    request = await test.request({ applications: [number] });
  }, 60_000);

  it('CP 4.3.1: signed and imported it is issued by who exported it, and OCSP and CRL follow', async () => {
    test.setClock(test.now() + 3_600);
    const text = await signed(request);
    expect(stateOf(test, number)).toBe('approved');
    must(await test.import(text), 'import');
    expect(stateOf(test, number)).toBe('issued');
    const [event] = viewOf(number).events.slice(-1);
    expect(event).toMatchObject({
      ...{ state: 'issued', by: 'alice', bySpkiSha256: ALICE.spkiSha256 },
      evidence: { ceremony: request.id, importedBy: 'alice' },
    });
    expect(told(test, serialOfApplication(test, number))).toBe('nothing');
    await test.settle();
    expect(told(test, serialOfApplication(test, number))).toBe('good');
    expect(gate(test)).toEqual(PASSES);
    expect(waiting()).toEqual([]);
  });

  it('CRT-11: its file goes out with the epoch of its first status', () => {
    const row = test.context.db.get(
      `SELECT p.path FROM certificate_publication p JOIN application_event e ON e.certificate_id = p.certificate_id
       WHERE e.application_id = ?`,
      number,
    );
    expect(row?.['path']).toMatch(/\/certificates\/[0-9a-f]+\.cer$/i);
  });

  it('CP 4.3.1: what is issued is not exported again', async () => {
    expect(await refused(number)).toBe('transition-refused');
    const again = await test.sign(test.bundle(request));
    must(await test.import(must(again, 'again').text), 'again');
    expect(viewOf(number).events.filter(({ state }) => state === 'issued')).toHaveLength(1);
  });
});

describeWithOpenSSL('what is refused at the export', () => {
  it('CP 4.2.2: an application that is not approved, or not there', async () => {
    const number = await received(test, newInput(test));
    expect(await refused(number)).toBe('transition-refused');
    expect(await refused(4_711)).toBe('application-unknown');
  });

  it('CSR-7: one whose key came to be known since it was approved', async () => {
    const input = newInput(test);
    const number = await approved(test, input);
    makeKnown(input.request);
    expect(await refused(number)).toBe('request-refused CSR-7');
    must(withdrawApplication(test.context, number, 'key', OFFICER), 'withdraw');
  });

  it('CRL-18: more than a bundle holds', async () => {
    const all = Array.from({ length: 8 }, (_, index) => index + 100);
    expect(await refused(...all)).toBe('ceremony-too-many');
  });

  it('CP 4.1: one refused application keeps all from being exported', async () => {
    const good = await approved(test);
    expect(await refused(good, 4_711)).toBe('application-unknown');
    expect(viewOf(good).ceremony).toBeNull();
    expect(await refused(good)).toBe('accepted');
    expect(viewOf(good).ceremony).not.toBeNull();
  });

  it('CRT-12: one of a profile that is no longer issued', async () => {
    const number = await approved(test);
    const json = JSON.parse(suppliedECC());
    json.profiles[TSA].issuedUntil = { value: '2026-01-01', source: 'test' };
    const policy = must(decodeCertificatePolicy(JSON.stringify(json)), 'policy');
    const context = { ...test.context, policy };
    const asked = { authority: ECC_ROOT, reason: 'test', applications: [number] };
    expect(refusal(await exportCeremony(context, asked, ALICE))).toBe('profile-not-in-force');
  });
});

/** Puts a key on a list of those whose private half is public. */
function makeKnown(request: Uint8Array): void {
  const spki = spkiOfRequest(request) ?? new Uint8Array(0);
  const fingerprint = fingerprintOfSPKI(spki) ?? new Uint8Array(0);
  const list = { name: 'test', keyKind: 'P-256' };
  test.context.db.transaction((tx) =>
    addWeakKeys(tx, list, [fingerprint], unixSeconds(test.now())),
  );
}

describeWithOpenSSL('an application while its ceremony is open', () => {
  let number = 0;
  let request: CeremonyRequest;

  beforeAll(async () => {
    number = await approved(test);
    request = await test.request({ applications: [number] });
  }, 60_000);

  it('ADR 11: it is neither withdrawn nor rejected, and the answer names the ceremony', () => {
    const { context } = test;
    const error = { code: 'application-in-ceremony', application: number, ceremony: request.id };
    expect(withdrawApplication(context, number, 'x', OFFICER)).toMatchObject({ error });
    expect(rejectApplication(context, number, 'x', DIRECTOR)).toMatchObject({ error });
    expect(viewOf(number)).toMatchObject({ state: 'approved', allowed: [], ceremony: request.id });
  });

  it('CP 4.3.1: `application issue` names the ceremony that has it', async () => {
    expect(await issueApplication(test.context, number, DIRECTOR)).toMatchObject({
      error: { code: 'ceremony-needed', application: number, ceremony: request.id },
    });
  });

  it('CSR-5: nobody else gets its key, nor its subject', async () => {
    const order = subscriberOf(request);
    const key = new Uint8Array(Buffer.from(order.request, 'base64'));
    const same = await createApplication(test.context, newInput(test, { request: key }), OFFICER);
    expect(refusal(same)).toBe('request-refused CSR-5');
    const { subject } = viewOf(number);
    const taken = await createApplication(test.context, newInput(test, { subject }), OFFICER);
    expect(refusal(taken)).toBe('subject-refused CRT-8');
  });

  it('CRL-18: exported again, the older bundle is superseded and its serial number given up', async () => {
    const older = await signed(request);
    const newer = await test.request({ applications: [number] });
    expect(codeOf(await test.import(older))).toBe('ceremony-cancelled');
    expect(stateOf(test, number)).toBe('approved');
    const states = test.context.db.all(
      `SELECT c.state FROM certificate c JOIN application a ON a.request_id = c.request_id
       WHERE a.id = ? ORDER BY c.id`,
      number,
    );
    expect(states.map(({ state }) => state)).toEqual(['abandoned', 'reserved']);
    request = newer;
  });

  it('CRL-18: a bundle without it supersedes too, and it waits again', async () => {
    await test.request();
    expect(viewOf(number).ceremony).toBeNull();
    expect(waiting()).toContainEqual({ application: number, authority: ECC_ROOT, ceremony: null });
  });

  it('ADR 11: once its ceremony is cancelled or has ended it can be exported, or withdrawn', async () => {
    request = await test.request({ applications: [number] });
    must(cancelCeremony(test.context, request.id, 'alice', unixSeconds(test.now())), 'cancel');
    request = await test.request({ applications: [number], validDays: 1 });
    test.setClock(test.now() + DAY + 1);
    expect(viewOf(number).ceremony).toBeNull();
    must(withdrawApplication(test.context, number, 'no longer wanted', OFFICER), 'withdraw');
    expect(await refused(number)).toBe('transition-refused');
  });
});

describeWithOpenSSL('what is refused at the import', () => {
  it('CSR-7: an answer for a key that came to be known meanwhile: nothing of it is taken', async () => {
    const input = newInput(test);
    const number = await approved(test, input);
    const request = await test.request({ applications: [number] });
    const text = await signed(request);
    makeKnown(input.request);
    expect(await test.import(text)).toMatchObject({
      error: {
        ...{ code: 'ceremony-application-refused', application: number, check: 'CSR-7' },
        ceremony: request.id,
      },
    });
    expect(stateOf(test, number)).toBe('approved');
    must(cancelCeremony(test.context, request.id, 'alice', unixSeconds(test.now())), 'cancel');
    await test.hold();
    must(withdrawApplication(test.context, number, 'key', OFFICER), 'withdraw');
  });

  it('CP 4.3.1: an answer for an application that is not approved any more', async () => {
    const number = await approved(test);
    const text = await signed(await test.request({ applications: [number] }));
    // No command does this while the ceremony is open; a database that was restored may.
    test.context.db.transaction((tx) =>
      tx.run(
        `INSERT INTO application_event (application_id, state, recorded_at, actor, actor_key, evidence)
         VALUES (?, 'withdrawn', ?, 'x', 'x', '{}')`,
        number,
        test.now(),
      ),
    );
    expect(await test.import(text)).toMatchObject({
      error: { code: 'ceremony-application-refused', check: 'CP 4.3.1' },
    });
  });
});

describeWithOpenSSL('re-key and change under an offline CA', () => {
  let number = 0;

  beforeAll(async () => {
    number = await approved(test);
    await test.hold({ applications: [number] });
  }, 60_000);

  it('CP 4.7: the same subject gets a new key, though its certificate is revoked meanwhile', async () => {
    const serialNumber = serialOfApplication(test, number);
    const rekeyed = await approved(test, {
      ...{ kind: 'rekey', serialNumber, confirmSameSubject: true, ...APPLICANT },
      request: newRequest(test),
    });
    const request = await test.request({ applications: [rekeyed] });
    expect(subscriberOf(request)).toMatchObject({ kind: 'rekey', replaces: expect.any(String) });
    const text = await signed(request);
    const input = { serialNumber, reason: 'keyCompromise' } as const;
    must(revokeCertificate(test.context, input, 'alice'), 'revoke');
    must(await test.import(text), 'import');
    await test.settle();
    expect(told(test, serialOfApplication(test, rekeyed))).toBe('good');
    expect(listed()).not.toContain(serialNumber);
    await test.hold();
    expect(listed()).toContain(serialNumber);
    number = rekeyed;
  });

  it('CP 4.8.1: a change revokes at its export, and one ceremony brings CRL and certificate', async () => {
    const serialNumber = serialOfApplication(test, number);
    const changed = await approved(test, {
      ...{ kind: 'change', serialNumber, subject: 'C=JP, O=Example, CN=TSA renamed' },
      ...{ reason: 'superseded', request: newRequest(test), ...APPLICANT },
    });
    expect(listed()).not.toContain(serialNumber);
    const first = await test.request({ applications: [changed] });
    // Given up and exported again it finds the certificate revoked.
    must(cancelCeremony(test.context, first.id, 'alice', unixSeconds(test.now())), 'cancel');
    await test.hold({ applications: [changed] });
    expect(listed()).toContain(serialNumber);
    expect([told(test, serialNumber), told(test, serialOfApplication(test, changed))]).toEqual([
      'revoked',
      'good',
    ]);
    expect(gate(test)).toEqual(PASSES);
  });

  it('CP 4.8.1: what is refused at the export revokes nothing', async () => {
    const other = await approved(test);
    await test.hold({ applications: [other] });
    const serialNumber = serialOfApplication(test, other);
    const changed = await approved(test, {
      ...{ kind: 'change', serialNumber, subject: 'C=JP, O=Example, CN=TSA again' },
      ...{ reason: 'superseded', request: newRequest(test), ...APPLICANT },
    });
    expect(await refused(changed, 4_711)).toBe('application-unknown');
    await test.hold();
    expect(listed()).not.toContain(serialNumber);
  });
});

describeWithOpenSSL('a CA that is revoked while a ceremony for a subscriber is open', () => {
  it('CP 4.9.1: the ceremony is cancelled, and nothing is exported for a subscriber', async () => {
    const number = await approved(test);
    const text = await signed(await test.request({ applications: [number] }));
    const row = test.context.db.get(
      "SELECT lower(hex(serial)) AS serial FROM certificate WHERE profile = 'ecc-root-ca1-root'",
    );
    const input = { serialNumber: String(row?.['serial']), reason: 'keyCompromise' } as const;
    must(revokeCertificate(test.context, input, 'alice'), 'revoke');
    expect(codeOf(await test.import(text))).toBe('ceremony-cancelled');
    expect(await refused(number)).toBe('authority-revoked');
    expect(await refused()).toBe('accepted');
  });
});
