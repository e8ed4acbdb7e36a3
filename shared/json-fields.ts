import { type Described, described, objectSchema, schemaOf } from './json-schema.ts';
import { err, ok, type Result } from './result.ts';

/** Where a JSON document breaks its description; `pointer` is an RFC 6901 JSON Pointer. */
export interface FieldError {
  readonly pointer: string;
  readonly reason: string;
  /** What else is wrong in the same document, in its order; at most `ERRORS_MOST` in all. */
  readonly also?: readonly FieldError[];
}

/** More errors of one document are not looked for. */
const ERRORS_MOST = 100;

/** The error and those that stand beside it, each by itself. */
export function allErrors({ pointer, reason, also = [] }: FieldError): readonly FieldError[] {
  return [{ pointer, reason }, ...also];
}

/** Reads a value of a document; most say themselves what they take. */
export type Decode<T> = ((value: unknown, pointer: string) => Result<T, FieldError>) & Described;

export interface Field<T, Presence extends 'required' | 'optional'> {
  readonly presence: Presence;
  readonly decode: Decode<T>;
}

/** One field for each property of T: optional in the document exactly where it is optional in T. */
export type FieldsOf<T> = {
  readonly [K in keyof T]-?: Field<
    Exclude<T[K], undefined>,
    Record<never, never> extends Pick<T, K> ? 'optional' : 'required'
  >;
};

export function required<T>(decode: Decode<T>): Field<T, 'required'> {
  return { presence: 'required', decode };
}

export function optional<T>(decode: Decode<T>): Field<T, 'optional'> {
  return { presence: 'optional', decode };
}

/** A JSON object with these fields and no others. */
export function strictObject<T>(fields: FieldsOf<T>): Decode<T> {
  const decode: Decode<T> = (value, pointer) => {
    if (!isRecord(value)) return refuse(pointer, 'must be a JSON object');
    const unknown = Object.keys(value)
      .filter((name) => !Object.hasOwn(fields, name))
      .slice(0, ERRORS_MOST)
      .map((name) => ({
        pointer: `${pointer}/${pointerToken(name)}`,
        reason: 'is not a known field',
      }));
    return decodeFields(fields, value, pointer, unknown);
  };
  return described(decode, objectSchema(fields, true));
}

/** A JSON object with at least these fields: what a newer signer adds is left out. */
export function openObject<T>(fields: FieldsOf<T>): Decode<T> {
  const decode: Decode<T> = (value, pointer) =>
    isRecord(value)
      ? decodeFields(fields, value, pointer, [])
      : refuse(pointer, 'must be a JSON object');
  return described(decode, objectSchema(fields, false));
}

/** 1 to `maxLength` UTF-16 units, none of them a control character. */
export function text(maxLength: number): Decode<string> {
  const decode: Decode<string> = (value, pointer) => {
    if (typeof value !== 'string') return refuse(pointer, 'must be a string');
    if (value.length === 0 || value.length > maxLength) {
      return refuse(pointer, `must have 1 to ${maxLength} characters`);
    }
    if (/\p{Cc}/u.test(value)) return refuse(pointer, 'must not contain control characters');
    return ok(value);
  };
  return described(decode, { type: 'string', minLength: 1, maxLength });
}

/** Any string; PEM has line ends and a reason may be empty. */
export const anyText: Decode<string> = described(
  (value, pointer) => (typeof value === 'string' ? ok(value) : refuse(pointer, 'must be a string')),
  { type: 'string' },
);

export const anyNumber: Decode<number> = described(
  (value, pointer) => (typeof value === 'number' ? ok(value) : refuse(pointer, 'must be a number')),
  { type: 'number' },
);

export const flag: Decode<boolean> = described(
  (value, pointer) =>
    typeof value === 'boolean' ? ok(value) : refuse(pointer, 'must be true or false'),
  { type: 'boolean' },
);

export function integer(least: number, most: number): Decode<number> {
  const decode: Decode<number> = (value, pointer) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? ok(value)
      : refuse(pointer, `must be a whole number from ${least} to ${most}`);
  return described(decode, { type: 'integer', minimum: least, maximum: most });
}

/** A string of this form; `what` completes "must be …". */
export function matching(form: RegExp, what: string): Decode<string> {
  const decode: Decode<string> = (value, pointer) =>
    typeof value === 'string' && form.test(value) ? ok(value) : refuse(pointer, `must be ${what}`);
  return described(decode, { type: 'string', pattern: form.source, description: what });
}

export function choice<const T extends string | number>(...names: readonly T[]): Decode<T> {
  const decode: Decode<T> = (value, pointer) => {
    const found = names.find((name) => name === value);
    return found === undefined ? refuse(pointer, `must be one of ${names.join(', ')}`) : ok(found);
  };
  return described(decode, { enum: names });
}

