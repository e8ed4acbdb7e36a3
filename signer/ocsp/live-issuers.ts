import { type CertID, type IssuerIdentity, sameIssuer } from '../../shared/ocsp/cert-id.ts';
import type { Responder } from '../../shared/ocsp/response.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import { findAuthority } from '../database/authority-table.ts';
import { certificateById } from '../database/certificate-table.ts';
import { newestResponder, type ResponderRow } from '../database/responder-table.ts';
import { identityOf } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import { responderOf } from './responder.ts';

/** A certified authority that has live answers. */
export interface LiveIssuer {
  readonly authorityId: number;
  readonly identity: IssuerIdentity;
}

export interface LiveResponder {
  readonly row: ResponderRow;
  readonly responder: Responder;
  /** Of its certificate. */
  readonly serialNumber: SerialNumber;
}

/** Who answers live. What strangers ask for is looked up here without parsing anything twice. */
export interface LiveIssuers {
  /** The one that all CertIDs name, under whichever hash each of them has. */
  issuerOf(certIDs: readonly CertID[]): LiveIssuer | undefined;
  /** Its newest responder, unless that one is revoked. */
  responderOf(issuer: LiveIssuer): LiveResponder | undefined;
}

/** `authorities` by name; one that is not certified yet is looked for again. */
export function createLiveIssuers(
  { db, policy }: SignerContext,
  authorities: readonly string[],
): LiveIssuers {
  const names = authorities.filter((name) => policy.authorities.get(name)?.ocsp);
  // Name, key and number of a certified authority never change (authority-table.ts).
  const issuers = new Map<string, LiveIssuer>();
  const responders = new Map<number, LiveResponder>();
  const issuerNamed = (name: string): LiveIssuer | undefined => {
    const known = issuers.get(name);
    if (known) return known;
    const row = findAuthority(db, name);
    if (!row?.certificate) return undefined;
    const issuer = { authorityId: row.id, identity: identityOf(row) };
    issuers.set(name, issuer);
    return issuer;
  };
  return {
    issuerOf(certIDs) {
      for (const name of names) {
        const issuer = issuerNamed(name);
        const named = (certID: CertID) =>
          issuer && sameIssuer(issuer.identity[certID.hash], certID);
        if (certIDs.every(named)) return issuer;
      }
      return undefined;
    },
    responderOf({ authorityId }) {
      // The database says each time which one it is; its row never changes (responder-table.ts).
      const row = newestResponder(db, authorityId);
      const known = responders.get(authorityId);
      if (!row || known?.row.id === row.id) return row && known;
      const certificate = certificateById(db, row.certificateId);
      if (!certificate) return undefined;
      const { serialNumber } = certificate;
      const made = { row, responder: responderOf(row), serialNumber };
      responders.set(authorityId, made);
      return made;
    },
  };
}
