import { ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { setCertificateIssued } from '../database/certificate-table.ts';
import { deletePendingKey } from '../database/responder-key-table.ts';
import { insertResponder, type ResponderRow } from '../database/responder-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import { markWaitingUnsettled } from '../database/withdrawal-table.ts';
import { type Certified, certify } from '../issuance/certify.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { type ActiveAuthority, profileNamed } from '../issuance/issuer.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import { type ResponderKey, responderKey } from './responder-key.ts';

/**
 * A new responder with a new key, certified by the key that issues what it answers for (RSP-18). It
 * signs from here on; what the one before it signed stays until it is renewed. Only in the turn of
 * its authority. Stopped anywhere, the next call goes on with the same key.
 */
export async function makeResponder(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
  actor: string,
): Promise<Result<ResponderRow, OperationError>> {
  const ocsp = ocspPolicyOf(authority.policy);
  const algorithm = responderKeyAlgorithm(context, authority);
  if (!algorithm)
    return err({ code: 'profile-unknown', profile: ocsp.responderProfile, known: [] });
  const { keystore } = authority.row;
  const key = await responderKey(context, { authority, keystore, algorithm, actor, now });
  if (!key.ok) return key;
  const certified = await certify(context, {
    issuer: authority.row,
    active: authority,
    profile: ocsp.responderProfile,
    subject: responderSubject(authority, now),
    spki: key.value.spki,
    requestId: null,
    now,
  });
  if (!certified.ok) return certified;
  context.audit.append({
    type: 'responder-made',
    authority: authority.row.name,
    serialNumber: serialNumberText(certified.value.serialNumber),
    tbsSha256: tbsSha256Of(certified.value.der),
    keyLabel: key.value.keyLabel,
    actor,
  });
  const row = responderRow(context, authority, key.value, certified.value, algorithm);
  const id = storeResponder(context, row, now);
  context.checkpoint('responder: recorded');
  return ok({ ...row, id });
}

/** Issued, to be settled, and in its place in one step: after it nothing of the rotation is open. */
function storeResponder(
  context: SignerContext,
  row: Omit<ResponderRow, 'id'>,
  now: UnixSeconds,
): number {
  return context.db.transaction((tx) => {
    setCertificateIssued(tx, row.certificateId, row.certificate);
    markUnsettled(tx, row.authorityId, row.certificateId);
    markWaitingUnsettled(tx, row.authorityId);
    deletePendingKey(tx, row.keyLabel);
    rememberTime(tx, now);
    return insertResponder(tx, row);
  });
}

function responderRow(
  context: SignerContext,
  authority: ActiveAuthority,
  key: ResponderKey,
  certified: Certified,
  algorithm: KeyAlgorithm,
): Omit<ResponderRow, 'id'> {
  return {
    ...key,
    authorityId: authority.row.id,
    certificateId: certified.certificateId,
    certificate: certified.der,
    signatureAlgorithm: responderSignatureAlgorithm(context, authority, algorithm),
    notAfter: certified.notAfter,
  };
}

/** That of the policy, and the day on which it is made, so that people can tell them apart. */
export function responderSubject({ policy }: ActiveAuthority, now: UnixSeconds): Uint8Array {
  return encodeName([
    ...ocspPolicyOf(policy).responderSubject.value,
    ['serialNumber', isoText(now).slice(0, 10)],
  ]);
}

/** The first that the profile names. */
export function responderKeyAlgorithm(
  context: SignerContext,
  { policy }: ActiveAuthority,
): KeyAlgorithm | undefined {
  const { value } = profileNamed(context.policy, ocspPolicyOf(policy).responderProfile).key;
  if (value.kind === 'rsa') {
    const [modulusLength] = value.modulusLengths;
    return modulusLength === undefined ? undefined : { kind: 'rsa', modulusLength };
  }
  const [namedCurve] = value.namedCurves;
  return namedCurve === undefined ? undefined : { kind: 'ec', namedCurve };
}

/** RSP-22: an RSA responder signs as its CA does; an EC one with the hash of its curve. */
export function responderSignatureAlgorithm(
  context: SignerContext,
  authority: ActiveAuthority,
  algorithm: KeyAlgorithm,
): ResponderRow['signatureAlgorithm'] {
  if (algorithm.kind === 'ec')
    return algorithm.namedCurve === 'P-256' ? 'ecdsa-with-SHA256' : 'ecdsa-with-SHA384';
  const ca = profileNamed(context.policy, authority.policy.profile).signatureAlgorithm.value;
  return ca === 'sha384WithRSAEncryption' ? ca : 'sha256WithRSAEncryption';
}
