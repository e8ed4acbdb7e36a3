import { AsnConvert } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { beforeAll, expect, it } from 'vitest';
import { isoText } from '../../../../shared/time.ts';
import { check } from '../../../../workers/repository/check/check.ts';
import type { Input } from '../../../../workers/repository/check/given.ts';
import { shown } from '../../../../workers/repository/check/name-text.ts';
import {
  ITEMS_MAX,
  readInput,
  readPasted,
} from '../../../../workers/repository/check/read-input.ts';
import { CheckPKI, type KeyKind, type Party, worldOf } from '../../../support/check-pki.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';

let pki: CheckPKI;
let root: Party;
let subCA: Party;
let leaf: Party;

beforeAll(() => {
  pki = new CheckPKI();
  root = pki.root('root');
  subCA = pki.issue(root, 'sub-ca', 'ca');
  leaf = pki.issue(subCA, 'leaf', 'leaf');
});

const octetsOf = (text: string) => new TextEncoder().encode(text);

function kinds(octets: Uint8Array): readonly string[] {
  return readInput(octets).map((item) => (item.kind === 'refused' ? item.code : item.kind));
}

function kindsPasted(text: string): readonly string[] {
  return readPasted(text).map((item) => (item.kind === 'refused' ? item.code : item.kind));
}

describeWithOpenSSL('what is read', () => {
  it('RFC 5280 4.1: a certificate as DER, PEM, and PEM among other text', () => {
    const pem = pki.pemOf(leaf);
    expect(kinds(leaf.der)).toEqual(['certificate']);
    expect(kinds(octetsOf(pem))).toEqual(['certificate']);
    expect(kinds(octetsOf(`subject=leaf\r\n${pem.replaceAll('\n', '\r\n')}rest`))).toEqual([
      'certificate',
    ]);
  });

  it.each(['0 s:CN=leaf\n', '01 root\r\n', '0\n'])(
    'RFC 7468 5.2: PEM after the line %j, which begins as DER does',
    (line) => {
      expect(kinds(octetsOf(line + pki.pemOf(leaf, subCA)))).toEqual([
        'certificate',
        'certificate',
      ]);
    },
  );

  it('RFC 3161 2.4.2: DER of something else is data, whatever stands in it', () => {
    const text = octetsOf(`${pki.pemOf(leaf)}`.slice(0, 100));
    expect(kinds(Buffer.concat([Buffer.from([0x30, 102, 0x0c, 100]), text]))).toEqual(['data']);
    expect(kinds(octetsOf('0 apples'))).toEqual(['data']);
  });

  it('RFC 7468 5.1: several certificates in one file', () => {
    expect(kinds(octetsOf(pki.pemOf(leaf, subCA, root)))).toEqual(new Array(3).fill('certificate'));
  });

  it.each(['DER', 'PEM'])('RFC 5652 5.1: a certs-only message of openssl as %s', (form) => {
    const out = pki.scratch.file(`chain-${form}.p7c`);
    const certificates = [leaf, subCA].flatMap(({ pem }) => ['-certfile', pem]);
    opensslOk(['crl2pkcs7', '-nocrl', ...certificates, '-outform', form, '-out', out]);
    expect(kinds(pki.scratch.read(`chain-${form}.p7c`))).toEqual(['certificate', 'certificate']);
  });

  it('RFC 3161 2.4.2: a response and its token', () => {
    const response = pki.stamp(pki.issue(subCA, 'tsa', 'tsa'), octetsOf('data'));
    expect(kinds(response)).toEqual(['token']);
    expect(kinds(pki.tokenOf(response))).toEqual(['token']);
  });

  it('RFC 3161 2.4.2: a response in which the TSA refused', () => {
    expect(kinds(Buffer.from('30053003020102', 'hex'))).toEqual(['time-stamp-refused']);
  });

  it('RFC 4648 4: what is pasted may be base64 alone', () => {
    expect(kindsPasted(` ${Buffer.from(leaf.der).toString('base64')}\n`)).toEqual(['certificate']);
    expect(kindsPasted(pki.pemOf(leaf))).toEqual(['certificate']);
  });

  it('RFC 3161 2.4.2: any other file may be what was stamped', () => {
    expect(kinds(octetsOf('%PDF-1.7'))).toEqual(['data']);
    expect(kinds(new Uint8Array(3 << 20).fill(0x30))).toEqual(['data']);
  });
});

