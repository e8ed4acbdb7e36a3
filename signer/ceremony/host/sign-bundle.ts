import { base64FromBytes } from '../../../shared/bytes.ts';
import { BugError, err, ok, type Result } from '../../../shared/result.ts';
import { isoText, type UnixSeconds } from '../../../shared/time.ts';
import { splitSignedDER } from '../../signing/signed-der.ts';
import type { SigningDoor } from '../../signing/signing-door.ts';
import { type CeremonySignatures, decodeSignatures, encodeAnswer } from '../answer.ts';
import { type CeremonyItem, decodeBundle } from '../bundle.ts';
import { octetsOf } from '../canonical-document.ts';
import { finishArtifact } from '../finished.ts';
import { crlTerms, lintCertificate, lintCRL } from '../lint-items.ts';
import { itemProfileAt } from '../profile-at.ts';
import { dateCertificate } from '../signing-time.ts';
import { type CheckedBundle, checkBundle } from './check-bundle.ts';
import { type HostError, notInForce, refuseAtHost } from './host-error.ts';
import { HOST_FILES, readHostFile } from './host-files.ts';
import { logFacts } from './log-facts.ts';
import { checkKey, signingRefused } from './make-key.ts';
import { type Host, withKeys } from './open-host.ts';
import { certifiedBy, keepAnswer, rememberAnswer } from './remember-answer.ts';

export interface SignedBundle {
  /** The file for `inkan ceremony import`. */
  readonly text: string;
  readonly signedAt: string;
  /** It was signed before, and this is the same answer again. */
  readonly again: boolean;
}

/**
 * Shows a bundle that passed every check, asks, checks it again as of the moment of signing (people and
 * tokens take their time), signs and logs. The answer is on this host's disk before
 * it is handed out; asked again with the same bundle, the same answer is handed out and no key is used.
 */
export async function signBundle(
  host: Host,
  text: string,
  confirm: (checked: CheckedBundle) => Promise<boolean>,
): Promise<Result<SignedBundle, HostError>> {
  const before = earlierAnswer(host, text);
  if (!before.ok || before.value) return before as Result<SignedBundle, HostError>;
  const shownAt = host.world.clock();
  const checked = checkBundle(host, text, shownAt);
  if (!checked.ok) return refusalOnRecord(host, idOf(text), checked.error);
  const from = host.log.checkpoint().size;
  const { bundle, authority, approvedBy } = checked.value;
  const { requestSha256, request } = bundle;
  host.log.append({
    ...{ type: 'ceremony-shown', ceremony: request.id, authority: authority.authority },
    ...{ requestSha256, approvedBy },
  });
  if (!(await confirm(checked.value))) {
    const remedy =
      'type the first eight digits of the request sha-256 that was approved, or give all of it with --confirm';
    const reason = 'the bundle was not confirmed; nothing was signed';
    return refusalOnRecord(host, request.id, { code: 'not-confirmed', reason, remedy });
  }
  // Before any signature: wherever we stop after it, what it certifies is remembered (CSR-5, RFC 5280 4.1.2.2).
  host.log.append({
    ...{ type: 'ceremony-confirmed', ceremony: request.id, authority: authority.authority },
    ...{ requestSha256, certified: certifiedBy(request) },
  });
  host.world.checkpoint('host: confirmed');
  return withKeys(host, async (door) => {
    const signedAt = host.world.clock();
    const again = checkAgain(host, text, shownAt, signedAt);
    if (!again.ok) return refusalOnRecord(host, request.id, again.error);
    return signChecked(host, door, again.value, signedAt, from);
  });
}

/** What was true when it was shown need not be any more: dates pass, and clocks are set. */
function checkAgain(
  host: Host,
  text: string,
  shownAt: UnixSeconds,
  signedAt: UnixSeconds,
): Result<CheckedBundle, HostError> {
  if (signedAt >= shownAt) return checkBundle(host, text, signedAt);
  const reason = `this host's clock shows ${isoText(signedAt)}, and the bundle was shown at ${isoText(shownAt)}`;
  return refuseAtHost('clock-went-back', reason, 'set the clock right');
}

function refusalOnRecord(
  host: Host,
  ceremony: string,
  error: HostError,
): { readonly ok: false; readonly error: HostError } {
  host.log.append({ type: 'ceremony-refused', ceremony, code: error.code });
  return err(error);
}

function idOf(text: string): string {
  const decoded = decodeBundle(text);
  return decoded.ok ? decoded.value.request.id : 'unreadable';
}

