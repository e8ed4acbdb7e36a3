import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodeSignedHead,
  encodeHeadText,
  encodeSignedNote,
  type PublicationKey,
} from '../../../../shared/snapshot/head.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { joined, octets } from '../../../support/octets.ts';

const NAME = 'ca.example/snapshot';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12));
const keyID = (name: string) =>
  new Uint8Array(
    createHash('sha256').update(`${name}\n\u0001`).update(raw).digest().subarray(0, 4),
  );
const KEY: PublicationKey = { name: NAME, keyHash: keyID(NAME), publicKey: raw };

const ROOT = 'ab'.repeat(32);
const PREVIOUS = '0'.repeat(64);
const TEXT = `${NAME}
epoch 42
root ${ROOT}
previous ${PREVIOUS}
time 1795408809
expires 1795412409
`;

const utf8 = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));
const signatureOf = (text: string) => new Uint8Array(sign(null, utf8(text), privateKey));
/** A signature line put together here, not by shared/. */
const line = (name: string, id: Uint8Array, signature: Uint8Array) =>
  `— ${name} ${Buffer.from(joined(id, signature)).toString('base64')}\n`;
const own = (text: string) => line(NAME, KEY.keyHash, signatureOf(text));
const note = (text: string, ...lines: string[]) => utf8(`${text}\n${lines.join('')}`);
const foreign = (name = 'witness.example', length = 72) =>
  line(name, octets('01 02 03 04'), new Uint8Array(length));

const decode = (bytes: Uint8Array) => decodeSignedHead(bytes, KEY);
const refused = (reason: string) => ({
  ok: false,
  error: { code: 'snapshot-format', part: 'head', reason },
});

describe('signed head', () => {
  it('C2SP signed-note: a note spelled out line by line is read', () => {
    expect(decode(note(TEXT, own(TEXT)))).toEqual({
      ok: true,
      value: {
        head: {
          origin: NAME,
          epoch: 42,
          rootHash: octets(ROOT),
          previousHash: octets(PREVIOUS),
          time: 1795408809,
          expires: 1795412409,
        },
        text: utf8(TEXT),
        signature: signatureOf(TEXT),
      },
    });
  });

  it('C2SP signed-note: the signature verifies over the text, its last line end included', () => {
    const result = decode(note(TEXT, own(TEXT)));
    if (!result.ok) throw new Error(result.error.reason);
    const { text, signature } = result.value;
    expect(verify(null, text, publicKey, signature)).toBe(true);
    expect(verify(null, text.subarray(0, -1), publicKey, signature)).toBe(false);
  });

  it('ADR 1: the encoder writes that very text and note', () => {
    const text = encodeHeadText({
      origin: NAME,
      epoch: 42,
      rootHash: octets(ROOT),
      previousHash: octets(PREVIOUS),
      time: unixSeconds(1795408809),
      expires: unixSeconds(1795412409),
    });
    expect(text).toEqual(utf8(TEXT));
    expect(encodeSignedNote(text, KEY, signatureOf(TEXT))).toEqual(note(TEXT, own(TEXT)));
  });
});

describe('signature block', () => {
  it('C2SP signed-note: lines of other keys are passed over, before and after', () => {
    const lines = [foreign(), own(TEXT), foreign('other.example', 4_627)];
    expect(decode(note(TEXT, ...lines)).ok).toBe(true);
  });

  it('C2SP signed-note: a key with the same name or the same ID is another key', () => {
    const sameName = line(NAME, octets('01 02 03 04'), new Uint8Array(64));
    const sameID = line('other.example', KEY.keyHash, new Uint8Array(64));
    expect(decode(note(TEXT, sameName, sameID, own(TEXT))).ok).toBe(true);
    expect(decode(note(TEXT, sameName, sameID))).toEqual(refused('not signed by the pinned key'));
  });

  it('C2SP signed-note: sixteen signatures of 5 kB are accepted, seventeen are not', () => {
    const others = Array.from({ length: 15 }, (_, i) => foreign(`w${i}.example`, 5_000));
    expect(decode(note(TEXT, ...others, own(TEXT))).ok).toBe(true);
    expect(decode(note(TEXT, ...others, foreign(), own(TEXT)))).toEqual(
      refused('too many signatures'),
    );
  });

  it('ADR 1: two signatures of the pinned key are refused, equal or not', () => {
    const second = line(NAME, KEY.keyHash, new Uint8Array(64));
    for (const other of [own(TEXT), second]) {
      expect(decode(note(TEXT, own(TEXT), other))).toEqual(
        refused('two signatures of the pinned key'),
      );
    }
  });

  it.each([63, 65, 1])('RFC 8032 5.1.6: a signature of %d octets is refused', (length) => {
    const short = line(NAME, KEY.keyHash, new Uint8Array(length));
    expect(decode(note(TEXT, short))).toEqual(refused('signature length'));
  });
});

