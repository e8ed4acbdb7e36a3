import { AsnConvert } from '@peculiar/asn1-schema';
import { AuthorityKeyIdentifier, KeyIdentifier } from '@peculiar/asn1-x509';
import { concatBytes } from '../../shared/bytes.ts';
import { OID, SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import {
  element,
  generalizedTime,
  lengthOctets,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  time,
} from '../../shared/der/writer.ts';
import type { CRLReason } from '../../shared/policy/crl-reasons.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import type { UnixSeconds, ValidityWindow } from '../../shared/time.ts';
import type { RevokedCertificate } from '../database/revocation-table.ts';

export interface CRLContents extends ValidityWindow {
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** DER of the CA's subject, byte for byte (CRL-2). */
  readonly issuer: Uint8Array;
  /** The CA's subjectKeyIdentifier (CRL-8). */
  readonly authorityKeyIdentifier: Uint8Array;
  readonly crlNumber: number;
  /** Since when expired certificates are on it too (CRL-16); null: the CRL does not say. */
  readonly expiredCertsOnCRL: UnixSeconds | null;
  readonly revokedCertificates: Iterable<RevokedCertificate>;
}

export interface EncodedTBSCertList {
  readonly tbs: Uint8Array;
  readonly entries: number;
}

/** crlEntryExtensions with a non-critical reasonCode and nothing else (CRL-12, CRL-14). */
function reasonExtensions(reason: CRLReason): Uint8Array {
  const reasonCode = octetString(element(TAG.enumerated, Uint8Array.of(reason)));
  return sequence(sequence(objectIdentifier(OID['id-ce-cRLReasons']), reasonCode));
}

const REASON_EXTENSIONS: Readonly<Record<CRLReason, Uint8Array>> = {
  1: reasonExtensions(1),
  3: reasonExtensions(3),
  4: reasonExtensions(4),
  5: reasonExtensions(5),
};

/** An entry has at most 2 + 22 + 17 + 14 octets, so its lengths are single octets. */
const ENTRY_MAX_OCTETS = 64;

/** Appends entries to a buffer that doubles: a million take 42 MB and no object each. */
function encodeEntries(revoked: Iterable<RevokedCertificate>): EncodedTBSCertList {
  let buffer = new Uint8Array(1 << 16);
  let at = 0;
  let entries = 0;
  for (const { serialNumber, revocationDate, reason } of revoked) {
    if (at + ENTRY_MAX_OCTETS > buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
    const date = time(revocationDate);
    const extensions = REASON_EXTENSIONS[reason];
    buffer[at] = TAG.sequence;
    buffer[at + 1] = 2 + serialNumber.length + date.length + extensions.length;
    buffer[at + 2] = TAG.integer;
    buffer[at + 3] = serialNumber.length;
    at += 4;
    for (const part of [serialNumber, date, extensions]) {
      buffer.set(part, at);
      at += part.length;
    }
    entries += 1;
  }
  return { tbs: buffer.subarray(0, at), entries };
}

/** X.509 9.5.2.8: ExpiredCertsOnCRL ::= GeneralizedTime, non-critical. */
function expiredCertsOnCRLExtension(since: UnixSeconds): Uint8Array {
  return sequence(
    objectIdentifier(OID['id-ce-expiredCertsOnCRL']),
    octetString(generalizedTime(since)),
  );
}

function crlExtensions(contents: CRLContents): Uint8Array {
  const keyIdentifier = new KeyIdentifier(contents.authorityKeyIdentifier);
  const aki = new Uint8Array(AsnConvert.serialize(new AuthorityKeyIdentifier({ keyIdentifier })));
  return element(
    contextTag(0),
    sequence(
      sequence(objectIdentifier(OID['id-ce-authorityKeyIdentifier']), octetString(aki)),
      sequence(
        objectIdentifier(OID['id-ce-cRLNumber']),
        octetString(smallInteger(contents.crlNumber)),
      ),
      ...(contents.expiredCertsOnCRL === null
        ? []
        : [expiredCertsOnCRLExtension(contents.expiredCertsOnCRL)]),
    ),
  );
}

/**
 * TBSCertList of RFC 5280 5.1.2, v2, with authorityKeyIdentifier and cRLNumber (CRL-8, CON-1), and
 * expiredCertsOnCRL where the policy wants it; revokedCertificates absent when there is none (CRL-11).
 */
export function encodeTBSCertList(contents: CRLContents): EncodedTBSCertList {
  const list = encodeEntries(contents.revokedCertificates);
  const revokedCertificates =
    list.entries === 0
      ? []
      : [Uint8Array.of(TAG.sequence), lengthOctets(list.tbs.length), list.tbs];
  const body = concatBytes([
    smallInteger(1),
    SIGNATURE_ALGORITHM_DER[contents.signatureAlgorithm],
    contents.issuer,
    time(contents.thisUpdate),
    time(contents.nextUpdate),
    ...revokedCertificates,
    crlExtensions(contents),
  ]);
  return { tbs: sequence(body), entries: list.entries };
}
