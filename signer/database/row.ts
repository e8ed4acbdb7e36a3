import { BugError } from '../../shared/result.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { Row } from './database.ts';

/** Columns by type; the schema is STRICT, so another type is a bug of ours. */
function column<T>(row: Row, name: string, is: (value: unknown) => value is T): T {
  const value = row[name];
  if (is(value)) return value;
  throw new BugError(`column ${name} is ${value === null ? 'NULL' : typeof value}`);
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isBlob = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

export function integerColumn(row: Row, name: string): number {
  return column(row, name, isNumber);
}

export function textColumn(row: Row, name: string): string {
  return column(row, name, isText);
}

export function blobColumn(row: Row, name: string): Uint8Array {
  return column(row, name, isBlob);
}

export function timeColumn(row: Row, name: string): UnixSeconds {
  return unixSeconds(integerColumn(row, name));
}

/** The column through `read`, or null where it is NULL. */
export function nullableColumn<T>(
  row: Row,
  name: string,
  read: (row: Row, name: string) => T,
): T | null {
  return row[name] === null ? null : read(row, name);
}
