import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import { must } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { easyKeys } from '../../../../signer/database/key-holder-query.ts';
import { addWeakKeys } from '../../../../signer/database/weak-key-table.ts';
import { checkKey } from '../../../../signer/issuance/check-key.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { octets, withOctet } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { pemOfKey, primeOf, rsaKeyOf } from '../../../support/rsa-keys.ts';
import { NOW, ROOT_CA3 } from '../lint/certificate-under-test.ts';
import { elementAt, replaceAt } from '../lint/der-edit.ts';
import { NEW_KEY, pemOf, requestByOpenSSL } from './requests.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from './signer-under-test.ts';

// Primes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let signer: SignerUnderTest;
let context: SignerContext;
let made = 0;

/** The policy of the signer under test, whose subscribers have RSA-2048 keys. */
function withRSASubscribers({ policy }: SignerContext): SignerContext['policy'] {
  const asked = JSON.parse(ROOT_CA3).profiles.tsa;
  asked.key = { value: { kind: 'rsa', modulusLengths: [2048] }, source: 'test: fast keys' };
  const whole = JSON.parse(ROOT_CA3);
  whole.profiles.tsa = asked;
  const decoded = must(decodeCertificatePolicy(JSON.stringify(whole)), 'policy');
  const tsa = decoded.profiles.get('tsa');
  const signedBy = policy.profiles.get('tsa');
  if (!tsa || !signedBy) throw new Error('no profile tsa');
  const profile = { ...tsa, signatureAlgorithm: signedBy.signatureAlgorithm };
  return { ...policy, profiles: new Map([...policy.profiles, ['tsa', profile]]) };
}

function requestOf(key: KeyObject, ...args: readonly string[]): Uint8Array {
  made += 1;
  const path = signer.scratch.write(`rsa-${made}.pem`, new TextEncoder().encode(pemOfKey(key)));
  return requestByOpenSSL(signer.scratch, `rsa-${made}`, ['-key', path, ...args]);
}

function issue(request: Uint8Array, under: SignerContext = context) {
  const input = { authority: 'time-stamping-ca', profile: 'tsa', request };
  return issueCertificate(under, input, 'test');
}

/** The serial number of a new certificate. */
async function serialOf(request: Uint8Array): Promise<string> {
  const { certificateId } = must(await issue(request), 'issue');
  const row = certificateById(context.db, certificateId);
  return row ? serialNumberText(row.serialNumber) : '';
}

async function reasonOf(request: Uint8Array): Promise<string> {
  const outcome = await issue(request);
  if (outcome.ok) return 'accepted';
  const { error } = outcome;
  return error.code === 'request-refused' ? `${error.check} ${error.reason}` : error.code;
}

function sharedFactorEvents(): number {
  const lines = readFileSync(signer.scratch.file('audit.log'), 'utf8').trim().split('\n');
  return lines.filter((line) => JSON.parse(line).type === 'shared-factor').length;
}

beforeAll(async () => {
  signer = await startHierarchy();
  context = { ...signer.context, policy: withRSASubscribers(signer.context) };
}, 60_000);

afterAll(() => signer.close());

