import { describe, expect, it } from 'vitest';
import type { NameAttribute } from '../../../../shared/policy/name-attribute.ts';
import { must } from '../../../../shared/result.ts';
import {
  checkSubscriberName,
  decodeName,
  encodeName,
  nameText,
  parseNameText,
} from '../../../../signer/issuance/distinguished-name.ts';
import { octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../../../support/openssl.ts';
import { tbsOf } from '../lint/certificate-under-test.ts';
import { elementAt, wrapped } from '../lint/der-edit.ts';

const NAME: readonly NameAttribute[] = [
  ['C', 'JP'],
  ['ST', 'Tokyo'],
  ['L', 'Mitaka-shi'],
  ['O', 'Example Co.'],
  ['OU', 'Time: Stamping'],
  ['CN', 'TSA 01'],
  ['serialNumber', '2026-11-23'],
];

function check(...attributes: readonly NameAttribute[]): string {
  const checked = checkSubscriberName(attributes);
  return checked.ok ? 'accepted' : checked.error.check;
}

const with_ = (type: NameAttribute[0], value: string) =>
  check(['C', 'JP'], ['O', 'Example'], ['CN', 'TSA'], [type, value]);

describe('names of subscribers', () => {
  it.each(['AZaz09', 'a:b-c.d', 'Two  words', '1'])('CRT-6: the characters of %j pass', (value) => {
    expect(with_('OU', value)).toBe('accepted');
  });

  it.each([
    ',',
    '(',
    ')',
    '/',
    '+',
    '=',
    "'",
    '?',
    '@',
    '_',
    '&',
    '*',
    '\t',
    '\n',
    '\0',
    'é',
    '株',
  ])('CRT-6: %j is not in CP table 7.1.4-1 and is refused', (character) =>
    expect(with_('OU', `a${character}b`)).toBe('CRT-6'),
  );

  it.each([
    ['CN', 64],
    ['O', 64],
    ['OU', 64],
    ['L', 128],
    ['ST', 128],
    ['serialNumber', 64],
  ] as const)('CRT-7: %s of %d characters passes and one more is refused', (type, most) => {
    expect(with_(type, 'x'.repeat(most))).toBe('accepted');
    expect(with_(type, 'x'.repeat(most + 1))).toBe('CRT-7');
  });

  it.each(['J', 'JPN', 'jp', '12', '..', 'J '])('CRT-7: the country %j is refused', (country) => {
    expect(check(['C', country], ['O', 'Example'], ['CN', 'TSA'])).toBe('CRT-7');
  });

  it.each(['.', ' ', '-', ' - ', ':.:'])(
    'CRT-7: %j, punctuation and spaces alone, is refused',
    (value) => {
      expect(with_('OU', value)).toBe('CRT-7');
    },
  );

  it('CRT-7: an empty value is refused', () => {
    expect(with_('OU', '')).not.toBe('accepted');
  });

  it('CP 3.1.2: a subject without organisation or without common name is refused', () => {
    expect(check(['C', 'JP'], ['CN', 'TSA'])).toBe('CP 3.1.2');
    expect(check(['C', 'JP'], ['O', 'Example'])).toBe('CP 7.1.4');
    expect(check()).toBe('CP 3.1.2');
  });
});

describe('names in text', () => {
  it.each([
    ['a comma', 'SECOM Trust Systems CO.,LTD.'],
    ['a backslash', 'a\\b'],
    ['a backslash at its end', 'a\\'],
    ['a backslash before a comma', 'a\\,b'],
    ['an equals sign', 'a=b'],
  ])('CP 7.1.4: a value with %s is read back from text', (_title, value) => {
    const attributes: readonly NameAttribute[] = [
      ['O', value],
      ['CN', 'x'],
    ];
    expect(must(parseNameText(nameText(attributes)), value)).toEqual(attributes);
  });

  it.each(['', 'JP', 'C=JP,,O=x', 'C=JP, DC=x', '=x', 'C=JP,'])(
    'CP 7.1.4: %j is refused',
    (text) => {
      expect(parseNameText(text)).toMatchObject({ ok: false, error: { check: 'CP 7.1.4' } });
    },
  );
});

describe('names that are read', () => {
  it('CP 7.1.4: an RDN of two attributes is refused', () => {
    const first = elementAt(encodeName([['O', 'x']]), [0, 0]);
    const second = elementAt(encodeName([['CN', 'x']]), [0, 0]);
    const name = wrapped(0x30, wrapped(0x31, second, first));
    expect(decodeName(name)).toMatchObject({ ok: false, error: { check: 'CP 7.1.4' } });
  });

  it('CP 7.1.4: an attribute of another type, such as emailAddress, is refused', () => {
    const email = octets('30 13 31 11 30 0f 06 09 2a 86 48 86 f7 0d 01 09 01 16 02 61 40');
    expect(decodeName(email)).toMatchObject({ ok: false, error: { check: 'CP 7.1.4' } });
  });
});

describeWithOpenSSL('names as openssl reads and writes them', () => {
  const scratch = new ScratchDirectory();

  it('CRT-6: openssl reads the attributes in their order, country in PrintableString', () => {
    const tbs = tbsOf('tsa', { subject: encodeName(NAME) });
    const shell = wrapped(0x30, tbs, elementAt(tbs, [2]), octets('03 02 00 00'));
    const file = scratch.write('name.der', shell);
    const show = ['-noout', '-subject', '-nameopt', 'show_type,sep_comma_plus_space,sname,utf8'];
    const { text } = opensslOk(['x509', '-inform', 'DER', '-in', file, ...show]);
    expect(text.trim()).toBe(
      'subject=C=PRINTABLESTRING:JP, ST=PRINTABLESTRING:Tokyo, L=PRINTABLESTRING:Mitaka-shi, O=PRINTABLESTRING:Example Co., OU=PRINTABLESTRING:Time: Stamping, CN=PRINTABLESTRING:TSA 01, serialNumber=PRINTABLESTRING:2026-11-23',
    );
  });

  it("CRT-6: the name of the CA with its comma is PrintableString, one with '&' UTF8String", () => {
    const tagOf = (value: string) => elementAt(encodeName([['O', value]]), [0, 0, 1])[0];
    expect(tagOf('SECOM Trust Systems CO.,LTD.')).toBe(0x13);
    expect(tagOf('A & B')).toBe(0x0c);
  });

  it.each([
    ['utf8only', 0x0c],
    ['pkix', 0x13],
  ])(
    'CP 7.1.4: a name of openssl req with string_mask %s is read with all attributes',
    (mask, tag) => {
      const config = `[req]\nstring_mask = ${mask}\ndistinguished_name = dn\n[dn]\n`;
      const request = scratch.file('name.csr');
      const subject = `/${NAME.map(([type, value]) => `${type}=${value}`).join('/')}`;
      opensslOk([
        ...['req', '-new', '-config', scratch.write('name.cnf', config), '-subj', subject],
        ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-keyout', scratch.file('name.key'), '-outform', 'DER', '-out', request],
      ]);
      const name = elementAt(scratch.read('name.csr'), [0, 1]);
      expect(elementAt(name, [5, 0, 1])[0]).toBe(tag);
      expect(must(decodeName(name), 'name by openssl')).toEqual(NAME);
    },
  );
});
