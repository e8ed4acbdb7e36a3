import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, contextTag, TAG } from '../../../shared/der/tags.ts';
import { type ExtensionField, readExtensions } from '../extension-fields.ts';

/** ResponseData (RFC 6960 4.2.1) split by the strict reader; DER of fields whose octets matter. */
export interface ResponseDataFields {
  /** `version` is written out, which for v1 DER forbids. */
  readonly writtenVersion: boolean;
  readonly responderID: ResponderIDField;
  readonly producedAt: Uint8Array;
  readonly responses: readonly SingleResponseFields[];
  readonly responseExtensions: readonly ExtensionField[] | null;
}

export interface ResponderIDField {
  readonly by: 'name' | 'key';
  /** DER of the Name, or the octets of the KeyHash. */
  readonly value: Uint8Array;
}

export interface SingleResponseFields {
  readonly certID: CertIDFields;
  readonly certStatus: CertStatusField;
  readonly thisUpdate: Uint8Array;
  /** null when absent. */
  readonly nextUpdate: Uint8Array | null;
  readonly singleExtensions: readonly ExtensionField[] | null;
}

export interface CertIDFields {
  /** DER of the AlgorithmIdentifier. */
  readonly hashAlgorithm: Uint8Array;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

export type CertStatusField =
  | { readonly status: 'good' | 'unknown' }
  | {
      readonly status: 'revoked';
      /** DER of the GeneralizedTime. */
      readonly revocationTime: Uint8Array;
      /** null when absent. */
      readonly revocationReason: number | null;
    };

/** One answer has one; a file with thousands was not made to be understood. */
const MOST_RESPONSES = 1_000;

/** undefined when it is not a ResponseData in strict DER. */
export function readResponseData(der: Uint8Array): ResponseDataFields | undefined {
  const outer = new DERReader(der);
  const reader = outer.enter(TAG.sequence);
  if (!reader || !outer.atEnd()) return undefined;
  const version = reader.contents(contextTag(0));
  const responderID = readResponderID(reader);
  const producedAt = reader.whole(TAG.generalizedTime);
  const list = reader.enter(TAG.sequence);
  if (!responderID || !producedAt || !list) return undefined;
  const responses = readResponses(list);
  const responseExtensions = readOptionalExtensions(reader, 1);
  if (!responses || responseExtensions === undefined || !reader.atEnd()) return undefined;
  const writtenVersion = version !== undefined;
  return { writtenVersion, responderID, producedAt, responses, responseExtensions };
}

function readResponderID(reader: DERReader): ResponderIDField | undefined {
  const byName = reader.enter(contextTag(1));
  const name = byName?.whole(TAG.sequence);
  if (byName) return name && byName.atEnd() ? { by: 'name', value: name } : undefined;
  const byKey = reader.enter(contextTag(2));
  const hash = byKey?.contents(TAG.octetString);
  return hash && byKey?.atEnd() ? { by: 'key', value: hash } : undefined;
}

function readResponses(list: DERReader): readonly SingleResponseFields[] | undefined {
  const responses: SingleResponseFields[] = [];
  while (!list.atEnd()) {
    const single = list.enter(TAG.sequence);
    const fields = single && readSingleResponse(single);
    if (!fields || responses.length === MOST_RESPONSES) return undefined;
    responses.push(fields);
  }
  return responses;
}

function readSingleResponse(reader: DERReader): SingleResponseFields | undefined {
  const certID = readCertID(reader);
  const certStatus = readCertStatus(reader);
  const thisUpdate = reader.whole(TAG.generalizedTime);
  const next = reader.enter(contextTag(0));
  const nextUpdate = next?.whole(TAG.generalizedTime);
  const singleExtensions = readOptionalExtensions(reader, 1);
  if (!certID || !certStatus || !thisUpdate || singleExtensions === undefined) return undefined;
  if ((next && (!nextUpdate || !next.atEnd())) || !reader.atEnd()) return undefined;
  return { certID, certStatus, thisUpdate, nextUpdate: nextUpdate ?? null, singleExtensions };
}

function readCertID(reader: DERReader): CertIDFields | undefined {
  const certID = reader.enter(TAG.sequence);
  const hashAlgorithm = certID?.whole(TAG.sequence);
  const issuerNameHash = certID?.contents(TAG.octetString);
  const issuerKeyHash = certID?.contents(TAG.octetString);
  const serialNumber = certID?.integer();
  if (!hashAlgorithm || !issuerNameHash || !issuerKeyHash || !serialNumber || !certID?.atEnd())
    return undefined;
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

function readCertStatus(reader: DERReader): CertStatusField | undefined {
  if (reader.contents(contextPrimitiveTag(0))?.length === 0) return { status: 'good' };
  if (reader.contents(contextPrimitiveTag(2))?.length === 0) return { status: 'unknown' };
  const revoked = reader.enter(contextTag(1));
  const revocationTime = revoked?.whole(TAG.generalizedTime);
  if (!revoked || !revocationTime) return undefined;
  const explicit = revoked.enter(contextTag(0));
  const reason = explicit?.contents(TAG.enumerated);
  if (explicit && (reason?.length !== 1 || !explicit.atEnd())) return undefined;
  if (!revoked.atEnd()) return undefined;
  return { status: 'revoked', revocationTime, revocationReason: reason?.[0] ?? null };
}

/** null when absent; undefined when they cannot be read. */
function readOptionalExtensions(
  reader: DERReader,
  tag: number,
): readonly ExtensionField[] | null | undefined {
  const explicit = reader.enter(contextTag(tag));
  if (!explicit) return null;
  const list = explicit.enter(TAG.sequence);
  return list && explicit.atEnd() ? readExtensions(list) : undefined;
}
