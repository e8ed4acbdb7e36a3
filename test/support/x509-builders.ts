import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  BasicOCSPResponse,
  CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  KeyHash,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from '@peculiar/asn1-ocsp';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { octets } from './octets.ts';

/** Certificates and OCSP responses by @peculiar/asn1-*: bytes that do not come from shared/. */

export type TestSignatureAlgorithm =
  | 'sha256WithRSAEncryption'
  | 'sha384WithRSAEncryption'
  | 'ecdsa-with-SHA256'
  | 'ecdsa-with-SHA384';

const ALGORITHM: Readonly<Record<TestSignatureAlgorithm, { oid: string; rsa: boolean }>> = {
  sha256WithRSAEncryption: { oid: '1.2.840.113549.1.1.11', rsa: true },
  sha384WithRSAEncryption: { oid: '1.2.840.113549.1.1.12', rsa: true },
  'ecdsa-with-SHA256': { oid: '1.2.840.10045.4.3.2', rsa: false },
  'ecdsa-with-SHA384': { oid: '1.2.840.10045.4.3.3', rsa: false },
};

const DER_NULL = buffer(octets('05 00'));

/** The exact memory of a view: @peculiar takes an ArrayBuffer for what it is, whole. */
function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function digest(hash: 'sha1' | 'sha256', bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(bytes).digest());
}

function algorithmIdentifier(algorithm: TestSignatureAlgorithm): x509.AlgorithmIdentifier {
  const { oid, rsa } = ALGORITHM[algorithm];
  return new x509.AlgorithmIdentifier(
    rsa ? { algorithm: oid, parameters: DER_NULL } : { algorithm: oid },
  );
}

/** A signature by node:crypto as X.509 carries it: ECDSA as Ecdsa-Sig-Value. */
export function signTBS(
  tbs: Uint8Array,
  key: KeyObject,
  algorithm: TestSignatureAlgorithm,
): Uint8Array {
  return new Uint8Array(sign(algorithm.includes('384') ? 'sha384' : 'sha256', tbs, key));
}

/** r || s of an Ecdsa-Sig-Value shorter than 128 octets, each in `half` octets. */
export function rawECDSASignature(der: Uint8Array, half: number): Uint8Array {
  const raw = new Uint8Array(2 * half);
  let at = 2;
  for (const part of [0, 1]) {
    const length = der[at + 1] ?? 0;
    const value = der.subarray(at + 2, at + 2 + length);
    const significant = value[0] === 0 ? value.subarray(1) : value;
    raw.set(significant, (part + 1) * half - significant.length);
    at += 2 + length;
  }
  return raw;
}

function spkiOf(key: KeyObject): x509.SubjectPublicKeyInfo {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return AsnConvert.parse(der, x509.SubjectPublicKeyInfo);
}

/** SHA-1 or SHA-256 of the key's BIT STRING value (RFC 6960 4.1.1 and 4.2.1). */
export function keyHash(key: KeyObject, hash: 'sha1' | 'sha256'): Uint8Array {
  return digest(hash, new Uint8Array(spkiOf(key).subjectPublicKey));
}

export function commonName(name: string): x509.Name {
  const value = new x509.AttributeValue({ utf8String: name });
  const attribute = new x509.AttributeTypeAndValue({ type: '2.5.4.3', value });
  return new x509.Name([new x509.RelativeDistinguishedName([attribute])]);
}

/** The names of an issuer in CertIDs, worked out from its name and key. */
export function issuerIdentity(name: x509.Name, key: KeyObject) {
  const nameDer = new Uint8Array(AsnConvert.serialize(name));
  const hashes = (hash: 'sha1' | 'sha256') => ({
    issuerNameHash: digest(hash, nameDer),
    issuerKeyHash: keyHash(key, hash),
  });
  return { sha1: hashes('sha1'), sha256: hashes('sha256') };
}

