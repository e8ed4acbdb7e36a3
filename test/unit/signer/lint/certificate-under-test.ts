import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type CertificatePolicy,
  decodeCertificatePolicy,
} from '../../../../shared/policy/certificate-policy.ts';
import type { CertificateProfile } from '../../../../shared/policy/profiles.ts';
import { must } from '../../../../shared/result.ts';
import { randomSerialNumber } from '../../../../shared/serial-number.ts';
import { addMonths, unixSeconds } from '../../../../shared/time.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { keyIdentifier } from '../../../../signer/issuance/public-key.ts';
import {
  type CertificateContents,
  encodeTBSCertificate,
  notAfterOf,
} from '../../../../signer/issuance/tbs-certificate.ts';
import {
  type CandidateIssuer,
  certificateCandidate,
} from '../../../../signer/lint/certificate/candidate.ts';
import { lint } from '../../../../signer/lint/linted.ts';
import { hexOf, octets } from '../../../support/octets.ts';
import { childrenOf, elementAt, replaceAt, wrapped } from './der-edit.ts';

export const ROOT_CA3 = readFileSync(
  new URL('../../../../shared/policy/root-ca3.json', import.meta.url),
  'utf8',
);
export const POLICY: CertificatePolicy = must(decodeCertificatePolicy(ROOT_CA3), 'root-ca3.json');

/** 2026-11-23T04:00:00Z */
export const NOW = unixSeconds(1_795_406_400);

export type ProfileName = 'root-ca' | 'time-stamping-ca' | 'ocsp-responder' | 'tsa';

/** A SubjectPublicKeyInfo as RFC 3279 2.3.1 writes it; nobody has the private key. */
export function rsaKey(modulusLength: number, exponent = '01 00 01'): Uint8Array {
  const modulus = randomBytes(modulusLength / 8);
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus[modulus.length - 1] ?? 0) | 1;
  const key = wrapped(0x30, wrapped(0x02, octets('00'), modulus), wrapped(0x02, octets(exponent)));
  const algorithm = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00');
  return wrapped(0x30, algorithm, wrapped(0x03, octets('00'), key));
}

/** 4096 bits where the profile asks for them, 3072 else. */
const KEYS = { 3072: rsaKey(3072), 4096: rsaKey(4096) };
const ISSUER_KEY = rsaKey(4096);

function keyOf(name: ProfileName): Uint8Array {
  return KEYS[name === 'root-ca' || name === 'time-stamping-ca' ? 4096 : 3072];
}

/** Of which authority of root-ca3.json a certificate of this profile comes. */
const ISSUER: Readonly<Record<ProfileName, string>> = {
  'root-ca': 'root-ca3',
  'time-stamping-ca': 'root-ca3',
  'ocsp-responder': 'root-ca3',
  tsa: 'time-stamping-ca',
};

export function profileOf(name: ProfileName): CertificateProfile {
  const profile = POLICY.profiles.get(name);
  if (!profile) throw new Error(`no profile ${name}`);
  return profile;
}

function authorityOf(name: ProfileName) {
  const authority = POLICY.authorities.get(ISSUER[name]);
  if (!authority) throw new Error(`no authority ${ISSUER[name]}`);
  return authority;
}

export function issuerOf(name: ProfileName): CandidateIssuer {
  const selfSigned = name === 'root-ca';
  return {
    subject: encodeName(authorityOf(name).subject.value),
    keyIdentifier: must(keyIdentifier(selfSigned ? keyOf(name) : ISSUER_KEY), 'key'),
    notAfter: selfSigned ? null : addMonths(NOW, 240),
  };
}

/** What the signer puts into a certificate of this profile. */
export function contentsOf(
  name: ProfileName,
  differences: Partial<CertificateContents> = {},
): CertificateContents {
  const profile = profileOf(name);
  const issuer = issuerOf(name);
  const { crl, ocsp, caIssuers, subject } = authorityOf(name);
  const own =
    name === 'root-ca'
      ? subject.value
      : ([
          ['C', 'JP'],
          ['O', 'Example'],
          ['CN', 'X'],
        ] as const);
  return {
    profile,
    serialNumber: randomSerialNumber((length) => new Uint8Array(length).fill(0xa5)),
    issuer: issuer.subject,
    subject: encodeName(own),
    subjectPublicKeyInfo: keyOf(name),
    subjectKeyIdentifier: must(keyIdentifier(keyOf(name)), 'key'),
    notBefore: NOW,
    notAfter: notAfterOf(profile, NOW, issuer.notAfter),
    issuerServices:
      issuer.notAfter === null
        ? null
        : {
            keyIdentifier: issuer.keyIdentifier,
            crlUrl: crl.url.value,
            ocspUrl: ocsp?.url.value ?? null,
            caIssuersUrl: caIssuers.url.value,
          },
    subjectAltNames: [],
    ...differences,
  };
}

