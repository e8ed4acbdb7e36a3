import { describe, expect, it } from 'vitest';
import {
  randomSerialNumber,
  serialNumberFromContents,
  serialNumberFromMagnitude,
  serialNumberFromText,
  serialNumberText,
} from '../../../shared/serial-number.ts';
import { octets } from '../../support/octets.ts';

const refused = (reason: string) => ({
  ok: false,
  error: { code: 'serial-number-invalid', reason },
});

describe('serialNumberFromContents', () => {
  it.each([['01'], ['7f'], ['0080'], ['00ff'], [`7f${'ff'.repeat(19)}`], [`00${'ff'.repeat(19)}`]])(
    'RFC 5280 4.1.2.2: the INTEGER with contents %s is a serial number',
    (contents) => {
      expect(serialNumberFromContents(octets(contents))).toEqual({
        ok: true,
        value: octets(contents),
      });
    },
  );

  it.each([
    ['empty', ''],
    ['zero', '00'],
    ['negative', '80'],
    ['negative', 'ff7f'],
    ['not-minimal', '0001'],
    ['not-minimal', '0000'],
    ['not-minimal', '007f'],
    ['too-long', `01${'00'.repeat(20)}`],
    ['too-long', `00${'ff'.repeat(20)}`],
  ])('RFC 5280 4.1.2.2: refused as %s: %s', (reason, contents) => {
    expect(serialNumberFromContents(octets(contents))).toEqual(refused(reason));
  });
});

describe('serialNumberFromText', () => {
  it.each([
    ['1', '01'],
    ['0x1', '01'],
    ['0X0A', '0a'],
    ['80', '0080'],
    ['000080', '0080'],
    ['7F:ff', '7fff'],
    ['de ad BE ef', '00deadbeef'],
    ['abc', '0abc'],
  ])('RFC 5280 4.1.2.2: %j is read as the INTEGER %s', (text, contents) => {
    expect(serialNumberFromText(text)).toEqual({ ok: true, value: octets(contents) });
  });

  it.each([
    ['', 'zero'],
    ['0', 'zero'],
    ['00:00', 'zero'],
    ['-1', 'not-hex'],
    ['12g4', 'not-hex'],
    ['1\n', 'not-hex'],
    ['0x0x1', 'not-hex'],
    ['f'.repeat(40), 'too-long'],
    ['1'.repeat(41), 'too-long'],
  ])('RFC 5280 4.1.2.2: %j is refused as %s', (text, reason) => {
    expect(serialNumberFromText(text)).toEqual(refused(reason));
  });

  it.each(['01', '7f', '80', 'ff00', '0123456789abcdef'])(
    'RFC 5280 4.1.2.2: %s is written as openssl writes it, without a sign octet',
    (text) => {
      const serial = serialNumberFromText(text);
      expect(serial.ok && serialNumberText(serial.value)).toBe(text);
    },
  );
});

describe('serialNumberFromMagnitude', () => {
  it('X.690 8.3.2: leading zeros go and a sign octet comes', () => {
    expect(serialNumberFromMagnitude(octets('000080'))).toEqual({
      ok: true,
      value: octets('0080'),
    });
    expect(serialNumberFromMagnitude(octets('0000'))).toEqual(refused('zero'));
    expect(serialNumberFromMagnitude(octets(''))).toEqual(refused('zero'));
    expect(serialNumberFromMagnitude(octets(`80${'00'.repeat(19)}`))).toEqual(refused('too-long'));
  });
});

describe('randomSerialNumber', () => {
  it.each([0x00, 0x80, 0xff])('CP 7.1: 128 random bits of %d each make 17 octets', (octet) => {
    const asked: number[] = [];
    const serial = randomSerialNumber((length) => {
      asked.push(length);
      return new Uint8Array(length).fill(octet);
    });
    expect(asked).toEqual([16]);
    expect(serial).toEqual(Uint8Array.of(1, ...new Array(16).fill(octet)));
    expect(serialNumberFromContents(serial).ok).toBe(true);
  });
});
