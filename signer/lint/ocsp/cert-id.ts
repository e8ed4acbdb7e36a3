import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { derNull, objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import { CERT_ID_HASHES, type CertIDHash } from '../../../shared/ocsp/cert-id.ts';
import { serialNumberFromContents } from '../../../shared/serial-number.ts';
import { derText } from '../der/text.ts';
import type { Requirement } from '../requirement.ts';
import type { ResponseCandidate } from './response-candidate.ts';
import type { CertIDFields } from './response-data-fields.ts';

const HASH_OCTETS: Readonly<Record<CertIDHash, number>> = { sha1: 20, sha256: 32 };

const ALGORITHM: Readonly<Record<CertIDHash, Uint8Array>> = {
  sha1: sequence(objectIdentifier(OID['id-sha1']), derNull),
  sha256: sequence(objectIdentifier(OID['id-sha256']), derNull),
};

function certIDFault(certID: CertIDFields, { issuer }: ResponseCandidate): string | null {
  const hash = CERT_ID_HASHES.find((name) => bytesEqual(ALGORITHM[name], certID.hashAlgorithm));
  if (!hash) return `hashAlgorithm is ${derText(certID.hashAlgorithm)}`;
  const { issuerNameHash, issuerKeyHash, serialNumber } = certID;
  const octets = HASH_OCTETS[hash];
  if (issuerNameHash.length !== octets || issuerKeyHash.length !== octets)
    return `a hash has not the ${octets} octets of ${hash}`;
  const serial = serialNumberFromContents(serialNumber);
  if (!serial.ok) return `the serial number is ${serial.error.reason}`;
  if (issuer === null) return null;
  const { issuerNameHash: name, issuerKeyHash: key } = issuer[hash];
  return bytesEqual(issuerNameHash, name) && bytesEqual(issuerKeyHash, key)
    ? null
    : 'the hashes are not those of the issuer';
}

/** SHA-1 or SHA-256 with NULL parameters, the hashes of the issuer, a serial number that can exist. */
export const certIDRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-4',
  source: 'RFC 6960 3.2, 4.1.1; RFC 5280 4.1.2.2; CON-19',
  level: 'error',
  check: (candidate) =>
    candidate.fields.responses
      .map(({ certID }) => certIDFault(certID, candidate))
      .find((fault) => fault !== null) ?? null,
};
