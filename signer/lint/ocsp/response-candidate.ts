import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import { objectIdentifier } from '../../../shared/der/writer.ts';
import type { IssuerIdentity } from '../../../shared/ocsp/cert-id.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { type ResponderCertificate, readResponderCertificate } from './responder-certificate.ts';
import { type ResponseDataFields, readResponseData } from './response-data-fields.ts';

/**
 * The bytes of one response and what they must match. What is null is not known, as with a file
 * from elsewhere, and what needs it is not checked.
 */
export interface ResponseCandidate {
  readonly tbs: Uint8Array;
  readonly fields: ResponseDataFields;
  /** DER of the AlgorithmIdentifier. */
  readonly signatureAlgorithm: Uint8Array;
  /** DER of each of `certs`; null when the field is absent. */
  readonly certs: readonly Uint8Array[] | null;
  /** The first of `certs`, when it is one. */
  readonly responder: ResponderCertificate | null;
  readonly issuer: IssuerIdentity | null;
  readonly now: UnixSeconds | null;
}

/** BasicOCSPResponse, taken out of the OCSPResponse. */
export interface BasicResponseParts {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly certs: readonly Uint8Array[] | null;
}

const BASIC = objectIdentifier(OID['id-pkix-ocsp-basic']);
const MOST_CERTIFICATES = 16;

/** RFC 6960 4.2.1: a successful id-pkix-ocsp-basic; a number is another responseStatus. */
export function splitOCSPResponse(der: Uint8Array): BasicResponseParts | number | undefined {
  const outer = new DERReader(der);
  const response = outer.enter(TAG.sequence);
  const status = response?.contents(TAG.enumerated);
  if (!response || status?.length !== 1 || !outer.atEnd()) return undefined;
  if (response.atEnd()) return status[0] === 0 ? undefined : status[0];
  const explicit = response.enter(contextTag(0));
  const bytes = explicit?.enter(TAG.sequence);
  const type = bytes?.whole(TAG.objectIdentifier);
  const basic = bytes?.contents(TAG.octetString);
  const whole = response.atEnd() && explicit?.atEnd() && bytes?.atEnd() && status[0] === 0;
  return whole && type && basic && bytesEqual(type, BASIC) ? splitBasic(basic) : undefined;
}

function splitBasic(der: Uint8Array): BasicResponseParts | undefined {
  const outer = new DERReader(der);
  const basic = outer.enter(TAG.sequence);
  const tbs = basic?.whole(TAG.sequence);
  const signatureAlgorithm = basic?.whole(TAG.sequence);
  const signature = basic?.octetAlignedBits();
  if (!basic || !tbs || !signatureAlgorithm || !signature || !outer.atEnd()) return undefined;
  const explicit = basic.enter(contextTag(0));
  const list = explicit?.enter(TAG.sequence);
  if (!basic.atEnd() || (explicit && (!list || !explicit.atEnd()))) return undefined;
  const certs: Uint8Array[] = [];
  while (list && !list.atEnd()) {
    const certificate = list.whole(TAG.sequence);
    if (!certificate || certs.length === MOST_CERTIFICATES) return undefined;
    certs.push(certificate);
  }
  return { tbs, signatureAlgorithm, signature, certs: explicit ? certs : null };
}

/** undefined when the ResponseData cannot be read. */
export function responseCandidate(
  parts: Omit<BasicResponseParts, 'signature'>,
  issuer: IssuerIdentity | null,
  now: UnixSeconds | null,
): ResponseCandidate | undefined {
  const { tbs, signatureAlgorithm, certs } = parts;
  const fields = readResponseData(tbs);
  if (!fields) return undefined;
  const [first] = certs ?? [];
  const responder = (first && readResponderCertificate(first)) ?? null;
  return { tbs, fields, signatureAlgorithm, certs, responder, issuer, now };
}
