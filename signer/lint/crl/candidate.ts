import { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { SignatureAlgorithm } from '../../../shared/signature-algorithm.ts';
import type { UnixSeconds, ValidityWindow } from '../../../shared/time.ts';

/** What must hold against what this authority published before. */
export interface PreviousCRL extends ValidityWindow {
  readonly crlNumber: number;
}

/** The bytes to be signed, split by the strict reader, and what they must match. */
export interface CRLCandidate {
  readonly tbs: Uint8Array;
  readonly fields: TBSCertListFields;
  readonly issuer: Uint8Array;
  readonly keyIdentifier: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** What expiredCertsOnCRL has to say; null: it must be absent (CRL-16). */
  readonly expiredCertsOnCRL: UnixSeconds | null;
  readonly previous: PreviousCRL | null;
  readonly now: UnixSeconds;
}

export interface TBSCertListFields {
  readonly version: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly thisUpdate: Uint8Array;
  readonly nextUpdate: Uint8Array;
  /** null when absent. */
  readonly revokedCertificates: Uint8Array | null;
  /** DER of crlExtensions, its EXPLICIT tag taken off. */
  readonly crlExtensions: Uint8Array;
}

function wholeTime(reader: DERReader): Uint8Array | undefined {
  return reader.peekTag() === TAG.utcTime
    ? reader.whole(TAG.utcTime)
    : reader.whole(TAG.generalizedTime);
}

/** Splits a TBSCertList; undefined when it is not one with both times and extensions. */
export function readTBSCertList(tbs: Uint8Array): TBSCertListFields | undefined {
  const outer = new DERReader(tbs);
  const reader = outer.enter(TAG.sequence);
  if (!reader || !outer.atEnd()) return undefined;
  const version = reader.integer();
  const signature = reader.whole(TAG.sequence);
  const issuer = reader.whole(TAG.sequence);
  const thisUpdate = wholeTime(reader);
  const nextUpdate = wholeTime(reader);
  const revoked = reader.peekTag() === TAG.sequence ? reader.contents(TAG.sequence) : null;
  const crlExtensions = reader.enter(contextTag(0))?.whole(TAG.sequence);
  if (!version || !signature || !issuer || !thisUpdate || !nextUpdate || !crlExtensions)
    return undefined;
  if (!reader.atEnd()) return undefined;
  return {
    version,
    signature,
    issuer,
    thisUpdate,
    nextUpdate,
    revokedCertificates: revoked ?? null,
    crlExtensions,
  };
}

export function crlCandidate(
  tbs: Uint8Array,
  context: Omit<CRLCandidate, 'tbs' | 'fields'>,
): Result<CRLCandidate, { readonly code: 'tbs-malformed' }> {
  const fields = readTBSCertList(tbs);
  return fields ? ok({ tbs, fields, ...context }) : err({ code: 'tbs-malformed' });
}
