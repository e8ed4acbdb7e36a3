import { base64FromBytes, hexFromBytes } from '../../../shared/bytes.ts';
import { must, ok, type Result } from '../../../shared/result.ts';
import { randomSerialNumber } from '../../../shared/serial-number.ts';
import { encodeName } from '../../issuance/distinguished-name.ts';
import { keyIdentifier, sha256 } from '../../issuance/public-key.ts';
import { encodeTBSCertificate, notAfterOf } from '../../issuance/tbs-certificate.ts';
import type { SigningDoor } from '../../signing/signing-door.ts';
import { type CeremonyRoot, encodeAnswer } from '../answer.ts';
import type { Summary } from '../bundle.ts';
import { octetsOf } from '../canonical-document.ts';
import { certifiedKey } from '../certificate-key.ts';
import { lintCertificate } from '../lint-items.ts';
import { lineHash } from '../log-chain.ts';
import { policyHash } from '../policy-hash.ts';
import { profileAt } from '../profile-at.ts';
import { summariseCertificate } from '../summary.ts';
import { type HostAuthority, writeHostAuthority } from './host-authority.ts';
import { type HostError, notInForce, refuseAtHost } from './host-error.ts';
import { checkKey, keyOf, offlinePolicy, signingRefused } from './make-key.ts';
import { type Host, withKeys } from './open-host.ts';

export interface MadeRoot {
  /** The file for `inkan ceremony import`. */
  readonly text: string;
  readonly certificate: Uint8Array;
  readonly certificateSha256: string;
  readonly spkiSha256: string;
  readonly keyLabel: string;
  readonly summary: Summary;
  /** Where the log stands now: its number of lines and the hash of the last. */
  readonly logSize: number;
  readonly logHash: string;
}

/**
 * `inkan ceremony root`: the root's key, then its certificate of itself, with subject and profile of the
 * policy file of this host. A ceremony that stopped is taken up with the key that it made; a root that is
 * finished is handed out again, never made twice.
 */
export async function makeRoot(
  host: Host,
  name: string,
  keystore: string,
): Promise<Result<MadeRoot, HostError>> {
  const policy = offlinePolicy(host, name);
  if (!policy.ok) return policy;
  if (policy.value.issuer !== null) {
    const remedy = 'use `inkan ceremony key`, and export its certificate from the issuer';
    return refuseAtHost('not-a-root', `${policy.value.issuer} issues ${name}`, remedy);
  }
  const before = host.log.checkpoint().size;
  const made = await withKeys(host, async (door) => {
    const key = await keyOf(host, door, name, keystore);
    if (!key.ok) return key;
    const checked = await checkKey(door, key.value);
    if (!checked.ok) return checked;
    return key.value.certificate === null ? certifyRoot(host, door, key.value) : key;
  });
  if (!made.ok) return made;
  const certificate = octetsOf(made.value.certificate ?? '');
  const certificateSha256 = hexFromBytes(sha256(certificate));
  const { keyLabel } = made.value;
  host.log.append({ type: 'ceremony-root', authority: name, keyLabel, certificateSha256 });
  const log = host.linesSince(before);
  const tbs = certifiedKey(certificate)?.tbs ?? certificate;
  const file: CeremonyRoot = {
    format: 'inkan-ceremony-root-1',
    authority: name,
    policySha256: policyHash(host.policy, [name], [policy.value.profile]),
    keyLabel,
    certificate: made.value.certificate ?? '',
    log,
  };
  return ok({
    ...{ text: encodeAnswer(file), certificate, certificateSha256, keyLabel },
    spkiSha256: hexFromBytes(sha256(octetsOf(made.value.spki))),
    summary: summariseCertificate(tbs, 'signed') ?? [],
    logSize: host.log.checkpoint().size,
    logHash: lineHash(log.at(-1) ?? ''),
  });
}

async function certifyRoot(
  host: Host,
  door: SigningDoor,
  authority: HostAuthority,
): Promise<Result<HostAuthority, HostError>> {
  const { authority: name, keystore, keyLabel } = authority;
  const policy = offlinePolicy(host, name);
  if (!policy.ok) return policy;
  const spki = octetsOf(authority.spki);
  const subject = encodeName(policy.value.subject.value);
  // The time of signing, after a key that may have taken minutes (CON-23).
  const now = host.world.clock();
  const inForce = profileAt(host.policy, policy.value.profile, now);
  if (!inForce.ok) return notInForce(inForce.error);
  const profile = inForce.value;
  const tbs = encodeTBSCertificate({
    ...{ profile, issuer: subject, subject, subjectPublicKeyInfo: spki },
    serialNumber: randomSerialNumber(host.world.randomBytes),
    subjectKeyIdentifier: must(keyIdentifier(spki), 'key that was just made'),
    notBefore: now,
    notAfter: notAfterOf(profile, now, null),
    ...{ issuerServices: null, subjectAltNames: [] },
  });
  const linted = lintCertificate(
    tbs,
    profile,
    { subject, spki, notBefore: null, notAfter: null, services: null },
    now,
  );
  if (!linted.ok) {
    const found = linted.error.findings.map(({ rule, reason }) => `${reason} (${rule})`).join('; ');
    return refuseAtHost('lint-refused', found, 'mend the policy file');
  }
  const key = { keystore, label: keyLabel, spki, algorithm: profile.signatureAlgorithm.value };
  const der = await door.signCertificate(key, linted.value);
  if (!der.ok) return signingRefused(der.error);
  // If we stop here no certificate has left this process: the next attempt makes another.
  host.world.checkpoint('host: root signed');
  const certified = { ...authority, certificate: base64FromBytes(der.value) };
  writeHostAuthority(host.directory, certified);
  host.world.checkpoint('host: root recorded');
  return ok(certified);
}
