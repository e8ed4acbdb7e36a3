import type { KeyRequirement } from '../../shared/policy/profiles.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { insertCertificationRequest } from '../database/certificate-table.ts';
import type { SignerContext } from '../signer-context.ts';
import {
  type CheckOutcome,
  examineRequest,
  fingerprintsOf,
  firstRefusal,
  provesPossession,
  type RequestError,
  type VerifiedRequest,
  verifiedRequest,
} from './certification-request.ts';
import { type DecodedRequest, decodeCertificationRequest } from './decode-certification-request.ts';
import { historyOf, recordKey } from './seen-keys.ts';

/** A request on record with the verdict of every check. */
export interface ExaminedRequest {
  readonly decoded: DecodedRequest;
  readonly checks: readonly CheckOutcome[];
}

export interface ReceivedRequest {
  readonly request: VerifiedRequest;
  /** Its row in certification_request. */
  readonly requestId: number;
}

/** One that an application has. */
interface RequestOnRecord {
  readonly der: Uint8Array;
  readonly id: number;
  readonly superseding: number | null;
}

/**
 * Makes every check of CSR-1 to CSR-8. The key is recorded as seen (CSR-7) when the request was signed
 * with it, whatever else refuses it: a key that was refused today may share its factor with one that
 * comes tomorrow. Without that signature nobody has shown to hold it, and whoever can write down a
 * multiple of another's modulus could raise an alarm over it.
 */
export async function examineReceived(
  context: SignerContext,
  der: Uint8Array,
  profile: KeyRequirement,
  now: UnixSeconds,
  superseding: number | null = null,
): Promise<Result<ExaminedRequest, RequestError>> {
  const decoded = decodeCertificationRequest(der);
  if (!decoded.ok) return decoded;
  const { spki } = decoded.value;
  if (provesPossession(decoded.value)) await recordKey(context, spki, now);
  const history = historyOf(context, spki, 'request', superseding);
  const checks = examineRequest(decoded.value, profile, history);
  return ok({ decoded: decoded.value, checks });
}

/**
 * CSR-2: a request that passes every check is on record with its fingerprints before anything is
 * made of it. The one call for whoever takes a request from a subscriber.
 */
export async function receiveCertificationRequest(
  context: SignerContext,
  der: Uint8Array,
  profile: KeyRequirement,
  now: UnixSeconds,
): Promise<Result<ReceivedRequest, RequestError>> {
  const decoded = await accepted(context, der, profile, now);
  if (!decoded.ok) return decoded;
  const requestId = context.db.transaction((tx) =>
    insertCertificationRequest(tx, fingerprintsOf(decoded.value), now),
  );
  return ok({ request: verifiedRequest(decoded.value), requestId });
}

/**
 * The same for a request that is on record already, as that of an application: a key that was certified
 * meanwhile, came to share a factor or is on a list that was imported since, is refused. What the
 * open ceremony `superseding` reserved does not count.
 */
export async function receiveAgain(
  context: SignerContext,
  { der, id, superseding }: RequestOnRecord,
  profile: KeyRequirement,
  now: UnixSeconds,
): Promise<Result<ReceivedRequest, RequestError>> {
  const decoded = await accepted(context, der, profile, now, superseding);
  return decoded.ok ? ok({ request: verifiedRequest(decoded.value), requestId: id }) : decoded;
}

async function accepted(
  context: SignerContext,
  der: Uint8Array,
  profile: KeyRequirement,
  now: UnixSeconds,
  superseding: number | null = null,
): Promise<Result<DecodedRequest, RequestError>> {
  const examined = await examineReceived(context, der, profile, now, superseding);
  if (!examined.ok) return examined;
  const verdict = firstRefusal(examined.value.checks);
  return verdict.ok ? ok(examined.value.decoded) : verdict;
}
