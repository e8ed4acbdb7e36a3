import { createHash } from 'node:crypto';
import { must } from '../../../../shared/result.ts';
import { serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { addSeconds, unixSeconds } from '../../../../shared/time.ts';
import { type CRLContents, encodeTBSCertList } from '../../../../signer/crl/tbs-cert-list.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { crlCandidate } from '../../../../signer/lint/crl/candidate.ts';
import { lint } from '../../../../signer/lint/linted.ts';
import { octets } from '../../../support/octets.ts';

/** 2026-11-23T04:00:00Z */
export const NOW = unixSeconds(1_795_406_400);
export const DAY = 86_400;

export const ISSUER = encodeName([
  ['C', 'JP'],
  ['O', 'Example'],
  ['CN', 'CRL test CA'],
]);
export const KEY_IDENTIFIER = new Uint8Array(createHash('sha1').update('key bits').digest());

function revoked(serial: string, at: number, reason: 1 | 3 | 4 | 5) {
  const serialNumber = must(serialNumberFromContents(octets(serial)), serial);
  return { serialNumber, revocationDate: unixSeconds(at), reason, recordedAt: NOW };
}

/** Serial numbers with and without a sign octet; keyCompromise since 2026-11-20, superseded at once. */
export const REVOKED = [revoked('00f00d', NOW - 3 * DAY, 1), revoked('1001', NOW, 4)] as const;

export function crlContents(differences: Partial<CRLContents> = {}): CRLContents {
  return {
    signatureAlgorithm: 'sha384WithRSAEncryption',
    issuer: ISSUER,
    authorityKeyIdentifier: KEY_IDENTIFIER,
    crlNumber: 42,
    thisUpdate: NOW,
    nextUpdate: addSeconds(NOW, 364 * DAY),
    expiredCertsOnCRL: null,
    revokedCertificates: REVOKED,
    ...differences,
  };
}

export function tbsCertList(differences: Partial<CRLContents> = {}): Uint8Array {
  return encodeTBSCertList(crlContents(differences)).tbs;
}

type Context = Parameters<typeof crlCandidate>[1];

/** Every finding about these bytes, `rule: reason`; none when they would be signed. */
export function findingsAbout(tbs: Uint8Array, context: Partial<Context> = {}): readonly string[] {
  const candidate = crlCandidate(tbs, {
    issuer: ISSUER,
    keyIdentifier: KEY_IDENTIFIER,
    signatureAlgorithm: 'sha384WithRSAEncryption',
    expiredCertsOnCRL: null,
    previous: {
      crlNumber: 41,
      thisUpdate: unixSeconds(NOW - DAY),
      nextUpdate: unixSeconds(NOW + 363 * DAY),
    },
    now: NOW,
    ...context,
  });
  if (!candidate.ok) return [candidate.error.code];
  const linted = lint('crl', candidate.value);
  return linted.ok ? [] : linted.error.findings.map(({ rule, reason }) => `${rule}: ${reason}`);
}

/** Fields of a TBSCertList with entries (RFC 5280 5.1) by their place. */
export const FIELD = {
  version: [0],
  signature: [1],
  issuer: [2],
  thisUpdate: [3],
  nextUpdate: [4],
  revokedCertificates: [5],
  crlExtensions: [6, 0],
  authorityKeyIdentifier: [6, 0, 0],
  cRLNumber: [6, 0, 1],
} as const;