/** At most `most` items; without it as many as the document holds. */
export function list<T>(
  item: Decode<T>,
  most: number = Number.POSITIVE_INFINITY,
): Decode<readonly T[]> {
  const decode: Decode<readonly T[]> = (value, pointer) => {
    if (!Array.isArray(value)) return refuse(pointer, 'must be a JSON array');
    if (value.length > most) return refuse(pointer, `must have at most ${most} items`);
    const items: T[] = [];
    const errors: FieldError[] = [];
    for (const [index, found] of value.entries()) {
      const decoded = item(found, `${pointer}/${index}`);
      if (decoded.ok) items.push(decoded.value);
      else errors.push(...allErrors(decoded.error));
      if (errors.length >= ERRORS_MOST) break;
    }
    return together(errors) ?? ok(items);
  };
  return described(decode, {
    type: 'array',
    items: schemaOf(item),
    ...(Number.isFinite(most) && { maxItems: most }),
  });
}

/** A JSON object whose names have this form, each with a value of one kind. */
export function mapOf<T>(name: RegExp, item: Decode<T>): Decode<ReadonlyMap<string, T>> {
  const decode: Decode<ReadonlyMap<string, T>> = (value, pointer) => {
    if (!isRecord(value)) return refuse(pointer, 'must be a JSON object');
    const items = new Map<string, T>();
    const errors: FieldError[] = [];
    for (const [key, found] of Object.entries(value)) {
      const at = `${pointer}/${pointerToken(key)}`;
      const decoded = name.test(key)
        ? item(found, at)
        : refuse(at, `is not a name of the form ${name.source}`);
      if (decoded.ok) items.set(key, decoded.value);
      else errors.push(...allErrors(decoded.error));
      if (errors.length >= ERRORS_MOST) break;
    }
    return together(errors) ?? ok(items);
  };
  return described(decode, {
    type: 'object',
    propertyNames: { pattern: name.source },
    additionalProperties: schemaOf(item),
  });
}

/** The first of two readings that fits; when neither does, what the first one says. */
export function either<A, B>(first: Decode<A>, second: Decode<B>): Decode<A | B> {
  const decode: Decode<A | B> = (value, pointer) => {
    const one = first(value, pointer);
    if (one.ok) return one;
    const other = second(value, pointer);
    return other.ok ? other : one;
  };
  return described(decode, { anyOf: [schemaOf(first), schemaOf(second)] });
}

export function nullable<T>(other: Decode<T>): Decode<T | null> {
  const decode: Decode<T | null> = (value, pointer) =>
    value === null ? ok(null) : other(value, pointer);
  return described(decode, { anyOf: [schemaOf(other), { type: 'null' }] });
}

/** `coarse`, then a finer reading of what it found; `reason` completes "the field …". */
export function refined<A, B>(
  coarse: Decode<A>,
  read: (value: A) => Result<B, unknown>,
  reason: string,
): Decode<B> {
  const decode: Decode<B> = (value, pointer) => {
    const first = coarse(value, pointer);
    if (!first.ok) return first;
    const second = read(first.value);
    return second.ok ? second : refuse(pointer, reason);
  };
  return described(decode, { ...schemaOf(coarse), description: reason });
}

/** Every field that is there, whatever is wrong with the others; `unknown` comes first. */
function decodeFields<T>(
  fields: FieldsOf<T>,
  record: Readonly<Record<string, unknown>>,
  pointer: string,
  unknown: readonly FieldError[],
): Result<T, FieldError> {
  const decoded: Partial<T> = {};
  const errors = [...unknown];
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const at = `${pointer}/${pointerToken(name)}`;
    if (!Object.hasOwn(record, name)) {
      if (fields[name].presence === 'required') errors.push({ pointer: at, reason: 'is missing' });
      continue;
    }
    const field = fields[name].decode(record[name], at);
    if (field.ok) decoded[name] = field.value;
    else errors.push(...allErrors(field.error));
    if (errors.length >= ERRORS_MOST) break;
  }
  // Without an error every required property was put there by its own decoder.
  return together(errors) ?? ok(decoded as T);
}

/** One error that holds them all; undefined when there is none. */
export function together(errors: readonly FieldError[]): Result<never, FieldError> | undefined {
  const [first, ...also] = errors.slice(0, ERRORS_MOST);
  if (!first || also.length === 0) return first && err(first);
  return err({ ...first, also });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901 3. A name from outside is cut short before it is told back. */
function pointerToken(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

export function refuse(pointer: string, reason: string): Result<never, FieldError> {
  return err({ pointer, reason });
}
