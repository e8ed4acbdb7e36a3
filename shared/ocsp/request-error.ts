import { err } from '../result.ts';

export type OCSPRequestError =
  /** Not an OCSPRequest that RFC 6960 4.1.1 allows, or over a limit: malformedRequest. */
  | { readonly code: 'malformed-request'; readonly reason: MalformedReason }
  /** Well-formed, but nothing that this responder could have signed an answer to: unauthorized. */
  | { readonly code: 'not-answerable'; readonly reason: NotAnswerableReason };

export type MalformedReason =
  | 'too-large'
  | 'not-base64'
  | 'syntax'
  | 'version'
  | 'empty-request-list'
  | 'hash-parameters'
  | 'duplicate-extension'
  | 'critical-extension'
  | 'nonce-length';

export type NotAnswerableReason =
  | 'hash-unsupported'
  | 'hash-length'
  | 'serial-number'
  | 'several-certificates'
  | 'response-type';

export function malformed(reason: MalformedReason): {
  readonly ok: false;
  readonly error: OCSPRequestError;
} {
  return err({ code: 'malformed-request', reason });
}

export function notAnswerable(reason: NotAnswerableReason): {
  readonly ok: false;
  readonly error: OCSPRequestError;
} {
  return err({ code: 'not-answerable', reason });
}
