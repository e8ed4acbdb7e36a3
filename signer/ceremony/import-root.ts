import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import type { AuthorityPolicy } from '../../shared/policy/certificate-policy.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import {
  type SerialNumber,
  serialNumberFromContents,
  serialNumberText,
} from '../../shared/serial-number.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import {
  findAuthority,
  insertAuthority,
  setAuthorityCertificate,
} from '../database/authority-table.ts';
import { endCeremony, insertCeremony, setCeremonySigned } from '../database/ceremony-table.ts';
import { reserveCertificate, setCertificateIssued } from '../database/certificate-table.ts';
import { enqueueFile } from '../database/outbox-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { certificateValidity, profileNamed } from '../issuance/issuer.ts';
import { sha256 } from '../issuance/public-key.ts';
import { recordKey } from '../issuance/seen-keys.ts';
import { notAfterOf } from '../issuance/tbs-certificate.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import type { CeremonyRoot } from './answer.ts';
import { octetsOf } from './canonical-document.ts';
import { type CertifiedKey, certifiedKey } from './certificate-key.ts';
import { finishArtifact } from './finished.ts';
import type { ImportedCeremony } from './import-signatures.ts';
import { judgeKey } from './judge-key.ts';
import { lintCertificate } from './lint-items.ts';
import { isChain } from './log-chain.ts';
import { policyHash } from './policy-hash.ts';
import { profileAt } from './profile-at.ts';
import { OFFLINE_KEYSTORE } from './subordinate.ts';

/**
 * Makes a root of offline custody from its key ceremony: the certificate must be self-signed, of the subject
 * and profile of the policy here, and the one whose fingerprint stands in the signed transcript. Given twice
 * it changes nothing.
 */
export async function importRoot(
  context: SignerContext,
  root: CeremonyRoot,
  input: { readonly text: string; readonly sha256: string | undefined; readonly actor: string },
  now: UnixSeconds,
): Promise<Result<ImportedCeremony, OperationError>> {
  const policy = rootPolicy(context, root);
  if (!policy.ok) return policy;
  const der = octetsOf(root.certificate);
  const found = hexFromBytes(sha256(der));
  const bundleId = found.slice(0, 32);
  const existing = findAuthority(context.db, root.authority);
  if (existing?.certificate && bytesEqual(existing.certificate, der))
    return ok({ ceremony: bundleId, authorityIds: [existing.id] });
  if (existing) return err({ code: 'authority-exists', authority: root.authority });
  if (input.sha256 !== found)
    return err({ code: 'ceremony-fingerprint-differs', stated: input.sha256 ?? null });
  if (
    !isChain(root.log) ||
    !root.log.some((line) => line.includes(`"certificateSha256":"${found}"`))
  )
    return err({ code: 'ceremony-log-broken' });
  const checked = checkRoot(context, policy.value, der, now);
  if (!checked.ok) return checked;
  const { spki } = checked.value;
  await recordKey(context, spki, now);
  const requirement = profileNamed(context.policy, policy.value.profile).key.value;
  // From here on there is no pause: the verdict and the record are one step.
  const key = judgeKey(context, spki, requirement, 'new');
  if (!key.ok) return key;
  context.audit.append({
    ...{ type: 'ceremony-answer', ceremony: bundleId, authority: root.authority },
    ...{ answerSha256: hexFromBytes(sha256(Buffer.from(input.text))), actor: input.actor },
  });
  const { authority } = root;
  const serialNumber = serialNumberText(checked.value.serial);
  context.audit.append({
    ...{ type: 'authority-certified', authority, subjectAuthority: authority, serialNumber },
    ...{ tbsSha256: tbsSha256Of(der), actor: input.actor },
  });
  context.checkpoint('ceremony: root audited');
  const id = recordRoot(
    context,
    { root, policy: policy.value, der, bundleId, input },
    checked.value,
    now,
  );
  context.checkpoint('ceremony: root recorded');
  return ok({ ceremony: bundleId, authorityIds: [id] });
}

