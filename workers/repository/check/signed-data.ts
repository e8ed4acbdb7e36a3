import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, contextTag, TAG } from '../../../shared/der/tags.ts';
import { type Certificate, decodeCertificate } from './certificate.ts';
import { algorithmOID, dottedOID, elements, wholeSequence } from './der.ts';

/** RFC 5652 5.1, as far as time-stamp tokens and certs-only messages need it. */
export interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array | undefined;
  /** Those that can be read; attribute certificates and others are passed over. */
  readonly certificates: readonly Certificate[];
  readonly signerInfos: readonly Uint8Array[];
}

export interface SignerInfo {
  readonly signer: SignerIdentifier;
  readonly digestAlgorithm: string;
  /** The attributes' DER, each an Attribute. */
  readonly signedAttributes: readonly Uint8Array[];
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/** RFC 5652 5.3; `issuer` is the DER of a Name. */
export type SignerIdentifier =
  | { readonly issuer: Uint8Array; readonly serialNumber: Uint8Array }
  | { readonly subjectKeyIdentifier: Uint8Array };

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CERTIFICATES_MAX = 32;
const ATTRIBUTES_MAX = 64;

/** ContentInfo with SignedData in strict DER; RFC 3161 2.4.2 has tokens so. */
export function decodeSignedData(der: Uint8Array): SignedData | undefined {
  const info = wholeSequence(der);
  if (dottedOID(info) !== SIGNED_DATA) return undefined;
  const data = info?.enter(contextTag(0))?.enter(TAG.sequence);
  if (!data?.integer() || !data.enter(TAG.set) || !info?.atEnd()) return undefined;
  const encapsulated = data.enter(TAG.sequence);
  const contentType = dottedOID(encapsulated);
  const content = encapsulated?.enter(contextTag(0))?.contents(TAG.octetString);
  const certificates = readCertificates(data.enter(contextTag(0)));
  data.whole(contextTag(1));
  const signerInfos = elements(data.enter(TAG.set), TAG.sequence, 2);
  if (contentType === undefined || !certificates || !signerInfos) return undefined;
  return data.atEnd() ? { contentType, content, certificates, signerInfos } : undefined;
}

function readCertificates(set: DERReader | undefined): readonly Certificate[] | undefined {
  const found: Certificate[] = [];
  for (let count = 0; set && !set.atEnd(); count++) {
    if (count === CERTIFICATES_MAX) return undefined;
    const der = set.whole(set.peekTag());
    if (!der) return undefined;
    const certificate = der[0] === TAG.sequence ? decodeCertificate(der) : undefined;
    if (certificate) found.push(certificate);
  }
  return found;
}

/** With signed attributes, which RFC 5652 5.3 asks for wherever the content is not id-data. */
export function decodeSignerInfo(der: Uint8Array): SignerInfo | undefined {
  const info = wholeSequence(der);
  const signer = info?.integer() && readSigner(info);
  const digestAlgorithm = algorithmOID(info);
  const attributeSet = info?.enter(contextTag(0));
  const signedAttributes = elements(attributeSet, TAG.sequence, ATTRIBUTES_MAX);
  const signatureAlgorithm = algorithmOID(info);
  const signature = info?.contents(TAG.octetString);
  info?.whole(contextTag(1));
  if (!signer || !signedAttributes || !signature || !info?.atEnd()) return undefined;
  if (digestAlgorithm === undefined || signatureAlgorithm === undefined) return undefined;
  return { signer, digestAlgorithm, signedAttributes, signatureAlgorithm, signature };
}

function readSigner(info: DERReader): SignerIdentifier | undefined {
  const subjectKeyIdentifier = info.contents(contextPrimitiveTag(0));
  if (subjectKeyIdentifier) return { subjectKeyIdentifier };
  const pair = info.enter(TAG.sequence);
  const issuer = pair?.whole(TAG.sequence);
  const serialNumber = pair?.integer();
  return issuer && serialNumber && pair?.atEnd() ? { issuer, serialNumber } : undefined;
}

/** Whether there is an attribute of this type, be it well-formed or not. */
export function hasAttribute(attributes: readonly Uint8Array[], type: string): boolean {
  return attributes.some((der) => dottedOID(wholeSequence(der)) === type);
}

/** RFC 5652 11: the only value of the only attribute of this type; `undefined` otherwise. */
export function soleValue(
  attributes: readonly Uint8Array[],
  type: string,
): { readonly tag: number; readonly der: Uint8Array } | undefined {
  let found: Uint8Array | undefined;
  for (const der of attributes) {
    const attribute = wholeSequence(der);
    if (dottedOID(attribute) !== type) continue;
    const values = attribute?.contents(TAG.set);
    if (found || !values || !attribute?.atEnd()) return undefined;
    found = values;
  }
  if (!found) return undefined;
  const reader = new DERReader(found);
  const tag = reader.peekTag();
  const der = reader.whole(tag);
  return der && reader.atEnd() ? { tag, der } : undefined;
}
