import { err, ok, type Result } from '../result.ts';

/** Where in a document, and what is wrong there; `path` as in `authorities.root-ca.crl.url`. */
export interface JSONDecodeError {
  readonly code: 'json-refused';
  readonly path: string;
  readonly reason: string;
}

/** Turns a parsed JSON value into a `T`, or says where it is not one. */
export type JSONDecoder<T> = (value: unknown, path: string) => Result<T, JSONDecodeError>;

export function refuseJSON(
  path: string,
  reason: string,
): { readonly ok: false; readonly error: JSONDecodeError } {
  return err({ code: 'json-refused', path: path === '' ? '(document)' : path, reason });
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function decodeJSON<T>(text: string, decoder: JSONDecoder<T>): Result<T, JSONDecodeError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuseJSON('', error instanceof Error ? error.message : 'not JSON');
  }
  return decoder(value, '');
}

export function text(rule: RegExp, what: string): JSONDecoder<string> {
  return (value, path) =>
    typeof value === 'string' && rule.test(value) ? ok(value) : refuseJSON(path, `must be ${what}`);
}

export function integer(least: number, most: number): JSONDecoder<number> {
  return (value, path) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? ok(value)
      : refuseJSON(path, `must be a whole number from ${least} to ${most}`);
}

export const boolean: JSONDecoder<boolean> = (value, path) =>
  typeof value === 'boolean' ? ok(value) : refuseJSON(path, 'must be true or false');

export function oneOf<const T extends string | number>(...allowed: readonly T[]): JSONDecoder<T> {
  return (value, path) => {
    const found = allowed.find((candidate) => candidate === value);
    return found === undefined
      ? refuseJSON(path, `must be one of ${allowed.join(', ')}`)
      : ok(found);
  };
}

export function listOf<T>(item: JSONDecoder<T>, most: number): JSONDecoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return refuseJSON(path, 'must be a list');
    if (value.length > most) return refuseJSON(path, `must have at most ${most} items`);
    const items: T[] = [];
    for (const [index, element] of value.entries()) {
      const decoded = item(element, `${path}[${index}]`);
      if (!decoded.ok) return decoded;
      items.push(decoded.value);
    }
    return ok(items);
  };
}

export function mapOf<T>(key: RegExp, item: JSONDecoder<T>): JSONDecoder<ReadonlyMap<string, T>> {
  return (value, path) => {
    if (!isRecord(value)) return refuseJSON(path, 'must be an object');
    const items = new Map<string, T>();
    for (const [name, element] of Object.entries(value)) {
      const at = below(path, name);
      if (!key.test(name)) return refuseJSON(at, `is not a name of the form ${key.source}`);
      const decoded = item(element, at);
      if (!decoded.ok) return decoded;
      items.set(name, decoded.value);
    }
    return ok(items);
  };
}

export function optional<T>(decoder: JSONDecoder<T>): JSONDecoder<T | undefined> {
  return (value, path) => (value === undefined ? ok(undefined) : decoder(value, path));
}

export function nullable<T>(decoder: JSONDecoder<T>): JSONDecoder<T | null> {
  return (value, path) => (value === null ? ok(null) : decoder(value, path));
}

type Fields = Readonly<Record<string, JSONDecoder<unknown>>>;
type Decoded<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends JSONDecoder<infer T> ? T : never;
};

/** Every field by its decoder; a field that is not listed is an error. */
export function object<F extends Fields>(fields: F): JSONDecoder<Decoded<F>> {
  return (value, path) => {
    if (!isRecord(value)) return refuseJSON(path, 'must be an object');
    const unknownName = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknownName !== undefined)
      return refuseJSON(below(path, unknownName), 'is not a known field');
    const decoded: Record<string, unknown> = {};
    for (const [name, decoder] of Object.entries(fields)) {
      const field = decoder(
        Object.hasOwn(value, name) ? value[name] : undefined,
        below(path, name),
      );
      if (!field.ok) return field;
      if (field.value !== undefined) decoded[name] = field.value;
    }
    return ok(decoded as Decoded<F>);
  };
}
