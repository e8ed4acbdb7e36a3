import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { parseJSON } from '../../shared/json-text.ts';
import {
  CATALOGUE_PATH,
  type Catalogue,
  type CatalogueAuthority,
  type CatalogueDocument,
  decodeCatalogue,
  REPOSITORY_FILE_OCTETS_MAX,
} from '../../shared/repository/catalogue.ts';
import { ok } from '../../shared/result.ts';
import { MEDIA_TYPES } from '../../shared/snapshot/file.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import { latestCRLFacts } from '../database/crl-table.ts';
import type { DocumentRow } from '../database/document-table.ts';
import { documentRules, instantOfDay, objectionsUntil } from '../documents/document-day.ts';
import { sha256 } from '../issuance/public-key.ts';
import { readTBSCertList } from '../lint/crl/crl-fields.ts';
import { crlNumberOf } from '../lint/crl/number.ts';
import { splitSignedDER } from '../signing/signed-der.ts';
import { wrongFieldOf } from './authority-gate.ts';
import type { EpochCandidate } from './epoch-candidate.ts';
import { type FileLookup, filesAfter } from './files-after.ts';
import type { GateFacts } from './gate-facts.ts';
import { type GateOutcome, refuseEpoch } from './gate-refusal.ts';
import { checkIssuedList } from './issued-gate.ts';

interface Judged extends GateFacts {
  readonly candidate: EpochCandidate;
  readonly fileAt: FileLookup;
  readonly now: UnixSeconds;
}

/**
 * CP 2.2: what the repository shows of the epoch is what the epoch has. Reads the octets of the
 * catalogue as the pages read them, and holds what they say against the files, the certificates of the CAs,
 * the record of editions and the policy. That a PEM or p7c file, or one of reasons, has the right octets is
 * not asked here.
 */
export function checkCatalogue(
  facts: GateFacts,
  candidate: EpochCandidate,
  now: UnixSeconds,
): GateOutcome {
  const { db } = facts;
  const fileAt = filesAfter(db, { put: candidate.files, removed: candidate.removed });
  const file = fileAt(CATALOGUE_PATH);
  if (!file || !bytesEqual(file.hash, sha256(candidate.catalogue)))
    return refuse('the catalogue would not be the one of this epoch');
  if (candidate.catalogue.length > REPOSITORY_FILE_OCTETS_MAX)
    return refuse(
      `the catalogue has more than ${REPOSITORY_FILE_OCTETS_MAX} octets and no page could read it: withdraw editions`,
    );
  const json = parseJSON(new TextDecoder().decode(candidate.catalogue));
  const catalogue = json.ok ? decodeCatalogue(json.value, '') : json;
  if (!catalogue.ok) return refuse(`the catalogue cannot be read: ${catalogue.error.reason}`);
  const judged = { ...facts, candidate, fileAt, now };
  const authorities = checkAuthorities(catalogue.value, judged);
  return authorities.ok ? checkDocumentEntries(catalogue.value, judged) : authorities;
}

function refuse(reason: string): ReturnType<typeof refuseEpoch> {
  return refuseEpoch('CP 2.2', reason);
}

/** Each authority of the epoch once, and no other. */
function checkAuthorities({ authorities }: Catalogue, judged: Judged): GateOutcome {
  const rows = new Map(judged.candidate.authorities.map((row) => [row.name, row]));
  if (authorities.length !== rows.size)
    return refuse(`the catalogue has ${authorities.length} of ${rows.size} authorities`);
  for (const entry of authorities) {
    const row = rows.get(entry.name);
    if (!rows.delete(entry.name) || !row) return refuse(`${entry.name} is no authority, or twice`);
    const outcome = checkAuthority(entry, row, judged);
    if (!outcome.ok) return outcome;
  }
  return ok(true);
}

