import { err, ok, type Result } from './result.ts';

/** RFC 8259 2. */
const WHITE_SPACE: readonly string[] = [' ', '\t', '\n', '\r'];

export interface JSONError {
  /** Completes "the text …". */
  readonly reason: string;
}

/** Levels of objects and arrays; nothing of ours has ten. */
const DEPTH_MOST = 128;

/**
 * RFC 8259. Refuses an object that names a field twice: which of the two counts would depend on who
 * reads it (RFC 8259 4).
 */
export function parseJSON(text: string): Result<unknown, JSONError> {
  try {
    const value: unknown = JSON.parse(text);
    const refused = structureRefusal(text);
    return refused === undefined ? ok(value) : err({ reason: refused });
  } catch (error) {
    if (error instanceof SyntaxError) return err({ reason: `is not JSON${placeOf(text, error)}` });
    throw error;
  }
}

/** Where the parser stopped, where it says so. */
function placeOf(text: string, { message }: SyntaxError): string {
  const at = / at position (\d+)/.exec(message)?.[1];
  if (at !== undefined) return ` (${lineOf(text, Number(at))})`;
  return message.includes('end of JSON input') ? ' (it ends too early)' : '';
}

function lineOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Walks over a valid JSON text, in which a string is a field's name exactly when a colon follows. */
function structureRefusal(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '{' || character === '[') open.push(new Set());
    if (character === '}' || character === ']') open.pop();
    if (open.length > DEPTH_MOST) return 'is nested too deeply';
    if (character !== '"') continue;
    const end = endOfString(text, at);
    const name = nameBetween(text, at, end);
    if (name !== undefined && isSecond(name, open.at(-1))) return namedTwice(text, at, name);
    at = end - 1;
  }
  return undefined;
}

function isSecond(name: string, names: Set<string> | undefined): boolean {
  const known = names?.has(name) === true;
  names?.add(name);
  return known;
}

function nameBetween(text: string, start: number, end: number): string | undefined {
  if (text.charAt(afterWhiteSpace(text, end)) !== ':') return undefined;
  return JSON.parse(text.slice(start, end));
}

function namedTwice(text: string, at: number, name: string): string {
  const shown = JSON.stringify(name.slice(0, 100));
  return `names the field ${shown} twice (${lineOf(text, at)})`;
}

function afterWhiteSpace(text: string, start: number): number {
  let at = start;
  while (WHITE_SPACE.includes(text.charAt(at))) at++;
  return at;
}

/** `start` is at the opening quotation mark; the answer is just past the closing one. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