export interface CertificateInput {
  readonly profile: 'ca' | 'ocsp-responder';
  readonly subject: x509.Name;
  readonly subjectKey: KeyObject;
  readonly issuer: x509.Name;
  readonly issuerKey: KeyObject;
  readonly algorithm: TestSignatureAlgorithm;
  readonly serialNumber: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function extension(extnID: string, critical: boolean, value: ArrayBuffer): x509.Extension {
  return new x509.Extension({ extnID, critical, extnValue: new OctetString(value) });
}

function extensionsOf(input: CertificateInput): x509.Extensions {
  const ca = input.profile === 'ca';
  const usage = ca
    ? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign
    : x509.KeyUsageFlags.digitalSignature;
  const keyUsage = AsnConvert.serialize(new x509.KeyUsage(usage));
  const keyIdentifier = buffer(keyHash(input.subjectKey, 'sha1'));
  const list = [
    extension('2.5.29.15', true, keyUsage),
    extension('2.5.29.14', false, AsnConvert.serialize(new OctetString(keyIdentifier))),
  ];
  if (ca) {
    const constraints = AsnConvert.serialize(new x509.BasicConstraints({ cA: true }));
    return new x509.Extensions([extension('2.5.29.19', true, constraints), ...list]);
  }
  const purpose = AsnConvert.serialize(new x509.ExtendedKeyUsage([x509.id_kp_OCSPSigning]));
  list.push(extension('2.5.29.37', false, purpose));
  list.push(extension('1.3.6.1.5.5.7.48.1.5', false, DER_NULL));
  return new x509.Extensions(list);
}

/** DER of a certificate with no more than OpenSSL needs to believe it. */
export function buildCertificate(input: CertificateInput): Uint8Array {
  const signature = algorithmIdentifier(input.algorithm);
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: buffer(input.serialNumber),
    signature,
    issuer: input.issuer,
    validity: new x509.Validity({ notBefore: input.notBefore, notAfter: input.notAfter }),
    subject: input.subject,
    subjectPublicKeyInfo: spkiOf(input.subjectKey),
    extensions: extensionsOf(input),
  });
  const tbs = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const signatureValue = buffer(signTBS(tbs, input.issuerKey, input.algorithm));
  const certificate = new x509.Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue,
  });
  return new Uint8Array(AsnConvert.serialize(certificate));
}

export interface ResponseDataInput {
  readonly hash: 'sha1' | 'sha256';
  readonly issuer: ReturnType<typeof issuerIdentity>;
  /** Contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly responderKeyHash: Uint8Array;
  readonly revoked?: { readonly at: number; readonly reason: number };
  readonly producedAt: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly archiveCutoff?: number;
}

const HASH_OID = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const;

/** @peculiar writes fractional seconds unless there are no milliseconds. */
function date(seconds: number): Date {
  return new Date(seconds * 1000);
}

function certStatusOf({ revoked }: ResponseDataInput): CertStatus {
  if (!revoked) return new CertStatus({ good: null });
  const reason = new x509.CRLReason(revoked.reason);
  const info = new RevokedInfo({ revocationTime: date(revoked.at), revocationReason: reason });
  return new CertStatus({ revoked: info });
}

/** DER of a ResponseData, serialised by @peculiar/asn1-ocsp. */
export function buildResponseData(input: ResponseDataInput): ResponseData {
  const names = input.issuer[input.hash];
  const certID = new CertID({
    hashAlgorithm: new x509.AlgorithmIdentifier({
      algorithm: HASH_OID[input.hash],
      parameters: DER_NULL,
    }),
    issuerNameHash: new OctetString(buffer(names.issuerNameHash)),
    issuerKeyHash: new OctetString(buffer(names.issuerKeyHash)),
    serialNumber: buffer(input.serialNumber),
  });
  const single = new SingleResponse({
    certID,
    certStatus: certStatusOf(input),
    thisUpdate: date(input.thisUpdate),
    nextUpdate: date(input.nextUpdate),
  });
  if (input.archiveCutoff !== undefined) {
    const text = date(input.archiveCutoff)
      .toISOString()
      .replace(/\.000|[-:T]/g, '');
    const value = buffer(Buffer.concat([Buffer.from([0x18, 15]), Buffer.from(text, 'ascii')]));
    single.singleExtensions = [extension('1.3.6.1.5.5.7.48.1.6', false, value)];
  }
  return new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(buffer(input.responderKeyHash)) }),
    producedAt: date(input.producedAt),
    responses: [single],
  });
}

/** DER of the whole OCSPResponse, signed by node:crypto, and its signature as X.509 carries it. */
export function buildOCSPResponse(
  input: ResponseDataInput,
  key: KeyObject,
  algorithm: TestSignatureAlgorithm,
  certificate: Uint8Array | null,
) {
  const tbsResponseData = buildResponseData(input);
  const tbs = new Uint8Array(AsnConvert.serialize(tbsResponseData));
  const signature = signTBS(tbs, key, algorithm);
  const basic = new BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: algorithmIdentifier(algorithm),
    signature: buffer(signature),
  });
  if (certificate) basic.certs = [AsnConvert.parse(certificate, x509.Certificate)];
  const response = new OCSPResponse({
    responseStatus: OCSPResponseStatus.successful,
    responseBytes: new ResponseBytes({
      responseType: id_pkix_ocsp_basic,
      response: new OctetString(AsnConvert.serialize(basic)),
    }),
  });
  return { tbs, signature, der: new Uint8Array(AsnConvert.serialize(response)) };
}

/** RFC 7468 5. */
export function certificatePEM(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
