import { hexFromBytes } from '../shared/bytes.ts';
import {
  CERT_ID_HASHES,
  type CertID,
  type CertIDHash,
  sameIssuer,
} from '../shared/ocsp/cert-id.ts';
import type { IssuerEntry } from '../shared/snapshot/root.ts';

/** An issuer of the adopted snapshot and the name that counters know it by. */
export interface ServedIssuer extends IssuerEntry {
  readonly label: string;
}

/** Issuers by the first four octets of issuerKeyHash; those are evenly spread, being hashes. */
export type IssuerIndex = Readonly<
  Record<CertIDHash, ReadonlyMap<number, readonly ServedIssuer[]>>
>;

export function indexIssuers(entries: readonly IssuerEntry[]): IssuerIndex {
  const index = {
    sha1: new Map<number, ServedIssuer[]>(),
    sha256: new Map<number, ServedIssuer[]>(),
  };
  for (const entry of entries) {
    const issuer = { ...entry, label: hexFromBytes(entry.issuer.sha1.issuerKeyHash) };
    for (const hash of CERT_ID_HASHES) {
      const prefix = prefixOf(entry.issuer[hash].issuerKeyHash);
      const bucket = index[hash].get(prefix);
      if (bucket) bucket.push(issuer);
      else index[hash].set(prefix, [issuer]);
    }
  }
  return index;
}

/** REQ-14: name hash and key hash must both be those of one issuer. */
export function findIssuer(index: IssuerIndex, certID: CertID): ServedIssuer | undefined {
  const bucket = index[certID.hash].get(prefixOf(certID.issuerKeyHash));
  return bucket?.find(({ issuer }) => sameIssuer(issuer[certID.hash], certID));
}

function prefixOf(hash: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = hash;
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
