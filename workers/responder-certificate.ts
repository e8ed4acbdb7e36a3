import { DERReader } from '../shared/der/reader.ts';
import { contextTag, TAG } from '../shared/der/tags.ts';
import { type UnixSeconds, unixSecondsFromGeneralizedTime } from '../shared/time.ts';

/** What is believed of a responder's certificate: it came with the signed snapshot. */
export interface ResponderCertificate {
  /** Contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** RFC 5280 4.1; undefined for what is none. Its signature and extensions are not looked at. */
export function readResponderCertificate(der: Uint8Array): ResponderCertificate | undefined {
  const tbs = new DERReader(der).enter(TAG.sequence)?.enter(TAG.sequence);
  tbs?.contents(contextTag(0));
  const serialNumber = tbs?.integer();
  // signature, issuer
  for (let i = 0; i < 2; i++) tbs?.whole(TAG.sequence);
  const validity = tbs?.enter(TAG.sequence);
  const notBefore = validity && readTime(validity);
  const notAfter = validity && readTime(validity);
  tbs?.whole(TAG.sequence); // subject
  const spki = tbs?.whole(TAG.sequence);
  const whole = serialNumber && spki && notBefore !== undefined && notAfter !== undefined;
  return whole ? { serialNumber, notBefore, notAfter, spki } : undefined;
}

/** RFC 5280 4.1.2.5: UTCTime through 2049, whose years below 50 are of this century. */
function readTime(validity: DERReader): UnixSeconds | undefined {
  const utc = validity.contents(TAG.utcTime);
  const octets = utc ?? validity.contents(TAG.generalizedTime);
  if (!octets) return undefined;
  const text = String.fromCharCode(...octets);
  const century = text < '50' ? '20' : '19';
  const time = unixSecondsFromGeneralizedTime(utc ? century + text : text);
  return time.ok ? time.value : undefined;
}
