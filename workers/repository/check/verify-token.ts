import { bytesEqual, compareBytes, hexFromBytes } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import { setOf } from '../../../shared/der/writer.ts';
import { isoText } from '../../../shared/time.ts';
import { type Certificate, isValidAt } from './certificate.ts';
import { KEY_USAGE } from './certificate-extensions.ts';
import { dottedOID, elements, wholeSequence } from './der.ts';
import { digest, type HashName, hashNameOf, verifySignature } from './signature.ts';
import { hasAttribute, soleValue } from './signed-data.ts';
import type { TimeStampToken } from './time-stamp-token.ts';
import type { Trail } from './trail.ts';

export type TokenOutcome =
  /** Signed by this certificate, which may stamp and was in its validity at genTime. */
  | { readonly kind: 'verified'; readonly tsa: Certificate }
  /** It does not hold: what is in it was not signed like this, or not by a TSA. */
  | { readonly kind: 'broken' }
  /** The TSA's certificate ended before genTime or began after it. */
  | { readonly kind: 'outside-validity' }
  /** The TSA's certificate is not in the token and was not given. */
  | { readonly kind: 'signer-missing' }
  | { readonly kind: 'unsupported' };

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** RFC 3161 2.3 and 2.4.2, RFC 5652 5.4 and 5.6, RFC 5816: that the TSA made this token. */
export async function verifyToken(
  token: TimeStampToken,
  given: readonly Certificate[],
  trail: Trail,
): Promise<TokenOutcome> {
  const { genTime, policy, serialNumber } = token;
  trail.passed('token-form', {
    genTime: isoText(genTime),
    policy,
    serialNumber: hexFromBytes(serialNumber),
  });
  const tsa = await findSigner(token, given);
  if (!tsa) {
    trail.open('token-signer', undefined);
    return { kind: 'signer-missing' };
  }
  trail.passed('token-signer', { subject: tsa.subjectText });
  const signed = await verifySigned(token, tsa, trail);
  if (signed !== 'valid') return { kind: signed };
  if (!mayStamp(tsa)) {
    trail.failed('tsa-purpose', undefined);
    return { kind: 'broken' };
  }
  trail.passed('tsa-purpose');
  const facts = { notBefore: isoText(tsa.notBefore), notAfter: isoText(tsa.notAfter) };
  if (!isValidAt(tsa, genTime)) {
    trail.failed('tsa-validity', undefined, facts);
    return { kind: 'outside-validity' };
  }
  trail.passed('tsa-validity', facts);
  return { kind: 'verified', tsa };
}

/** Of several with the signer's number or key identifier, the one that the token names by its hash. */
async function findSigner(
  token: TimeStampToken,
  given: readonly Certificate[],
): Promise<Certificate | undefined> {
  const named = [...token.certificates, ...given].filter((candidate) => isSigner(token, candidate));
  for (const candidate of named) {
    if (await isBound(token.signerInfo.signedAttributes, candidate)) return candidate;
  }
  return named[0];
}

/** RFC 5652 5.3. */
function isSigner({ signerInfo: { signer } }: TimeStampToken, candidate: Certificate): boolean {
  if ('subjectKeyIdentifier' in signer) {
    const { subjectKeyIdentifier: has } = candidate;
    return has !== undefined && bytesEqual(signer.subjectKeyIdentifier, has);
  }
  return (
    bytesEqual(signer.issuer, candidate.issuer) &&
    bytesEqual(signer.serialNumber, candidate.serialNumber)
  );
}

