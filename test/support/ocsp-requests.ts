import { joined, octets, tlv } from './octets.ts';

/** OCSPRequests spelled out element by element, apart from shared/, so that each can be broken. */

export const SHA1_OID = octets('06 05 2b 0e 03 02 1a');
export const SHA256_OID = octets('06 09 60 86 48 01 65 03 04 02 01');
export const SHA384_OID = octets('06 09 60 86 48 01 65 03 04 02 02');
export const NULL_PARAMETERS = octets('05 00');
export const NO_PARAMETERS = octets('');

export const NONCE_OID = octets('06 09 2b 06 01 05 05 07 30 01 02');
export const RESPONSE_OID = octets('06 09 2b 06 01 05 05 07 30 01 04');
export const SERVICE_LOCATOR_OID = octets('06 09 2b 06 01 05 05 07 30 01 07');
export const PREF_SIG_ALGS_OID = octets('06 09 2b 06 01 05 05 07 30 01 08');
export const BASIC_OID = octets('06 09 2b 06 01 05 05 07 30 01 01');
/** 1.3.6.1.4.1.99999.1, which nobody knows. */
export const UNKNOWN_OID = octets('06 09 2b 06 01 04 01 86 8d 1f 01');

export const CRITICAL = octets('01 01 ff');

export interface CertIDParts {
  readonly oid?: Uint8Array;
  readonly parameters?: Uint8Array;
  readonly nameHash?: Uint8Array;
  readonly keyHash?: Uint8Array;
  /** Contents of the INTEGER. */
  readonly serial?: Uint8Array;
}

export function certID(parts: CertIDParts = {}): Uint8Array {
  const oid = parts.oid ?? SHA1_OID;
  const length = oid === SHA1_OID ? 20 : 32;
  return tlv(
    0x30,
    tlv(0x30, oid, parts.parameters ?? NULL_PARAMETERS),
    tlv(0x04, parts.nameHash ?? new Uint8Array(length).fill(0xa1)),
    tlv(0x04, parts.keyHash ?? new Uint8Array(length).fill(0xb2)),
    tlv(0x02, parts.serial ?? octets('1001')),
  );
}

/** One Request of the list. */
export function single(id: Uint8Array = certID(), ...extensions: readonly Uint8Array[]) {
  return tlv(0x30, id, ...(extensions.length > 0 ? [explicitExtensions(0, extensions)] : []));
}

export function extension(oid: Uint8Array, value: Uint8Array, critical = octets('')): Uint8Array {
  return tlv(0x30, oid, critical, tlv(0x04, value));
}

function explicitExtensions(number: number, list: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 + number, tlv(0x30, ...list));
}

export interface RequestParts {
  readonly version?: Uint8Array;
  readonly requestorName?: Uint8Array;
  readonly list?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  /** After the last field of the TBSRequest. */
  readonly tbsTail?: Uint8Array;
  readonly signature?: Uint8Array;
}

const NOTHING = octets('');

export function ocspRequest(parts: RequestParts = {}): Uint8Array {
  const tbs = tlv(
    0x30,
    parts.version ?? NOTHING,
    parts.requestorName ?? NOTHING,
    tlv(0x30, ...(parts.list ?? [single()])),
    parts.extensions ? explicitExtensions(2, parts.extensions) : NOTHING,
    parts.tbsTail ?? NOTHING,
  );
  return tlv(0x30, tbs, parts.signature ?? NOTHING);
}

/** A nonce extension whose inner OCTET STRING has `length` octets. */
export function nonce(length: number): Uint8Array {
  return extension(NONCE_OID, tlv(0x04, new Uint8Array(length).fill(7)));
}

/** A Signature that no key made, with as many empty certificates as asked for. */
export function signature(...certificates: readonly Uint8Array[]): Uint8Array {
  const algorithm = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00');
  const bits = tlv(0x03, joined(octets('00'), new Uint8Array(256)));
  const certs = certificates.length > 0 ? tlv(0xa0, tlv(0x30, ...certificates)) : NOTHING;
  return tlv(0xa0, tlv(0x30, algorithm, bits, certs));
}
