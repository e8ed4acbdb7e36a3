import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64FromBytes } from '../../../../shared/bytes.ts';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { CeremonyRequest, CRLItem } from '../../../../signer/ceremony/bundle.ts';
import { octetsOf } from '../../../../signer/ceremony/canonical-document.ts';
import { makeRoot } from '../../../../signer/ceremony/host/make-root.ts';
import { openHost } from '../../../../signer/ceremony/host/open-host.ts';
import { policyHashOfRequest } from '../../../../signer/ceremony/policy-hash.ts';
import { summariseCRL } from '../../../../signer/ceremony/summary.ts';
import { encodeTBSCertList } from '../../../../signer/crl/tbs-cert-list.ts';
import { keyIdentifier } from '../../../../signer/issuance/public-key.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import {
  bundleOf,
  type CeremonyUnderTest,
  codeOf,
  DAY,
  makeOperator,
  offlinePolicy,
  ROOT,
  SUB_CA,
  startWithRoot,
  writeHostConfig,
} from './ceremony-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;

beforeAll(async () => {
  test = await startWithRoot();
  request = await test.request({ responder: true });
}, 60_000);
afterAll(() => test.close());

/** What the host says to a request that an operator approved as it stands. */
async function said(changed: CeremonyRequest): Promise<string> {
  return codeOf(await test.sign(test.bundle(changed)));
}

function changedItem(change: (item: CRLItem) => CRLItem): CeremonyRequest {
  const items = request.items.map((item) => (item.kind === 'crl' ? change(item) : item));
  return { ...request, items };
}

/** The request with another CRL in it, its summary as honest as the signer's. */
function withCRL(change: Partial<Parameters<typeof encodeTBSCertList>[0]>): CeremonyRequest {
  const { subject, spki } = request.authority;
  const { tbs } = encodeTBSCertList({
    ...{ signatureAlgorithm: 'ecdsa-with-SHA256', issuer: octetsOf(subject), crlNumber: 40 },
    authorityKeyIdentifier: must(keyIdentifier(octetsOf(spki)), 'key'),
    ...{ thisUpdate: unixSeconds(test.now()), nextUpdate: unixSeconds(test.now() + DAY) },
    ...{ expiredCertsOnCRL: null, revokedCertificates: [], ...change },
  });
  return changedItem((item) => ({
    ...item,
    tbs: base64FromBytes(tbs),
    summary: summariseCRL(tbs) ?? [],
  }));
}

/** What these tests change of an authority in the policy file. */
interface PolicyJSON {
  readonly ocsp: { url: { value: string }; responderSubject: { value: unknown } };
  readonly crl: { url: { value: string } };
}

/**
 * What the host says to an honest bundle of the signer after its own policy of the root was changed; the
 * hash of the policy is made right, as a signer would that somebody has taken over.
 */
async function saidUnder(change: (policy: PolicyJSON) => unknown): Promise<string> {
  const json = JSON.parse(offlinePolicy(ROOT));
  change(json.authorities[ROOT]);
  const text = JSON.stringify(json);
  const policy = must(decodeCertificatePolicy(text), 'policy');
  writeHostConfig(test.scratch, text, [test.operator]);
  const policySha256 = policyHashOfRequest(policy, ROOT, request.items);
  const refused = await said({ ...request, policySha256 });
  writeHostConfig(test.scratch, offlinePolicy(ROOT), [test.operator]);
  return refused;
}