export function tbsOf(
  name: ProfileName,
  differences: Partial<CertificateContents> = {},
): Uint8Array {
  return encodeTBSCertificate(contentsOf(name, differences));
}

/** Every finding about these bytes, `rule: reason`; none when they would be signed. */
export function findingsAbout(
  name: ProfileName,
  tbs: Uint8Array,
  meant: CertificateContents | null = null,
): readonly string[] {
  const services = contentsOf(name).issuerServices;
  const issuer = { ...issuerOf(name), services };
  const candidate = certificateCandidate(tbs, profileOf(name), issuer, NOW, meant);
  if (!candidate.ok) return [candidate.error.code];
  const linted = lint('certificate', candidate.value);
  return linted.ok ? [] : linted.error.findings.map(({ rule, reason }) => `${rule}: ${reason}`);
}

/** Fields of a TBSCertificate (RFC 5280 4.1) by their place. */
export const FIELD = {
  version: [0, 0],
  serialNumber: [1],
  signature: [2],
  issuer: [3],
  notBefore: [4, 0],
  notAfter: [4, 1],
  subject: [5],
  publicKey: [6],
  extensions: [7, 0],
} as const;

/** DER of the object identifiers of extensions (RFC 5280 4.2, RFC 6960 4.2.2.2.1). */
export const EXTENSION = {
  subjectKeyIdentifier: octets('06 03 55 1d 0e'),
  keyUsage: octets('06 03 55 1d 0f'),
  subjectAltName: octets('06 03 55 1d 11'),
  basicConstraints: octets('06 03 55 1d 13'),
  nameConstraints: octets('06 03 55 1d 1e'),
  cRLDistributionPoints: octets('06 03 55 1d 1f'),
  certificatePolicies: octets('06 03 55 1d 20'),
  authorityKeyIdentifier: octets('06 03 55 1d 23'),
  policyConstraints: octets('06 03 55 1d 24'),
  extKeyUsage: octets('06 03 55 1d 25'),
  authorityInfoAccess: octets('06 08 2b 06 01 05 05 07 01 01'),
  ocspNoCheck: octets('06 09 2b 06 01 05 05 07 30 01 05'),
} as const;

export type ExtensionName = keyof typeof EXTENSION;

export function extensionDER(
  name: ExtensionName,
  critical: 'critical' | 'non-critical',
  value: Uint8Array,
): Uint8Array {
  const flag = critical === 'critical' ? [octets('01 01 ff')] : [];
  return wrapped(0x30, EXTENSION[name], ...flag, wrapped(0x04, value));
}

function extensionIndex(tbs: Uint8Array, name: ExtensionName): number {
  const list = childrenOf(elementAt(tbs, FIELD.extensions));
  const index = list.findIndex((extension) => {
    const [oid] = childrenOf(extension);
    return oid !== undefined && hexOf(oid) === hexOf(EXTENSION[name]);
  });
  if (index < 0) throw new Error(`no ${name}`);
  return index;
}

/** The value of an extension. */
export function extensionValueIn(tbs: Uint8Array, name: ExtensionName): Uint8Array {
  const extension = elementAt(tbs, [...FIELD.extensions, extensionIndex(tbs, name)]);
  const value = childrenOf(extension).at(-1);
  const [inner] = value ? childrenOf(value) : [];
  if (!inner) throw new Error(`${name} is empty`);
  return inner;
}

/** With these extensions in place of one; none removes it. */
export function withExtension(
  tbs: Uint8Array,
  name: ExtensionName,
  ...by: readonly Uint8Array[]
): Uint8Array {
  return replaceAt(tbs, [...FIELD.extensions, extensionIndex(tbs, name)], ...by);
}

/** With one more extension at the end. */
export function withMore(tbs: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array {
  const list = elementAt(tbs, FIELD.extensions);
  return replaceAt(tbs, FIELD.extensions, wrapped(0x30, ...childrenOf(list), ...more));
}
