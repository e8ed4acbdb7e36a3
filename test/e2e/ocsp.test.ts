import { afterAll, beforeAll, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { curl } from '../support/curl.ts';
import { type Hierarchy, type IssuedTSA, startHierarchy } from '../support/hierarchy.ts';
import { extension, NONCE_OID, ocspRequest, single } from '../support/ocsp-requests.ts';
import { tlv } from '../support/octets.ts';
import {
  makeCA,
  ocspRequestByOpenSSL,
  openssl,
  opensslOk,
  ScratchDirectory,
} from '../support/openssl.ts';
import { iso, ocspStatus } from '../support/openssl-text.ts';
import { describeWithTools, tool } from '../support/tools.ts';

const HASHES = ['sha1', 'sha256'] as const;
type Hash = (typeof HASHES)[number];

const MALFORMED_REQUEST = '30030a0101';
const UNAUTHORIZED = '30030a0106';

let pki: Hierarchy;
let good: IssuedTSA;
let revoked: IssuedTSA;
let scratch: ScratchDirectory;

beforeAll(async () => {
  scratch = new ScratchDirectory();
  pki = await startHierarchy({ keys: 'fast' });
  [good, revoked] = await Promise.all([pki.issue('good'), pki.issue('revoked')]);
  await pki.revoke(revoked.serialNumber, 'affiliationChanged');
  await pki.untilServed();
});
afterAll(() => pki?.close());

interface Question {
  /** Options of `openssl ocsp` that name the certificate. */
  readonly about: readonly string[];
  readonly issuer?: string;
  readonly trust?: string;
  readonly hash?: Hash;
  readonly more?: readonly string[];
}

/** `openssl ocsp` as a relying party that trusts only the root, over POST. */
function ask({ about, issuer = pki.subCA, trust = pki.root, hash = 'sha1', more }: Question) {
  return openssl([
    ...['ocsp', '-issuer', issuer, `-${hash}`, ...about, '-url', pki.ca.edge],
    ...['-CAfile', trust, '-verify_other', issuer, ...(more ?? ['-no_nonce'])],
  ]);
}

function requestFor(certificate: IssuedTSA, hash: Hash, ...more: readonly string[]): Uint8Array {
  const about = ['-issuer', pki.subCA, `-${hash}`, '-cert', certificate.pem];
  return ocspRequestByOpenSSL(scratch, [...about, ...(more.length > 0 ? more : ['-no_nonce'])]);
}

function post(body: Uint8Array) {
  const type = 'Content-Type: application/ocsp-request';
  const file = scratch.write('posted.der', body);
  return curl(pki.ca.edge, '--header', type, '--data-binary', `@${file}`);
}

describeWithTools('openssl ocsp over POST', ['openssl'], () => {
  it.each(HASHES)('REQ-12: a good certificate is good to openssl with a %s CertID', (hash) => {
    const answer = ask({ about: ['-cert', good.pem], hash });
    expect(answer.text).toContain('Response verify OK');
    expect(answer.text).toContain('good.pem: good');
    expect(answer.status).toBe(0);
  });

  it.each(HASHES)(
    'RSP-11: openssl shows reason and time of a revocation, %s CertID',
    async (hash) => {
      const answer = ask({ about: ['-cert', revoked.pem], hash });
      expect(answer.text).toContain('Response verify OK');
      expect(answer.text).toContain('revoked.pem: revoked');
      expect(answer.text).toContain('Reason: affiliationChanged');
      const [, time = ''] = /Revocation Time: (.+)/.exec(answer.text) ?? [];
      expect(iso(time)).toBe((await pki.show(revoked.serialNumber)).revocationDate);
    },
  );

  it.each(HASHES)('RSP-18: the sub-CA is good by the responder of the root, %s CertID', (hash) => {
    const answer = ask({ about: ['-cert', pki.subCA], issuer: pki.root, hash });
    expect(answer.text).toContain('Response verify OK');
    expect(answer.text).toContain('.pem: good');
  });

  it('RFC 6960 3.2: openssl refuses the answer when it trusts another CA', () => {
    const answer = ask({ about: ['-cert', good.pem], trust: makeCA(scratch, 'untrusted') });
    expect(answer.text).toContain('Response Verify Failure');
    expect(answer.status).not.toBe(0);
  });

  it('RFC 6960 3.2: openssl refuses the answer when one bit of the signed part is changed', () => {
    const { body } = post(requestFor(good, 'sha256'));
    const altered = body.slice();
    const at = hexFromBytes(body).indexOf(good.serialNumber) / 2;
    altered[at + 4] = (altered[at + 4] ?? 0) ^ 1;
    const check = (der: Uint8Array) =>
      openssl([
        ...['ocsp', '-respin', scratch.write('answer.der', der), '-issuer', pki.subCA],
        ...['-CAfile', pki.root, '-verify_other', pki.subCA],
      ]).text;
    expect(check(body)).toContain('Response verify OK');
    expect(check(altered)).toContain('Response Verify Failure');
  });

  it('REQ-19: a request with a nonce gets the answer that was signed beforehand', () => {
    const answer = ask({ about: ['-cert', good.pem], more: [] });
    expect(answer.text).toContain('WARNING: no nonce in response');
    expect(answer.text).toContain('Response verify OK');
    expect(answer.text).toContain('good.pem: good');
  });

  it('CSBR 4.9.9: the answer carries its responder, for OCSP signing alone and not to be checked', () => {
    const { text } = ask({ about: ['-cert', good.pem], more: ['-no_nonce', '-resp_text'] });
    const [, keyHash = 'none'] = /Responder Id: ([0-9A-F]{40})/.exec(text) ?? [];
    const [, keyIdentifier] =
      /Subject Key Identifier: *\n +([0-9A-F:]+)/.exec(text.slice(text.indexOf('Certificate:'))) ??
      [];
    expect(keyIdentifier?.replaceAll(':', '')).toBe(keyHash);
    expect(text).toMatch(/Extended Key Usage: *\n +OCSP Signing\n/);
    expect(text).toContain('OCSP No Check');
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  });
});

describeWithTools('questions without an answer', ['openssl', 'curl'], () => {
  it.each(['0x1234567890ABCDEF', '0x00', `0x7f${'11'.repeat(19)}`])(
    'RSP-14: serial number %s, never issued, is unauthorized to openssl',
    (serial) => {
      const answer = ask({ about: ['-serial', serial] });
      expect(answer.text).toContain('Responder Error: unauthorized (6)');
      expect(answer.status).not.toBe(0);
    },
  );

  it('REQ-14: a certificate of another issuer is unauthorized to openssl', () => {
    const about = ['-serial', `0x${good.serialNumber}`];
    const answer = ask({ about, issuer: makeCA(scratch, 'stranger') });
    expect(answer.text).toContain('Responder Error: unauthorized (6)');
  });

  it('REQ-14: a serial number of the sub-CA asked of the root is unauthorized', () => {
    const answer = ask({ about: ['-serial', `0x${good.serialNumber}`], issuer: pki.root });
    expect(answer.text).toContain('Responder Error: unauthorized (6)');
  });

  it('RSP-14: unauthorized is not signed and not to be stored', () => {
    const about = ['-issuer', pki.subCA, '-serial', '0x1234', '-no_nonce'];
    const { status, headers, body } = post(ocspRequestByOpenSSL(scratch, about));
    expect(hexFromBytes(body)).toBe(UNAUTHORIZED);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('content-type')).toBe('application/ocsp-response');
    expect(status).toBe(200);
  });

  it.each([
    ['text', new TextEncoder().encode('garbage')],
    ['nothing', new Uint8Array(0)],
    ['a request of 10,001 octets', new Uint8Array(10_001).fill(0x30)],
  ])('REQ-6: %s instead of a request is malformedRequest', (_name, bytes) => {
    const { status, body } = post(bytes);
    expect(hexFromBytes(body)).toBe(MALFORMED_REQUEST);
    const said = openssl(['ocsp', '-respin', scratch.write('refused.der', body), '-noverify']);
    expect(said.text).toContain('Responder Error: malformedrequest (1)');
    expect(status).toBe(200);
  });

  it('REQ-9: a request with an octet after its end is malformedRequest', () => {
    const body = new Uint8Array([...requestFor(good, 'sha256'), 0]);
    expect(hexFromBytes(post(body).body)).toBe(MALFORMED_REQUEST);
  });

  it.each(['MF%GG', 'MFEw_-', 'not base64'.replace(' ', '%20')])(
    'REQ-4: GET /%s is malformedRequest',
    (path) => {
      expect(hexFromBytes(curl(`${pki.ca.edge}/${path}`).body)).toBe(MALFORMED_REQUEST);
    },
  );
});

