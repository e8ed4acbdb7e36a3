import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { KeyRequirement } from '../../../../shared/policy/profiles.ts';
import { must } from '../../../../shared/result.ts';
import { verifyCertificationRequest } from '../../../../signer/issuance/certification-request.ts';
import { joined, octets, tlv, withOctet } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../../../support/openssl.ts';
import {
  childrenOf,
  elementAt,
  insertAfter,
  removeAt,
  replaceAt,
  wrapped,
} from '../lint/der-edit.ts';
import { newKey, pemOf, requestByOpenSSL, signedAgain } from './requests.ts';

const RSA: KeyRequirement = { kind: 'rsa', modulusLengths: [3072, 4096] };
const EC: KeyRequirement = { kind: 'ec', namedCurves: ['P-256'] };

/** `accepted`, or which check refused it. */
function outcome(der: Uint8Array, requirement: KeyRequirement = RSA): string {
  const verified = verifyCertificationRequest(der, requirement);
  return verified.ok ? 'accepted' : verified.error.check;
}

/** Fields of a CertificationRequest (RFC 2986 4) by their place. */
const VERSION = [0, 0];
const SUBJECT = [0, 1];
const PUBLIC_KEY = [0, 2];
const ATTRIBUTES = [0, 3];

const scratch = new ScratchDirectory();
let keyFile: string;
let key: KeyObject;
let request: Uint8Array;

/** One RSA-3072 key and its request for the whole file. */
function makeRequest(): void {
  if (request) return;
  keyFile = newKey(scratch, 'rsa.key', 'RSA-3072');
  key = createPrivateKey(pemOf(keyFile));
  request = requestByOpenSSL(scratch, 'rsa', ['-key', keyFile]);
}

/** The request with one element changed and signed again by its own key. */
function resigned(path: readonly number[], ...by: readonly Uint8Array[]): Uint8Array {
  return signedAgain(request, elementAt(replaceAt(request, path, ...by), [0]), key);
}

describeWithOpenSSL('proof of possession in requests by openssl', () => {
  beforeAll(makeRequest, 60_000);

  it('CSR-1: a request signed by its own key passes, and the same signed again here', () => {
    expect(outcome(request)).toBe('accepted');
    expect(resigned(VERSION, octets('02 01 00'))).toEqual(request);
  });

  it('CSR-2: fingerprints are SHA-256 of the request and of its key, as openssl has them', () => {
    const verified = must(verifyCertificationRequest(request, RSA), 'request');
    const spki = opensslOk(['pkey', '-in', keyFile, '-pubout', '-outform', 'DER']).stdout;
    expect(Buffer.from(verified.sha256)).toEqual(createHash('sha256').update(request).digest());
    expect(Buffer.from(verified.spkiSha256)).toEqual(createHash('sha256').update(spki).digest());
    expect(verified.key).toEqual({ kind: 'rsa', modulusLength: 3072 });
  });

  it('CSR-1: a signature with one bit off is refused', () => {
    const last = request.length - 1;
    expect(outcome(withOctet(request, last, (request[last] ?? 0) ^ 1))).toBe('CSR-1');
  });

  it('CSR-1: a subject that was altered after signing is refused', () => {
    const subject = elementAt(
      requestByOpenSSL(scratch, 'x', ['-key', keyFile, '-subj', '/O=x']),
      SUBJECT,
    );
    expect(outcome(replaceAt(request, SUBJECT, subject))).toBe('CSR-1');
    expect(outcome(resigned(SUBJECT, subject))).toBe('accepted');
  });

  it('CSR-1: a key put in place of the one that signed is refused', () => {
    const other = newKey(scratch, 'other.key', 'RSA-3072');
    const spki = opensslOk(['pkey', '-in', other, '-pubout', '-outform', 'DER']).stdout;
    expect(outcome(replaceAt(request, PUBLIC_KEY, spki))).toBe('CSR-1');
  }, 60_000);

  it('CSR-1: a signature that names an algorithm of another kind of key is refused', () => {
    const ecdsa = octets('30 0a 06 08 2a 86 48 ce 3d 04 03 02');
    expect(outcome(replaceAt(request, [1], ecdsa))).toBe('CSR-1');
  });
});