describe('what the offline host refuses of a bundle', () => {
  it('CRL-18: a text that is no bundle, and one that was changed', async () => {
    expect(codeOf(await test.sign('{}'))).toBe('bundle-malformed');
    const changed = test.bundle(request).replace('"reason": "test"', '"reason": "other"');
    expect(codeOf(await test.sign(changed))).toBe('bundle-changed');
  });

  it('CRL-18: one that was changed and hashed anew after it was approved', async () => {
    const approvals = JSON.parse(test.bundle(request)).approvals;
    approvals[0].operator = 'somebody else';
    const changed = JSON.parse(bundleOf({ ...request, reason: 'other' }, []));
    const text = `${JSON.stringify({ ...changed, approvals }, null, 2)}\n`;
    const refused = await test.sign(text);
    expect(codeOf(refused)).toBe('approval-wrong');
    // By the name that is pinned here, not by the one in the file.
    expect(refused.ok ? '' : refused.error.reason).toContain('approval of alice');
  });

  it('CRL-18: one that no pinned operator approved, whoever else did', async () => {
    expect(codeOf(await test.sign(bundleOf(request, [])))).toBe('approvals-missing');
    const stranger = makeOperator(test.operator.name);
    expect(codeOf(await test.sign(bundleOf(request, [stranger])))).toBe('approvals-missing');
  });

  it('CRL-18: where two must approve, one who approves twice is one', async () => {
    const second = makeOperator('bob');
    const policy = offlinePolicy(ROOT);
    writeHostConfig(test.scratch, policy, [test.operator, second], 2);
    const twice = bundleOf(request, [test.operator, test.operator]);
    expect(codeOf(await test.sign(twice))).toBe('approvals-missing');
    const both = bundleOf(request, [test.operator, second]);
    const shown = await test.sign(both, async ({ approvedBy }) => {
      expect(approvedBy).toEqual(['alice', 'bob']);
      return false;
    });
    writeHostConfig(test.scratch, policy, [test.operator]);
    expect(codeOf(shown)).toBe('not-confirmed');
  });

  it('CRL-18: one that is out of date', async () => {
    test.setHostClock(test.now() + 14 * DAY + 1);
    expect(await said(request)).toBe('bundle-expired');
  });

  it('OPS-7: any, once its clock is behind its own log', () => {
    const world = { clock: () => unixSeconds(test.now()), randomBytes: () => new Uint8Array() };
    const host = openHost(test.scratch.path, {
      ...{ ...world, environment: {}, checkpoint: () => undefined },
    });
    expect(codeOf(host)).toBe('clock-went-back');
  });
});

describe('what the offline host refuses of what a bundle asks for', () => {
  beforeAll(async () => {
    // The refusals before stand in a log that ends in the future.
    await test.close();
    test = await startWithRoot();
    request = await test.request({ responder: true, subordinate: SUB_CA });
  }, 60_000);

  it('CRL-18: a bundle that was made after now', async () => {
    expect(await said({ ...request, createdAt: '2026-11-23T04:00:01Z' })).toBe('bundle-not-yet');
  });

  it.each([
    ['name', (): Partial<CeremonyRequest['authority']> => ({ name: SUB_CA })],
    ['key', () => ({ spki: base64FromBytes(new Uint8Array(91)) })],
    ['subject', () => ({ subject: base64FromBytes(Uint8Array.of(0x30, 0)) })],
  ])('CRL-18: a bundle for an authority of another %s', async (_what, change) => {
    const authority = { ...request.authority, ...change() };
    expect(await said({ ...request, authority })).toBe('bundle-other-authority');
  });

  it('CRL-18: a bundle that was made under another policy', async () => {
    expect(await said({ ...request, policySha256: '0'.repeat(64) })).toBe('policy-differs');
  });

  it('CRL-18: a summary that says something else than the bytes', async () => {
    const summary = [['revoked certificates', 'none']] as const;
    expect(await said(changedItem((item) => ({ ...item, summary })))).toBe('summary-differs');
    const tbs = base64FromBytes(Uint8Array.of(0x30, 0));
    expect(await said(changedItem((item) => ({ ...item, tbs })))).toBe('summary-differs');
  });

  it.each([
    ['is valid for two years', () => ({ nextUpdate: unixSeconds(test.now() + 730 * DAY) })],
    ['begins tomorrow', () => ({ thisUpdate: unixSeconds(test.now() + DAY - 1) })],
    ['names another key', () => ({ authorityKeyIdentifier: new Uint8Array(20) })],
    ['is signed otherwise', () => ({ signatureAlgorithm: 'sha256WithRSAEncryption' as const })],
  ])('CRL-18: a CRL that %s does not pass the lint of the host', async (_what, change) => {
    expect(await said(withCRL(change()))).toBe('lint-refused');
  });
});

describe('what the offline host refuses of certificates', () => {
  it.each([
    [
      'another OCSP URL',
      // URLs are lint's already, which knows where this authority publishes.
      'lint-refused',
      (policy: PolicyJSON) => (policy.ocsp.url.value = 'http://evil.example'),
    ],
    [
      'another CRL URL',
      'lint-refused',
      (policy: PolicyJSON) => (policy.crl.url.value = 'http://evil.example/a.crl'),
    ],
    [
      'another subject',
      'certificate-differs',
      (policy: PolicyJSON) => (policy.ocsp.responderSubject.value = [['CN', 'Somebody']]),
    ],
  ])(
    'CRL-18: a certificate with %s than the policy of the host makes of it',
    async (_what, code, change) => {
      expect(await saidUnder(change)).toBe(code);
    },
  );

  it('CRL-18: a certificate whose profile the policy gives to nobody in this role', async () => {
    const items = request.items.map((item) =>
      item.kind === 'crl' ? item : { ...item, profile: 'tsa' },
    );
    expect(await said({ ...request, items })).toBe('policy-differs');
  });
});

