/** JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export type JSONSchema = Readonly<Record<string, unknown>>;

/** What a decoder takes, said beside it. */
export interface Described {
  readonly schema?: JSONSchema;
}

/** The same function, which says what it takes. */
export function described<F extends (...args: never[]) => unknown>(
  decode: F,
  schema: JSONSchema,
): F & { readonly schema: JSONSchema } {
  return Object.assign(decode, { schema });
}

/** What it takes; a decoder that says nothing takes anything as far as the schema knows. */
export function schemaOf({ schema }: Described): JSONSchema {
  return schema ?? {};
}

/** An object with these properties; `closed`: and no others. */
export function objectSchema(
  fields: Readonly<Record<string, { readonly presence: string; readonly decode: Described }>>,
  closed: boolean,
): JSONSchema {
  const entries = Object.entries(fields);
  const required = entries.filter(([, { presence }]) => presence === 'required');
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { decode }]) => [name, schemaOf(decode)])),
    ...(required.length > 0 && { required: required.map(([name]) => name) }),
    ...(closed && { additionalProperties: false }),
  };
}
