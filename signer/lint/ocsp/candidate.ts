import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import type { IssuerIdentity } from '../../../shared/ocsp/cert-id.ts';
import type { CertStatus, Responder, ResponseTimes } from '../../../shared/ocsp/response.ts';
import type { SerialNumber } from '../../../shared/serial-number.ts';
import { type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';

/** One certificate's status as it will be signed. */
export interface StatusToSign {
  readonly serialNumber: SerialNumber;
  readonly certStatus: CertStatus;
  /** Of the certificate; must be known where archiveCutoff is sent (RSP-17). */
  readonly notAfter?: UnixSeconds;
}

/**
 * A batch of responses by one responder at one moment. The ResponseData of each is a function of
 * what is here (`encodeResponseData`), so what is checked here is checked of the bytes.
 */
export interface OCSPCandidate {
  readonly issuer: IssuerIdentity;
  readonly responder: Responder;
  readonly times: ResponseTimes;
  readonly statuses: readonly StatusToSign[];
  readonly now: UnixSeconds;
}

/** What responses owe to the certificate that goes along with them. */
export interface ResponderCertificate {
  /** SHA-1 of its key bits. */
  readonly keyHash: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/** Three requirements ask for it, of page after page of one responder. */
const known = new WeakMap<Responder, ResponderCertificate>();

/** The delegated responder's certificate, read again; undefined when there is none. */
export function responderCertificate(responder: Responder): ResponderCertificate | undefined {
  const read = known.get(responder) ?? readCertificate(responder);
  if (read) known.set(responder, read);
  return read;
}

function readCertificate({ certificate }: Responder): ResponderCertificate | undefined {
  if (certificate === null) return undefined;
  const { subjectPublicKeyInfo, validity } = AsnConvert.parse(
    certificate,
    Certificate,
  ).tbsCertificate;
  const keyHash = keyIdentifier(new Uint8Array(AsnConvert.serialize(subjectPublicKeyInfo)));
  if (!keyHash.ok) return undefined;
  return {
    keyHash: keyHash.value,
    notBefore: unixSeconds(validity.notBefore.getTime().getTime() / 1000),
    notAfter: unixSeconds(validity.notAfter.getTime().getTime() / 1000),
  };
}
