import { hexFromBytes } from '../../shared/bytes.ts';
import type { Responder } from '../../shared/ocsp/response.ts';
import { ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { setCertificateIssued } from '../database/certificate-table.ts';
import {
  insertResponder,
  newestResponder,
  type ResponderRow,
} from '../database/responder-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import { certify } from '../issuance/certify.ts';
import { encodeName } from '../issuance/distinguished-name.ts';
import { type ActiveAuthority, profileNamed } from '../issuance/issuer.ts';
import { keyIdentifier, parsePublicKey } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';

const descriptions = new WeakMap<ResponderRow, Responder>();

/** What goes into responses and shards of this responder; the same object for the same row. */
export function responderOf(row: ResponderRow): Responder {
  const described = descriptions.get(row) ?? describe(row);
  descriptions.set(row, described);
  return described;
}

function describe(row: ResponderRow): Responder {
  const { algorithm } = must(parsePublicKey(row.spki), 'key of a responder');
  return {
    keyHash: must(keyIdentifier(row.spki), 'key of a responder'),
    signatureAlgorithm: row.signatureAlgorithm,
    signatureLength: algorithm === null ? 0 : packedSignatureLength(algorithm),
    certificate: row.certificate,
  };
}

function packedSignatureLength(algorithm: KeyAlgorithm): number {
  if (algorithm.kind === 'rsa') return algorithm.modulusLength / 8;
  return algorithm.namedCurve === 'P-256' ? 64 : 96;
}

/**
 * RSP-36: while the newest responder outlives two more responses it signs on; after that a new key
 * takes over, certified by the same CA key (RSP-18). The old one's responses stay until renewed.
 */
export function responderIsDue(
  authority: ActiveAuthority,
  newest: ResponderRow | undefined,
  now: UnixSeconds,
): boolean {
  const { ocsp } = authority.policy;
  if (ocsp === null) return false;
  if (!newest) return true;
  const validity = ocsp.validitySeconds.value;
  // A CA near its own end cannot certify a responder that lives longer than the newest does.
  return newest.notAfter < now + 2 * validity && newest.notAfter < authority.notAfter;
}

export async function ensureResponder(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Promise<Result<ResponderRow, OperationError>> {
  const newest = newestResponder(context.db, authority.row.id);
  if (newest && !responderIsDue(authority, newest, now)) return ok(newest);
  const ocsp = ocspPolicyOf(authority.policy);
  const profile = profileNamed(context.policy, ocsp.responderProfile);
  const requirement = profile.key.value;
  const algorithm: KeyAlgorithm | undefined =
    requirement.kind === 'rsa'
      ? requirement.modulusLengths.map(
          (modulusLength) => ({ kind: 'rsa', modulusLength }) as const,
        )[0]
      : requirement.namedCurves.map((namedCurve) => ({ kind: 'ec', namedCurve }) as const)[0];
  if (!algorithm)
    return err({ code: 'profile-unknown', profile: ocsp.responderProfile, known: [] });
  const label = `${authority.row.name}-ocsp-${hexFromBytes(context.randomBytes(4))}`;
  const { keystore } = authority.row;
  const key = await context.door.generateKey(keystore, label, algorithm, 'schedule');
  if (!key.ok) return err(signingProblem(key.error));
  context.checkpoint('responder: key generated');
  const certified = await certify(context, {
    issuer: authority.row,
    active: authority,
    profile: ocsp.responderProfile,
    subject: encodeName([
      ...ocsp.responderSubject.value,
      ['serialNumber', isoText(now).slice(0, 10)],
    ]),
    spki: key.value.spki,
    requestId: null,
    now,
  });
  if (!certified.ok) return certified;
  return ok(
    storeResponder(
      context,
      authority,
      { ...certified.value, keystore, label, spki: key.value.spki },
      algorithm,
      now,
    ),
  );
}

function storeResponder(
  context: SignerContext,
  authority: ActiveAuthority,
  made: {
    readonly certificateId: number;
    readonly der: Uint8Array;
    readonly notAfter: UnixSeconds;
    readonly keystore: string;
    readonly label: string;
    readonly spki: Uint8Array;
  },
  algorithm: KeyAlgorithm,
  now: UnixSeconds,
): ResponderRow {
  const row = {
    authorityId: authority.row.id,
    certificateId: made.certificateId,
    keystore: made.keystore,
    keyLabel: made.label,
    spki: made.spki,
    certificate: made.der,
    signatureAlgorithm: responderSignatureAlgorithm(context, authority, algorithm),
    notAfter: made.notAfter,
  };
  const id = context.db.transaction((tx) => {
    setCertificateIssued(tx, made.certificateId, made.der);
    markUnsettled(tx, authority.row.id, made.certificateId);
    rememberTime(tx, now);
    return insertResponder(tx, row);
  });
  return { ...row, id };
}

/** RSP-22: an RSA responder signs as its CA does; an EC one with the hash of its curve. */
function responderSignatureAlgorithm(
  context: SignerContext,
  authority: ActiveAuthority,
  algorithm: KeyAlgorithm,
): ResponderRow['signatureAlgorithm'] {
  if (algorithm.kind === 'ec')
    return algorithm.namedCurve === 'P-256' ? 'ecdsa-with-SHA256' : 'ecdsa-with-SHA384';
  const ca = profileNamed(context.policy, authority.policy.profile).signatureAlgorithm.value;
  return ca === 'sha384WithRSAEncryption' ? ca : 'sha256WithRSAEncryption';
}
