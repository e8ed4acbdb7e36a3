import { AsnConvert } from '@peculiar/asn1-schema';
import { TBSCertificate } from '@peculiar/asn1-x509';
import { hexFromBytes } from '../../shared/bytes.ts';
import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { isoText, unixSeconds } from '../../shared/time.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import { parsePublicKey, sha256 } from '../issuance/public-key.ts';
import type { CertificateItem, CRLItem, Summary } from './bundle.ts';
import { octetsOf } from './canonical-document.ts';
import { readCRLContents } from './crl-contents.ts';
import { extensionText, oidText } from './extension-text.ts';

/** More entries than this are counted; those that are new to the offline host it lists by itself. */
const ENTRIES_LISTED = 50;

/** A text as a summary may hold it: one line of some length, nothing that steers a terminal or turns letters round. */
function line(text: string): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 2_000);
  return shown === '' ? '(empty)' : shown;
}

/**
 * What the bytes of a TBSCertificate say, in words; undefined when they cannot be read. The validity of
 * one that is still to be signed is told as what it will be: from the signing on.
 */
export function summariseCertificate(
  tbs: Uint8Array,
  state: 'to-sign' | 'signed' = 'to-sign',
): Summary | undefined {
  try {
    const parsed = AsnConvert.parse(tbs, TBSCertificate);
    const spki = new Uint8Array(AsnConvert.serialize(parsed.subjectPublicKeyInfo));
    const key = parsePublicKey(spki);
    const [notBefore, notAfter] = [parsed.validity.notBefore, parsed.validity.notAfter].map(
      (time) => isoText(unixSeconds(time.getTime().getTime() / 1000)),
    );
    const der = (name: unknown) => new Uint8Array(AsnConvert.serialize(name));
    return [
      ['serial number', hexFromBytes(new Uint8Array(parsed.serialNumber))],
      ['signature algorithm', oidText(parsed.signature.algorithm)],
      ['issuer', line(nameTextFromDER(der(parsed.issuer)))],
      ['subject', line(nameTextFromDER(der(parsed.subject)))],
      ['public key', key.ok ? key.value.description : 'cannot be read'],
      ['public key sha-256', hexFromBytes(sha256(spki))],
      [
        'valid',
        state === 'signed'
          ? `from ${notBefore} until ${notAfter}`
          : `from the moment of signing, until about ${notAfter}`,
      ],
      ...(parsed.extensions ?? []).map(
        (extension) => [oidText(extension.extnID), line(extensionText(extension))] as const,
      ),
    ];
  } catch {
    return undefined;
  }
}

/** What the bytes of a TBSCertList say, in words; undefined when they cannot be read. */
export function summariseCRL(tbs: Uint8Array): Summary | undefined {
  const contents = readCRLContents(tbs);
  if (!contents) return undefined;
  const { crlNumber, thisUpdate, nextUpdate, issuer, entries } = contents;
  const listed = [...entries].slice(0, ENTRIES_LISTED);
  const rest = entries.size - listed.length;
  try {
    return [
      ['issuer', line(nameTextFromDER(issuer))],
      ['crl number', String(crlNumber)],
      ['this update', isoText(thisUpdate)],
      ['next update', isoText(nextUpdate)],
      ['revoked certificates', String(entries.size)],
      ...listed.map(
        ([serial, { revocationDate, reason }]) =>
          [
            `revoked ${serial}`,
            `${crlReasonName(reason)} as of ${isoText(revocationDate)}`,
          ] as const,
      ),
      ...(rest > 0 ? [['and more', String(rest)] as const] : []),
    ];
  } catch {
    return undefined;
  }
}

/**
 * What an item says, in words: for a subscriber the application first, whose number, organisation and
 * request (CP 3.2.1: the fingerprint that the applicant told) stand on paper; then the bytes.
 */
export function summariseItem(
  tbs: Uint8Array,
  item: Pick<CRLItem, 'kind'> | Pick<CertificateItem, 'kind' | 'subscriber'>,
): Summary | undefined {
  if (item.kind === 'crl') return summariseCRL(tbs);
  const certificate = summariseCertificate(tbs);
  if (!certificate || item.subscriber === null) return certificate;
  const { application, kind, replaces, organisation, request } = item.subscriber;
  return [
    ['application', `${application} (${kind})`],
    ...(replaces === null ? [] : [['replaces', replaces] as const]),
    ['organisation', line(organisation)],
    ['request sha-256', hexFromBytes(sha256(octetsOf(request)))],
    ...certificate,
  ];
}

export function sameSummary(a: Summary, b: Summary): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
