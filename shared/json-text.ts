import { err, ok, type Result } from './result.ts';

/** RFC 8259 2. */
const WHITE_SPACE: readonly string[] = [' ', '\t', '\n', '\r'];

export interface JSONError {
  readonly reason: string;
}

/**
 * RFC 8259. Refuses an object that names a field twice: which of the two counts would depend on who
 * reads it (RFC 8259 4).
 */
export function parseJSON(text: string): Result<unknown, JSONError> {
  try {
    let fields = 0;
    const value: unknown = JSON.parse(text, (_name, held: unknown) => {
      if (held !== null && typeof held === 'object' && !Array.isArray(held)) {
        fields += Object.keys(held).length;
      }
      return held;
    });
    return fields === countNames(text) ? ok(value) : err({ reason: 'names a field twice' });
  } catch (error) {
    if (error instanceof SyntaxError) return err({ reason: 'is not JSON' });
    // The reviver calls itself for each level.
    if (error instanceof RangeError) return err({ reason: 'is nested too deeply' });
    throw error;
  }
}

/** In a valid JSON text a string is a field's name exactly when a colon follows it. */
function countNames(text: string): number {
  let names = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = endOfString(text, at);
    while (WHITE_SPACE.includes(text.charAt(at))) at++;
    if (text.charAt(at) === ':') names++;
  }
  return names;
}

/** `start` is at the opening quotation mark; the answer is just past the closing one. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
