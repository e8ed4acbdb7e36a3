import { describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { type CRLContents, encodeTBSCertList } from '../../../../signer/crl/tbs-cert-list.ts';
import type { RevokedCertificate } from '../../../../signer/database/revocation-table.ts';
import { hexOf, octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import {
  crlContents,
  findingsAbout,
  KEY_IDENTIFIER,
  NOW,
  tbsCertList,
} from '../lint/crl-under-test.ts';
import { elementAt, wrapped } from '../lint/der-edit.ts';

/** A CertificateList around it; its signature is nobody's, openssl crl -text does not look at it. */
function certificateList(tbs: Uint8Array): Uint8Array {
  return wrapped(0x30, tbs, elementAt(tbs, [1]), octets('03 02 00 00'));
}

function textOf(differences: Partial<CRLContents> = {}): string {
  const der = certificateList(tbsCertList(differences));
  return opensslOk(['crl', '-inform', 'DER', '-noout', '-text', '-nameopt', 'RFC2253'], der).text;
}

function entry(
  serial: string,
  at: string,
  reason: RevokedCertificate['reason'],
): RevokedCertificate {
  return {
    serialNumber: must(serialNumberFromContents(octets(serial)), serial),
    revocationDate: unixSeconds(Date.parse(at) / 1000),
    reason,
    recordedAt: NOW,
  };
}

describeWithOpenSSL('a CRL as openssl crl -text reads it', () => {
  it('CRL-1, CRL-2, CRL-3: version 2, issuer, algorithm and both times', () => {
    const text = textOf();
    expect(text).toContain('Version 2 (0x1)');
    expect(text).toContain('Issuer: CN=CRL test CA,O=Example,C=JP');
    expect(text).toContain('Last Update: Nov 23 04:00:00 2026 GMT');
    expect(text).toContain('Next Update: Nov 22 04:00:00 2027 GMT');
    expect(text.match(/Signature Algorithm: (.*)/g)).toEqual([
      'Signature Algorithm: sha384WithRSAEncryption',
      'Signature Algorithm: sha384WithRSAEncryption',
    ]);
  });

  it('CRL-8, CRL-9, CRL-10: authorityKeyIdentifier and CRL Number 42, neither critical, and nothing else', () => {
    const [, extensions = ''] = /CRL extensions:\n(.*?)\nRevoked/s.exec(textOf()) ?? [];
    const lines = extensions.split('\n').map((line) => line.trim());
    const key = (hexOf(KEY_IDENTIFIER).toUpperCase().match(/../g) ?? []).join(':');
    expect(lines).toEqual(['X509v3 Authority Key Identifier:', key, 'X509v3 CRL Number:', '42']);
  });

  it('CRL-16: expiredCertsOnCRL is written where the policy says so, and openssl parses it', () => {
    const tbs = tbsCertList({ expiredCertsOnCRL: unixSeconds(NOW - 86_400) });
    const { text } = opensslOk(['asn1parse', '-inform', 'DER'], certificateList(tbs));
    const [, value] = /(?:2\.5\.29\.60|expiredCertsOnCRL)\n.*HEX DUMP\]:(\w+)/i.exec(text) ?? [];
    const time = Buffer.from(value ?? '', 'hex');
    expect([time[0], time.subarray(2).toString()]).toEqual([0x18, '20261122040000Z']);
    expect(textOf({ expiredCertsOnCRL: NOW })).not.toContain('critical');
    expect(textOf()).not.toMatch(/2\.5\.29\.60|Expired/);
  });

  it('CRL-9: a number of 2^48 - 1 is written as it is', () => {
    expect(textOf({ crlNumber: 2 ** 48 - 1 })).toMatch(
      /CRL Number: \n +(0xFFFFFFFFFFFF|281474976710655)\n/,
    );
  });

  it('CRL-11: without revoked certificates openssl finds none, and the field is absent', () => {
    const tbs = tbsCertList({ revokedCertificates: [] });
    expect(textOf({ revokedCertificates: [] })).toContain('No Revoked Certificates.');
    // RFC 5280 5.1: after nextUpdate comes crlExtensions [0].
    expect(elementAt(tbs, [4])[0]).toBe(0x17);
    expect(elementAt(tbs, [5])[0]).toBe(0xa0);
  });
});

describeWithOpenSSL('entries of a CRL as openssl reads them', () => {
  it('CRL-3, CRL-12, CRL-14: each entry has its serial number, date and one of four reasons', () => {
    const revokedCertificates = [
      entry('00f00d', '2026-11-20T04:00:00Z', 1),
      entry('01', '1999-12-31T23:59:59Z', 3),
      entry(`7f${'00'.repeat(19)}`, '2026-11-23T04:00:00Z', 4),
      entry('0080', '2020-02-29T12:34:56Z', 5),
    ];
    const read = crlEntries(certificateList(tbsCertList({ revokedCertificates })));
    expect(Object.fromEntries(read)).toEqual({
      f00d: { revocationDate: '2026-11-20T04:00:00Z', reason: 'keyCompromise' },
      '01': { revocationDate: '1999-12-31T23:59:59Z', reason: 'affiliationChanged' },
      [`7f${'00'.repeat(19)}`]: { revocationDate: '2026-11-23T04:00:00Z', reason: 'superseded' },
      '80': { revocationDate: '2020-02-29T12:34:56Z', reason: 'cessationOfOperation' },
    });
  });

  it('CRL-12: reasonCode is an ENUMERATED in an extension that is not critical', () => {
    const { text } = opensslOk(['asn1parse', '-inform', 'DER'], certificateList(tbsCertList()));
    const extensions = text.match(/OBJECT +:X509v3 CRL Reason Code\n.*\n/g) ?? [];
    expect(
      extensions.map((lines) => /prim: ([A-Z ]+?) +\[HEX DUMP\]:(\w+)/.exec(lines)?.slice(1)),
    ).toEqual([
      ['OCTET STRING', '0A0101'],
      ['OCTET STRING', '0A0104'],
    ]);
  });

  it('CRL-3: from 2050 times and revocationDate are GeneralizedTime', () => {
    const at = (text: string) => unixSeconds(Date.parse(text) / 1000);
    const tbs = tbsCertList({
      thisUpdate: at('2050-01-01T00:00:00Z'),
      nextUpdate: at('2050-12-31T00:00:00Z'),
      revokedCertificates: [
        entry('01', '2049-12-31T23:59:59Z', 1),
        entry('02', '2050-01-01T00:00:00Z', 4),
      ],
    });
    const { text } = opensslOk(['asn1parse', '-inform', 'DER'], certificateList(tbs));
    expect(
      text.match(/(UTCTIME|GENERALIZEDTIME) +:\S+/g)?.map((line) => line.replace(/ +/, ' ')),
    ).toEqual([
      'GENERALIZEDTIME :20500101000000Z',
      'GENERALIZEDTIME :20501231000000Z',
      'UTCTIME :491231235959Z',
      'GENERALIZEDTIME :20500101000000Z',
    ]);
  });
});

const MANY = 20_000;

/** One object and one buffer for all entries, rewritten for each: nothing of it may be kept. */
function* reused(): Generator<RevokedCertificate> {
  const contents = new Uint8Array(17);
  contents[0] = 1;
  const entryOf = {
    serialNumber: must(serialNumberFromContents(contents), 'serial number'),
    recordedAt: NOW,
  };
  for (let i = 0; i < MANY; i++) {
    new DataView(contents.buffer).setUint32(13, i);
    yield Object.assign(entryOf, { revocationDate: unixSeconds(NOW - i), reason: 4 as const });
  }
}

describe('a CRL of 20,000 entries', () => {
  it('CP 7.2: it takes no object of an entry along, and passes every requirement', () => {
    const { tbs, entries } = encodeTBSCertList(crlContents({ revokedCertificates: reused() }));
    expect(entries).toBe(MANY);
    expect(findingsAbout(tbs)).toEqual([]);
  });
});

describeWithOpenSSL('a CRL of 20,000 entries as openssl reads it', () => {
  it('CRL-14: each has its own serial number and date', () => {
    const read = crlEntries(certificateList(tbsCertList({ revokedCertificates: reused() })));
    expect(read.size).toBe(MANY);
    for (const i of [0, 1, 9_999, MANY - 1]) {
      const serial = `01${i.toString(16).padStart(32, '0')}`;
      const revocationDate = new Date((NOW - i) * 1000).toISOString().replace('.000', '');
      expect(read.get(serial)).toEqual({ revocationDate, reason: 'superseded' });
    }
  }, 60_000);
});