/** A request whose base64 has `+` and `//`: the nonce is chosen for it. */
function awkwardRequest(hash: Hash): { readonly der: Uint8Array; readonly base64: string } {
  // Four headers of two octets each stand before the CertID.
  const list = [single(requestFor(revoked, hash).subarray(8))];
  for (const zeros of [0, 1, 2]) {
    const chosen = [...new Array(zeros).fill(0), ...new Array(6).fill(255), 0xfb, 0xef, 0xbe, 0xfb];
    const nonce = extension(NONCE_OID, tlv(0x04, new Uint8Array([...chosen, 0xef, 0xbe])));
    const der = ocspRequest({ list, extensions: [nonce] });
    const base64 = Buffer.from(der).toString('base64');
    if (base64.includes('+') && base64.includes('//')) return { der, base64 };
  }
  throw new Error('no such nonce');
}

const escaped = (text: string) => text.replace(/[+/=]/g, encodeURIComponent);

const ENCODINGS: readonly (readonly [string, (base64: string) => string])[] = [
  ['all of + / = escaped', (base64) => `/${escaped(base64)}`],
  [
    'escapes in lower case',
    (base64) => `/${escaped(base64).replace(/%../g, (octet) => octet.toLowerCase())}`,
  ],
  ['nothing escaped', (base64) => `/${base64}`],
  [
    'every octet escaped',
    (base64) => `/${[...base64].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`,
  ],
  ['one slash too many', (base64) => `//${escaped(base64)}`],
];

