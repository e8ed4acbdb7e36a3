import type { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, contextTag, TAG } from '../../../shared/der/tags.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import type { Certificate } from './certificate.ts';
import { algorithmOID, areNonCritical, dottedOID, timeWithFraction, wholeSequence } from './der.ts';
import { decodeSignedData, decodeSignerInfo, type SignerInfo } from './signed-data.ts';

/** RFC 3161 2.4.2; nothing of it is verified yet. */
export interface TimeStampToken {
  /** The octets that are signed, by way of their digest. */
  readonly tstInfo: Uint8Array;
  readonly policy: string;
  readonly imprint: MessageImprint;
  readonly serialNumber: Uint8Array;
  /** Without the fraction of a second. */
  readonly genTime: UnixSeconds;
  /** Whole seconds, rounded up; 0 where the TSA says nothing. */
  readonly accuracySeconds: number;
  readonly signerInfo: SignerInfo;
  readonly certificates: readonly Certificate[];
}

export interface MessageImprint {
  /** Dotted OID. */
  readonly hash: string;
  readonly digest: Uint8Array;
}

export const TOKEN_MAX_OCTETS = 1_048_576;

const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** RFC 3161 2.4.2: SignedData over a TSTInfo of version 1 with the one signature of the TSA. */
export function decodeTimeStampToken(der: Uint8Array): TimeStampToken | undefined {
  const data = decodeSignedData(der);
  if (data?.contentType !== TST_INFO || !data.content) return undefined;
  const [only, ...others] = data.signerInfos;
  const signerInfo = only && others.length === 0 ? decodeSignerInfo(only) : undefined;
  const info = readTSTInfo(data.content);
  if (!signerInfo || !info) return undefined;
  return { tstInfo: data.content, ...info, signerInfo, certificates: data.certificates };
}

/** RFC 3161 2.4.2: PKIStatus granted(0) and grantedWithMods(1) come with a token, others without. */
export type TimeStampResponse =
  | { readonly kind: 'granted'; readonly token: Uint8Array }
  | { readonly kind: 'refused' };

/** TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken TimeStampToken OPTIONAL } */
export function decodeTimeStampResponse(der: Uint8Array): TimeStampResponse | undefined {
  const response = wholeSequence(der);
  const status = response?.enter(TAG.sequence)?.integer();
  if (!response || status?.length !== 1 || (status[0] ?? 255) > 5) return undefined;
  if (response.atEnd()) return { kind: 'refused' };
  const token = response.whole(TAG.sequence);
  if (!token || !response.atEnd()) return undefined;
  return (status[0] ?? 255) <= 1 ? { kind: 'granted', token } : { kind: 'refused' };
}

function readTSTInfo(der: Uint8Array) {
  const info = wholeSequence(der);
  const version = info?.integer();
  const policy = dottedOID(info);
  const imprint = readImprint(info?.enter(TAG.sequence));
  const serialNumber = info?.integer();
  const genTime = timeWithFraction(info);
  if (!info || version?.length !== 1 || version[0] !== 1 || policy === undefined) return undefined;
  if (!imprint || !serialNumber || genTime === undefined) return undefined;
  const accuracySeconds = readAccuracy(info);
  if (accuracySeconds === undefined) return undefined;
  info.boolean();
  info.integer();
  info.whole(contextTag(0));
  const extensions = info.enter(contextTag(1));
  if ((extensions && !areNonCritical(extensions)) || !info.atEnd()) return undefined;
  return { policy, imprint, serialNumber, genTime, accuracySeconds };
}

function readImprint(reader: DERReader | undefined): MessageImprint | undefined {
  const hash = algorithmOID(reader);
  const digest = reader?.contents(TAG.octetString);
  return hash !== undefined && digest && reader?.atEnd() ? { hash, digest } : undefined;
}

/** Accuracy ::= SEQUENCE { seconds INTEGER, millis [0], micros [1], all OPTIONAL } */
function readAccuracy(info: DERReader): number | undefined {
  if (info.peekTag() !== TAG.sequence) return 0;
  const accuracy = info.enter(TAG.sequence);
  const seconds = accuracy?.integer() ?? Uint8Array.of(0);
  const parts = [0, 1].map((number) => accuracy?.contents(contextPrimitiveTag(number)));
  if (!accuracy?.atEnd() || seconds.length > 4 || (seconds[0] ?? 0) >= 0x80) return undefined;
  const whole = seconds.reduce((value, octet) => value * 256 + octet, 0);
  return whole + (parts.some((part) => part !== undefined) ? 1 : 0);
}
