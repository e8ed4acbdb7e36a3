import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import type { CRLReasonName } from '../../shared/policy/crl-reasons.ts';
import { curl } from '../support/curl.ts';
import { eventually, type Hierarchy, ROOT, SUB_CA, startHierarchy } from '../support/hierarchy.ts';
import { openssl, opensslOk, ScratchDirectory } from '../support/openssl.ts';
import { crlEntries, ocspStatus, type StatedRevocation } from '../support/openssl-text.ts';
import {
  fetchBody,
  issueTarget,
  observeWhile,
  type Round,
  remembering,
  type Target,
} from '../support/revocation-watch.ts';
import { describeIf, describeWithTools, isInstalled, tool } from '../support/tools.ts';

const REASONS: readonly CRLReasonName[] = [
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
];

let pki: Hierarchy;
let scratch: ScratchDirectory;
let kept: Target;
let backdated: Target;
const revoked = new Map<CRLReasonName, Target>();
let rounds: readonly Round[];

beforeAll(async () => {
  scratch = new ScratchDirectory();
  pki = await startHierarchy({ keys: 'fast' });
  const names = ['kept', 'backdated', ...REASONS];
  const targets = await Promise.all(names.map((name) => issueTarget(pki, scratch, name)));
  [kept, backdated] = targets as [Target, Target];
  for (const [index, reason] of REASONS.entries())
    revoked.set(reason, targets[index + 2] as Target);
  await pki.untilServed();
  rounds = await observeWhile(pki, targets, revokeAll);
});
afterAll(() => pki?.close());

/** One after the other, so that each has an epoch of its own. */
async function revokeAll(): Promise<void> {
  for (const [reason, { certificate }] of revoked)
    await pki.revoke(certificate.serialNumber, reason);
  const { serialNumber, view } = backdated.certificate;
  await pki.revoke(serialNumber, 'keyCompromise', '--revocation-date', view.notBefore);
  await pki.untilServed();
}

const fetchCRL = (authority = SUB_CA) => fetchBody(`${pki.ca.edge}/crl/${authority}.crl`);
const askOCSP = (request: Uint8Array) => fetchBody(pki.ca.edge, request);

const entriesOf = remembering(crlEntries);
const statusOf = remembering(ocspStatus);

describeWithTools('CRL and OCSP while certificates are revoked', ['openssl'], () => {
  it('RSP-24: an answer between two equal CRLs says of its certificate what they say', () => {
    const calm = rounds.filter(({ before, after }) => entriesOf(before) === entriesOf(after));
    expect(calm.length).toBeGreaterThan(0);
    for (const { before, answers } of calm) {
      for (const [serialNumber, response] of answers)
        expect(statusOf(response)).toEqual(entriesOf(before).get(serialNumber) ?? 'good');
    }
  });

  it('RSP-24: an answer is never behind the CRL seen before it nor ahead of the one after it', () => {
    for (const { before, answers, after } of rounds) {
      for (const [serialNumber, response] of answers) {
        const status = statusOf(response);
        const said = [entriesOf(before), entriesOf(after)].map((entries) => {
          return entries.get(serialNumber) ?? 'good';
        });
        expect(said).toContainEqual(status);
      }
    }
  });

  it('CRL-14: no entry disappears or changes from one CRL to the next', () => {
    const seen = rounds.flatMap(({ before, after }) => [entriesOf(before), entriesOf(after)]);
    const last = seen.at(-1) ?? new Map<string, StatedRevocation>();
    expect(last.size).toBe(REASONS.length + 1);
    expect(new Set(seen).size).toBeGreaterThan(1);
    for (const [index, entries] of seen.entries()) {
      for (const [serialNumber, entry] of entries)
        expect(seen[index + 1]?.get(serialNumber) ?? entry).toEqual(entry);
    }
  });
});

