import { createHash } from 'node:crypto';
import { bytesFromHex, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** One share of a passphrase, as a file or on paper. */
export interface Share {
  /** 16 hexadecimal digits; the shares of one split have the same. */
  readonly set: string;
  /** What the passphrase opens: letters, digits, `.`, `_`, `-`. */
  readonly opens: string;
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** So many of them are needed. */
  readonly threshold: number;
  readonly data: Uint8Array;
}

const FORM =
  /^inkan-key-share-1\nset ([0-9a-f]{16})\nopens ([A-Za-z0-9._-]{1,64})\nshare (\d{1,3}) of (\d{1,3}), any (\d{1,3})\n((?:data [0-9a-f]{2,64}\n)+)check ([0-9a-f]{16})\n$/;

const HEX_A_LINE = 64;

export function shareText({ set, opens, number, of, threshold, data }: Share): string {
  const lines = (hexFromBytes(data).match(new RegExp(`.{1,${HEX_A_LINE}}`, 'g')) ?? []).map(
    (line) => `data ${line}\n`,
  );
  const text = `inkan-key-share-1\nset ${set}\nopens ${opens}\nshare ${number} of ${of}, any ${threshold}\n${lines.join('')}`;
  return `${text}check ${checkOf(text)}\n`;
}

/** Against a slip of the pen or of a disk, not against anybody. */
function checkOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** White space at the ends of lines and empty lines do not count: it may have been typed in. */
export function readShare(typed: string): Result<Share, { readonly code: 'share-damaged' }> {
  const lines = typed.split(/\r?\n/).map((line) => line.trim().replace(/ +/g, ' '));
  const text = `${lines.filter((line) => line !== '').join('\n')}\n`;
  const [, set = '', opens = '', number, of, threshold, dataLines = '', check] =
    FORM.exec(text) ?? [];
  const data = bytesFromHex(dataLines.replaceAll(/data |\n/g, ''));
  const covered = text.slice(0, text.indexOf('\ncheck ') + 1);
  if (!data.ok || check === undefined || check !== checkOf(covered))
    return err({ code: 'share-damaged' });
  const counts = { number: Number(number), of: Number(of), threshold: Number(threshold) };
  return ok({ set, opens, ...counts, data: data.value });
}
