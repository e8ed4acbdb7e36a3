import { TAG } from '../../../shared/der/tags.ts';
import { NAME_ATTRIBUTE_MAX } from '../../../shared/policy/name-attribute.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { type AttributeField, attributesOf } from './name-attributes.ts';

function attributeFault({ type, text }: AttributeField): string | null {
  if (type === null) return 'the subject has an attribute that is not used here';
  const length = [...text].length;
  if (length === 0) return `${type} is empty`;
  if (length > NAME_ATTRIBUTE_MAX[type])
    return `${type} has ${length} characters, more than ${NAME_ATTRIBUTE_MAX[type]}`;
  if (type === 'C' && !/^[A-Z]{2}$/.test(text)) return `C is ${text}, not two capital letters`;
  return /[\p{L}\p{N}]/u.test(text) ? null : `${type} is only punctuation or spaces`;
}

/** Upper bounds of each attribute, and something in it. */
export const nameLengthsRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-7',
  source: 'RFC 5280 appendix A; CSBR 7.1.4.2.2 d',
  level: 'error',
  check: ({ fields }) => {
    const attributes = attributesOf(fields.subject);
    if (!attributes) return 'the subject has not one attribute in each RDN';
    if (attributes.length === 0) return 'the subject is empty';
    return attributes.map(attributeFault).find((fault) => fault !== null) ?? null;
  },
};

/** country and serialNumber are PrintableString, the others that or UTF8String. */
export const nameEncodingsRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-6 encoding',
  source: 'RFC 5280 4.1.2.4, appendix A',
  level: 'error',
  check: ({ fields }) => {
    const other = attributesOf(fields.subject)?.find(({ type, tag }) => {
      if (tag === TAG.printableString) return false;
      return type === 'C' || type === 'serialNumber' || tag !== TAG.utf8String;
    });
    return other ? `${other.type ?? 'an attribute'} is of another string type` : null;
  },
};
