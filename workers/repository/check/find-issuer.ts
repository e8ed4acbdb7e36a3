import { bytesEqual } from '../../../shared/bytes.ts';
import { isoText, type UnixSeconds } from '../../../shared/time.ts';
import type { Authority } from './authorities.ts';
import {
  type Certificate,
  isSelfIssued,
  isValidAt,
  namesAsIssuer,
  verifyIssued,
} from './certificate.ts';
import { KEY_USAGE } from './certificate-extensions.ts';
import type { Trail } from './trail.ts';

const CHAIN_MAX = 8;

export type ChainOutcome =
  /** Issuers from the next one to a root of this repository. */
  | { readonly kind: 'found'; readonly issuers: readonly Authority[] }
  /** One of the repository's own roots. */
  | { readonly kind: 'root'; readonly authority: Authority }
  /** No CA of this repository bears the issuer's name. */
  | { readonly kind: 'foreign' }
  /** It names a CA of this repository that did not sign it. */
  | { readonly kind: 'forged' }
  /** An algorithm, key or extension that is not understood here. */
  | { readonly kind: 'unsupported' };

/**
 * RFC 5280 6.1, as far as the question is who issued this: names, CA bit, usage and the signature of
 * each issuer up to a self-signed root of the catalogue. Whether they are revoked is asked later.
 */
export async function findChain(
  certificate: Certificate,
  authorities: readonly Authority[],
  trail: Trail,
): Promise<ChainOutcome> {
  const self = authorities.find(({ certificate: { der } }) => bytesEqual(der, certificate.der));
  if (self && isSelfIssued(certificate)) return { kind: 'root', authority: self };
  const issuers: Authority[] = [];
  let below = certificate;
  while (issuers.length < CHAIN_MAX) {
    const found = await issuerOf(below, authorities, trail);
    if (found.kind !== 'found') return found;
    const [issuer] = found.issuers;
    if (!issuer) return { kind: 'foreign' };
    issuers.push(issuer);
    if (isSelfIssued(issuer.certificate)) return rootReached(issuers, issuer, trail);
    below = issuer.certificate;
  }
  return { kind: 'unsupported' };
}

function rootReached(issuers: readonly Authority[], root: Authority, trail: Trail): ChainOutcome {
  const { subjectText, notAfter } = root.certificate;
  trail.passed('chain', { root: subjectText, sha256: root.sha256, notAfter: isoText(notAfter) });
  return { kind: 'found', issuers };
}

async function issuerOf(
  certificate: Certificate,
  authorities: readonly Authority[],
  trail: Trail,
): Promise<ChainOutcome> {
  if (certificate.unknownCritical.length > 0) {
    trail.failed('critical-extensions', undefined, { oids: certificate.unknownCritical.join(' ') });
    return { kind: 'unsupported' };
  }
  const facts = { subject: certificate.subjectText, issuer: certificate.issuerText };
  const named = authorities.filter(({ certificate: ca }) => namesAsIssuer(certificate, ca));
  let unsupported = false;
  for (const authority of named) {
    if (!mayIssue(authority.certificate)) continue;
    const outcome = await verifyIssued(certificate, authority.certificate);
    if (outcome === 'valid') {
      trail.passed('issuer-signature', facts);
      return { kind: 'found', issuers: [authority] };
    }
    unsupported ||= outcome === 'unsupported';
  }
  const kind = unsupported ? 'unsupported' : named.length > 0 ? 'forged' : 'foreign';
  trail.failed('issuer-signature', kind, facts);
  return { kind };
}

function mayIssue({ isCA, keyUsage }: Certificate): boolean {
  return isCA && keyUsage?.has(KEY_USAGE.keyCertSign) !== false;
}

/** RFC 5280 6.1.3 (a) (2) for the CAs of a chain; the trail names those outside their validity. */
export function areValidAt(issuers: readonly Authority[], at: UnixSeconds, trail: Trail): boolean {
  let valid = true;
  for (const { certificate } of issuers) {
    if (isValidAt(certificate, at)) continue;
    valid = false;
    trail.failed('validity', 'issuer-outside-validity', {
      subject: certificate.subjectText,
      notBefore: isoText(certificate.notBefore),
      notAfter: isoText(certificate.notAfter),
    });
  }
  return valid;
}