/** RFC 5652 5.4: the digest of the content is an attribute, and the attributes are what is signed. */
async function verifySigned(
  token: TimeStampToken,
  tsa: Certificate,
  trail: Trail,
): Promise<'valid' | 'broken' | 'unsupported'> {
  const { signedAttributes: attributes, ...info } = token.signerInfo;
  const hash = hashNameOf(info.digestAlgorithm);
  if (hash === undefined || hash === 'SHA-1') {
    trail.failed('token-digest', 'unsupported');
    return 'unsupported';
  }
  if (!(await isBound(attributes, tsa))) {
    trail.failed('token-binding', undefined);
    return 'broken';
  }
  trail.passed('token-binding');
  if (!(await holdsDigest(token, hash))) {
    trail.failed('token-digest', 'invalid');
    return 'broken';
  }
  trail.passed('token-digest', { hash });
  const outcome = await verifySignature({
    spki: tsa.spki,
    algorithm: info.signatureAlgorithm,
    hash,
    // RFC 5652 5.4: EXPLICIT SET OF, whatever order the attributes came in.
    signed: setOf(attributes, compareBytes),
    signature: info.signature,
  });
  if (outcome === 'valid') {
    trail.passed('token-signature');
    return 'valid';
  }
  trail.failed('token-signature', outcome);
  return outcome === 'unsupported' ? 'unsupported' : 'broken';
}

async function holdsDigest(token: TimeStampToken, hash: HashName): Promise<boolean> {
  const { signedAttributes } = token.signerInfo;
  const type = soleValue(signedAttributes, CONTENT_TYPE);
  const value = soleValue(signedAttributes, MESSAGE_DIGEST);
  if (!type || !value || dottedOID(new DERReader(type.der)) !== TST_INFO) return false;
  const expected = new DERReader(value.der).contents(TAG.octetString);
  return expected !== undefined && bytesEqual(expected, await digest(hash, token.tstInfo));
}

/**
 * RFC 5816 2.2.1: SigningCertificate or SigningCertificateV2 names the certificate by its hash, so that
 * no other certificate with the same key can take its place. Where both are there, both must; one that is
 * there twice or is malformed names nothing.
 */
async function isBound(attributes: readonly Uint8Array[], tsa: Certificate): Promise<boolean> {
  const forms = [
    [SIGNING_CERTIFICATE, 'SHA-1'],
    [SIGNING_CERTIFICATE_V2, 'SHA-256'],
  ] as const;
  const present = forms.filter(([type]) => hasAttribute(attributes, type));
  for (const [type, hash] of present) {
    const value = soleValue(attributes, type);
    if (!value || !(await namesCertificate(value.der, hash, tsa))) return false;
  }
  return present.length > 0;
}

const CERT_IDS_MAX = 16;

/** The first ESSCertID is the signer's (RFC 5035 5.4.1.1); `hash` is what v1 means and v2 assumes. */
async function namesCertificate(
  der: Uint8Array,
  hash: 'SHA-1' | 'SHA-256',
  tsa: Certificate,
): Promise<boolean> {
  const list = elements(wholeSequence(der)?.enter(TAG.sequence), TAG.sequence, CERT_IDS_MAX);
  const first = wholeSequence(list?.[0]);
  if (!first) return false;
  const explicit = first.enter(TAG.sequence);
  const name = explicit ? hashNameOf(dottedOID(explicit) ?? '') : hash;
  if (name === undefined || (explicit && hash === 'SHA-1')) return false;
  const certHash = first.contents(TAG.octetString);
  if (!certHash || !bytesEqual(certHash, await digest(name, tsa.der))) return false;
  return first.atEnd() || (isIssuerSerial(first.enter(TAG.sequence), tsa) && first.atEnd());
}

/** IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber }, of one directoryName. */
function isIssuerSerial(reader: DERReader | undefined, tsa: Certificate): boolean {
  const names = reader?.enter(TAG.sequence);
  const directoryName = names?.contents(contextTag(4));
  const serialNumber = reader?.integer();
  if (!directoryName || !serialNumber || !names?.atEnd() || !reader?.atEnd()) return false;
  return bytesEqual(directoryName, tsa.issuer) && bytesEqual(serialNumber, tsa.serialNumber);
}

/** RFC 3161 2.3: id-kp-timeStamping alone, critical; a key that may sign. */
function mayStamp({ extendedKeyUsage, keyUsage }: Certificate): boolean {
  const { critical, purposes } = extendedKeyUsage ?? { critical: false, purposes: [] };
  if (!critical || purposes.length !== 1 || purposes[0] !== TIME_STAMPING) return false;
  if (!keyUsage) return true;
  return keyUsage.has(KEY_USAGE.digitalSignature) || keyUsage.has(KEY_USAGE.nonRepudiation);
}
