import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import { sequence, time } from '../../../shared/der/writer.ts';
import { derText } from '../der/text.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

/** What goes into every certificate that no profile fixes: the very fields that were ordered. */
export const asMeantRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT contents',
  source: 'CP 4.3.1; RFC 5280 4.1.2',
  level: 'error',
  check: ({ fields, meant }) => {
    if (meant === null) return null;
    if (!bytesEqual(fields.serialNumber, meant.serialNumber)) {
      const found = hexFromBytes(fields.serialNumber);
      return `the serial number is ${found}, not the reserved ${hexFromBytes(meant.serialNumber)}`;
    }
    const validity = sequence(time(meant.notBefore), time(meant.notAfter));
    const pairs = [
      ['issuer', fields.issuer, meant.issuer],
      ['validity', fields.validity, validity],
      ['subject', fields.subject, meant.subject],
      ['subjectPublicKeyInfo', fields.spki, meant.subjectPublicKeyInfo],
    ] as const;
    const other = pairs.find(([, found, asked]) => !bytesEqual(found, asked));
    return other ? `${other[0]} is ${derText(other[1])}, not ${derText(other[2])}` : null;
  },
};