function checkAuthority(entry: CatalogueAuthority, row: AuthorityRow, judged: Judged): GateOutcome {
  const { fileAt } = judged;
  const { name, certificate } = entry;
  const der = row.certificate ?? new Uint8Array(0);
  const sha1 = createHash('sha1').update(der).digest('hex');
  if (entry.sha256 !== hexFromBytes(sha256(der)) || entry.sha1 !== sha1)
    return refuse(`the fingerprints of ${name} are not those of its certificate`);
  const own = fileAt(certificate.der);
  if (!own || !bytesEqual(own.hash, sha256(der)))
    return refuse(`${certificate.der} is not the certificate of ${name}`);
  const missing = [certificate.pem, certificate.p7c, entry.crl?.reasons].find(
    (path) => path !== undefined && !fileAt(path),
  );
  if (missing !== undefined) return refuse(`${name} names ${missing}, where no file is`);
  const crl = checkCRLEntry(entry, row, judged);
  if (!crl.ok) return crl;
  const policy = judged.policy.authorities.get(name);
  const wrong = policy ? wrongFieldOf(entry, der, policy, judged.now) : 'name';
  if (wrong !== undefined)
    return refuse(`${wrong} of ${name} is neither its certificate's nor the policy's`);
  return checkIssuedList(entry, row, judged);
}

/** Against the octets of a CRL that is new, and against what the last epoch was promised with. */
function checkCRLEntry(
  { name, crl }: CatalogueAuthority,
  { id }: AuthorityRow,
  { db, candidate, fileAt }: Judged,
): GateOutcome {
  const changed = candidate.crls.find(({ authority }) => authority.id === id)?.crl;
  if (!crl) return changed ? refuse(`the CRL of ${name} is not in the catalogue`) : ok(true);
  const file = fileAt(crl.path);
  const same =
    file?.mediaType === 1 &&
    file.length === crl.bytes &&
    file.thisUpdate === crl.thisUpdate &&
    file.nextUpdate === crl.nextUpdate;
  if (!same) return refuse(`${crl.path} is not the CRL that the catalogue has for ${name}`);
  if (changed && !bytesEqual(file.hash, sha256(changed.der)))
    return refuse(`${crl.path} is not the CRL of ${name}`);
  const tbs = changed && splitSignedDER(changed.der)?.tbs;
  const fields = tbs && readTBSCertList(tbs);
  const recorded = latestCRLFacts(db, id);
  const number = fields ? crlNumberOf(fields) : recorded && BigInt(recorded.crlNumber);
  if (number !== BigInt(crl.number) || recorded?.entries !== crl.entries)
    return refuse(`number or entries of the CRL of ${name} are others`);
  return ok(true);
}

function checkDocumentEntries(
  { documents, documentRules: rules }: Catalogue,
  judged: Judged,
): GateOutcome {
  const { policy, candidate } = judged;
  const { shown } = candidate.documents;
  const entries = new Map(documents.map((entry) => [`${entry.name} ${entry.version}`, entry]));
  if (documents.length !== shown.length || entries.size !== shown.length)
    return refuse(`the catalogue has ${documents.length} of ${shown.length} editions`);
  if (shown.length > 0 && !isDeepStrictEqual(rules, documentRules(policy)))
    return refuse('the catalogue has other days or objections than the policy');
  for (const row of shown) {
    const edition = `${row.name} ${row.version}`;
    const entry = entries.get(edition);
    const file = entry && judged.fileAt(entry.path);
    if (!entry || !file) return refuse(`the catalogue has no file for ${edition}`);
    const effective = instantOfDay(policy, row.effective);
    const announced = row.announced?.at ?? judged.now;
    const same =
      entry.sha256 === hexFromBytes(file.hash) &&
      entry.bytes === file.length &&
      entry.type === MEDIA_TYPES[file.mediaType] &&
      isSaidOf(entry, row) &&
      entry.effective === effective &&
      entry.announced === announced &&
      entry.objectionsUntil === objectionsUntil(policy, row.change, announced);
    if (!same) return refuse(`the catalogue says of ${edition} what is not on record`);
  }
  return ok(true);
}

/** What the person said who handed it in. */
function isSaidOf(entry: CatalogueDocument, row: DocumentRow): boolean {
  const { change } = entry;
  return (
    entry.kind === row.kind &&
    entry.title === row.title &&
    entry.language === row.language &&
    entry.path === row.path &&
    change?.kind === row.change?.kind &&
    change?.summary === row.change?.summary
  );
}