describeWithTools('what CRL and OCSP say in the end', ['openssl'], () => {
  it.each(REASONS)('CRL-12, RSP-23: %s has one reason and one time in both', async (reason) => {
    const { certificate, requests } = revoked.get(reason) as Target;
    const { revocationDate } = await pki.show(certificate.serialNumber);
    const expected = { revocationDate, reason };
    expect(crlEntries(await fetchCRL()).get(certificate.serialNumber)).toEqual(expected);
    for (const request of requests) expect(ocspStatus(await askOCSP(request))).toEqual(expected);
  });

  it('CSBR 4.9.6: a compromise dated back has the same earlier time in both', async () => {
    const { certificate, requests } = backdated;
    const expected = { revocationDate: certificate.view.notBefore, reason: 'keyCompromise' };
    expect(crlEntries(await fetchCRL()).get(certificate.serialNumber)).toEqual(expected);
    for (const request of requests) expect(ocspStatus(await askOCSP(request))).toEqual(expected);
  });

  it('RSP-24: a certificate that is not on the CRL is good', async () => {
    expect(crlEntries(await fetchCRL()).has(kept.certificate.serialNumber)).toBe(false);
    for (const request of kept.requests) expect(ocspStatus(await askOCSP(request))).toBe('good');
  });
});

/** The value of a name in openssl's text of the CRL. */
function crlText(der: Uint8Array, pattern: RegExp): string {
  const { text } = opensslOk(['crl', '-inform', 'DER', '-noout', '-text'], der);
  return pattern.exec(text)?.[1]?.replaceAll(':', '').toLowerCase() ?? `none in ${text}`;
}

function crlNumberOf(der: Uint8Array): number {
  return Number(crlText(der, /X509v3 CRL Number: *\n +(\d+)/));
}

describeWithTools('the form of the CRLs', ['openssl', 'curl'], () => {
  it.each([
    [ROOT, () => pki.root],
    [SUB_CA, () => pki.subCA],
  ])('CRL-2: openssl verifies the CRL of %s with its certificate', async (authority, issuer) => {
    const der = await fetchCRL(authority);
    const verify = (by: string) => openssl(['crl', '-inform', 'DER', '-noout', '-CAfile', by], der);
    expect(verify(issuer()).text).toContain('verify OK');
    expect(verify(kept.certificate.pem).text).not.toContain('verify OK');
  });

  it.each([
    [ROOT, () => pki.root],
    [SUB_CA, () => pki.subCA],
  ])(
    'CRL-1, CRL-8: %s has version 2, the issuer’s key identifier and a number',
    async (authority, issuer) => {
      const der = await fetchCRL(authority);
      expect(crlText(der, /Version (\d)/)).toBe('2');
      const ski = opensslOk([
        'x509',
        '-in',
        issuer(),
        '-noout',
        '-ext',
        'subjectKeyIdentifier',
      ]).text;
      const [, keyIdentifier = ''] = /\n +([0-9A-F:]+)/.exec(ski) ?? [];
      const aki = crlText(der, /X509v3 Authority Key Identifier: *\n +(?:keyid:)?([0-9A-F:]+)\n/);
      expect(aki).toBe(keyIdentifier.replaceAll(':', '').toLowerCase());
      expect(crlNumberOf(der)).toBeGreaterThan(0);
      const { text } = opensslOk(['crl', '-inform', 'DER', '-noout', '-text'], der);
      const [, extensions = ''] =
        /CRL extensions:\n([\s\S]*?)\n\S*(?:No )?Revoked/.exec(text) ?? [];
      expect(extensions.match(/X509v3|\d\.\d\.\d/g)).toHaveLength(2);
      expect(extensions).not.toContain('critical');
    },
  );
});

