import { bytesEqual } from '../bytes.ts';
import { OID } from '../der/oids.ts';
import { DERReader } from '../der/reader.ts';
import { contextTag, TAG } from '../der/tags.ts';
import { objectIdentifier } from '../der/writer.ts';
import { ok, type Result } from '../result.ts';
import { type SerialNumber, serialNumberFromContents } from '../serial-number.ts';
import { type CertID, type CertIDHash, HASH_LENGTH, sameCertID } from './cert-id.ts';
import { malformed, notAnswerable, type OCSPRequestError } from './request-error.ts';
import { readRequestExtensions } from './request-extensions.ts';

/** REQ-6: longer bodies are refused before anything is parsed. */
export const OCSP_REQUEST_MAX_OCTETS = 10_000;

/** How deep a structure may nest where only its form is checked (GeneralName, certificates). */
const OPAQUE_DEPTH = 16;

type Decoded<T> = Result<T, OCSPRequestError>;

/** The single certificate that a request asks about. */
export interface OCSPRequest {
  readonly certID: CertID;
}

/**
 * OCSPRequest ::= SEQUENCE {
 *   tbsRequest         TBSRequest,
 *   optionalSignature  [0] EXPLICIT Signature OPTIONAL }
 *
 * TBSRequest ::= SEQUENCE {
 *   version            [0] EXPLICIT Version DEFAULT v1,
 *   requestorName      [1] EXPLICIT GeneralName OPTIONAL,
 *   requestList        SEQUENCE OF Request,
 *   requestExtensions  [2] EXPLICIT Extensions OPTIONAL }
 *
 * Strict DER, no trailing octets (REQ-9); an explicit version v1 is the one leniency. A signature
 * is checked for form only (REQ-16). Several requests are answered only when all ask about the
 * same certificate (REQ-11).
 */
export function decodeOCSPRequest(der: Uint8Array): Decoded<OCSPRequest> {
  const parts = decodeRequestParts(der);
  if (!parts.ok) return parts;
  const { certIDs, extensions } = parts.value;
  const chosen = chooseCertID(certIDs);
  return chosen.ok && !extensions.ok ? extensions : chosen;
}

/** A request of right form; each CertID and the extensions with what keeps them from an answer. */
export interface RequestParts {
  readonly certIDs: readonly Decoded<CertID>[];
  readonly extensions: Decoded<true>;
}

export function decodeRequestParts(der: Uint8Array): Decoded<RequestParts> {
  if (der.length > OCSP_REQUEST_MAX_OCTETS) return malformed('too-large');
  const outer = new DERReader(der);
  const request = outer.enter(TAG.sequence);
  const tbs = request?.enter(TAG.sequence);
  if (!request || !tbs || !outer.atEnd()) return malformed('syntax');
  if (!skipSignature(request) || !request.atEnd()) return malformed('syntax');
  const version = readVersion(tbs);
  if (!version.ok) return version;
  if (!skipRequestorName(tbs)) return malformed('syntax');
  const list = tbs.enter(TAG.sequence);
  if (!list) return malformed('syntax');
  const certIDs = readRequestList(list);
  if (!certIDs.ok) return certIDs;
  const extensions = readRequestExtensions(tbs, contextTag(2));
  if (!extensions.ok && extensions.error.code === 'malformed-request') return extensions;
  if (!tbs.atEnd()) return malformed('syntax');
  return ok({ certIDs: certIDs.value, extensions });
}

function chooseCertID(certIDs: readonly Decoded<CertID>[]): Decoded<OCSPRequest> {
  const [first] = certIDs;
  if (!first) return malformed('empty-request-list');
  for (const other of certIDs) if (!other.ok) return other;
  if (!first.ok) return first;
  const same = certIDs.every((other) => other.ok && sameCertID(first.value, other.value));
  return same ? ok({ certID: first.value }) : notAnswerable('several-certificates');
}

function skipSignature(request: DERReader): boolean {
  if (request.peekTag() !== contextTag(0)) return true;
  const explicit = request.enter(contextTag(0));
  const signature = explicit?.enter(TAG.sequence);
  if (!explicit?.atEnd() || !signature) return false;
  const algorithm = signature.enter(TAG.sequence);
  if (!algorithm?.objectIdentifier() || readParameters(algorithm) === 'malformed') return false;
  if (!signature.octetAlignedBits()) return false;
  if (signature.atEnd()) return true;
  const certs = signature.enter(contextTag(0));
  if (certs?.peekTag() !== TAG.sequence || !certs.skip(OPAQUE_DEPTH)) return false;
  return certs.atEnd() && signature.atEnd();
}

