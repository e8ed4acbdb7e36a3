import { createHash, generateKeyPairSync } from 'node:crypto';
import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { randomSerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { certificateNotAfter } from '../issuance/issuer.ts';
import { pem } from '../issuance/pem.ts';
import { keyIdentifier } from '../issuance/public-key.ts';
import {
  type CertificateContents,
  encodeTBSCertificate,
  notAfterOf,
} from '../issuance/tbs-certificate.ts';
import { certificateCandidate } from '../lint/certificate/candidate.ts';
import { lint } from '../lint/linted.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SigningDoor } from '../signing/signing-door.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { OPERATOR_CA_PROFILE, OPERATOR_PROFILE } from './operator-profiles.ts';

/** The CA of the signer's own operators and TLS server; its key is in the file keystore. */
export interface OperatorCA {
  readonly keystore: string;
  readonly keyLabel: string;
  readonly spki: Uint8Array;
  readonly subject: Uint8Array;
  readonly certificate: Uint8Array;
}

export interface OperatorCAWorld {
  readonly door: SigningDoor;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly now: UnixSeconds;
}

export const OPERATOR_CA_KEY = 'operator-ca';

export async function makeOperatorCA(
  world: OperatorCAWorld,
  keystore: string,
): Promise<Result<OperatorCA, OperationError>> {
  const key = await world.door.generateKey(
    keystore,
    OPERATOR_CA_KEY,
    { kind: 'ec', namedCurve: 'P-256' },
    'init',
  );
  if (!key.ok) return err(signingProblem(key.error));
  const { spki } = key.value;
  const id = hexFromBytes(createHash('sha256').update(spki).digest()).slice(0, 16);
  const subject = encodeName([['CN', `Inkan operator CA ${id}`]]);
  const unsigned = {
    keystore,
    keyLabel: OPERATOR_CA_KEY,
    spki,
    subject,
    certificate: new Uint8Array(0),
  };
  const certificate = await signWith(
    world,
    unsigned,
    { profile: OPERATOR_CA_PROFILE, subject, spki, subjectAltNames: [] },
    null,
  );
  return certificate.ok ? ok({ ...unsigned, certificate: certificate.value }) : certificate;
}

/** A key pair and its certificate for TLS; the private key is PKCS#8 PEM, not encrypted. */
export interface TLSIdentity {
  /** PEM. */
  readonly certificate: string;
  readonly der: Uint8Array;
  readonly privateKey: string;
  readonly spki: Uint8Array;
}

export async function issueTLSIdentity(
  world: OperatorCAWorld,
  ca: OperatorCA,
  profile: CertificateProfile,
  commonName: string,
  subjectAltNames: readonly string[],
): Promise<Result<TLSIdentity, OperationError>> {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const spki = new Uint8Array(pair.publicKey);
  const subject = encodeName([['CN', commonName]]);
  const order = { profile, subject, spki, subjectAltNames };
  const der = await signWith(world, ca, order, certificateNotAfter(ca.certificate));
  if (!der.ok) return der;
  const certificate = pem('CERTIFICATE', der.value);
  return ok({ certificate, der: der.value, privateKey: pair.privateKey, spki });
}

/** DER of the certificate of a person whose key is elsewhere; `spki` proved its possession. */
export function certifyOperator(
  world: OperatorCAWorld,
  ca: OperatorCA,
  person: string,
  spki: Uint8Array,
): Promise<Result<Uint8Array, OperationError>> {
  const subject = encodeName([['CN', person]]);
  const order = { profile: OPERATOR_PROFILE, subject, spki, subjectAltNames: [] };
  return signWith(world, ca, order, certificateNotAfter(ca.certificate));
}

async function signWith(
  { door, randomBytes, now }: OperatorCAWorld,
  ca: OperatorCA,
  order: {
    readonly profile: CertificateProfile;
    readonly subject: Uint8Array;
    readonly spki: Uint8Array;
    readonly subjectAltNames: readonly string[];
  },
  caNotAfter: UnixSeconds | null,
): Promise<Result<Uint8Array, OperationError>> {
  const issuerKey = must(keyIdentifier(ca.spki), 'key that was just made');
  const contents: CertificateContents = {
    profile: order.profile,
    serialNumber: randomSerialNumber(randomBytes),
    issuer: ca.subject,
    subject: order.subject,
    subjectPublicKeyInfo: order.spki,
    subjectKeyIdentifier: must(keyIdentifier(order.spki), 'key that was just made'),
    notBefore: now,
    notAfter: notAfterOf(order.profile, now, caNotAfter),
    issuerServices:
      caNotAfter === null
        ? null
        : { keyIdentifier: issuerKey, crlUrl: '', ocspUrl: '', caIssuersUrl: '' },
    subjectAltNames: order.subjectAltNames,
  };
  const issuer = { subject: ca.subject, keyIdentifier: issuerKey, notAfter: caNotAfter };
  const candidate = must(
    certificateCandidate(encodeTBSCertificate(contents), order.profile, issuer, now, contents),
    'certificate that was just written',
  );
  const linted = lint('certificate', candidate);
  if (!linted.ok) return linted;
  const key = {
    keystore: ca.keystore,
    label: ca.keyLabel,
    spki: ca.spki,
    algorithm: 'ecdsa-with-SHA256',
  } as const;
  const der = await door.signCertificate(key, linted.value);
  return der.ok ? der : err(signingProblem(der.error));
}
