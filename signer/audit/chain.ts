import { createHash } from 'node:crypto';

/** What the first line of a log names: the hash of no line. */
export const NO_LINE: string = '0'.repeat(64);

/** SHA-256 of a line without its U+000A, lower-case hexadecimal. */
export function hashOfLine(line: string | Uint8Array): string {
  return createHash('sha256').update(line).digest('hex');
}

const FIRST_MEMBER = /^\{"previous":"([0-9a-f]{64})",/;
const FIRST_MEMBER_LENGTH = '{"previous":"",'.length + NO_LINE.length;

/** The hash that a line names; undefined when it does not begin as lines of a log do. */
export function previousOf(line: Uint8Array): string | undefined {
  const begin = Buffer.from(
    line.buffer,
    line.byteOffset,
    Math.min(line.length, FIRST_MEMBER_LENGTH),
  );
  return FIRST_MEMBER.exec(begin.toString('latin1'))?.[1];
}

export type LogEvent = Readonly<Record<string, unknown>>;

/** Undefined when a line is not a JSON object. */
export function eventOf(line: string | Uint8Array): LogEvent | undefined {
  try {
    const text = typeof line === 'string' ? line : Buffer.from(line).toString('utf8');
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as LogEvent) : undefined;
  } catch {
    return undefined;
  }
}