describeWithTools('how the CRLs follow each other and are served', ['openssl', 'curl'], () => {
  it('CRL-11: the CRL of the root, which revoked nothing, has no empty list', async () => {
    const { text } = opensslOk(['crl', '-inform', 'DER', '-noout', '-text'], await fetchCRL(ROOT));
    expect(text).toContain('No Revoked Certificates.');
    const outline = opensslOk(['asn1parse', '-inform', 'DER'], await fetchCRL(ROOT)).text;
    expect(outline).not.toMatch(/l= +0 cons: SEQUENCE/);
  });

  it('CRL-9: the number rises with every revocation, and equal numbers are equal CRLs', () => {
    const byNumber = new Map<number, string>();
    const distinct = new Map(rounds.map(({ before }) => [hexFromBytes(before), before]));
    let previous = 0;
    for (const [content, der] of distinct) {
      const number = crlNumberOf(der);
      expect(number).toBeGreaterThan(previous);
      expect(byNumber.has(number)).toBe(false);
      byNumber.set(number, content);
      previous = number;
    }
  });

  it('CRL-6: a new CRL is made after an issuance', async () => {
    const before = crlNumberOf(await fetchCRL());
    await pki.issue('one-more');
    await eventually(async () => crlNumberOf(await fetchCRL()) > before);
  });

  it.each([ROOT, SUB_CA])(
    'HTTP-11, HTTP-13: type, ETag and times of the CRL of %s',
    (authority) => {
      const { status, headers, body } = curl(`${pki.ca.edge}/crl/${authority}.crl`);
      expect(status).toBe(200);
      const file = scratch.write('crl.der', body);
      const times = opensslOk([
        ...['crl', '-inform', 'DER', '-in', file, '-noout', '-lastupdate', '-nextupdate'],
      ]).text;
      const timeOf = (name: string) => new Date(new RegExp(`${name}=(.+)`).exec(times)?.[1] ?? '');
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'application/pkix-crl',
        'content-length': String(body.length),
        etag: `"${opensslOk(['dgst', '-sha256', '-r', file]).text.split(' ')[0]}"`,
        'last-modified': timeOf('lastUpdate').toUTCString(),
      });
      const expires = Date.parse(headers.get('expires') ?? '');
      expect(expires).toBeLessThanOrEqual(timeOf('nextUpdate').getTime());
    },
  );
});

/** `openssl verify` with the CRLs of all of the path, as files and out of certificates' own URLs. */
function verify(certificate: string, ...more: readonly string[]) {
  const crls = [ROOT, SUB_CA].flatMap((authority) => {
    const { body } = curl(`${pki.ca.edge}/crl/${authority}.crl`);
    return ['-CRLfile', scratch.write(`${authority}.crl`, body)];
  });
  const trust = ['-CAfile', pki.root, '-untrusted', pki.subCA];
  return openssl(['verify', '-crl_check_all', ...more, ...trust, ...crls, certificate]);
}

describeWithTools('openssl verify', ['openssl', 'curl'], () => {
  it.each([
    ['plainly', []],
    [
      'by every rule of X.509, as a time-stamp signer',
      ['-x509_strict', '-purpose', 'timestampsign'],
    ],
  ])('RFC 5280 6: a good certificate verifies %s with all CRLs', (_how, more) => {
    expect(verify(kept.certificate.pem, ...more).text).toContain('kept.pem: OK');
  });

  it.each(REASONS)('RFC 5280 6.3: a certificate revoked for %s does not verify', (reason) => {
    const { status, text } = verify(revoked.get(reason)?.certificate.pem ?? '');
    expect(text).toContain('error 23 at 0 depth lookup: certificate revoked');
    expect(status).not.toBe(0);
  });

  it('CRT-1: a TSA certificate is for no other purpose', () => {
    for (const purpose of ['sslclient', 'sslserver', 'smimesign'])
      expect(verify(kept.certificate.pem, '-purpose', purpose).text).toMatch(
        /unsuitable|unsupported/,
      );
  });

  it('RFC 5280 4.2.1.13: openssl finds the CRL by the certificate itself', () => {
    const trust = ['-CAfile', pki.root, '-untrusted', pki.subCA];
    const check = ({ certificate }: Target) =>
      openssl(['verify', '-crl_download', '-crl_check', ...trust, certificate.pem]).text;
    expect(check(kept)).toContain('kept.pem: OK');
    expect(check(backdated)).toContain('certificate revoked');
  });
});

