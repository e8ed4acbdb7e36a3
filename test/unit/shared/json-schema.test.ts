import { describe, expect, it } from 'vitest';
import {
  anyText,
  choice,
  type Decode,
  either,
  flag,
  integer,
  list,
  mapOf,
  matching,
  nullable,
  openObject,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../../shared/json-fields.ts';
import { schemaOf } from '../../../shared/json-schema.ts';
import { err, ok } from '../../../shared/result.ts';

interface Thing {
  readonly name: string;
  readonly size?: number;
}

const fields = { name: required(text(5)), size: optional(integer(1, 9)) };
const properties = {
  name: { type: 'string', minLength: 1, maxLength: 5 },
  size: { type: 'integer', minimum: 1, maximum: 9 },
};

describe('what a decoder says that it takes', () => {
  const cases: readonly (readonly [string, Decode<unknown>, object])[] = [
    ['text', text(5), properties.name],
    ['any text', anyText, { type: 'string' }],
    ['a flag', flag, { type: 'boolean' }],
    ['a whole number', integer(1, 9), properties.size],
    ['a form', matching(/^a$/, 'an a'), { type: 'string', pattern: '^a$', description: 'an a' }],
    ['a choice', choice('a', 'b'), { enum: ['a', 'b'] }],
    ['a list', list(flag, 3), { type: 'array', items: { type: 'boolean' }, maxItems: 3 }],
    ['an endless list', list(flag), { type: 'array', items: { type: 'boolean' } }],
    [
      'a map',
      mapOf(/^k/, flag),
      {
        type: 'object',
        propertyNames: { pattern: '^k' },
        additionalProperties: { type: 'boolean' },
      },
    ],
    ['either', either(flag, anyText), { anyOf: [{ type: 'boolean' }, { type: 'string' }] }],
    ['or null', nullable(flag), { anyOf: [{ type: 'boolean' }, { type: 'null' }] }],
    [
      'a finer reading',
      refined(anyText, (said) => (said === 'x' ? ok(1) : err('no')), 'must be x'),
      { type: 'string', description: 'must be x' },
    ],
    [
      'a closed object',
      strictObject<Thing>(fields),
      { type: 'object', properties, required: ['name'], additionalProperties: false },
    ],
    [
      'an open object',
      openObject<Thing>(fields),
      { type: 'object', properties, required: ['name'] },
    ],
    [
      'an empty object',
      strictObject<object>({}),
      { type: 'object', properties: {}, additionalProperties: false },
    ],
  ];

  it.each(cases)('JSON Schema 2020-12: %s', (_what, decode, schema) => {
    expect(schemaOf(decode)).toEqual(schema);
  });

  it('JSON Schema 2020-12: a decoder that says nothing takes anything', () => {
    const decode: Decode<unknown> = (value) => ok(value);
    expect(schemaOf(decode)).toEqual({});
    expect(schemaOf(list(decode))).toEqual({ type: 'array', items: {} });
  });
});