describeWithOpenSSL('strict DER in requests', () => {
  beforeAll(makeRequest, 60_000);

  it('CSR-1: version 1 is refused although its signature is right', () => {
    expect(outcome(resigned(VERSION, octets('02 01 01')))).toBe('CSR-1');
  });

  it('CSR-1: a request without attributes [0] is refused although its signature is right', () => {
    expect(elementAt(request, ATTRIBUTES)).toEqual(octets('a0 00'));
    const info = removeAt(elementAt(request, [0]), [3]);
    expect(outcome(signedAgain(request, info, key))).toBe('CSR-1');
  });

  it('CSR-1: octets after the end, outside and inside, are refused', () => {
    const attributes = elementAt(request, ATTRIBUTES);
    expect(outcome(joined(request, octets('00')))).toBe('CSR-1');
    expect(outcome(insertAfter(request, [2], octets('05 00')))).toBe('CSR-1');
    expect(outcome(resigned(ATTRIBUTES, attributes, octets('05 00')))).toBe('CSR-1');
  });

  it('CSR-1: lengths that BER allows and DER does not are refused', () => {
    // X.690 10.1: the same length in one octet more, and the indefinite form.
    const contents = request.subarray(4);
    const longer = joined(octets('30 83 00'), request.subarray(2, 4), contents);
    expect(outcome(longer)).toBe('CSR-1');
    expect(outcome(joined(octets('30 80'), contents, octets('00 00')))).toBe('CSR-1');
    expect(outcome(resigned(ATTRIBUTES, octets('a0 81 00')))).toBe('CSR-1');
  });

  it('CSR-1: a request cut short at any place is refused', () => {
    for (let length = 0; length < request.length; length += 7)
      expect(outcome(request.subarray(0, length))).toBe('CSR-1');
  });

  it('CSR-1: more than 16 KiB are refused unread', () => {
    expect(outcome(joined(request, new Uint8Array(16_384)))).toBe('CSR-1');
  });

  it('CSR-1, CSR-5: the same key in another encoding is refused, signed or not', () => {
    const modulus = elementAt(request, [...PUBLIC_KEY, 1, 0, 0]).subarray(4);
    const padded = joined(octets('02 82 01 82 00'), modulus);
    const longForm = octets('02 81 03 01 00 01');
    const withoutNull = octets('30 0b 06 09 2a 86 48 86 f7 0d 01 01 01');
    expect(modulus).toHaveLength(385);
    expect(outcome(resigned([...PUBLIC_KEY, 1, 0, 0], padded))).toBe('CSR-1');
    expect(outcome(resigned([...PUBLIC_KEY, 1, 0, 1], longForm))).toBe('CSR-1');
    expect(outcome(resigned([...PUBLIC_KEY, 0], withoutNull))).toBe('CSR-1');
  });
});