/** The answer that was given to this very bundle; a refusal when its id was used for another. */
function earlierAnswer(host: Host, text: string): Result<SignedBundle | undefined, HostError> {
  const decoded = decodeBundle(text);
  if (!decoded.ok) return ok(undefined);
  const { id } = decoded.value.request;
  const file = readHostFile(host.directory, HOST_FILES.answer(id));
  const answer = file && decodeSignatures(Buffer.from(file).toString('utf8'));
  const logged = logFacts(host.linesSince(0))?.ceremonies.has(id) ?? false;
  if (answer?.ok && answer.value.requestSha256 === decoded.value.requestSha256) {
    // Stopped between the file and the log: say now what was done.
    if (!logged) rememberAnswer(host, decoded.value, answer.value);
    return ok({ text: encodeAnswer(answer.value), signedAt: answer.value.signedAt, again: true });
  }
  if (!file && !logged) return ok(undefined);
  const reason = `a bundle with the id ${id} was signed here before`;
  return refuseAtHost('bundle-replayed', reason, 'export again; each bundle is signed once');
}

async function signChecked(
  host: Host,
  door: SigningDoor,
  checked: CheckedBundle,
  signedAt: UnixSeconds,
  from: number,
): Promise<Result<SignedBundle, HostError>> {
  const { authority, bundle } = checked;
  const key = await checkKey(door, authority);
  if (!key.ok) return key;
  const signatures: string[] = [];
  for (const item of bundle.request.items) {
    const der = await signItem(host, door, checked, item, signedAt);
    if (!der.ok) return der;
    const parts = splitSignedDER(der.value);
    signatures.push(base64FromBytes(parts?.signature ?? new Uint8Array(0)));
    host.world.checkpoint('host: item signed');
  }
  const { request, requestSha256 } = bundle;
  const answer: CeremonySignatures = {
    format: 'inkan-ceremony-signatures-1',
    id: request.id,
    authority: request.authority.name,
    requestSha256,
    signedAt: isoText(signedAt),
    signatures,
    log: host.linesSince(from),
  };
  keepAnswer(host, bundle, answer);
  return ok({ text: encodeAnswer(answer), signedAt: answer.signedAt, again: false });
}

/** Dated, linted as it is signed, signed and verified by the door, and read by the second parser. */
async function signItem(
  host: Host,
  door: SigningDoor,
  { authority, issuer, previousCRL }: CheckedBundle,
  item: CeremonyItem,
  signedAt: UnixSeconds,
): Promise<Result<Uint8Array, HostError>> {
  const { keystore, keyLabel: label } = authority;
  const policy = host.policy.authorities.get(authority.authority);
  if (!policy) throw new BugError(`no ${authority.authority} in the policy that was checked`);
  const refused = (reason: string) => refuseAtHost('lint-refused', reason, 'do not sign it');
  const key = { keystore, label, spki: issuer.spki };
  const tbs = octetsOf(item.tbs);
  if (item.kind === 'crl') {
    const terms = crlTerms(host.policy, policy, issuer);
    const linted = lintCRL(tbs, terms, issuer, previousCRL, signedAt);
    if (!linted.ok) return refused('the CRL breaks a rule');
    const { signatureAlgorithm: own } = terms;
    const der = await door.signCRL({ ...key, algorithm: own }, linted.value);
    return der.ok ? readTwice('crl', der.value, own, issuer.spki) : signingRefused(der.error);
  }
  const inForce = itemProfileAt(host.policy, item, signedAt);
  if (!inForce.ok) return notInForce(inForce.error);
  const profile = inForce.value;
  const algorithm = profile.signatureAlgorithm.value;
  const dated = dateCertificate(tbs, profile, signedAt, issuer.notAfter);
  const linted = dated && lintCertificate(dated.tbs, profile, issuer, signedAt);
  if (!linted?.ok) return refused('a certificate breaks a rule');
  const der = await door.signCertificate({ ...key, algorithm }, linted.value);
  return der.ok
    ? readTwice('certificate', der.value, algorithm, issuer.spki)
    : signingRefused(der.error);
}

function readTwice(
  kind: 'certificate' | 'crl',
  der: Uint8Array,
  algorithm: Parameters<typeof finishArtifact>[2],
  spki: Uint8Array,
): Result<Uint8Array, HostError> {
  const parts = splitSignedDER(der);
  const again = parts && finishArtifact(kind, parts.tbs, algorithm, parts.signature, spki);
  if (again) return ok(again);
  const reason = `the finished ${kind} is not read by the second parser`;
  return refuseAtHost('signing-failed', reason, 'report it with the bundle');
}
