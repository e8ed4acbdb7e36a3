import { choice, type Decode, list, matching, refined, refuse } from '../json-fields.ts';
import { err, ok } from '../result.ts';

/** One attribute of a distinguished name, by its short name of RFC 4514 (or `serialNumber`). */
export type NameAttributeType = 'C' | 'ST' | 'L' | 'O' | 'OU' | 'CN' | 'serialNumber';
export type NameAttribute = readonly [NameAttributeType, string];

export const NAME_ATTRIBUTE_TYPES: readonly NameAttributeType[] = [
  'C',
  'ST',
  'L',
  'O',
  'OU',
  'CN',
  'serialNumber',
];

/** RFC 5280 appendix A, upper bounds (CRT-7). */
export const NAME_ATTRIBUTE_MAX: Readonly<Record<NameAttributeType, number>> = {
  C: 2,
  ST: 128,
  L: 128,
  O: 64,
  OU: 64,
  CN: 64,
  serialNumber: 64,
};

/** RFC 5280 appendix A: these two are PrintableString, whatever they hold (CRT-6). */
const PRINTABLE_FORM: Partial<Readonly<Record<NameAttributeType, readonly [RegExp, string]>>> = {
  C: [/^[A-Z]{2}$/, 'two capital letters (CRT-7)'],
  serialNumber: [
    /^[A-Za-z0-9 '()+,\-./:=?]{1,64}$/,
    '1 to 64 characters of PrintableString (CRT-7)',
  ],
};

const nameAttribute: Decode<NameAttribute> = (value, pointer) => {
  if (!Array.isArray(value) || value.length !== 2) return refuse(pointer, 'must be [type, value]');
  const type = choice(...NAME_ATTRIBUTE_TYPES)(value[0], `${pointer}/0`);
  if (!type.ok) return type;
  const most = NAME_ATTRIBUTE_MAX[type.value];
  const [form, what] = PRINTABLE_FORM[type.value] ?? [
    new RegExp(`^[ -~]{1,${most}}$`),
    `1 to ${most} printable characters (CRT-7)`,
  ];
  const content = matching(form, what)(value[1], `${pointer}/1`);
  return content.ok ? ok([type.value, content.value]) : content;
};

/** A distinguished name, most general attribute first, one attribute in each RDN. */
export const distinguishedName: Decode<readonly NameAttribute[]> = refined(
  list(nameAttribute, 16),
  (attributes) => (attributes.length > 0 ? ok(attributes) : err('empty')),
  'must not be empty',
);