describeWithOpenSSL('keys that share a prime', () => {
  const shared = primeOf(1024);

  it('CSR-7: the second is refused, both are named, and the certificate of the first is an easy key', async () => {
    const serial = await serialOf(requestOf(rsaKeyOf(shared, primeOf(1024))));
    expect(easyKeys(context.db, NOW)).toEqual([]);
    const second = requestOf(rsaKeyOf(shared, primeOf(1024)));
    expect(await reasonOf(second)).toContain(`CSR-7 the modulus has a factor in common with`);
    expect(await reasonOf(second)).toContain(`certificate ${serial} of time-stamping-ca`);
    const [alarm, ...more] = easyKeys(context.db, NOW);
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ authority: 'time-stamping-ca', serialNumber: serial });
    expect(alarm?.cause).toMatch(/shares a prime with the key [0-9a-f]{64}/);
    expect(sharedFactorEvents()).toBe(1);
  });

  it('CSR-7, CSBR 4.9.1: the alarm ends with the revocation, the refusal does not', async () => {
    const [alarm] = easyKeys(context.db, NOW);
    const serialNumber = alarm?.serialNumber ?? '';
    must(revokeCertificate(context, { serialNumber, reason: 'keyCompromise' }, 'test'), 'revoke');
    expect(easyKeys(context.db, NOW)).toEqual([]);
    const third = requestOf(rsaKeyOf(shared, primeOf(1024)));
    expect(await reasonOf(third)).toContain('revoked for keyCompromise');
  });

  it('CSR-7: a request that was refused for its size is remembered too', async () => {
    const prime = primeOf(1024);
    const refused = requestOf(rsaKeyOf(prime, primeOf(2048)));
    expect(await reasonOf(refused)).toMatch(/^CRT-4 the key is RSA-30/);
    expect(await reasonOf(requestOf(rsaKeyOf(prime, primeOf(1024))))).toMatch(
      /^CSR-7 .*first seen/,
    );
  });

  it('CSR-7: keys that share nothing pass, one after the other, and one may be sent again', async () => {
    const key = rsaKeyOf(primeOf(1024), primeOf(1024));
    const badSubject = requestOf(key, '-subj', '/C=JP/O=Example/CN=a@b');
    expect(refusalOf(await issue(badSubject))).toBe('subject-refused CRT-6');
    expect(await reasonOf(requestOf(key))).toBe('accepted');
    expect(await reasonOf(requestOf(rsaKeyOf(primeOf(1024), primeOf(1024))))).toBe('accepted');
  });
});

describeWithOpenSSL('keys without proof of possession', () => {
  it('CSR-1, CSR-7: a modulus that nobody showed to hold is not recorded and raises no alarm', async () => {
    const [p, q] = [primeOf(1024), primeOf(1024)];
    const victim = rsaKeyOf(p, q);
    await serialOf(requestOf(victim));
    const before = sharedFactorEvents();
    // What an outsider can make: the victim's modulus times a prime, signed with another key.
    const own = requestOf(rsaKeyOf(primeOf(1024), primeOf(1024)));
    const multiple = elementAt(requestOf(rsaKeyOf(p * q, primeOf(1024))), [0, 2]);
    expect(await reasonOf(replaceAt(own, [0, 2], multiple))).toMatch(/^CRT-4/);
    expect(sharedFactorEvents()).toBe(before);
    const known = context.db.get('SELECT count(*) AS n FROM seen_key WHERE length(modulus) > 256');
    expect(known).toEqual({ n: 1 });
  });
});

