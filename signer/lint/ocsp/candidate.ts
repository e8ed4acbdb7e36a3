import type { IssuerIdentity } from '../../../shared/ocsp/cert-id.ts';
import type { CertStatus, Responder, ResponseTimes } from '../../../shared/ocsp/response.ts';
import type { SerialNumber } from '../../../shared/serial-number.ts';
import type { UnixSeconds } from '../../../shared/time.ts';

/** One certificate's status as it will be signed. */
export interface StatusToSign {
  readonly serialNumber: SerialNumber;
  readonly certStatus: CertStatus;
  /** Of the certificate; must be known where archiveCutoff is sent (RSP-17). */
  readonly notAfter?: UnixSeconds;
}

/**
 * A batch of responses by one responder at one moment. The ResponseData of each is a function of
 * what is here (`encodeResponseData`): its constants are checked once, in the bytes of samples, and
 * what differs from one to the next is checked of every status.
 */
export interface OCSPCandidate {
  readonly issuer: IssuerIdentity;
  readonly responder: Responder;
  readonly times: ResponseTimes;
  readonly statuses: readonly StatusToSign[];
  readonly now: UnixSeconds;
}
