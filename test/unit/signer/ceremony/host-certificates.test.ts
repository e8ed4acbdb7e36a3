import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64FromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import { randomSerialNumber } from '../../../../shared/serial-number.ts';
import { addSeconds, unixSeconds } from '../../../../shared/time.ts';
import type { CeremonyRequest, CertificateItem } from '../../../../signer/ceremony/bundle.ts';
import { octetsOf } from '../../../../signer/ceremony/canonical-document.ts';
import type { CheckedBundle } from '../../../../signer/ceremony/host/check-bundle.ts';
import { logFacts } from '../../../../signer/ceremony/host/log-facts.ts';
import { summariseCertificate } from '../../../../signer/ceremony/summary.ts';
import { checkedLines } from '../../../../signer/cli/ceremony-text.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { profileNamed, servicesOf } from '../../../../signer/issuance/issuer.ts';
import { keyIdentifier } from '../../../../signer/issuance/public-key.ts';
import { encodeTBSCertificate } from '../../../../signer/issuance/tbs-certificate.ts';
import { type CeremonyUnderTest, DAY, ROOT, SUB_CA, startWithRoot } from './ceremony-under-test.ts';
import { signStopped, withItems } from './host-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;
let subordinateSPKI: Uint8Array;

beforeAll(async () => {
  test = await startWithRoot(ROOT, SUB_CA);
  subordinateSPKI = octetsOf(JSON.parse(await test.subordinateKey()).spki);
  request = await test.request();
});
afterAll(() => test.close());

const newSerial = () => randomSerialNumber((length) => new Uint8Array(randomBytes(length)));

function newKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
}

interface Change {
  readonly serialNumber?: ReturnType<typeof newSerial>;
  readonly spki?: Uint8Array;
  readonly subject?: Uint8Array;
}

/** A responder certificate as the policy has it, but for this. */
function responder({ serialNumber, spki = newKey(), subject }: Change): CertificateItem {
  const { policy } = test.context;
  const authority = must(found(policy.authorities.get(ROOT)), 'authority');
  const ocsp = must(found(authority.ocsp), 'ocsp');
  const issuerKey = must(keyIdentifier(octetsOf(request.authority.spki)), 'key');
  const tbs = encodeTBSCertificate({
    profile: profileNamed(policy, ocsp.responderProfile),
    serialNumber: serialNumber ?? newSerial(),
    issuer: octetsOf(request.authority.subject),
    subject: subject ?? encodeName(ocsp.responderSubject.value),
    subjectPublicKeyInfo: spki,
    subjectKeyIdentifier: must(keyIdentifier(spki), 'key'),
    notBefore: unixSeconds(test.now()),
    notAfter: addSeconds(unixSeconds(test.now()), 20 * DAY),
    issuerServices: servicesOf(authority, issuerKey),
    subjectAltNames: [],
  });
  return {
    ...{ kind: 'certificate', role: 'ocsp-responder', subjectAuthority: null, subscriber: null },
    ...{ profile: ocsp.responderProfile, tbs: base64FromBytes(tbs) },
    ...{ summary: summariseCertificate(tbs) ?? [], lint: [] },
  };
}

function found<T>(value: T | undefined | null) {
  return value === undefined || value === null
    ? ({ ok: false, error: 'absent' } as const)
    : ({ ok: true, value } as const);
}

/** The subject of the policy with its last value as a UTF8String. */
function otherString(): Uint8Array {
  const value = test.context.policy.authorities.get(ROOT)?.ocsp?.responderSubject.value ?? [];
  const subject = Uint8Array.from(encodeName(value));
  subject[subject.lastIndexOf(0x13)] = 0x0c;
  return subject;
}

const said = (...changes: readonly Change[]) =>
  signStopped(test, withItems(test, request, changes.map(responder)));

