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

/** One certificate and those of all CAs above it; more of them are not followed. */
const ABOVE_MAX = 16;

export type ChainOutcome =
  | ({ readonly kind: 'found' } & Chain)
  /** One of the repository's own roots. */
  | { readonly kind: 'root'; readonly authority: Authority }
  /** No CA of this repository bears the issuer's name. */
  | { readonly kind: 'foreign' }
  /** It names a CA of this repository that did not sign it. */
  | { readonly kind: 'forged' }
  /** An algorithm, key or extension that is not understood here. */
  | { readonly kind: 'unsupported' };

export interface Chain {
  /** From the next one to a root of this repository; one that is valid at the time, if there is. */
  readonly issuers: readonly Authority[];
  /** What else the repository has above: other certificates of the same names and keys. */
  readonly others: readonly Other[];
}

export interface Other {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly validThen: boolean;
}

/**
 * RFC 5280 6.1, as far as the question is who issued this: names, CA bit, usage and the signature of
 * each issuer up to a root of the catalogue, which is one that verifies under itself. Whether they are
 * revoked is asked later, of every CA certificate that verifies: a key has one life, not several.
 */
export async function findChain(
  certificate: Certificate,
  authorities: readonly Authority[],
  at: UnixSeconds,
  trail: Trail,
): Promise<ChainOutcome> {
  const self = authorities.find(({ certificate: { der } }) => bytesEqual(der, certificate.der));
  if (self && (await isRoot(certificate))) return { kind: 'root', authority: self };
  const above = await walkUp(certificate, authorities);
  const issuers =
    pathUp(certificate, above, (ca) => isValidAt(ca, at)) ?? pathUp(certificate, above, () => true);
  if (!issuers) return noteFault(above, trail);
  let below = certificate;
  for (const { certificate: issuer } of issuers) {
    trail.passed('issuer-signature', namesOf(below));
    below = issuer;
  }
  const root = issuers.at(-1);
  if (root) {
    const { subjectText, notAfter } = root.certificate;
    trail.passed('chain', { root: subjectText, sha256: root.sha256, notAfter: isoText(notAfter) });
  }
  const path = new Set([certificate, ...issuers.map((issuer) => issuer.certificate)]);
  const others = [...above.steps].flatMap(([ca, step]) => {
    const [issuer] = step.kind === 'found' ? step.issuers : [];
    if (!issuer || path.has(ca)) return [];
    return [{ certificate: ca, issuer: issuer.certificate, validThen: isValidAt(ca, at) }];
  });
  return { kind: 'found', issuers, others };
}

/** RFC 5280 3.2: self-signed. A CA that changed its key is self-issued too, and its link is no root. */
async function isRoot(certificate: Certificate): Promise<boolean> {
  return isSelfIssued(certificate) && (await verifyIssued(certificate, certificate)) === 'valid';
}

type Step =
  | { readonly kind: 'found'; readonly issuers: readonly Authority[] }
  | { readonly kind: 'foreign' | 'forged' | 'unsupported' };

interface Above {
  /** From the certificate itself upwards; roots have no step. */
  readonly steps: ReadonlyMap<Certificate, Step>;
  readonly roots: ReadonlySet<Certificate>;
}

async function walkUp(certificate: Certificate, authorities: readonly Authority[]): Promise<Above> {
  const steps = new Map<Certificate, Step>();
  const roots = new Set<Certificate>();
  const met = new Set([certificate]);
  // Grows while it is walked through.
  for (const below of met) {
    if (met.size > ABOVE_MAX) return { steps: new Map([[certificate, UNSUPPORTED]]), roots };
    if (below !== certificate && (await isRoot(below))) {
      roots.add(below);
      continue;
    }
    const step = await issuersOf(below, authorities);
    steps.set(below, step);
    if (step.kind === 'found') for (const { certificate: ca } of step.issuers) met.add(ca);
  }
  return { steps, roots };
}

const UNSUPPORTED = { kind: 'unsupported' } as const;

async function issuersOf(
  certificate: Certificate,
  authorities: readonly Authority[],
): Promise<Step> {
  if (certificate.unknownCritical.length > 0) return UNSUPPORTED;
  const named = authorities.filter(({ certificate: ca }) => namesAsIssuer(certificate, ca));
  const issuers: Authority[] = [];
  let unsupported = false;
  for (const authority of named) {
    if (!mayIssue(authority.certificate)) continue;
    const outcome = await verifyIssued(certificate, authority.certificate);
    if (outcome === 'valid') issuers.push(authority);
    unsupported ||= outcome === 'unsupported';
  }
  if (issuers.length > 0) return { kind: 'found', issuers };
  if (unsupported) return UNSUPPORTED;
  return { kind: named.length > 0 ? 'forged' : 'foreign' };
}

/** The shortest way to a root over CA certificates that are `allowed`. */
function pathUp(
  certificate: Certificate,
  { steps, roots }: Above,
  allowed: (ca: Certificate) => boolean,
): readonly Authority[] | undefined {
  const paths: (readonly Authority[])[] = [[]];
  const met = new Set<Authority>();
  for (const path of paths) {
    const below = path.at(-1)?.certificate ?? certificate;
    if (roots.has(below)) return path;
    const step = steps.get(below);
    for (const issuer of step?.kind === 'found' ? step.issuers : []) {
      if (met.has(issuer) || !allowed(issuer.certificate)) continue;
      met.add(issuer);
      paths.push([...path, issuer]);
    }
  }
  return undefined;
}

/** Where the way up ends. */
function noteFault({ steps }: Above, trail: Trail): ChainOutcome {
  for (const [certificate, { kind }] of steps) {
    if (kind === 'found') continue;
    const { unknownCritical } = certificate;
    if (unknownCritical.length > 0) {
      trail.failed('critical-extensions', undefined, { oids: unknownCritical.join(' ') });
    } else trail.failed('issuer-signature', kind, namesOf(certificate));
    return { kind };
  }
  return UNSUPPORTED;
}

function namesOf({ subjectText, issuerText }: Certificate) {
  return { subject: subjectText, issuer: issuerText };
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
