import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';
import { readTBSCertificate, readValidity } from '../certificate/certificate-fields.ts';

/** What responses owe to the certificate that goes along with them. */
export interface ResponderCertificate {
  /** SHA-1 of its key bits. */
  readonly keyHash: Uint8Array;
  readonly spki: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly signature: Uint8Array;
}

/** Each sample of each page asks for the certificate of one responder, which is one object. */
const known = new WeakMap<Uint8Array, ResponderCertificate>();

/** The delegated responder's certificate by the strict reader; undefined when it is none. */
export function readResponderCertificate(der: Uint8Array): ResponderCertificate | undefined {
  const read = known.get(der) ?? readCertificate(der);
  if (read) known.set(der, read);
  return read;
}

function readCertificate(der: Uint8Array): ResponderCertificate | undefined {
  const tbs = new DERReader(der).enter(TAG.sequence)?.whole(TAG.sequence);
  const fields = tbs && readTBSCertificate(tbs);
  const validity = fields && readValidity(fields.validity);
  const keyHash = fields && keyIdentifier(fields.spki);
  if (!validity || !keyHash?.ok) return undefined;
  const { spki, signature } = fields;
  return { keyHash: keyHash.value, spki, signature, ...validity };
}
