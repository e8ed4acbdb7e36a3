import { bytesFromBase64 } from '../../../shared/bytes.ts';
import { type Certificate, decodeCertificate } from './certificate.ts';
import { wholeSequence } from './der.ts';
import { decodeSignedData } from './signed-data.ts';
import {
  decodeTimeStampResponse,
  decodeTimeStampToken,
  type TimeStampToken,
  TOKEN_MAX_OCTETS,
} from './time-stamp-token.ts';

/** What a file or a pasted text turned out to hold. */
export type Item =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'token'; readonly token: TimeStampToken }
  /** Nothing that can be checked: perhaps what was stamped. */
  | { readonly kind: 'data'; readonly octets: Uint8Array }
  | { readonly kind: 'refused'; readonly code: InputRefusal };

export type InputRefusal =
  | 'empty'
  | 'private-key'
  | 'request'
  | 'crl'
  | 'no-certificate'
  | 'damaged'
  | 'time-stamp-refused'
  | 'too-many';

/** More in one file are not looked at; a bundle of trusted roots is nobody's chain. */
export const ITEMS_MAX = 16;

/** PEM has a third more characters than its octets, and people put text around it. */
const PEM_MAX_OCTETS = 2 * TOKEN_MAX_OCTETS;

/**
 * Certificates as DER, PEM or in a certs-only message (`.p7c`), time-stamp tokens as TimeStampResp or
 * TimeStampToken, DER or PEM; any number of them in PEM. Everything else is `data`.
 */
export function readInput(octets: Uint8Array): readonly Item[] {
  if (octets.length === 0) return [refused('empty')];
  // The tag of a SEQUENCE is also the character 0, and people number what they put around PEM.
  const items = octets[0] === 0x30 ? readDER(octets) : undefined;
  if (items) return items;
  if (octets.length > PEM_MAX_OCTETS || wholeSequence(octets)) return [{ kind: 'data', octets }];
  return readText(new TextDecoder('latin1').decode(octets)) ?? [{ kind: 'data', octets }];
}

/** What somebody pasted: PEM, or base64 alone. It is never `data`. */
export function readPasted(text: string): readonly Item[] {
  if (text.trim() === '') return [refused('empty')];
  if (text.length > PEM_MAX_OCTETS) return [refused('damaged')];
  return readText(text) ?? [refused('no-certificate')];
}

function refused(code: InputRefusal): Item {
  return { kind: 'refused', code };
}

/** RFC 7468 3, with what people put around it. */
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g;

function readText(text: string): readonly Item[] | undefined {
  if (/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text)) return [refused('private-key')];
  const blocks = [...text.matchAll(PEM_BLOCK)];
  if (blocks.length > ITEMS_MAX) return [refused('too-many')];
  if (blocks.length > 0) {
    const items = blocks.flatMap(([, label = '', body = '']) => readBlock(label, body));
    return items.length > ITEMS_MAX ? [refused('too-many')] : items;
  }
  if (text.includes('-----BEGIN ')) return [refused('damaged')];
  const der = derOf(text);
  return der && readDER(der);
}

function readBlock(label: string, body: string): readonly Item[] {
  if (label.endsWith('CERTIFICATE REQUEST')) return [refused('request')];
  if (label === 'X509 CRL') return [refused('crl')];
  const der = derOf(body);
  if (!der) return [refused('damaged')];
  return readDER(der) ?? [refused(label === 'CERTIFICATE' ? 'damaged' : 'no-certificate')];
}

function derOf(base64: string): Uint8Array | undefined {
  const decoded = bytesFromBase64(base64.replace(/\s+/g, ''));
  return decoded.ok && decoded.value.length > 0 ? decoded.value : undefined;
}

function readDER(der: Uint8Array): readonly Item[] | undefined {
  if (der.length > TOKEN_MAX_OCTETS) return undefined;
  const certificate = decodeCertificate(der);
  if (certificate) return [{ kind: 'certificate', certificate }];
  const response = decodeTimeStampResponse(der);
  if (response?.kind === 'refused') return [refused('time-stamp-refused')];
  const signed = response?.token ?? der;
  const token = decodeTimeStampToken(signed);
  if (token) return [{ kind: 'token', token }];
  if (response) return [refused('damaged')];
  return certificatesIn(der);
}

/** RFC 5652: a SignedData that nobody signed, for its certificates (`.p7c`, `.p7b`). */
function certificatesIn(der: Uint8Array): readonly Item[] | undefined {
  const data = decodeSignedData(der);
  if (!data || data.content || data.certificates.length === 0) return undefined;
  if (data.certificates.length > ITEMS_MAX) return [refused('too-many')];
  return data.certificates.map((certificate) => ({ kind: 'certificate', certificate }));
}