describe('what the offline host refuses of a responder', () => {
  it('CRT-10: one that names an authority, whose certificate on the host stays as it is', async () => {
    const file = test.scratch.file(`authorities/${ROOT}.json`);
    const before = readFileSync(file, 'utf8');
    const items = request.items.map((item) =>
      item.kind === 'certificate' && item.role === 'ocsp-responder'
        ? { ...item, subjectAuthority: ROOT }
        : item,
    );
    const policySha256 = policyHashOfRequest(test.context.policy, ROOT, items);
    expect(await said({ ...request, policySha256, items })).toBe('bundle-malformed');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('what the offline host does not sign unasked', () => {
  it('CRL-18: without the hash being typed nothing is signed, and the log says so', async () => {
    const declined = await test.sign(test.bundle(request), async () => false);
    expect(codeOf(declined)).toBe('not-confirmed');
    const lines = readFileSync(test.scratch.file('log.jsonl'), 'utf8').trim().split('\n').slice(-2);
    expect(lines.map((line) => JSON.parse(line).type)).toEqual([
      'ceremony-shown',
      'ceremony-refused',
    ]);
  });
});

describe('what the offline host refuses of what it has seen before', () => {
  let signed: CeremonyRequest;

  beforeAll(async () => {
    const sub = await test.request({ subordinate: SUB_CA });
    must(await test.import(must(await test.sign(test.bundle(sub)), 'sign').text), 'import');
    await test.settle();
    const serialNumber = test.context.db.get(
      "SELECT lower(hex(serial)) AS serial FROM certificate WHERE profile = 'time-stamping-ca' AND state = 'issued'",
    )?.['serial'];
    const revocation = { serialNumber: String(serialNumber), reason: 'superseded' } as const;
    must(revokeCertificate(test.context, revocation, 'alice'), 'revoke');
    signed = await test.hold();
    request = await test.request();
  }, 60_000);

  it('CRL-18: another request with the id of one that was signed', async () => {
    expect(await said({ ...request, id: signed.id })).toBe('bundle-replayed');
  });

  it('CRL-18: the same bundle is answered with the same bytes', async () => {
    const [first, second] = [
      must(await test.sign(test.bundle(signed)), 'first'),
      must(await test.sign(test.bundle(signed)), 'second'),
    ];
    expect([first.again, second.again, second.text]).toEqual([true, true, first.text]);
  });

  it('CRL-18: once its answer is gone from the host, a bundle is not signed a second time', async () => {
    const path = join(test.scratch.path, 'answers', `${signed.id}.json`);
    const kept = readFileSync(path);
    rmSync(path);
    expect(await said(signed)).toBe('bundle-replayed');
    writeFileSync(path, kept);
  });

  it('CRL-9: a CRL with a number that was signed already', async () => {
    expect(await said(withCRL({ crlNumber: 1 }))).toBe('bundle-superseded');
  });

  it('CRL-15: a CRL that forgets what the last one revoked, though it breaks no rule by itself', async () => {
    expect(await said(withCRL({}))).toBe('entries-vanished');
    expect(await said(request)).toBe('accepted');
  });

  it('CRT-10: a key that the keystore does not have', async () => {
    const keys = test.scratch.file('keys');
    renameSync(keys, `${keys}-away`);
    mkdirSync(keys, { mode: 0o700 });
    expect(await said(await test.request())).toBe('signing-failed');
    rmSync(keys, { recursive: true });
    renameSync(`${keys}-away`, keys);
  });

  it('CP 5.4: with a log that was cut in its middle nothing is opened any more', () => {
    const log = readFileSync(test.scratch.file('log.jsonl'), 'utf8').split('\n');
    test.scratch.write('log.jsonl', [...log.slice(0, 2), ...log.slice(3)].join('\n'));
    const world = { clock: () => unixSeconds(test.now()), randomBytes: () => new Uint8Array() };
    const host = openHost(test.scratch.path, {
      ...{ ...world, environment: {}, checkpoint: () => undefined },
    });
    expect(codeOf(host)).toBe('host-log-damaged');
    test.scratch.write('log.jsonl', log.join('\n'));
  });
});

describe('what the offline host refuses to make', () => {
  it.each([
    ['an authority that the policy does not have', 'nobody', 'authority-unknown'],
    ['one whose custody is online', SUB_CA, 'custody-online'],
  ])('CRT-10: %s', async (_what, name, code) => {
    expect(codeOf(await test.withHost((host) => makeRoot(host, name, 'file')))).toBe(code);
  });

  it('CRT-10: a root a second time: the one that was made is handed out again', async () => {
    const first = await test.root();
    const second = await test.root();
    expect(second.certificateSha256).toBe(first.certificateSha256);
    expect(second.keyLabel).toBe(first.keyLabel);
  });
});
