import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import { type ItemRow, itemsOf, setItemSigned } from '../database/ceremony-item-table.ts';
import {
  type CeremonyRow,
  ceremonyByBundle,
  requestText,
  setCeremonySigned,
} from '../database/ceremony-table.ts';
import { latestCRL } from '../database/crl-table.ts';
import { type ActiveAuthority, activeAuthority } from '../issuance/issuer.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import type { CeremonySignatures } from './answer.ts';
import { type CeremonyItem, type CeremonyRequest, decodeRequest } from './bundle.ts';
import { hashOf, instantOf, octetsOf } from './canonical-document.ts';
import { finishArtifact } from './finished.ts';
import { issuerOf } from './items-to-sign.ts';
import { crlTerms, lintCertificate, lintCRL } from './lint-items.ts';
import { isChain } from './log-chain.ts';
import { checkOpen } from './pending.ts';
import { policyHashOfRequest } from './policy-hash.ts';
import { itemProfileAt } from './profile-at.ts';
import {
  auditCertificate,
  type FinishedCertificate,
  recordCertificate,
} from './record-certificate.ts';
import { dateCertificate } from './signing-time.ts';
import {
  auditIssuance,
  checkSubscribers,
  type IssuedInCeremony,
  recordIssuance,
} from './subscriber-import.ts';

/** What an import changed: whose facts are now to be settled. */
export interface ImportedCeremony {
  readonly ceremony: string;
  /** The authority that signed, then sub-CAs that it certified. */
  readonly authorityIds: readonly number[];
}

/**
 * CRL-18: takes what an offline key signed. Everything is verified first: the request is the one on record,
 * open and unused; every artifact is built again from the recorded bytes, its signature verifies with the
 * recorded key, it passes lint and a second parser. Then the signatures and the certificates are facts in
 * one transaction, and settlement brings CRL and OCSP out. The same answer given twice changes nothing.
 */
export function importSignatures(
  context: SignerContext,
  answer: CeremonySignatures,
  text: string,
  actor: string,
  now: UnixSeconds,
): Result<ImportedCeremony, OperationError> {
  const ceremony = ceremonyByBundle(context.db, answer.id);
  const row = ceremony && authorityById(context.db, ceremony.authorityId);
  const authority = row && activeAuthority(context, row);
  if (!ceremony || !authority) return err({ code: 'ceremony-unknown', ceremony: answer.id });
  if (ceremony.answer === text) return ok(imported(context, ceremony));
  const checked = checkAnswer(context, ceremony, authority, answer, now);
  if (!checked.ok) return checked;
  const request = checked.value;
  const artifacts = finishItems(context, ceremony, authority, request.items, answer, now);
  if (!artifacts.ok) return artifacts;
  const allowed = checkSubscribers(context, ceremony, request.items);
  if (!allowed.ok) return allowed;
  const issued = issuedOf(request, artifacts.value);
  context.audit.append({
    ...{ type: 'ceremony-answer', ceremony: answer.id, authority: authority.row.name },
    ...{ answerSha256: hexFromBytes(sha256(Buffer.from(text))), actor },
  });
  for (const artifact of artifacts.value)
    if (artifact.kind === 'certificate') auditCertificate(context, authority, artifact, actor);
  for (const each of issued) auditIssuance(context, authority.row.name, each);
  context.checkpoint('ceremony: answer audited');
  // One step: if we stop after it, the next start signs the responses and brings the CRL out.
  context.db.transaction((tx) => {
    setCeremonySigned(tx, ceremony.id, {
      ...{ answer: text, answeredBy: actor, signedAt: instantOf(answer.signedAt) },
    });
    for (const [position, artifact] of artifacts.value.entries()) {
      setItemSigned(tx, ceremony.id, position, artifact.der);
      if (artifact.kind === 'certificate') recordCertificate(tx, context, authority, artifact);
    }
    for (const each of issued) recordIssuance(tx, each, actor, now);
    rememberTime(tx, now);
  });
  context.checkpoint('ceremony: answer recorded');
  return ok(imported(context, ceremony));
}

function imported({ db }: SignerContext, ceremony: CeremonyRow): ImportedCeremony {
  const subordinates = itemsOf(db, ceremony.id).flatMap((item) =>
    item.kind === 'certificate' ? (item.subjectAuthorityId ?? []) : [],
  );
  return { ceremony: ceremony.bundleId, authorityIds: [ceremony.authorityId, ...subordinates] };
}

function issuedOf(
  request: CeremonyRequest,
  artifacts: readonly Finished[],
): readonly IssuedInCeremony[] {
  return artifacts.flatMap((finished, position) => {
    const item = request.items[position];
    const subscriber = item?.kind === 'certificate' ? item.subscriber : null;
    return subscriber && finished.kind === 'certificate' ? [{ subscriber, finished, request }] : [];
  });
}

