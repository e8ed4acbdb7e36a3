import { type JSONError, parseJSON } from '../../shared/json-text.ts';
import { err, type Result } from '../../shared/result.ts';

/** RFC 8259 in UTF-8, without a byte order mark. */
export function decodeJSON(bytes: Uint8Array): Result<unknown, JSONError> {
  const text = utf8Text(bytes);
  return text === undefined ? err({ reason: 'is not UTF-8' }) : parseJSON(text);
}

function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
