import { profileInForce } from '../../shared/policy/profile-in-force.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { randomSerialNumber, type SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import { abandonReservation, reserveCertificate } from '../database/certificate-table.ts';
import { certificateCandidate } from '../lint/certificate/candidate.ts';
import { lint } from '../lint/linted.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { checkKey } from './check-key.ts';
import { type ActiveAuthority, profileNamed, signingKeyOf } from './issuer.ts';
import { type OptionalExtension, withoutExtensions } from './optional-extensions.ts';
import { keyIdentifier, sha256 } from './public-key.ts';
import type { Confirmation } from './subject-register.ts';
import { type CertificateContents, encodeTBSCertificate, notAfterOf } from './tbs-certificate.ts';

/** One certificate to be made; what the profile says is not repeated. */
export interface CertifyOrder {
  /** The row of the authority that signs; for a root its own. */
  readonly issuer: AuthorityRow;
  /** null for a root that certifies itself. */
  readonly active: ActiveAuthority | null;
  readonly profile: string;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly requestId: number | null;
  /** For profiles with subjectAltName. */
  readonly subjectAltNames?: readonly string[];
  /** Extensions that the profile leaves to the application and this one does without. */
  readonly leaveOut?: readonly OptionalExtension[];
  readonly confirmations?: readonly Confirmation[];
  /** Asked in the moment of the reservation: what only one certificate can have. */
  readonly lastCheck?: () => Result<true, OperationError>;
  readonly now: UnixSeconds;
}

export interface Certified {
  readonly certificateId: number;
  readonly serialNumber: SerialNumber;
  readonly der: Uint8Array;
  readonly notAfter: UnixSeconds;
}

/**
 * Steps of architecture rule 1 up to the verified signature: reserve and record the intent → lint →
 * audit → sign → verify. The caller stores the result with what belongs to it in one transaction.
 */
export async function certify(
  context: SignerContext,
  order: CertifyOrder,
): Promise<Result<Certified, OperationError>> {
  const { issuer, spki, now } = order;
  const inForce = profileInForce(profileNamed(context.policy, order.profile), now);
  if (!inForce.ok) return err({ ...inForce.error, profile: order.profile });
  const profile = withoutExtensions(inForce.value, order.leaveOut ?? []);
  const spkiSha256 = sha256(spki);
  const origin = order.requestId === null ? 'made-here' : 'request';
  const key = await checkKey(context, spki, profile.key.value, origin, now);
  // Nothing else runs between these verdicts and the reservation: a key is reserved once.
  if (!key.ok) return key;
  const allowed = order.lastCheck?.() ?? ok(true);
  if (!allowed.ok) return allowed;
  const contents = certificateContents(context, order, profile);
  // 1. Reserve: if we stop after this, the serial number is on record and never answered good.
  const certificateId = context.db.transaction((tx) =>
    reserveCertificate(
      tx,
      {
        authorityId: issuer.id,
        serialNumber: contents.serialNumber,
        profile: order.profile,
        subject: order.subject,
        spkiSha256,
        notBefore: contents.notBefore,
        notAfter: contents.notAfter,
        requestId: order.requestId,
        ...(order.confirmations ? { confirmations: order.confirmations } : {}),
      },
      now,
    ),
  );
  context.checkpoint('certify: reserved');
  const der = await signReserved(context, order, contents);
  if (!der.ok) {
    // The serial number stays on record and is never good; the key may be asked for again.
    context.db.transaction((tx) => abandonReservation(tx, certificateId));
    return der;
  }
  context.checkpoint('certify: signed');
  return ok({
    certificateId,
    serialNumber: contents.serialNumber,
    der: der.value,
    notAfter: contents.notAfter,
  });
}

async function signReserved(
  context: SignerContext,
  { issuer, active, now }: CertifyOrder,
  contents: CertificateContents,
): Promise<Result<Uint8Array, OperationError>> {
  // 2. Lint the very bytes that will be signed.
  const candidate = certificateCandidate(
    encodeTBSCertificate(contents),
    contents.profile,
    {
      subject: issuer.subject,
      keyIdentifier: must(keyIdentifier(issuer.spki), 'key of an authority'),
      notAfter: active?.notAfter ?? null,
    },
    now,
    contents,
  );
  if (!candidate.ok) {
    return err({
      code: 'lint-refused',
      findings: [{ rule: 'DER', reason: 'the TBSCertificate cannot be read back' }],
    });
  }
  const linted = lint('certificate', candidate.value);
  if (!linted.ok) return linted;
  // 3. Audit, sign and verify: inside the door.
  const algorithm = contents.profile.signatureAlgorithm.value;
  const key = { ...signingKeyOf(context, issuer), algorithm };
  const der = await context.door.signCertificate(key, linted.value);
  return der.ok ? der : err(signingProblem(der.error));
}

/** Profile and order become contents with a new serial number. */
export function certificateContents(
  context: SignerContext,
  order: CertifyOrder,
  profile: CertificateProfile,
): CertificateContents {
  const { issuer, active, spki, now } = order;
  return {
    profile,
    serialNumber: randomSerialNumber(context.randomBytes),
    issuer: issuer.subject,
    subject: order.subject,
    subjectPublicKeyInfo: spki,
    subjectKeyIdentifier: must(keyIdentifier(spki), 'key that was parsed before'),
    notBefore: now,
    notAfter: notAfterOf(profile, now, active?.notAfter ?? null),
    issuerServices: active?.services ?? null,
    subjectAltNames: order.subjectAltNames ?? [],
  };
}
