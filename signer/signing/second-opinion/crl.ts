import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  CRLNumber,
  CRLReason,
  type RevokedCertificate,
  TBSCertList,
} from '@peculiar/asn1-x509';
import { hexFromBytes } from '../../../shared/bytes.ts';
import { OID, SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import type { CRLToSign } from '../../lint/crl/candidate.ts';
import { crlReasonOfEntry } from '../../lint/crl/entries-report.ts';
import { crlNumberOf } from '../../lint/crl/number.ts';
import { readTime } from '../../lint/read-time.ts';
import { splitSignedDER } from '../signed-der.ts';
import type { MeantSignature } from './certificate.ts';
import { type CRLPage, crlPages } from './crl-pages.ts';
import {
  compared,
  type Disagreement,
  type FieldPair,
  firstDisagreement,
  octetsOf,
  secondsOf,
} from './disagreement.ts';
import { extensionPairs } from './extensions.ts';

/** v2 of RFC 5280 5.1.2.1. */
const V2 = 1;

/**
 * The finished CertificateList read by @peculiar/asn1-x509, page by page (`crlPages`), and held
 * against what the strict reader found in the linted bytes.
 */
export function crlDisagreement(
  der: Uint8Array,
  linted: CRLToSign,
  signature: MeantSignature,
): Disagreement | null {
  return compared(() => firstDisagreement(crlPairs(der, linted, signature)));
}

function* crlPairs(
  der: Uint8Array,
  linted: CRLToSign,
  signature: MeantSignature,
): Generator<FieldPair> {
  const parts = splitSignedDER(der);
  const found = parts && { ...parts, sameTBS: Buffer.compare(parts.tbs, linted.tbs) === 0 };
  yield ['tbsCertList is what was linted', true, found?.sameTBS];
  const algorithm = SIGNATURE_ALGORITHM_DER[signature.algorithm];
  yield ['signatureAlgorithm', algorithm, found?.algorithm];
  yield ['signatureValue', signature.value, found?.signature];
  const { fields, entries } = linted;
  for (const page of crlPages(linted.tbs, fields, entries.count ?? 0, signature.value)) {
    const list = AsnConvert.parse(page.tbs, TBSCertList);
    yield* framePairs(list, linted, algorithm);
    yield* entryPairs(list.revokedCertificates ?? [], page);
  }
}

function* framePairs(
  found: TBSCertList,
  { fields, keyIdentifier }: CRLToSign,
  algorithm: Uint8Array,
): Generator<FieldPair> {
  const serialized = (value: object) => new Uint8Array(AsnConvert.serialize(value));
  yield ['tbsCertList.version', V2, found.version];
  yield ['tbsCertList.signature', algorithm, serialized(found.signature)];
  yield ['tbsCertList.issuer', fields.issuer, serialized(found.issuer)];
  const nextUpdate = fields.nextUpdate === null ? undefined : readTime(fields.nextUpdate);
  const thisUpdate = readTime(fields.thisUpdate);
  yield ['tbsCertList.thisUpdate', thisUpdate, secondsOf(found.thisUpdate.getTime())];
  yield ['tbsCertList.nextUpdate', nextUpdate, secondsOf(found.nextUpdate?.getTime())];
  yield* extensionPairs('tbsCertList.crlExtensions', fields.crlExtensions, found.crlExtensions);
  const value = (oid: string) =>
    found.crlExtensions?.find(({ extnID }) => extnID === oid)?.extnValue.buffer;
  const number = value(OID['id-ce-cRLNumber']);
  const crlNumber = number && AsnConvert.parse(number, CRLNumber).value;
  yield ['cRLNumber', Number(crlNumberOf(fields)), crlNumber];
  const aki = value(OID['id-ce-authorityKeyIdentifier']);
  const key = aki && AsnConvert.parse(aki, AuthorityKeyIdentifier).keyIdentifier?.buffer;
  yield ['authorityKeyIdentifier.keyIdentifier', keyIdentifier, octetsOf(key)];
}

function* entryPairs(
  found: readonly RevokedCertificate[],
  { first, entries }: CRLPage,
): Generator<FieldPair> {
  const list = new DERReader(entries);
  let at = 0;
  while (!list.atEnd()) {
    const entry = list.enter(TAG.sequence);
    const serialNumber = entry?.integer();
    const date = entry?.whole(TAG.utcTime) ?? entry?.whole(TAG.generalizedTime);
    const other = found[at];
    const name = `revokedCertificates[${first + at}]`;
    yield [`${name}.userCertificate`, serialNumber, octetsOf(other?.userCertificate)];
    const { revocationDate, crlEntryExtensions } = other ?? {};
    const where = `${name} (${serialNumber ? hexFromBytes(serialNumber) : '?'})`;
    const meantDate = date && readTime(date);
    yield [`${where}.revocationDate`, meantDate, secondsOf(revocationDate?.getTime())];
    yield [`${where}.reasonCode`, entry && crlReasonOfEntry(entry), reasonOf(crlEntryExtensions)];
    at += 1;
  }
  yield ['revokedCertificates count', at, found.length];
}

function reasonOf(extensions: RevokedCertificate['crlEntryExtensions']): number | undefined {
  const [extension, another] = extensions ?? [];
  if (!extension || another || extension.extnID !== OID['id-ce-cRLReasons']) return undefined;
  return AsnConvert.parse(extension.extnValue.buffer, CRLReason).reason;
}