/** The request on record, when this is the answer to it, given in time and for the first time. */
function checkAnswer(
  { db, policy }: SignerContext,
  ceremony: CeremonyRow,
  { row }: ActiveAuthority,
  answer: CeremonySignatures,
  now: UnixSeconds,
): Result<CeremonyRequest, OperationError> {
  const open = checkOpen(db, ceremony);
  if (!open.ok) return open;
  if (answer.authority !== row.name) {
    const facts = { ceremony: answer.id, authority: answer.authority, expected: row.name };
    return err({ code: 'ceremony-other-authority', ...facts });
  }
  if (!bytesEqual(hashOf(answer.requestSha256), ceremony.requestSha256))
    return err({ code: 'ceremony-changed', ceremony: answer.id });
  const request = decodeRequest(requestText(db, ceremony.id));
  const hash = request.ok && policyHashOfRequest(policy, row.name, request.value.items);
  if (!request.ok || request.value.policySha256 !== hash)
    return err({ code: 'ceremony-policy-differs', authority: row.name });
  const dates = checkDates(ceremony, instantOf(answer.signedAt), now);
  if (!dates.ok) return dates;
  const about = `"requestSha256":"${answer.requestSha256}"`;
  const named = answer.log.some((line) => line.includes(about));
  return named && isChain(answer.log) ? request : err({ code: 'ceremony-log-broken' });
}

/** Made, signed, imported: in this order, and all before the request ends. */
function checkDates(
  { createdAt, expiresAt, bundleId }: CeremonyRow,
  signedAt: UnixSeconds,
  now: UnixSeconds,
): Result<true, OperationError> {
  const wrong = (reason: string) => err({ code: 'ceremony-dates-wrong', reason } as const);
  if (now > expiresAt)
    return err({ code: 'ceremony-expired', ceremony: bundleId, expiresAt: isoText(expiresAt) });
  if (signedAt < createdAt) return wrong('it was signed before the request was made');
  return signedAt > now
    ? wrong(`it was signed at ${isoText(signedAt)}, which is to come`)
    : ok(true);
}

type Finished = FinishedCertificate | { readonly kind: 'crl'; readonly der: Uint8Array };

function finishItems(
  context: SignerContext,
  ceremony: CeremonyRow,
  authority: ActiveAuthority,
  asked: readonly CeremonyItem[],
  answer: CeremonySignatures,
  now: UnixSeconds,
): Result<readonly Finished[], OperationError> {
  const items = itemsOf(context.db, ceremony.id);
  const finished: Finished[] = [];
  for (const [position, item] of items.entries()) {
    const signature = answer.signatures[position];
    const wrong = err({ code: 'ceremony-signature-wrong', item: position + 1 } as const);
    if (signature === undefined || items.length !== answer.signatures.length) return wrong;
    const times = { signedAt: instantOf(answer.signedAt), now };
    const octets = octetsOf(signature);
    const artifact = finishItem(context, authority, item, asked[position], octets, times);
    if (!artifact.ok) return artifact;
    if (!artifact.value) return wrong;
    finished.push(artifact.value);
  }
  return ok(finished);
}

/** Undefined when the signature is not over these bytes by this authority's key. */
function finishItem(
  context: SignerContext,
  authority: ActiveAuthority,
  item: ItemRow,
  asked: CeremonyItem | undefined,
  signature: Uint8Array,
  { signedAt, now }: { readonly signedAt: UnixSeconds; readonly now: UnixSeconds },
): Result<Finished | undefined, OperationError> {
  const { row, policy, notAfter } = authority;
  const issuer = issuerOf(authority);
  if (item.kind === 'crl') {
    const terms = crlTerms(context.policy, policy, issuer);
    const der = finishArtifact('crl', item.tbs, terms.signatureAlgorithm, signature, row.spki);
    if (!der) return ok(undefined);
    const linted = lintCRL(item.tbs, terms, issuer, latestCRL(context.db, row.id) ?? null, now);
    if (item.nextUpdate <= now) return crlEnded(item.nextUpdate);
    return linted.ok ? ok({ kind: 'crl', der }) : linted;
  }
  if (asked?.kind !== 'certificate') return ok(undefined);
  const inForce = itemProfileAt(context.policy, asked, signedAt);
  if (!inForce.ok) return inForce;
  const profile = inForce.value;
  const dated = dateCertificate(item.tbs, profile, signedAt, notAfter);
  const certificateAlgorithm = profile.signatureAlgorithm.value;
  const der =
    dated && finishArtifact('certificate', dated.tbs, certificateAlgorithm, signature, row.spki);
  if (!dated || !der) return ok(undefined);
  const linted = lintCertificate(dated.tbs, profile, issuer, signedAt);
  return linted.ok ? ok({ kind: 'certificate', der, item, ...dated }) : linted;
}

function crlEnded(nextUpdate: UnixSeconds): Result<never, OperationError> {
  const reason = `its CRL ended at ${isoText(nextUpdate)}`;
  return err({ code: 'ceremony-dates-wrong', reason });
}
