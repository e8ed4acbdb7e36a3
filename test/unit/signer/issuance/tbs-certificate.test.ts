import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { addMonths, unixSeconds } from '../../../../shared/time.ts';
import {
  type CertificateContents,
  notAfterOf,
} from '../../../../signer/issuance/tbs-certificate.ts';
import { hexOf, octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../../../support/openssl.ts';
import {
  contentsOf,
  issuerOf,
  NOW,
  type ProfileName,
  profileOf,
  tbsOf,
} from '../lint/certificate-under-test.ts';
import { elementAt, wrapped } from '../lint/der-edit.ts';
import { extensionsIn } from './certificate-text.ts';

const scratch = new ScratchDirectory();
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A Certificate around the TBSCertificate, signed by node:crypto. */
function certificate(tbs: Uint8Array): Uint8Array {
  const signature = sign('sha384', tbs, privateKey);
  return wrapped(0x30, tbs, elementAt(tbs, [2]), wrapped(0x03, Uint8Array.of(0), signature));
}

/** What `openssl x509 -text` says of a certificate of this profile. */
function textOf(profile: ProfileName, differences: Partial<CertificateContents> = {}): string {
  const file = scratch.write(`${profile}.der`, certificate(tbsOf(profile, differences)));
  const how = ['-inform', 'DER', '-noout', '-text', '-nameopt', 'RFC2253'];
  return opensslOk(['x509', ...how, '-in', file]).text;
}

/** The lines under one extension, trimmed. */
function valueIn(text: string, name: string): string {
  const [, after = ''] = text.split(new RegExp(`^ {12}${name}:.*\\n`, 'm'));
  const [value = ''] = after.split(/^ {0,12}\S/m);
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

const colons = (bytes: Uint8Array) => (hexOf(bytes).toUpperCase().match(/../g) ?? []).join(':');

const PROFILES = ['root-ca', 'time-stamping-ca', 'ocsp-responder', 'tsa'] as const;
const texts = new Map<ProfileName, string>();

/** The text of the certificate of this profile as the signer makes it, once. */
function of(profile: ProfileName): string {
  const text = texts.get(profile) ?? textOf(profile);
  texts.set(profile, text);
  return text;
}

describeWithOpenSSL('a sub-CA as openssl reads it, against table 7.1.2-6', () => {
  it.each(PROFILES)(
    'CP 7.1.1, CRT-5: %s is v3 and names sha384WithRSAEncryption inside and outside',
    (profile) => {
      expect(of(profile)).toContain('Version: 3 (0x2)');
      expect(of(profile).match(/Signature Algorithm: (.*)/g)).toEqual([
        'Signature Algorithm: sha384WithRSAEncryption',
        'Signature Algorithm: sha384WithRSAEncryption',
      ]);
    },
  );

  it.each(['time-stamping-ca', 'ocsp-responder', 'tsa'] as const)(
    'RSP-35: in %s authorityKeyIdentifier is the key of the issuer and nothing else',
    (profile) => {
      const value = valueIn(of(profile), 'X509v3 Authority Key Identifier');
      expect(value).toBe(colons(issuerOf(profile).keyIdentifier));
      const subjectKey = valueIn(of(profile), 'X509v3 Subject Key Identifier');
      expect(subjectKey).toBe(colons(contentsOf(profile).subjectKeyIdentifier));
    },
  );

  it('CP 7.1.2-6: a sub-CA has the extensions of the table, in its order', () => {
    expect(extensionsIn(of('time-stamping-ca'))).toEqual([
      'X509v3 Authority Key Identifier',
      'X509v3 Subject Key Identifier',
      'X509v3 Key Usage, critical',
      'X509v3 Extended Key Usage',
      'X509v3 Certificate Policies',
      'X509v3 Basic Constraints, critical',
      'X509v3 CRL Distribution Points',
      'Authority Information Access',
    ]);
  });

  it.each([
    ['X509v3 Key Usage', 'Certificate Sign, CRL Sign'],
    ['X509v3 Extended Key Usage', 'Time Stamping'],
    ['X509v3 Basic Constraints', 'CA:TRUE, pathlen:0'],
    [
      'X509v3 Certificate Policies',
      'Policy: 1.2.392.200091.100.901.7\nCPS: http://repository.secomtrust.net/SC-Root3/\nPolicy: 2.23.140.1.4.2',
    ],
    [
      'X509v3 CRL Distribution Points',
      'Full Name:\nURI:http://repository.secomtrust.net/SC-Root3/SCRoot3CRL.crl',
    ],
    [
      'Authority Information Access',
      'OCSP - URI:http://scrootca3.ocsp.secomtrust.net\nCA Issuers - URI:http://repository.secomtrust.net/SC-Root3/SCRoot3ca.cer',
    ],
  ])('CP 7.1.2-6: %s of a sub-CA is as the table has it', (name, value) => {
    expect(valueIn(of('time-stamping-ca'), name)).toBe(value);
  });

  it('CRT-2: a sub-CA is for time-stamping alone', () => {
    expect(valueIn(of('time-stamping-ca'), 'X509v3 Extended Key Usage')).toBe('Time Stamping');
  });
});

describeWithOpenSSL('responder, TSA and root as openssl reads them', () => {
  it('CP 7.1.2-5: a responder has the extensions of the table and no other', () => {
    expect(extensionsIn(of('ocsp-responder'))).toEqual([
      'X509v3 Authority Key Identifier',
      'X509v3 Subject Key Identifier',
      'X509v3 Key Usage, critical',
      'X509v3 Extended Key Usage',
      'OCSP No Check',
    ]);
    expect(valueIn(of('ocsp-responder'), 'X509v3 Key Usage')).toBe('Digital Signature');
    expect(valueIn(of('ocsp-responder'), 'X509v3 Extended Key Usage')).toBe('OCSP Signing');
  });

  it('RSP-32: openssl asn1parse finds the nocheck extension with the octets 05 00', () => {
    const file = scratch.write('nocheck.der', certificate(tbsOf('ocsp-responder')));
    const { text } = opensslOk(['asn1parse', '-inform', 'DER', '-in', file]);
    expect(text).toMatch(/OBJECT +:OCSP No Check\n.*OCTET STRING +\[HEX DUMP\]:0500\n/);
  });

  it('CRT-1: extKeyUsage of a TSA is critical and timeStamping alone', () => {
    expect(extensionsIn(of('tsa'))).toEqual([
      'X509v3 Authority Key Identifier',
      'X509v3 Subject Key Identifier',
      'X509v3 Key Usage, critical',
      'X509v3 Extended Key Usage, critical',
      'X509v3 Certificate Policies',
      'X509v3 CRL Distribution Points',
      'Authority Information Access',
    ]);
    expect(valueIn(of('tsa'), 'X509v3 Extended Key Usage')).toBe('Time Stamping');
    expect(valueIn(of('tsa'), 'X509v3 Key Usage')).toBe('Digital Signature');
  });

  it('HTTP-14: every CRL, OCSP and caIssuers address is http://', () => {
    const addresses = PROFILES.flatMap((profile) => of(profile).match(/URI:\S+/g) ?? []);
    expect(addresses).toHaveLength(6);
    for (const address of addresses) expect(address).toMatch(/^URI:http:\/\//);
  });

  it('CSBR 7.1.2.1: a root has basicConstraints, keyUsage and its key identifier alone', () => {
    expect(extensionsIn(of('root-ca'))).toEqual([
      'X509v3 Subject Key Identifier',
      'X509v3 Key Usage, critical',
      'X509v3 Basic Constraints, critical',
    ]);
    expect(valueIn(of('root-ca'), 'X509v3 Basic Constraints')).toBe('CA:TRUE');
  });
});

describeWithOpenSSL('fields of a certificate as openssl reads them', () => {
  it('CRT-3: 135 months from 2026-11-23 end on 2038-02-23, the last second not counted twice', () => {
    expect(of('tsa')).toMatch(/Not Before: Nov 23 04:00:00 2026 GMT/);
    expect(of('tsa')).toMatch(/Not After : Feb 23 03:59:59 2038 GMT/);
  });

  it('RFC 5280 6.1: no certificate outlives its issuer', () => {
    const notAfter = notAfterOf(profileOf('tsa'), NOW, addMonths(NOW, 3));
    expect(textOf('tsa', { notAfter })).toMatch(/Not After : Feb 23 04:00:00 2027 GMT/);
  });

  it('RFC 5280 4.1.2.5: the last second of 2049 is UTCTime, the first of 2050 GeneralizedTime', () => {
    const newYear = Date.parse('2050-01-01T00:00:00Z') / 1000;
    const notBefore = unixSeconds(newYear - 1);
    const tbs = tbsOf('tsa', { notBefore, notAfter: unixSeconds(newYear) });
    const { text } = opensslOk(['asn1parse', '-inform', 'DER'], tbs);
    const times = text.match(/(UTCTIME|GENERALIZEDTIME) +:\S+/g);
    expect(times).toEqual([
      'UTCTIME           :491231235959Z',
      'GENERALIZEDTIME   :20500101000000Z',
    ]);
  });

  it('CSBR 7.1.4.1: the issuer is the octets of the subject of the CA', () => {
    expect(elementAt(tbsOf('tsa'), [3])).toEqual(issuerOf('tsa').subject);
    // C=JP in PrintableString, as openssl asn1parse would show it.
    expect(elementAt(tbsOf('tsa'), [3, 0, 0, 1])).toEqual(octets('13 02 4a 50'));
  });
});