describeWithOpenSSL('what is refused, and why', () => {
  it.each<[string, () => readonly string[], string]>([
    ['nothing', () => kinds(new Uint8Array()), 'empty'],
    ['white space', () => kindsPasted(' \n'), 'empty'],
    ['a story', () => kindsPasted('Once upon a time'), 'no-certificate'],
    ['half a PEM block', () => kindsPasted(pki.pemOf(leaf).slice(0, 300)), 'damaged'],
    ['a PEM block with a hole', () => kindsPasted(pki.pemOf(leaf).replace(/M/, '*')), 'damaged'],
    ['a private key', () => kinds(pki.scratch.read('leaf.key')), 'private-key'],
    ['a request', () => kinds(pki.scratch.read('leaf.csr')), 'request'],
    ['too many', () => kindsPasted(pki.pemOf(leaf).repeat(ITEMS_MAX + 1)), 'too-many'],
  ])('RFC 7468 2: %s', (_name, read, code) => {
    expect(read()).toEqual([code]);
  });

  it('X.690 8.1.3.6: no BER', () => {
    const ber = Buffer.concat([Buffer.from('3080', 'hex'), leaf.der.subarray(4), Buffer.alloc(2)]);
    expect(kinds(ber)).toEqual(['data']);
  });

  it('X.690 10: nesting without end is not followed', () => {
    const deep = Buffer.alloc(60_000, Buffer.from([0x30, 0x80]));
    expect(kinds(deep)).toEqual(['data']);
    let nested = Buffer.from([0x05, 0x00]);
    for (let i = 0; i < 60; i++)
      nested = Buffer.concat([Buffer.from([0x30, nested.length]), nested]);
    expect(kinds(nested)).toEqual(['data']);
  });
});

describeWithOpenSSL('fields as another implementation reads them', () => {
  it.each<KeyKind>(['P-256', 'P-521', 'RSA'])(
    'RFC 5280 4.1: %s, by @peculiar/asn1-x509',
    (kind) => {
      const { certificate, der } = pki.issue(subCA, `fields-${kind}`, 'tsa', kind);
      const { tbsCertificate: tbs, ...outer } = AsnConvert.parse(der, x509.Certificate);
      const hex = (octets: Uint8Array | ArrayBuffer) =>
        Buffer.from(octets as ArrayBuffer).toString('hex');
      expect(hex(certificate.serialNumber)).toBe(hex(tbs.serialNumber));
      expect(hex(certificate.signature)).toBe(hex(outer.signatureValue));
      expect(hex(certificate.keyBits)).toBe(hex(tbs.subjectPublicKeyInfo.subjectPublicKey));
      expect(hex(certificate.spki)).toBe(hex(AsnConvert.serialize(tbs.subjectPublicKeyInfo)));
      expect(hex(certificate.issuer)).toBe(hex(AsnConvert.serialize(tbs.issuer)));
      expect(certificate.signatureAlgorithm).toBe(outer.signatureAlgorithm.algorithm);
      expect(isoText(certificate.notAfter)).toBe(
        tbs.validity.notAfter.getTime().toISOString().replace('.000', ''),
      );
      expect(certificate.extendedKeyUsage).toEqual({
        critical: true,
        purposes: [x509.id_kp_timeStamping],
      });
    },
  );

  it('RFC 4514 2: a subject as openssl writes it', () => {
    const text = opensslOk(['x509', '-in', leaf.pem, '-noout', '-subject', '-nameopt', 'RFC2253']);
    expect(text.text.trim()).toBe(`subject=${leaf.certificate.subjectText.replaceAll(', ', ',')}`);
  });

  it('RFC 4514 2.4: nothing unseen is shown, and nothing without end', () => {
    expect(shown('a\u202eb\u0000c')).toBe('a\ufffdb\ufffdc');
    expect(shown('x'.repeat(10_000)).length).toBeLessThan(600);
  });
});

describeWithOpenSSL('several inputs at once', () => {
  const at = (name: string, octets: Uint8Array): Input => ({
    name,
    octets,
    items: readInput(octets),
  });

  it('CP 2.2: without the list of CAs nothing is said of a certificate', async () => {
    const outcome = await check(
      [at('leaf.der', leaf.der)],
      worldOf(() => undefined),
    );
    expect(outcome).toEqual({ kind: 'no-authorities', error: { code: 'catalogue-unavailable' } });
  });

  it('CP 2.2: what is no certificate needs no list', async () => {
    const outcome = await check(
      [at('a.txt', octetsOf('text'))],
      worldOf(() => undefined),
    );
    expect(outcome).toEqual({
      kind: 'answers',
      answers: [{ kind: 'refused', name: 'a.txt', code: 'no-certificate' }],
    });
  });
});
