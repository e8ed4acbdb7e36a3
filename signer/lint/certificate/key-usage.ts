import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';
import { isCA } from './purposes.ts';

/** RFC 5280 4.2.1.3: names by position, 0 first. */
const NAMES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** Names of the bits that are set; undefined when it is no named-bit list as X.690 11.2.2 asks for. */
export function keyUsageNames(value: Uint8Array): readonly string[] | undefined {
  const reader = new DERReader(value);
  const contents = reader.contents(TAG.bitString);
  const [unused = 8, ...octets] = contents?.subarray(0, 3) ?? [];
  if (!contents || !reader.atEnd() || contents.length > 3 || unused > 7) return undefined;
  // The last bit is set, and with it nothing trails.
  if (octets.length === 0 || ((octets.at(-1) ?? 0) & ((2 << unused) - 1)) !== 1 << unused)
    return undefined;
  return NAMES.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/**
 * Exactly the bits of the profile. A CA signs certificates and CRLs and nothing else (RSP-19); nobody
 * else signs certificates.
 */
export const keyUsageRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT keyUsage',
  source: 'CP 7.1.2; CSBR 7.1.2.1 b, 7.1.2.2 e; RFC 5280 4.2.1.3, 4.2.1.9',
  level: 'error',
  check: (candidate) => {
    const value = extensionValue(candidate, OID['id-ce-keyUsage']);
    if (value.length === 0) return 'absent';
    const names = keyUsageNames(value);
    if (!names) return 'is no list of bits without trailing zeros';
    const found = names.join(', ');
    if (isCA(candidate))
      return found === 'keyCertSign, cRLSign'
        ? null
        : `a CA asserts other than keyCertSign and cRLSign: ${found}`;
    if (names.includes('keyCertSign') || names.includes('cRLSign'))
      return 'keyCertSign or cRLSign without being a CA';
    const asked: readonly string[] | undefined = candidate.profile?.keyUsage.value;
    const same = asked?.length === names.length && names.every((name) => asked.includes(name));
    return asked === undefined || same
      ? null
      : `not the bits of the profile, ${asked.join(', ')}, but ${found}`;
  },
};
