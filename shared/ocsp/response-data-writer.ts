import { bytesEqual } from '../bytes.ts';
import { OctetBuffer } from '../octet-buffer.ts';
import { BugError, must } from '../result.ts';
import { type SerialNumber, serialNumberFromContents } from '../serial-number.ts';
import type { CertIDHash, IssuerIdentity } from './cert-id.ts';
import {
  type CertStatus,
  encodeAfterCertID,
  encodeResponseData,
  type ResponseTimes,
} from './response.ts';

/** The same octets as `encodeResponseData`, for many certificates of one issuer in one batch. */
export interface ResponseDataWriter {
  /** Appends one ResponseData; answers where it ends. */
  append(hash: CertIDHash, serialNumber: SerialNumber, certStatus: CertStatus): number;
  /** All that was appended, one after the other. */
  bytes(): Uint8Array;
}

interface Template {
  readonly bytes: Uint8Array;
  /** Where the contents of the serial number begin. */
  readonly serialAt: number;
}

/**
 * Good responses of one batch differ in nothing but their serial numbers, so that one of each length
 * is encoded in full and serves the others as a template: a hundredth of the time. `expected` is
 * about how many octets there will be.
 */
export function responseDataWriter(
  responderKeyHash: Uint8Array,
  times: ResponseTimes,
  issuer: IssuerIdentity,
  expected: number,
): ResponseDataWriter {
  const templates: Record<CertIDHash, (Template | undefined)[]> = { sha1: [], sha256: [] };
  const packed = new OctetBuffer(expected);

  function inFull(
    hash: CertIDHash,
    serialNumber: SerialNumber,
    certStatus: CertStatus,
  ): Uint8Array {
    const certID = { hash, ...issuer[hash], serialNumber };
    return encodeResponseData(responderKeyHash, times, { certID, certStatus });
  }

  function makeTemplate(hash: CertIDHash, serialNumber: SerialNumber): Template {
    const certStatus = { status: 'good' } as const;
    const bytes = inFull(hash, serialNumber, certStatus);
    // RFC 6960 4.2.1: serialNumber ends the CertID, and after it comes what all have in common.
    const after = encodeAfterCertID(certStatus, times).length;
    const template = { bytes, serialAt: bytes.length - after - serialNumber.length };
    // What is signed must be what the edge will encode: another serial number shows that it is.
    const octet = serialNumber[0] === 0x55 ? 0x2a : 0x55;
    const contents = new Uint8Array(serialNumber.length).fill(octet);
    const other = must(serialNumberFromContents(contents), 'positive and minimal');
    const spliced = bytes.slice();
    spliced.set(other, template.serialAt);
    if (!bytesEqual(spliced, inFull(hash, other, certStatus))) {
      throw new BugError('ResponseData template');
    }
    templates[hash][serialNumber.length] = template;
    return template;
  }

  return {
    append(hash, serialNumber, certStatus) {
      if (certStatus.status !== 'good') {
        packed.append(inFull(hash, serialNumber, certStatus));
        return packed.length;
      }
      const template = templates[hash][serialNumber.length] ?? makeTemplate(hash, serialNumber);
      const at = packed.append(template.bytes);
      packed.overwrite(at + template.serialAt, serialNumber);
      return packed.length;
    },
    bytes: () => packed.copy(),
  };
}