describeWithTools('the URLs in an issued certificate', ['openssl', 'curl'], () => {
  const extensionText = (pem: string, name: string) =>
    opensslOk(['x509', '-in', pem, '-noout', '-ext', name]).text;

  function aiaURL(pem: string, method: string): string {
    const text = extensionText(pem, 'authorityInfoAccess');
    return new RegExp(`${method} - URI:(\\S+)`).exec(text)?.[1] ?? `none in ${text}`;
  }

  it.each([
    ['a TSA certificate', () => kept.certificate.pem, () => pki.subCA],
    ['the sub-CA', () => pki.subCA, () => pki.root],
  ])('HTTP-12: caIssuers of %s is its issuer’s certificate, DER', (_name, certificate, issuer) => {
    const { status, headers, body } = curl(aiaURL(certificate(), 'CA Issuers'));
    expect(status).toBe(200);
    expect(body).toEqual(
      new Uint8Array(opensslOk(['x509', '-in', issuer(), '-outform', 'DER']).stdout),
    );
    const file = scratch.write('issuer.cer', body);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pkix-cert',
      'content-length': String(body.length),
      etag: `"${opensslOk(['dgst', '-sha256', '-r', file]).text.split(' ')[0]}"`,
    });
  });

  it('RFC 5280 4.2.2.1: beside it openssl finds all that it takes to verify a TSA certificate', () => {
    const url = aiaURL(kept.certificate.pem, 'CA Issuers').replace(/\.cer$/, '.p7c');
    const { status, headers, body } = curl(url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/pkcs7-mime; smime-type=certs-only');
    const message = scratch.write('chain.p7c', body);
    const chain = opensslOk(['pkcs7', '-inform', 'DER', '-in', message, '-print_certs']).text;
    const untrusted = scratch.write('chain-of-p7c.pem', chain);
    const trust = ['-CAfile', pki.root, '-untrusted', untrusted, '-purpose', 'timestampsign'];
    expect(opensslOk(['verify', ...trust, kept.certificate.pem]).text).toContain('kept.pem: OK');
  });

  it('RFC 5280 4.2.2.1: certificate, CRLs and status follow from the certificate and the root', () => {
    const untrusted = scratch.file('fetched.pem');
    const issuer = scratch.write(
      'fetched.cer',
      curl(aiaURL(kept.certificate.pem, 'CA Issuers')).body,
    );
    opensslOk(['x509', '-inform', 'DER', '-in', issuer, '-out', untrusted]);
    const crls = [kept.certificate.pem, untrusted].flatMap((pem, index) => {
      const text = extensionText(pem, 'crlDistributionPoints');
      const { status, body } = curl(/URI:(\S+)/.exec(text)?.[1] ?? '');
      expect(status).toBe(200);
      return ['-CRLfile', scratch.write(`fetched-${index}.crl`, body)];
    });
    const trust = ['-CAfile', pki.root, '-untrusted', untrusted];
    const path = openssl(['verify', '-crl_check_all', ...trust, ...crls, kept.certificate.pem]);
    expect(path.text).toContain('kept.pem: OK');
    const url = opensslOk(['x509', '-in', kept.certificate.pem, '-noout', '-ocsp_uri']).text.trim();
    const ocsp = openssl([
      ...['ocsp', '-issuer', untrusted, '-cert', kept.certificate.pem, '-url', url],
      ...['-CAfile', pki.root, '-no_nonce'],
    ]);
    expect(ocsp.text).toContain('Response verify OK');
    expect(ocsp.text).toContain('kept.pem: good');
  });
});

const noJava = (() => {
  if (!isInstalled('java')) return 'no java';
  const { text } = tool('java', ['--list-modules']);
  return text.includes('jdk.compiler') ? undefined : 'no Java compiler';
})();

describeIf('Java PKIXRevocationChecker', noJava, () => {
  function check(how: 'ocsp' | 'crl', certificate: string): string {
    const program = join(import.meta.dirname, 'check-revocation.java');
    const crlByURL = '-Dcom.sun.security.enableCRLDP=true';
    return tool('java', [crlByURL, program, how, pki.root, certificate, pki.subCA]).text.trim();
  }

  describe.each(['ocsp', 'crl'] as const)('by %s', (how) => {
    it('RFC 5280 6: a good certificate is valid', () => {
      expect(check(how, kept.certificate.pem)).toBe('valid');
    });

    it('RFC 5280 6.3: a revoked one is not, for the reason and since the time on record', () => {
      const since = backdated.certificate.view.notBefore;
      const said = check(how, backdated.certificate.pem);
      expect(said).toBe(`invalid: REVOKED at 0\nKEY_COMPROMISE ${since}`);
    });
  });
});