function readVersion(tbs: DERReader): Decoded<0> {
  if (tbs.peekTag() !== contextTag(0)) return ok(0);
  const explicit = tbs.enter(contextTag(0));
  const version = explicit?.integer();
  if (!version || !explicit?.atEnd()) return malformed('syntax');
  return version.length === 1 && version[0] === 0 ? ok(0) : malformed('version');
}

/** REQ-16: handled as absent, but its form is checked. */
function skipRequestorName(tbs: DERReader): boolean {
  if (tbs.peekTag() !== contextTag(1)) return true;
  const name = tbs.enter(contextTag(1));
  // Every GeneralName has a context-specific tag (RFC 5280 4.2.1.6).
  if (!name || (name.peekTag() & 0xc0) !== 0x80) return false;
  return name.skip(OPAQUE_DEPTH) && name.atEnd();
}

/** The form of every Request decides about malformedRequest; what each asks for is kept as a Result. */
function readRequestList(list: DERReader): Decoded<readonly Decoded<CertID>[]> {
  const certIDs: Decoded<CertID>[] = [];
  while (!list.atEnd()) {
    const request = list.enter(TAG.sequence);
    const certID = request?.enter(TAG.sequence);
    if (!request || !certID) return malformed('syntax');
    const asked = readCertID(certID);
    if (!asked.ok && asked.error.code === 'malformed-request') return asked;
    const extensions = readRequestExtensions(request, contextTag(0));
    if (!extensions.ok && extensions.error.code === 'malformed-request') return extensions;
    if (!request.atEnd()) return malformed('syntax');
    certIDs.push(extensions.ok ? asked : extensions);
  }
  return ok(certIDs);
}

const SHA1 = objectIdentifier(OID['id-sha1']).subarray(2);
const SHA256 = objectIdentifier(OID['id-sha256']).subarray(2);

function readCertID(reader: DERReader): Decoded<CertID> {
  const algorithm = reader.enter(TAG.sequence);
  const oid = algorithm?.objectIdentifier();
  if (!algorithm || !oid) return malformed('syntax');
  const parameters = readParameters(algorithm);
  const issuerNameHash = reader.contents(TAG.octetString);
  const issuerKeyHash = reader.contents(TAG.octetString);
  const serial = reader.integer();
  if (!issuerNameHash || !issuerKeyHash || !serial || !reader.atEnd()) return malformed('syntax');
  if (parameters === 'malformed') return malformed('hash-parameters');
  const hash = hashFromOID(oid);
  if (!hash) return notAnswerable('hash-unsupported');
  if (parameters === 'others') return malformed('hash-parameters');
  if (issuerNameHash.length !== HASH_LENGTH[hash] || issuerKeyHash.length !== HASH_LENGTH[hash]) {
    return notAnswerable('hash-length');
  }
  // REQ-15: zero, negative or longer than 20 octets is never a serial number of ours.
  const serialNumber: Result<SerialNumber, unknown> = serialNumberFromContents(serial);
  if (!serialNumber.ok) return notAnswerable('serial-number');
  return ok({ hash, issuerNameHash, issuerKeyHash, serialNumber: serialNumber.value });
}

function hashFromOID(oid: Uint8Array): CertIDHash | undefined {
  if (bytesEqual(oid, SHA1)) return 'sha1';
  return bytesEqual(oid, SHA256) ? 'sha256' : undefined;
}

/** Of an AlgorithmIdentifier, after its OID; RFC 5754 2 and REQ-13 make NULL and absent the same. */
function readParameters(algorithm: DERReader): 'none' | 'others' | 'malformed' {
  if (algorithm.atEnd()) return 'none';
  const parameters = algorithm.contents(TAG.null);
  const formed = parameters ? parameters.length === 0 : algorithm.skip(OPAQUE_DEPTH);
  if (!formed || !algorithm.atEnd()) return 'malformed';
  return parameters ? 'none' : 'others';
}
