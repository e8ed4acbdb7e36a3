import type { IssuerIdentity } from '../../../shared/ocsp/cert-id.ts';
import type { CertStatus, Responder, ResponseTimes } from '../../../shared/ocsp/response.ts';
import type { SerialNumber } from '../../../shared/serial-number.ts';
import type { UnixSeconds } from '../../../shared/time.ts';

/** One certificate's status as it will be signed. */
export interface StatusToSign {
  readonly serialNumber: SerialNumber;
  readonly certStatus: CertStatus;
}

/**
 * A batch of responses by one responder at one moment. The ResponseData of each is a function of
 * what is here (`encodeResponseData`), so what is checked here is checked of the bytes.
 */
export interface OCSPCandidate {
  readonly issuer: IssuerIdentity;
  readonly responder: Responder;
  readonly responderNotAfter: UnixSeconds;
  readonly times: ResponseTimes;
  readonly statuses: readonly StatusToSign[];
  readonly now: UnixSeconds;
}
