/** One value of a policy file: where it stands, what it is, and which clause asks for it. */
export interface PolicyValue {
  /** RFC 6901 JSON Pointer. */
  readonly pointer: string;
  readonly value: unknown;
  /** Of an extension. */
  readonly critical?: boolean;
  /** null for what only names another part of the file. */
  readonly source: string | null;
}

/** Every value of a policy file in its order; the file was read without error before. */
export function policyValues(json: unknown, pointer: string = ''): readonly PolicyValue[] {
  if (!isObject(json)) return [{ pointer, value: json, source: null }];
  const { value, source, critical, ...more } = json;
  if (typeof source !== 'string') {
    return Object.entries(json).flatMap(([name, inner]) =>
      policyValues(inner, `${pointer}/${name}`),
    );
  }
  const own = { pointer, value, source };
  return [
    typeof critical === 'boolean' ? { ...own, critical } : own,
    ...Object.entries(more).map(([name, inner]) => ({
      pointer: `${pointer}/${name}`,
      value: inner,
      source,
    })),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
