import { hexFromBytes } from '../bytes.ts';
import { OID } from '../der/oids.ts';
import { DERReader } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { objectIdentifier } from '../der/writer.ts';
import { ok, type Result } from '../result.ts';
import { malformed, notAnswerable, type OCSPRequestError } from './request-error.ts';

type Outcome = Result<true, OCSPRequestError>;

function oidKey(dotted: string): string {
  return hexFromBytes(objectIdentifier(dotted).subarray(2));
}

const NONCE = oidKey(OID['id-pkix-ocsp-nonce']);
const ACCEPTABLE_RESPONSES = oidKey(OID['id-pkix-ocsp-response']);
const BASIC = oidKey(OID['id-pkix-ocsp-basic']);

/** Extensions that may be critical because this responder knows them (and mostly ignores them). */
const KNOWN: ReadonlySet<string> = new Set([
  NONCE,
  ACCEPTABLE_RESPONSES,
  oidKey(OID['id-pkix-ocsp-pref-sig-algs']),
  oidKey(OID['id-pkix-ocsp-service-locator']),
]);

/**
 * Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension, in an EXPLICIT `tag`, or nothing.
 *
 * Unknown ones are ignored unless critical (REQ-17); no extension twice (REQ-18); nonces of 1 to
 * 128 octets are ignored, others refused (REQ-19, RFC 9654 2.1); acceptable responses must name
 * id-pkix-ocsp-basic (REQ-21).
 */
export function readRequestExtensions(reader: DERReader, tag: number): Outcome {
  if (reader.peekTag() !== tag) return ok(true);
  const explicit = reader.enter(tag);
  const list = explicit?.enter(TAG.sequence);
  if (!explicit?.atEnd() || !list || list.atEnd()) return malformed('syntax');
  const seen = new Set<string>();
  let answerable: Outcome = ok(true);
  while (!list.atEnd()) {
    const extension = list.enter(TAG.sequence);
    if (!extension) return malformed('syntax');
    const outcome = readExtension(extension, seen);
    if (!outcome.ok && outcome.error.code === 'malformed-request') return outcome;
    if (!outcome.ok) answerable = outcome;
  }
  return answerable;
}

/** Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
function readExtension(extension: DERReader, seen: Set<string>): Outcome {
  const oid = extension.objectIdentifier();
  if (!oid) return malformed('syntax');
  const critical = extension.peekTag() === TAG.boolean;
  // DER leaves a DEFAULT out (X.690 11.5), so a critical that is there must be TRUE.
  if (critical && extension.boolean() !== true) return malformed('syntax');
  const value = extension.contents(TAG.octetString);
  if (!value || !extension.atEnd()) return malformed('syntax');
  const name = hexFromBytes(oid);
  if (seen.has(name)) return malformed('duplicate-extension');
  seen.add(name);
  if (name === NONCE) return checkNonce(value);
  if (name === ACCEPTABLE_RESPONSES) return checkAcceptableResponses(value);
  return critical && !KNOWN.has(name) ? malformed('critical-extension') : ok(true);
}

/** REQ-19: the size is that of the inner OCTET STRING; without one, of the content octets. */
function checkNonce(value: Uint8Array): Outcome {
  const reader = new DERReader(value);
  const inner = reader.contents(TAG.octetString);
  const nonce = inner && reader.atEnd() ? inner : value;
  return nonce.length >= 1 && nonce.length <= 128 ? ok(true) : malformed('nonce-length');
}

function checkAcceptableResponses(value: Uint8Array): Outcome {
  const reader = new DERReader(value);
  const list = reader.enter(TAG.sequence);
  if (!list || !reader.atEnd()) return malformed('syntax');
  let basic = false;
  while (!list.atEnd()) {
    const oid = list.objectIdentifier();
    if (!oid) return malformed('syntax');
    if (hexFromBytes(oid) === BASIC) basic = true;
  }
  return basic ? ok(true) : notAnswerable('response-type');
}
