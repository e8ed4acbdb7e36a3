import { bytesFromBase64 } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { splitSignedDER } from '../../signing/signed-der.ts';
import { readTBSCertificate } from '../certificate/certificate-fields.ts';
import { readTBSCertList } from '../crl/crl-fields.ts';
import { splitOCSPResponse } from '../ocsp/response-candidate.ts';

export type FileKind = 'certificate' | 'crl' | 'ocsp-response';

export interface ArtifactFile {
  readonly kind: FileKind;
  readonly der: Uint8Array;
}

export interface UnreadableFile {
  readonly code: 'file-unreadable';
  readonly reason: string;
}

/** A CRL of a million entries has 42 MB; PEM takes a third more. */
export const FILE_MOST_OCTETS: number = 64 << 20;

/** Certificates and responses are parsed in more ways; nobody's has a hundredth of it. */
const SMALL_MOST_OCTETS = 1 << 20;

const KIND_OF_LABEL: ReadonlyMap<string, FileKind> = new Map([
  ['CERTIFICATE', 'certificate'],
  ['TRUSTED CERTIFICATE', 'certificate'],
  ['X509 CRL', 'crl'],
  ['OCSP RESPONSE', 'ocsp-response'],
]);

function refuse(reason: string): Result<never, UnreadableFile> {
  return err({ code: 'file-unreadable', reason });
}

/**
 * One certificate, CRL or OCSP response, PEM (RFC 7468, text around it is left alone) or DER, told
 * apart by what is in it. Refuses what is longer than 64 MB, more than one PEM block, and DER that
 * is none of the three.
 */
export function readArtifactFile(bytes: Uint8Array): Result<ArtifactFile, UnreadableFile> {
  if (bytes.length > FILE_MOST_OCTETS) return refuse('is longer than 64 MB');
  // 0x30 is a SEQUENCE; as text it would be the digit zero.
  const der = bytes[0] === TAG.sequence ? ok(bytes) : derOfPEM(bytes);
  if (!der.ok) return der;
  const kind = kindOf(der.value);
  if (kind === undefined) return refuse('is no certificate, CRL or OCSP response in strict DER');
  if (kind !== 'crl' && der.value.length > SMALL_MOST_OCTETS) return refuse('is longer than 1 MB');
  return ok({ kind, der: der.value });
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** Found by searching, not by a pattern over the whole: a file of dashes costs its length. */
function derOfPEM(bytes: Uint8Array): Result<Uint8Array, UnreadableFile> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const begin = text.indexOf(BEGIN);
  if (begin < 0) return refuse('is neither DER nor PEM');
  const labelEnd = text.indexOf(DASHES, begin + BEGIN.length);
  const label = text.slice(begin + BEGIN.length, labelEnd < 0 ? begin : labelEnd);
  if (label.length > 64 || !KIND_OF_LABEL.has(label))
    return refuse('has a PEM block of another kind');
  const contents = labelEnd + DASHES.length;
  const end = text.indexOf(`-----END ${label}-----`, contents);
  if (end < 0) return refuse('has a PEM block without its end');
  if (text.indexOf(BEGIN, end) >= 0)
    return refuse(
      'has more than one PEM block: take one out, as `openssl x509 -in FILE -out ONE.pem` does the first certificate',
    );
  const der = bytesFromBase64(text.slice(contents, end).replace(/\s+/g, ''));
  return der.ok ? der : refuse('is not base64 between its PEM lines');
}

/**
 * By structure: an OCSPResponse begins with an ENUMERATED; a TBSCertificate has a SEQUENCE (Name)
 * where a TBSCertList has a time.
 */
function kindOf(der: Uint8Array): FileKind | undefined {
  const first = new DERReader(der).enter(TAG.sequence)?.peekTag();
  if (first === TAG.enumerated)
    return splitOCSPResponse(der) === undefined ? undefined : 'ocsp-response';
  const tbs = splitSignedDER(der)?.tbs;
  if (!tbs) return undefined;
  if (readTBSCertificate(tbs)) return 'certificate';
  return readTBSCertList(tbs) ? 'crl' : undefined;
}
