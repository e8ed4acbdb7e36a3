import { asciiText } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';

const DNS_NAME = contextPrimitiveTag(2);
const IP_ADDRESS = contextPrimitiveTag(7);

/** RFC 1034 3.5 as RFC 1123 2.1 changed it, with a wildcard for the first label (RFC 9525 6.3). */
const HOST =
  /^(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

function nameFault(list: DERReader): string | null {
  const dNSName = list.contents(DNS_NAME);
  if (dNSName) {
    const text = asciiText(dNSName);
    return text.ok && dNSName.length <= 253 && HOST.test(text.value)
      ? null
      : 'a dNSName that is no host name';
  }
  const iPAddress = list.contents(IP_ADDRESS);
  if (!iPAddress) return 'a name that is neither dNSName nor iPAddress';
  return iPAddress.length === 4 || iPAddress.length === 16
    ? null
    : `an iPAddress of ${iPAddress.length} octets`;
}

/** Host names and addresses that a client can compare, at least one. */
export const subjectAltNameRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT subjectAltName',
  source: 'RFC 5280 4.2.1.6',
  level: 'error',
  check: (candidate) => {
    const value = extensionValue(candidate, OID['id-ce-subjectAltName']);
    if (value.length === 0) return null;
    const list = new DERReader(value).enter(TAG.sequence);
    if (!list || list.atEnd()) return 'names nobody';
    while (!list.atEnd()) {
      const fault = nameFault(list);
      if (fault !== null) return fault;
    }
    return null;
  },
};
