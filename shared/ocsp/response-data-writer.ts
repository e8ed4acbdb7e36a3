import { asciiBytes, bytesEqual } from '../bytes.ts';
import { OctetBuffer } from '../octet-buffer.ts';
import { BugError, must } from '../result.ts';
import { type SerialNumber, serialNumberFromContents } from '../serial-number.ts';
import { generalizedTimeText, unixSeconds } from '../time.ts';
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

/** From the end of the serial number: `a1 16 18 0f`, the contents of revocationTime, `a0 03 0a 01`, reason. */
const REVOCATION_TIME_AT = 4;
const REVOCATION_REASON_AT = 23;

/**
 * Responses of one batch differ in nothing but their serial numbers and what is said of a revocation, so
 * that one of each length is encoded in full and serves the others as a template: a hundredth of the
 * time. `expected` is about how many octets there will be.
 */
export function responseDataWriter(
  responderKeyHash: Uint8Array,
  times: ResponseTimes,
  issuer: IssuerIdentity,
  expected: number,
): ResponseDataWriter {
  const templates: (Template | undefined)[] = [];
  const packed = new OctetBuffer(expected);

  function inFull(
    hash: CertIDHash,
    serialNumber: SerialNumber,
    certStatus: CertStatus,
  ): Uint8Array {
    const certID = { hash, ...issuer[hash], serialNumber };
    return encodeResponseData(responderKeyHash, times, { certID, certStatus });
  }

  function makeTemplate(
    hash: CertIDHash,
    serialNumber: SerialNumber,
    certStatus: CertStatus,
  ): Template {
    const bytes = inFull(hash, serialNumber, certStatus);
    // RFC 6960 4.2.1: serialNumber ends the CertID, and after it comes what all have in common.
    const after = encodeAfterCertID(certStatus, times).length;
    const template = { bytes, serialAt: bytes.length - after - serialNumber.length };
    // What is signed must be what the edge will encode: another certificate shows that it is.
    const octet = serialNumber[0] === 0x55 ? 0x2a : 0x55;
    const contents = new Uint8Array(serialNumber.length).fill(octet);
    const other = must(serialNumberFromContents(contents), 'positive and minimal');
    const said = otherStatus(certStatus);
    const spliced = new OctetBuffer(bytes.length);
    appendSpliced(spliced, template, other, said);
    if (!bytesEqual(spliced.copy(), inFull(hash, other, said))) {
      throw new BugError('ResponseData template');
    }
    return template;
  }

  return {
    append(hash, serialNumber, certStatus) {
      const slot = slotOf(hash, serialNumber, certStatus);
      const template = templates[slot] ?? makeTemplate(hash, serialNumber, certStatus);
      templates[slot] = template;
      appendSpliced(packed, template, serialNumber, certStatus);
      return packed.length;
    },
    bytes: () => packed.copy(),
  };
}

/** One for each length (at most 20) under each hash and status. */
function slotOf(hash: CertIDHash, { length }: SerialNumber, { status }: CertStatus): number {
  return length * 4 + (hash === 'sha1' ? 0 : 2) + (status === 'good' ? 0 : 1);
}

/** The template with another serial number and, of a revocation, another time and reason. */
function appendSpliced(
  packed: OctetBuffer,
  template: Template,
  serialNumber: SerialNumber,
  certStatus: CertStatus,
): void {
  const at = packed.append(template.bytes) + template.serialAt;
  packed.overwrite(at, serialNumber);
  if (certStatus.status === 'good') return;
  const after = at + serialNumber.length;
  const revocationTime = asciiBytes(generalizedTimeText(certStatus.revocationTime));
  packed.overwrite(after + REVOCATION_TIME_AT, revocationTime);
  packed.overwrite(after + REVOCATION_REASON_AT, Uint8Array.of(certStatus.revocationReason));
}

function otherStatus(certStatus: CertStatus): CertStatus {
  if (certStatus.status === 'good') return certStatus;
  const revocationReason = certStatus.revocationReason === 1 ? 3 : 1;
  const revocationTime = unixSeconds(certStatus.revocationTime === 0 ? 1 : 0);
  return { status: 'revoked', revocationReason, revocationTime };
}