describeWithOpenSSL('algorithms and exponents of requests', () => {
  beforeAll(makeRequest, 60_000);

  it.each(['sha256', 'sha384', 'sha512'])('CSR-3: a signature with %s passes', (hash) => {
    expect(outcome(requestByOpenSSL(scratch, hash, ['-key', keyFile, `-${hash}`]))).toBe(
      'accepted',
    );
  });

  it.each(['sha1', 'md5', 'sha224'])('CSR-3: a signature with %s is refused', (hash) => {
    expect(outcome(requestByOpenSSL(scratch, hash, ['-key', keyFile, `-${hash}`]))).toBe('CSR-3');
  });

  it('CSR-3: parameters other than NULL, which the signature would not cover, are refused', () => {
    const rsa = octets('06 09 2a 86 48 86 f7 0d 01 01 0b');
    expect(outcome(replaceAt(request, [1], wrapped(0x30, rsa, octets('05 00'))))).toBe('accepted');
    expect(outcome(replaceAt(request, [1], wrapped(0x30, rsa)))).toBe('CSR-3');
    expect(outcome(replaceAt(request, [1], wrapped(0x30, rsa, octets('04 00'))))).toBe('CSR-3');
  });

  it('CSR-3: RSASSA-PSS is refused', () => {
    const pss = ['-sha256', '-sigopt', 'rsa_padding_mode:pss'];
    expect(outcome(requestByOpenSSL(scratch, 'pss', ['-key', keyFile, ...pss]))).toBe('CSR-3');
  });

  /** The request with another RSA exponent: the size and the rest of the key stay. */
  const withExponent = (contents: Uint8Array) =>
    outcome(resigned([...PUBLIC_KEY, 1, 0, 1], tlv(0x02, contents)));

  it('CSR-6: an exponent of more than 256 bits is refused', () => {
    const most = new Uint8Array(33).fill(0xff);
    most[0] = 0;
    // 2^256 - 1 is within the bounds: only the signature does not fit it.
    expect(withExponent(most)).toBe('CSR-1');
    expect(withExponent(joined(octets('01'), new Uint8Array(31), octets('01')))).toBe('CSR-6');
  });

  it('CSR-6: an even exponent, one below 65537 and 1 are refused', () => {
    expect(withExponent(octets('01 00 02'))).toBe('CSR-6');
    expect(withExponent(octets('00 ff ff'))).toBe('CSR-6');
    expect(withExponent(octets('01'))).toBe('CSR-6');
  });
});

describeWithOpenSSL('keys of requests by openssl', () => {
  const requestOf = (kind: Parameters<typeof newKey>[2]) =>
    requestByOpenSSL(scratch, kind, ['-key', newKey(scratch, `${kind}.key`, kind)]);

  it.each(['RSA-2048', 'P-256', 'P-384', 'P-521', 'Ed25519'] as const)(
    'CRT-4: %s is refused where the profile asks for RSA-3072 or RSA-4096',
    (kind) => expect(outcome(requestOf(kind))).toBe('CRT-4'),
    60_000,
  );

  it('CRT-4: P-256 passes where a policy of another CA asks for it, P-384 does not', () => {
    expect(outcome(requestOf('P-256'), EC)).toBe('accepted');
    expect(outcome(requestOf('P-384'), EC)).toBe('CRT-4');
  });

  it('CRT-4: RSA with the identifier of RSASSA-PSS is refused', () => {
    const key = scratch.file('pss.key');
    opensslOk([
      'genpkey',
      '-algorithm',
      'rsa-pss',
      '-pkeyopt',
      'rsa_keygen_bits:3072',
      '-out',
      key,
    ]);
    expect(outcome(requestByOpenSSL(scratch, 'pss', ['-key', key]))).toBe('CRT-4');
  }, 60_000);

  it('CSR-6: a key with exponent 3 is refused', () => {
    const key = scratch.file('e3.key');
    const options = ['rsa_keygen_bits:3072', 'rsa_keygen_pubexp:3'].flatMap((o) => ['-pkeyopt', o]);
    opensslOk(['genpkey', '-algorithm', 'RSA', ...options, '-out', key]);
    expect(outcome(requestByOpenSSL(scratch, 'e3', ['-key', key]))).toBe('CSR-6');
  }, 60_000);

  it('CSR-6: a modulus of 3071 bits is refused', () => {
    const key = scratch.file('3071.key');
    opensslOk(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3071', '-out', key]);
    expect(outcome(requestByOpenSSL(scratch, '3071', ['-key', key]))).toBe('CRT-4');
  }, 60_000);

  it('CSR-1: a point in compressed form, a second encoding of one key, is refused', () => {
    const key = newKey(scratch, 'point.key', 'P-256');
    const request = requestByOpenSSL(scratch, 'point', ['-key', key]);
    const point = elementAt(request, [...PUBLIC_KEY, 1]);
    const parity = 2 + ((point.at(-1) ?? 0) & 1);
    const short = wrapped(0x03, Uint8Array.of(0, parity), point.subarray(4, 36));
    const info = elementAt(replaceAt(request, [...PUBLIC_KEY, 1], short), [0]);
    const again = signedAgain(request, info, createPrivateKey(pemOf(key)));
    expect(childrenOf(again)).toHaveLength(3);
    expect(outcome(again, EC)).toBe('CSR-1');
  });
});