describe('what the offline host refuses of the certificates of a bundle', () => {
  it('RFC 5280 4.1.2.2: one serial number for two', async () => {
    const serialNumber = newSerial();
    expect(await said({ serialNumber }, { serialNumber })).toBe('certificate-differs');
  });

  it('CSR-7: one key for two', async () => {
    const spki = newKey();
    expect(await said({ spki }, { spki })).toBe('certificate-differs');
  });

  it('CRT-10: a key of this host as that of a responder', async () => {
    expect(await said({ spki: octetsOf(request.authority.spki) })).toBe('certificate-differs');
    expect(await said({ spki: subordinateSPKI })).toBe('certificate-differs');
  });

  it('CRT-6: the subject of the policy in another string type', async () => {
    expect(await said({ subject: otherString() })).toBe('certificate-differs');
  });

  it('CSR-8: a key that is no point of its curve', async () => {
    const spki = newKey();
    spki.set([(spki.at(-1) ?? 0) ^ 1], spki.length - 1);
    expect(await said({ spki })).toBe('certificate-differs');
  });

  it('CRL-18: two of different number and key, with the subject of the policy, are signed', async () => {
    expect(await said({}, {})).toBe('accepted');
  });
});

describe.each(['host: confirmed', 'host: item signed', 'host: answer written'])(
  'after a host was stopped at "%s"',
  (place) => {
    const serialNumber = newSerial();
    const spki = newKey();
    let stopped: CeremonyRequest;

    beforeAll(async () => {
      request = await test.request();
      stopped = withItems(test, request, [responder({ serialNumber, spki })]);
      expect(await signStopped(test, stopped, place)).toBe(`stopped at ${place}`);
    });

    it('RFC 5280 4.1.2.2: a serial number that it may have certified is refused in another bundle', async () => {
      expect(await said({ serialNumber })).toBe('certificate-differs');
    });

    it('CSR-7: a key that it may have certified is shown with the ceremony', async () => {
      let shown: readonly (readonly [string, string])[] = [];
      const confirm = async (checked: CheckedBundle) => {
        shown = checked.certifiedBefore;
        return false;
      };
      const again = withItems(test, request, [responder({ spki })]);
      expect(await signStopped(test, again, undefined, confirm)).toBe('not-confirmed');
      expect(shown).toEqual([[createHash('sha256').update(spki).digest('hex'), stopped.id]]);
    });

    it('CRL-18: the same bundle is signed', async () => {
      expect(await signStopped(test, stopped)).toBe('accepted');
    });
  },
);

it('CSR-7: lines of before, which have it in ceremony-signed, are still read', () => {
  const line =
    '{"type":"ceremony-signed","ceremony":"c1","authority":"root","crlNumber":4,"certified":[["1a","2b"]]}';
  const facts = logFacts([line]);
  expect([facts?.serialNumbers.get('root 1a'), facts?.keys.get('2b')]).toEqual(['c1', 'c1']);
});

describe('after a bundle with a certificate was signed', () => {
  const serialNumber = newSerial();
  const spki = newKey();
  let first: CeremonyRequest;

  beforeAll(async () => {
    request = await test.request();
    first = withItems(test, request, [responder({ serialNumber, spki })]);
    expect(await signStopped(test, first)).toBe('accepted');
    request = await test.request();
  });

  it('RFC 5280 4.1.2.2: its serial number in another bundle is refused', async () => {
    expect(await said({ serialNumber })).toBe('certificate-differs');
  });

  it('CSR-7: its key in another bundle is shown with the ceremony that certified it', async () => {
    const again = withItems(test, request, [responder({ spki })]);
    let shown = '';
    const confirm = async (checked: CheckedBundle) => {
      shown = checkedLines(checked).join('\n');
      return false;
    };
    expect(await signStopped(test, again, undefined, confirm)).toBe('not-confirmed');
    const key = createHash('sha256').update(spki).digest('hex');
    expect(shown).toContain(`WARNING: key ${key} was certified here in the ceremony ${first.id}`);
    expect(await said({})).toBe('accepted');
  });
});