function rootPolicy(
  context: SignerContext,
  { authority, policySha256 }: CeremonyRoot,
): Result<AuthorityPolicy, OperationError> {
  const policy = context.policy.authorities.get(authority);
  const known = [...context.policy.authorities.keys()];
  if (!policy) return err({ code: 'authority-unknown', authority, known });
  if (policy.custody.value === 'online') return err({ code: 'custody-online', authority });
  if (policy.issuer !== null) {
    const { issuer } = policy;
    return err({ code: 'ceremony-not-issuer', authority, subordinate: authority, issuer });
  }
  const same = policySha256 === policyHash(context.policy, [authority], [policy.profile]);
  return same ? ok(policy) : err({ code: 'ceremony-policy-differs', authority });
}

interface CheckedRoot extends CertifiedKey {
  readonly serial: SerialNumber;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

function checkRoot(
  context: SignerContext,
  policy: AuthorityPolicy,
  der: Uint8Array,
  now: UnixSeconds,
): Result<CheckedRoot, OperationError> {
  const wrong = err({ code: 'ceremony-signature-wrong', item: 1 } as const);
  const parts = certifiedKey(der);
  if (!parts) return wrong;
  const { tbs, subject, spki, signature } = parts;
  const { notBefore, notAfter } = certificateValidity(der);
  const inForce = profileAt(context.policy, policy.profile, notBefore);
  if (!inForce.ok) return inForce;
  const profile = inForce.value;
  const finished = finishArtifact(
    'certificate',
    tbs,
    profile.signatureAlgorithm.value,
    signature,
    spki,
  );
  if (!finished || !bytesEqual(finished, der)) return wrong;
  if (!bytesEqual(subject, encodeName(policy.subject.value)))
    return err({
      code: 'subject-refused',
      check: 'CP 7.1.4',
      reason: 'it is not that of the policy',
    });
  const dates = (reason: string) => err({ code: 'ceremony-dates-wrong', reason } as const);
  if (notBefore > now) return dates(`the root begins at ${isoText(notBefore)}, which is to come`);
  if (notAfter !== notAfterOf(profile, notBefore, null))
    return dates('not the validity of the policy');
  const linted = lintCertificate(
    tbs,
    profile,
    { subject, spki, notBefore: null, notAfter: null, services: null },
    notBefore,
  );
  if (!linted.ok) return linted;
  const serial = must(
    serialNumberFromContents(parts.serialNumber),
    'serial number that was linted',
  );
  return ok({ ...parts, serial, notBefore, notAfter });
}

interface RootToRecord {
  readonly root: CeremonyRoot;
  readonly policy: AuthorityPolicy;
  readonly der: Uint8Array;
  readonly bundleId: string;
  readonly input: { readonly text: string; readonly actor: string };
}

/** One step: before it the root is not known here, after it its first ceremony can be exported. */
function recordRoot(
  context: SignerContext,
  { root, policy, der, bundleId, input }: RootToRecord,
  { spki, subject, serial, notBefore, notAfter }: CheckedRoot,
  now: UnixSeconds,
): number {
  return context.db.transaction((tx) => {
    const id = insertAuthority(
      tx,
      {
        ...{ name: root.authority, issuerId: null, custody: 'offline', keyLabel: root.keyLabel },
        ...{ keystore: OFFLINE_KEYSTORE, spki, subject },
        urls: { crl: policy.crl.url.value, caIssuers: policy.caIssuers.url.value },
      },
      now,
    );
    setAuthorityCertificate(tx, id, der);
    const reservation = {
      ...{ authorityId: id, serialNumber: serial, profile: policy.profile, subject },
      ...{ spkiSha256: sha256(spki), notBefore, notAfter, requestId: null },
    };
    const certificateId = reserveCertificate(tx, reservation, now);
    setCertificateIssued(tx, certificateId, der);
    markUnsettled(tx, id, certificateId);
    enqueueFile(tx, 'ca-certificate', id);
    const ceremonyId = insertCeremony(tx, {
      ...{ bundleId, kind: 'root', authorityId: id, state: 'open', request: input.text },
      requestSha256: sha256(Buffer.from(input.text)),
      ...{ reason: 'key ceremony', requestedBy: input.actor, createdAt: now, expiresAt: now },
    });
    const signed = { answer: input.text, answeredBy: input.actor, signedAt: notBefore };
    setCeremonySigned(tx, ceremonyId, signed);
    endCeremony(tx, ceremonyId, 'imported', now);
    rememberTime(tx, now);
    return id;
  });
}
