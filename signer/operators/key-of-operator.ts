import { hexFromBytes } from '../../shared/bytes.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { examineRequest, firstRefusal } from '../issuance/certification-request.ts';
import { decodeCertificationRequest } from '../issuance/decode-certification-request.ts';
import { sha256 } from '../issuance/public-key.ts';
import { historyOf } from '../issuance/seen-keys.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { certifyOperator } from './operator-ca.ts';
import { OPERATOR_PROFILE } from './operator-profiles.ts';
import {
  type OperatorCertificate,
  type OperatorTrust,
  readOperatorCertificate,
} from './operator-trust.ts';

/** DER of a PKCS#10 request, to be certified here, or of a certificate that the operator CA signed. */
export type KeyOfOperator = { readonly request: Uint8Array } | { readonly certificate: Uint8Array };

/** A key that its holder has: the request was signed with it, or a CA certified it. */
export type ProvedKey =
  | { readonly spkiSha256: string; readonly spki: Uint8Array }
  | OperatorCertificate;

/**
 * CSR-1 to CSR-8 for a request, as for a subscriber's: form, proof of possession, strength, and no key of
 * an authority or a subscriber. Of a request only the key is taken over; its subject is not looked at.
 */
export function keyOf(
  context: SignerContext,
  trust: OperatorTrust,
  key: KeyOfOperator,
  now: UnixSeconds,
): Result<ProvedKey, OperationError> {
  if ('certificate' in key) return readOperatorCertificate(key.certificate, trust, now);
  if (!trust.own) return err({ code: 'operator-ca-elsewhere' });
  const decoded = decodeCertificationRequest(key.request);
  if (!decoded.ok) return decoded;
  const { spki } = decoded.value;
  const history = historyOf(context, spki, 'request');
  const checks = examineRequest(decoded.value, OPERATOR_PROFILE.key.value, history);
  const verdict = firstRefusal(checks);
  return verdict.ok ? ok({ spki, spkiSha256: hexFromBytes(sha256(spki)) }) : verdict;
}

/** Signs one, through the door, for a key that came as a request. */
export async function certificateFor(
  { door, randomBytes }: SignerContext,
  trust: OperatorTrust,
  person: string,
  proved: ProvedKey,
  now: UnixSeconds,
): Promise<Result<OperatorCertificate, OperationError>> {
  if ('der' in proved) return ok(proved);
  if (!trust.own) return err({ code: 'operator-ca-elsewhere' });
  const world = { door, randomBytes, now };
  const der = await certifyOperator(world, trust.own, person, proved.spki);
  if (!der.ok) return der;
  return ok(must(readOperatorCertificate(der.value, trust, now), 'certificate just signed'));
}