describe('malformed signature block', () => {
  const signed = own(TEXT);
  it.each([
    ['no em dash', signed.replace('—', '-')],
    ['an en dash', signed.replace('—', '–')],
    ['two spaces', signed.replace('— ', '—  ')],
    ['no space', signed.replace('— ', '—')],
    ['a space at the end', signed.replace('\n', ' \n')],
    ['CRLF', signed.replace('\n', '\r\n')],
    ['a tab in a name', foreign('a\tb') + signed],
    ['a carriage return in a name', foreign('a\rb') + signed],
    ['a plus in a name', foreign('a+b') + signed],
    ['a name that is not ASCII', foreign('印鑑.example') + signed],
    ['no signature, a key ID alone', foreign('w.example', 0) + signed],
    ['base64url', foreign().replace('AQID', '_-ID') + signed],
    ['bits left over', `— w.example AQIDBAV=\n${signed}`],
    ['no padding', foreign('w.example', 3).replace('=', '') + signed],
    ['an empty line between', `${foreign()}${signed}`.replace('\n', '\n \n')],
    ['an empty line at the end', `${signed}\n`],
    ['text after it', `${signed}and more\n`],
  ])('C2SP signed-note: a malformed signature line is refused: %s', (_, lines) => {
    expect(decode(note(TEXT, lines))).toEqual(refused('signature line malformed'));
  });

  it.each([
    ['no last line end', note(TEXT, own(TEXT).slice(0, -1)), 'last line not ended'],
    ['octets after the last line', note(TEXT, own(TEXT), '\u0000'), 'last line not ended'],
    ['no signatures', note(TEXT), 'no signature block'],
    ['no empty line', utf8(TEXT + own(TEXT)), 'no signature block'],
    [
      'CRLF throughout',
      note(TEXT.replaceAll('\n', '\r\n'), '\r\n', own(TEXT)),
      'signature line malformed',
    ],
    ['nothing', new Uint8Array(0), 'no signature block'],
    ['one line end', utf8('\n'), 'no signature block'],
    ['two line ends', utf8('\n\n'), 'no signature block'],
    ['131,073 octets', new Uint8Array(131_073), 'too large'],
  ])('C2SP signed-note: refused: %s', (_, bytes, reason) => {
    expect(decode(bytes)).toEqual(refused(reason));
  });
});

describe('head text', () => {
  it.each([
    ['another origin', TEXT.replace(NAME, 'ca.example/other'), 'origin is not the pinned key'],
    [
      'the origin in capitals',
      TEXT.replace(NAME, NAME.toUpperCase()),
      'origin is not the pinned key',
    ],
    ['epoch 0', TEXT.replace('epoch 42', 'epoch 0'), 'text malformed'],
    ['an epoch with a leading zero', TEXT.replace('epoch 42', 'epoch 042'), 'text malformed'],
    ['an epoch of 16 digits', TEXT.replace('42', '1'.repeat(16)), 'text malformed'],
    ['a signed epoch', TEXT.replace('42', '+42'), 'text malformed'],
    ['an epoch in hexadecimal', TEXT.replace('42', '0x2a'), 'text malformed'],
    ['a fraction', TEXT.replace('42', '42.0'), 'text malformed'],
    ['digits that are not ASCII', TEXT.replace('42', '４２'), 'text malformed'],
    ['two spaces', TEXT.replace('epoch ', 'epoch  '), 'text malformed'],
    ['a hash in capitals', TEXT.replace(ROOT, ROOT.toUpperCase()), 'text malformed'],
    ['a short hash', TEXT.replace(ROOT, ROOT.slice(2)), 'text malformed'],
    ['a long hash', TEXT.replace(ROOT, `${ROOT}ab`), 'text malformed'],
    ['no previous', TEXT.replace(/previous.*\n/, ''), 'text malformed'],
    ['another order', TEXT.replace(/(root.*\n)(previous.*\n)/, '$2$1'), 'text malformed'],
    ['time 0', TEXT.replace('time 1795408809', 'time 0'), 'text malformed'],
    [
      'a time of 12 digits',
      TEXT.replace('expires 1795412409', `expires ${'9'.repeat(12)}`),
      'text malformed',
    ],
    ['a line more', `${TEXT}more\n`, 'text malformed'],
    ['an empty line more', `${TEXT}\nmore\n`, 'text malformed'],
    ['a line before', `\n${TEXT}`, 'text malformed'],
    ['a carriage return', TEXT.replace('\n', '\r\n'), 'origin is not the pinned key'],
    ['no origin', TEXT.replace(NAME, ''), 'text malformed'],
    ['expiry at its time', TEXT.replace('1795412409', '1795408809'), 'expires before its time'],
    ['expiry before its time', TEXT.replace('1795412409', '1795408808'), 'expires before its time'],
  ])('ADR 1: refused, however well signed: %s', (_, text, reason) => {
    expect(decode(note(text, own(text)))).toEqual(refused(reason));
  });

  it('ADR 1: the greatest epoch and the last times are exact', () => {
    const text = TEXT.replace('42', '9'.repeat(15))
      .replace('1795408809', '99999999998')
      .replace('1795412409', '99999999999');
    const result = decode(note(text, own(text)));
    expect(result.ok && result.value.head.epoch).toBe(999_999_999_999_999);
    expect(result.ok && result.value.head.expires).toBe(99_999_999_999);
  });
});