describeWithOpenSSL('keys that are taken', () => {
  it('CSR-5: the same modulus with another exponent is refused', async () => {
    const [p, q] = [primeOf(1024), primeOf(1024)];
    const serial = await serialOf(requestOf(rsaKeyOf(p, q)));
    const again = requestOf(rsaKeyOf(p, q, 65_539n));
    expect(await reasonOf(again)).toMatch(new RegExp(`^CSR-5 .*certificate ${serial}`));
  });

  it('CSR-5: the negative point of a certified key is refused', async () => {
    const path = signer.scratch.file('ec.key');
    const request = requestByOpenSSL(signer.scratch, 'ec', [
      ...[...NEW_KEY['P-256'], '-nodes', '-keyout', path],
    ]);
    expect(refusalOf(await issue(request, signer.context))).toBe('accepted');
    const jwk = createPrivateKey(pemOf(path)).export({ format: 'jwk' });
    const number = (text = '') => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
    const text = (value: bigint) =>
      Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const field = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
    const [d, y] = [text(order - number(jwk.d)), text(field - number(jwk.y))];
    const negative = createPrivateKey({ key: { ...jwk, d, y }, format: 'jwk' });
    expect(refusalOf(await issue(requestOf(negative), signer.context))).toBe(
      'request-refused CSR-5',
    );
  });

  it('CSR-5: the key of a CA is refused, also of one that is not certified yet', async () => {
    const key = rsaKeyOf(primeOf(1024), primeOf(1024));
    const request = requestOf(key);
    const spki = elementAt(request, [0, 2]);
    context.db.transaction((tx) =>
      tx.run(
        `INSERT INTO authority (name, keystore, key_label, spki, subject, created_at)
         VALUES ('unfinished', 'k', 'l', ?, x'30', 0)`,
        spki,
      ),
    );
    expect(await reasonOf(request)).toContain('CSR-5 this is the key of the CA unfinished');
    const requirement = { kind: 'rsa', modulusLengths: [2048] } as const;
    expect(await checkKey(context, spki, requirement, 'made-here', NOW)).toEqual({
      ok: true,
      value: true,
    });
  });

  it('CSR-8: two certificates for one subscriber need two keys', async () => {
    const first = requestOf(rsaKeyOf(primeOf(1024), primeOf(1024)));
    expect(await reasonOf(first)).toBe('accepted');
    expect(await reasonOf(first)).toMatch(/^CSR-5 .*make a new key$/);
    expect(await reasonOf(requestOf(rsaKeyOf(primeOf(1024), primeOf(1024))))).toBe('accepted');
  });
});

describeWithOpenSSL('lists of weak keys', () => {
  const LIST = { name: 'test list', keyKind: 'RSA-2048' };

  /** As openssl-vulnkey computes it: `openssl rsa -modulus | sha1sum | cut -c21-40`. */
  function blacklistLine(key: KeyObject): string {
    const pem = new TextEncoder().encode(pemOfKey(key));
    const modulus = opensslOk(['rsa', '-noout', '-modulus'], pem).stdout;
    return opensslOk(['dgst', '-sha1', '-r'], modulus).text.slice(20, 40);
  }

  it('CSR-7: a key on a list in the form of openssl-blacklist is refused, another passes', async () => {
    const weak = rsaKeyOf(primeOf(1024), primeOf(1024));
    const line = octets(blacklistLine(weak));
    context.db.transaction((tx) => addWeakKeys(tx, LIST, [line], NOW));
    expect(await reasonOf(requestOf(weak))).toContain('CSR-7 the private key is public');
    expect(await reasonOf(requestOf(rsaKeyOf(primeOf(1024), primeOf(1024))))).toBe('accepted');
  });

  it('CSR-7, CSBR 4.9.1: a list that names a certified key makes it an easy key', async () => {
    const key = rsaKeyOf(primeOf(1024), primeOf(1024));
    const serialNumber = await serialOf(requestOf(key));
    expect(easyKeys(context.db, NOW)).toEqual([]);
    const line = octets(blacklistLine(key));
    context.db.transaction((tx) => addWeakKeys(tx, LIST, [line], NOW));
    expect(easyKeys(context.db, NOW)).toMatchObject([
      { serialNumber, cause: 'its key is on the list test list' },
    ]);
  });

  it('CSR-7: an import that is repeated adds nothing', () => {
    const line = withOctet(new Uint8Array(10), 0, 7);
    const add = () => context.db.transaction((tx) => addWeakKeys(tx, LIST, [line], NOW)).entries;
    const entries = add();
    expect(add()).toBe(entries);
  });
});

describeWithOpenSSL('keys made here', () => {
  it('CSR-7: a weak key of a keystore is refused before it is used', async () => {
    const p = primeOf(1024);
    const weak = elementAt(requestOf(rsaKeyOf(p, p + 2n)), [0, 2]);
    const requirement = { kind: 'rsa', modulusLengths: [2048] } as const;
    const verdict = await checkKey(context, weak, requirement, 'made-here', NOW);
    expect(verdict).toMatchObject({ error: { code: 'key-refused' } });
  });
});