describeWithTools('OCSP over GET with curl', ['openssl', 'curl'], () => {
  it.each(HASHES.flatMap((hash) => ENCODINGS.map(([name, encode]) => ({ hash, name, encode }))))(
    'REQ-2, REQ-3: GET with $name, $hash CertID, gives the octets of POST',
    ({ hash, encode }) => {
      const { der, base64 } = awkwardRequest(hash);
      const got = curl(`${pki.ca.edge}${encode(base64)}`);
      expect(hexFromBytes(got.body)).toBe(hexFromBytes(post(der).body));
      const file = scratch.write('got.der', got.body);
      const { text } = openssl([
        ...['ocsp', '-respin', file, `-${hash}`, '-issuer', pki.subCA, '-cert', revoked.pem],
        ...['-CAfile', pki.root, '-verify_other', pki.subCA, '-no_nonce'],
      ]);
      expect(text).toContain('Response verify OK');
      expect(text).toContain('revoked.pem: revoked');
    },
  );

  it.each(HASHES)('REQ-5: the request of openssl itself fits GET, %s CertID', (hash) => {
    const url = `${pki.ca.edge}/${escaped(Buffer.from(requestFor(good, hash)).toString('base64'))}`;
    expect(url.length).toBeLessThanOrEqual(255);
    const { body } = curl(url);
    expect(ocspStatus(body)).toBe('good');
  });

  it('HTTP-1, HTTP-2, HTTP-3: type, length, times and ETag are those of the answer', () => {
    const base64 = Buffer.from(requestFor(good, 'sha256')).toString('base64');
    const { status, headers, body } = curl(`${pki.ca.edge}/${escaped(base64)}`);
    expect(status).toBe(200);
    const file = scratch.write('headers.der', body);
    const sha256 = opensslOk(['dgst', '-sha256', '-r', file]).text.split(' ')[0];
    const { text } = openssl(['ocsp', '-respin', file, '-noverify', '-resp_text']);
    const timeOf = (name: string) => new Date(new RegExp(`${name}: (.+)`).exec(text)?.[1] ?? '');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/ocsp-response',
      'content-length': String(body.length),
      etag: `"${sha256}"`,
      'last-modified': timeOf('This Update').toUTCString(),
      expires: timeOf('Next Update').toUTCString(),
    });
    expect(headers.get('cache-control')).toMatch(
      /^max-age=\d+, public, no-transform, must-revalidate$/,
    );
  });

  it('HTTP-7: curl is told 304 when it has the answer already', () => {
    const base64 = Buffer.from(requestFor(good, 'sha256')).toString('base64');
    const url = `${pki.ca.edge}/${escaped(base64)}`;
    const tag = scratch.file('etag');
    expect(curl(url, '--etag-save', tag).status).toBe(200);
    const again = curl(url, '--etag-compare', tag);
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
  });
});

/** GnuTLS looks for the responder's issuer among what it trusts only, so the sub-CA is there too. */
function ocsptool(certificate: string, issuer: string, trust: string) {
  const files = [`--load-issuer=${issuer}`, `--load-cert=${certificate}`, `--load-trust=${trust}`];
  return tool('ocsptool', ['--ask', ...files]);
}

describeWithTools('GnuTLS ocsptool', ['ocsptool', 'openssl'], () => {
  it('RFC 6960 A.1: ocsptool finds the responder by the certificate and verifies good', () => {
    const answer = ocsptool(good.pem, pki.subCA, pki.chain);
    expect(answer.text).toContain('Certificate Status: good');
    expect(answer.text).toContain('Verifying OCSP Response: Success');
    expect(answer.status).toBe(0);
  });

  it('RFC 6960 A.1: ocsptool verifies revoked just as well', () => {
    const answer = ocsptool(revoked.pem, pki.subCA, pki.chain);
    expect(answer.text).toContain('Certificate Status: revoked');
    expect(answer.text).toContain('Verifying OCSP Response: Success');
  });

  it('RSP-18: ocsptool verifies the status of the sub-CA with the root alone', () => {
    const answer = ocsptool(pki.subCA, pki.root, pki.root);
    expect(answer.text).toContain('Certificate Status: good');
    expect(answer.text).toContain('Verifying OCSP Response: Success');
  });

  it('RFC 6960 3.2: ocsptool refuses an answer under another CA', () => {
    const answer = ocsptool(good.pem, pki.subCA, makeCA(scratch, 'not-trusted'));
    expect(answer.text).toContain('Verifying OCSP Response: Failure');
    expect(answer.status).not.toBe(0);
  });
});
