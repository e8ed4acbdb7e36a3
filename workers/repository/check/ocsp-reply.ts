import { bytesEqual } from '../../../shared/bytes.ts';
import type { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, contextTag, TAG } from '../../../shared/der/tags.ts';
import type { CertID } from '../../../shared/ocsp/cert-id.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { type Certificate, decodeCertificate } from './certificate.ts';
import { algorithmOID, areNonCritical, dottedOID, elements, time, wholeSequence } from './der.ts';

/** What a responder said about one certificate; nothing of it is verified yet. */
export interface OCSPReply {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly responder: ResponderID;
  readonly producedAt: UnixSeconds;
  readonly singles: readonly SingleReply[];
}

/** RFC 6960 4.2.1: SHA-1 of the responder's key bits, or its Name as DER. */
export type ResponderID = { readonly keyHash: Uint8Array } | { readonly name: Uint8Array };

export interface SingleReply {
  readonly certID: AnsweredCertID;
  readonly status: ReplyStatus;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
}

interface AnsweredCertID {
  readonly hash: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serialNumber: Uint8Array;
}

/** `reason`: CRLReason, undefined where the response has none. */
export type ReplyStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly at: UnixSeconds; readonly reason: number | undefined };

export type DecodedReply =
  | { readonly kind: 'signed'; readonly reply: OCSPReply }
  /** RFC 6960 4.2.1: an answer without signature. */
  | { readonly kind: 'unsigned'; readonly status: UnsignedStatus }
  | { readonly kind: 'unreadable' };

export type UnsignedStatus =
  | 'malformedRequest'
  | 'internalError'
  | 'tryLater'
  | 'sigRequired'
  | 'unauthorized';

const UNSIGNED: Readonly<Record<number, UnsignedStatus>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

const BASIC = '1.3.6.1.5.5.7.48.1.1';
const CERTIFICATES_MAX = 4;
const SINGLES_MAX = 16;

/** OCSPResponse with a BasicOCSPResponse of version 1 and no critical extension; else unreadable. */
export function decodeOCSPReply(der: Uint8Array): DecodedReply {
  const outer = wholeSequence(der);
  const status = outer?.contents(TAG.enumerated);
  const unsigned = status?.length === 1 ? UNSIGNED[status[0] ?? 0] : undefined;
  if (unsigned && outer?.atEnd()) return { kind: 'unsigned', status: unsigned };
  const bytes = outer?.enter(contextTag(0))?.enter(TAG.sequence);
  const basic = dottedOID(bytes) === BASIC ? bytes?.contents(TAG.octetString) : undefined;
  const whole = status?.length === 1 && status[0] === 0 && bytes?.atEnd() && outer?.atEnd();
  const reply = whole && basic ? readBasic(basic) : undefined;
  return reply ? { kind: 'signed', reply } : { kind: 'unreadable' };
}

function readBasic(der: Uint8Array): OCSPReply | undefined {
  const basic = wholeSequence(der);
  const tbs = basic?.whole(TAG.sequence);
  const signatureAlgorithm = algorithmOID(basic);
  const signature = basic?.octetAlignedBits();
  const certificates = basic && readCertificates(basic);
  const data = tbs && readResponseData(tbs);
  if (!data || !certificates || !signature || signatureAlgorithm === undefined) return undefined;
  return basic.atEnd() ? { tbs, ...data, signatureAlgorithm, signature, certificates } : undefined;
}

/** What cannot be read as a certificate is passed over: it cannot have signed. */
function readCertificates(basic: DERReader): readonly Certificate[] | undefined {
  if (basic.atEnd()) return [];
  const list = elements(
    basic.enter(contextTag(0))?.enter(TAG.sequence),
    TAG.sequence,
    CERTIFICATES_MAX,
  );
  return list?.map(decodeCertificate).filter((certificate) => certificate !== undefined);
}

function readResponseData(
  tbs: Uint8Array,
): Pick<OCSPReply, 'responder' | 'producedAt' | 'singles'> | undefined {
  const data = wholeSequence(tbs);
  const version = data?.enter(contextTag(0))?.integer();
  if (!data || (version && (version.length !== 1 || version[0] !== 0))) return undefined;
  const responder = readResponderID(data);
  const producedAt = time(data);
  const list = elements(data.enter(TAG.sequence), TAG.sequence, SINGLES_MAX);
  const singles = list?.map(readSingle);
  if (!responder || producedAt === undefined || !singles?.every((single) => single !== undefined)) {
    return undefined;
  }
  return hasNoCritical(data, 1) && data.atEnd() ? { responder, producedAt, singles } : undefined;
}

function readResponderID(data: DERReader): ResponderID | undefined {
  const name = data.contents(contextTag(1));
  if (name) return { name };
  const keyHash = data.enter(contextTag(2))?.contents(TAG.octetString);
  return keyHash && { keyHash };
}

function readSingle(der: Uint8Array): SingleReply | undefined {
  const reader = wholeSequence(der);
  const certID = readCertID(reader?.enter(TAG.sequence));
  const status = reader && readStatus(reader);
  const thisUpdate = time(reader);
  const next = reader?.enter(contextTag(0));
  const nextUpdate = next && time(next);
  if (!reader || !certID || !status || thisUpdate === undefined) return undefined;
  if ((next && nextUpdate === undefined) || !hasNoCritical(reader, 1)) return undefined;
  return reader.atEnd() ? { certID, status, thisUpdate, nextUpdate } : undefined;
}

function readCertID(reader: DERReader | undefined): AnsweredCertID | undefined {
  const hash = algorithmOID(reader);
  const issuerNameHash = reader?.contents(TAG.octetString);
  const issuerKeyHash = reader?.contents(TAG.octetString);
  const serialNumber = reader?.integer();
  if (hash === undefined || !issuerNameHash || !issuerKeyHash || !serialNumber) return undefined;
  return { hash, issuerNameHash, issuerKeyHash, serialNumber };
}

function readStatus(reader: DERReader): ReplyStatus | undefined {
  if (reader.contents(contextPrimitiveTag(0))?.length === 0) return { kind: 'good' };
  if (reader.contents(contextPrimitiveTag(2))?.length === 0) return { kind: 'unknown' };
  const revoked = reader.enter(contextTag(1));
  const at = time(revoked);
  if (!revoked || at === undefined) return undefined;
  if (revoked.atEnd()) return { kind: 'revoked', at, reason: undefined };
  const reason = revoked.enter(contextTag(0))?.contents(TAG.enumerated);
  if (reason?.length !== 1 || !revoked.atEnd()) return undefined;
  return { kind: 'revoked', at, reason: reason[0] };
}

/** Steps over Extensions under an explicit tag, if they are there; none may be critical. */
function hasNoCritical(reader: DERReader, number: number): boolean {
  const outer = reader.enter(contextTag(number));
  return !outer || areNonCritical(outer.enter(TAG.sequence));
}

const HASH_OID = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const;

/** RFC 6960 3.2 item 1; the hash's parameters do not count (REQ-13). */
export function isAbout(answered: AnsweredCertID, asked: CertID): boolean {
  return (
    answered.hash === HASH_OID[asked.hash] &&
    bytesEqual(answered.issuerNameHash, asked.issuerNameHash) &&
    bytesEqual(answered.issuerKeyHash, asked.issuerKeyHash) &&
    bytesEqual(answered.serialNumber, asked.serialNumber)
  );
}
