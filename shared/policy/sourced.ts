import { type Decode, flag, matching, required, strictObject } from '../json-fields.ts';

/** A value and the clause that asks for it. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** A certificate extension as a profile wants it. */
export interface ProfileExtension<T> extends Sourced<T> {
  readonly critical: boolean;
}

export const source: Decode<string> = matching(/\S/, 'the clause that asks for this value');

export function sourced<T>(decode: Decode<T>): Decode<Sourced<T>> {
  return strictObject<{ readonly value: unknown; readonly source: string }>({
    value: required(decode),
    source: required(source),
  }) as Decode<Sourced<T>>;
}

export function extension<T>(decode: Decode<T>): Decode<ProfileExtension<T>> {
  return strictObject<{
    readonly critical: boolean;
    readonly value: unknown;
    readonly source: string;
  }>({
    critical: required(flag),
    value: required(decode),
    source: required(source),
  }) as Decode<ProfileExtension<T>>;
}
