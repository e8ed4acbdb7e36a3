import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import {
  type AuthorityPolicy,
  type CertificatePolicy,
  ocspPolicyOf,
} from '../../shared/policy/certificate-policy.ts';
import { readPolicyFile } from '../../shared/policy/policy-file.ts';
import { profileInForce } from '../../shared/policy/profile-in-force.ts';
import type { CertificateProfile, KeyRequirement } from '../../shared/policy/profiles.ts';
import { must } from '../../shared/result.ts';
import { randomSerialNumber } from '../../shared/serial-number.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { encodeName } from '../../signer/issuance/distinguished-name.ts';
import { keyIdentifier } from '../../signer/issuance/public-key.ts';
import {
  type CertificateContents,
  encodeTBSCertificate,
  notAfterOf,
} from '../../signer/issuance/tbs-certificate.ts';
import { certificateCandidate } from '../../signer/lint/certificate/candidate.ts';
import { type Linted, lint } from '../../signer/lint/linted.ts';
import { tlv } from './octets.ts';
import { suppliedPolicy } from './shipped-policies.ts';

/** Every policy file, with every profile that one of its authorities issues, signed by real keys. */

const DIRECTORY = join(import.meta.dirname, '../../shared/policy');

export function policyFiles(): readonly (readonly [name: string, policy: CertificatePolicy])[] {
  const files = readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.map((file) => {
    const text = suppliedPolicy(file.replace(/\.json$/, ''));
    return [file, must(readPolicyFile(text), file)] as const;
  });
}

/** One kind of certificate and who issues it; `issuer` is null for a root. */
export interface PolicyCase {
  readonly authority: string;
  readonly profile: string;
  readonly issuer: string | null;
}

/** Each authority's own certificate, its responder's and those of its subscribers. */
export function casesOf({ authorities }: CertificatePolicy): readonly PolicyCase[] {
  return [...authorities].flatMap(([authority, { profile, issuer, ocsp, issues }]) => [
    { authority, profile, issuer },
    ...[...(ocsp === null ? [] : [ocsp.responderProfile]), ...issues].map((issued) => ({
      authority: `subscriber of ${authority}`,
      profile: issued,
      issuer: authority,
    })),
  ]);
}

export interface SignedCase {
  readonly linted: Linted<'certificate'>;
  readonly der: Uint8Array;
  /** As X.509 carries it. */
  readonly signature: Uint8Array;
  readonly at: UnixSeconds;
}

/** 2026-11-23T04:00:00Z */
const NOW = unixSeconds(1_795_406_400);
/** 2018-09-01T00:00:00Z, when CP table 7.1.2-4 still allowed TSAs directly under RootCA3. */
const BEFORE_2018_09_26 = unixSeconds(1_535_760_000);

const keys = new Map<string, KeyObject>();

/** A key of the kind and the largest size that the profile asks for, one for each holder. */
function keyOf(holder: string, requirement: KeyRequirement): KeyObject {
  const size =
    requirement.kind === 'rsa'
      ? Math.max(...requirement.modulusLengths)
      : (requirement.namedCurves[0] ?? 'P-384');
  const id = `${holder} ${size}`;
  const key =
    keys.get(id) ??
    (typeof size === 'number'
      ? generateKeyPairSync('rsa', { modulusLength: size }).privateKey
      : generateKeyPairSync('ec', { namedCurve: size }).privateKey);
  keys.set(id, key);
  return key;
}

function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
}

function named<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`no ${name}`);
  return value;
}

/**
 * Lints and signs one, at the moment given or now; there a rule that ends a profile on a date is met by
 * signing before it.
 */
export function signCase(
  policy: CertificatePolicy,
  wanted: PolicyCase,
  wantedAt?: UnixSeconds,
): SignedCase {
  const now = lintCase(policy, wanted, wantedAt ?? NOW);
  const at = now.ok || wantedAt !== undefined ? (wantedAt ?? NOW) : BEFORE_2018_09_26;
  const linted = now.ok || wantedAt !== undefined ? now : lintCase(policy, wanted, at);
  const candidate = must(linted, `${wanted.authority}: ${wanted.profile}`);
  const name = candidate.profile.signatureAlgorithm.value;
  const hash = `sha${/sha-?(\d+)/i.exec(name)?.[1]}`;
  const signer = issuerKey(policy, wanted);
  const signature = new Uint8Array(sign(hash, candidate.tbs, signer));
  const der = tlv(
    0x30,
    candidate.tbs,
    SIGNATURE_ALGORITHM_DER[name],
    tlv(0x03, Uint8Array.of(0), signature),
  );
  return { linted: candidate, der, signature, at };
}

function issuerKey(policy: CertificatePolicy, { authority, issuer }: PolicyCase): KeyObject {
  const name = issuer ?? authority;
  const { profile } = named(policy.authorities, name);
  return keyOf(name, named(policy.profiles, profile).key.value);
}

function lintCase(policy: CertificatePolicy, wanted: PolicyCase, now: UnixSeconds) {
  const contents = contentsOf(policy, wanted, now);
  const issuer = {
    subject: contents.issuer,
    keyIdentifier: must(keyIdentifier(spkiOf(issuerKey(policy, wanted))), 'key'),
    notAfter: wanted.issuer === null ? null : unixSeconds(now + 100 * 365 * 86_400),
  };
  const tbs = encodeTBSCertificate(contents);
  const candidate = certificateCandidate(tbs, contents.profile, issuer, now, contents);
  return lint('certificate', must(candidate, 'candidate'));
}

function contentsOf(
  policy: CertificatePolicy,
  { authority, profile: profileName, issuer }: PolicyCase,
  now: UnixSeconds,
): CertificateContents {
  const written = named(policy.profiles, profileName);
  const inForce = profileInForce(written, now);
  const profile = inForce.ok ? inForce.value : written;
  const own = policy.authorities.get(authority);
  const by = issuer === null ? undefined : named(policy.authorities, issuer);
  const spki = spkiOf(keyOf(own ? authority : 'subscriber', profile.key.value));
  const issuerSPKI = spkiOf(issuerKey(policy, { authority, profile: profileName, issuer }));
  return {
    profile,
    serialNumber: randomSerialNumber((length) => new Uint8Array(length).fill(0xa5)),
    issuer: encodeName((by ?? named(policy.authorities, authority)).subject.value),
    subject: encodeName(own ? own.subject.value : subscriber(profile, by)),
    subjectPublicKeyInfo: spki,
    subjectKeyIdentifier: must(keyIdentifier(spki), 'key'),
    notBefore: now,
    notAfter: notAfterOf(profile, now, null),
    issuerServices: by
      ? {
          keyIdentifier: must(keyIdentifier(issuerSPKI), 'key'),
          crlUrl: by.crl.url.value,
          ocspUrl: by.ocsp?.url.value ?? null,
          caIssuersUrl: by.caIssuers.url.value,
        }
      : null,
    subjectAltNames: profile.subjectAltName?.value ? ['localhost', '127.0.0.1', '::1'] : [],
  };
}

function subscriber(profile: CertificateProfile, issuer: AuthorityPolicy | undefined) {
  if (profile.extKeyUsage?.value.includes('OCSPSigning') && issuer)
    return ocspPolicyOf(issuer).responderSubject.value;
  return [
    ['C', 'JP'],
    ['O', 'Example'],
    ['CN', 'Subscriber 01'],
  ] as const;
}
