import { serialNumberFromContents } from '../../../shared/serial-number.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

/** CP 7.1: from 1 to 2^159 - 1 with 64 bits and more from the random source, so never short. */
export const serialNumberRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT serial',
  source: 'CP 7.1; CSBR 7.1; RFC 5280 4.1.2.2',
  level: 'error',
  check: ({ fields }) => {
    const serialNumber = serialNumberFromContents(fields.serialNumber);
    if (!serialNumber.ok) return `the serial number is ${serialNumber.error.reason}`;
    return fields.serialNumber.length >= 9
      ? null
      : `the serial number of ${fields.serialNumber.length} octets has no room for 64 random bits`;
  },
};
