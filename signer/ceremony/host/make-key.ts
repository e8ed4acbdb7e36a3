import { base64FromBytes, hexFromBytes } from '../../../shared/bytes.ts';
import type { AuthorityPolicy } from '../../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { profileNamed } from '../../issuance/issuer.ts';
import { sha256 } from '../../issuance/public-key.ts';
import type { SigningDoor } from '../../signing/signing-door.ts';
import { signingProblem } from '../../signing/signing-problem.ts';
import { type CeremonyKey, encodeAnswer } from '../answer.ts';
import { octetsOf } from '../canonical-document.ts';
import { policyHash } from '../policy-hash.ts';
import { keyAlgorithmOf } from '../responder-key.ts';
import { type HostAuthority, readHostAuthority, writeHostAuthority } from './host-authority.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import { type Host, withKeys } from './open-host.ts';

/** An authority of the host's policy whose key belongs here. */
export function offlinePolicy(host: Host, name: string): Result<AuthorityPolicy, HostError> {
  const policy = host.policy.authorities.get(name);
  if (!policy) {
    const known = [...host.policy.authorities.keys()].join(', ');
    return refuseAtHost('authority-unknown', `the policy has no ${name}`, `name one of ${known}`);
  }
  if (policy.custody.value === 'offline') return ok(policy);
  const reason = `the policy says that the key of ${name} is online`;
  return refuseAtHost(
    'custody-online',
    reason,
    'make it with `inkan ca create`, or change the policy',
  );
}

/** The key of this authority: the one that an earlier attempt made, or a new one, on record when this returns. */
export async function keyOf(
  host: Host,
  door: SigningDoor,
  name: string,
  keystore: string,
): Promise<Result<HostAuthority, HostError>> {
  const existing = readHostAuthority(host.directory, name);
  if (existing) return ok(existing);
  const policy = offlinePolicy(host, name);
  if (!policy.ok) return policy;
  const algorithm = keyAlgorithmOf(profileNamed(host.policy, policy.value.profile).key.value);
  const keyLabel = `${name}-${hexFromBytes(host.world.randomBytes(4))}`;
  const key = await door.generateKey(keystore, keyLabel, algorithm, 'ceremony');
  if (!key.ok) return signingRefused(key.error);
  // If we stop here a key without a name is left in the keystore; the log has its label.
  host.world.checkpoint('host: key generated');
  const { spki } = key.value;
  const authority = { format: 'inkan-ceremony-authority-1', authority: name, keystore } as const;
  const made = { ...authority, keyLabel, spki: base64FromBytes(spki), certificate: null };
  writeHostAuthority(host.directory, made);
  const spkiSha256 = hexFromBytes(sha256(spki));
  host.log.append({ type: 'ceremony-key', authority: name, keyLabel, spkiSha256 });
  host.world.checkpoint('host: key recorded');
  return ok(made);
}

export function signingRefused(error: Parameters<typeof signingProblem>[0]): {
  readonly ok: false;
  readonly error: HostError;
} {
  const problem = signingProblem(error);
  const reason = 'reason' in problem ? problem.reason : problem.code;
  const remedy = 'remedy' in problem ? problem.remedy : 'name a keystore of ceremony.json';
  return refuseAtHost('signing-failed', reason, remedy);
}

export interface MadeKey {
  readonly text: string;
  readonly spkiSha256: string;
  readonly keyLabel: string;
}

/** `inkan ceremony key`: the key of a sub-CA of offline custody; its public half goes to the signer. */
export async function makeSubordinateKey(
  host: Host,
  name: string,
  keystore: string,
): Promise<Result<MadeKey, HostError>> {
  const policy = offlinePolicy(host, name);
  if (!policy.ok) return policy;
  if (policy.value.issuer === null) {
    const remedy = 'use `inkan ceremony root`';
    return refuseAtHost('not-a-subordinate', `${name} is a root`, remedy);
  }
  const before = host.log.checkpoint().size;
  const key = await withKeys(host, (door) => keyOf(host, door, name, keystore));
  if (!key.ok) return key;
  const { keyLabel, spki } = key.value;
  const spkiSha256 = hexFromBytes(sha256(octetsOf(spki)));
  // Made by an earlier attempt: say so in the log again, so that the file has lines of its own.
  if (host.log.checkpoint().size === before)
    host.log.append({ type: 'ceremony-key', authority: name, keyLabel, spkiSha256 });
  const file: CeremonyKey = {
    format: 'inkan-ceremony-key-1',
    authority: name,
    policySha256: policyHash(host.policy, [name], [policy.value.profile]),
    keyLabel,
    spki,
    log: host.linesSince(before),
  };
  return ok({ text: encodeAnswer(file), spkiSha256, keyLabel });
}

/** The key in the keystore is the one on record; a swapped token is noticed before anything is signed. */
export async function checkKey(
  door: SigningDoor,
  { keystore, keyLabel, spki }: HostAuthority,
): Promise<Result<true, HostError>> {
  const found = await door.publicKey(keystore, keyLabel);
  if (!found.ok) return signingRefused(found.error);
  if (base64FromBytes(found.value.spki) === spki) return ok(true);
  const reason = `the key ${keyLabel} in keystore ${keystore} is not the one on record`;
  return err({ code: 'key-differs', reason, remedy: 'put the right token in' });
}
