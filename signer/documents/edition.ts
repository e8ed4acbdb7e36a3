import type { Day } from '../../shared/policy/day.ts';
import type { CatalogueDocument, DocumentKind } from '../../shared/repository/catalogue.ts';
import { compareVersions, numbersOfVersion } from '../../shared/repository/edition-order.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { DocumentRow } from '../database/document-table.ts';

/** What a person says of an edition besides handing in its file. */
export interface EditionFacts {
  /** Shared by all editions of a document, and by no translation of it: `time-stamp-cp`. */
  readonly name: string;
  readonly kind: DocumentKind;
  readonly title: string;
  readonly language: string;
  /** Two numbers, `5.08`. */
  readonly version: string;
  readonly effective: Day;
  /** Absent for a first edition. */
  readonly change?: NonNullable<CatalogueDocument['change']>;
}

export interface EditionRefusal {
  readonly clause: string;
  readonly reason: string;
}

export const DOCUMENT_NAME: RegExp = /^[a-z0-9][a-z0-9-]{0,47}$/;

/**
 * CP 9.12: an edition after others says what changed and since when, and its version number says which
 * kind of change it is. `editions` are those of the same name that are not withdrawn, or, where none
 * is, those that people have seen; `today` is the day on which it is to be announced.
 */
export function judgeEdition(
  facts: EditionFacts,
  editions: readonly DocumentRow[],
  today: Day,
): Result<true, EditionRefusal> {
  const { change, version } = facts;
  const latest = latestEdition(editions);
  if (!latest) {
    // It may have been in force for years; CP 9.12 is about changes.
    return change
      ? refuse('9.12.1', 'it is the first edition here: leave out what changed')
      : ok(true);
  }
  for (const field of ['kind', 'language'] as const) {
    if (facts[field] !== latest[field])
      return refuse('9.12', `${facts.name} has the ${field} ${latest[field]}: name it otherwise`);
  }
  if (!change)
    return refuse(
      '9.12.1',
      `it follows ${latest.version}: say which kind of change, and what changed`,
    );
  const numbers = judgeVersion(change.kind, version, latest.version);
  if (!numbers.ok) return numbers;
  return judgeDay(facts, editions, today);
}

/**
 * CP 9.12.1, 9.12.2: not before it is announced, and not before one that it follows: else that one would
 * come into force after it, and the older edition be the one in force.
 */
function judgeDay(
  { effective }: EditionFacts,
  editions: readonly DocumentRow[],
  today: Day,
): Result<true, EditionRefusal> {
  if (effective < today)
    return refuse(
      '9.12.1, 9.12.2',
      `it would be in force from ${effective} on, before it is announced`,
    );
  const after = editions.find((edition) => edition.effective > effective);
  if (!after) return ok(true);
  const say = `say ${after.effective} or later, or withdraw ${after.version} if it was a mistake`;
  return refuse(
    '9.12.1',
    `it would be in force from ${effective} on, before ${after.version}, which it follows: ${say}`,
  );
}

/** CP 9.12.1 (1): a change of weight raises the major number; (2): any other the minor one. */
function judgeVersion(
  kind: 'major' | 'minor',
  version: string,
  before: string,
): Result<true, EditionRefusal> {
  const [major, minor] = numbersOfVersion(version) ?? [0, 0];
  const [majorBefore, minorBefore] = numbersOfVersion(before) ?? [0, 0];
  const raised =
    kind === 'major' ? major > majorBefore : major === majorBefore && minor > minorBefore;
  if (raised) return ok(true);
  const rule = kind === 'major' ? 'raises the major number' : 'raises the minor number alone';
  return refuse('9.12.1', `a ${kind} change ${rule}: ${version} does not follow ${before} so`);
}

/** Of those that are not withdrawn. */
export function latestEdition(editions: readonly DocumentRow[]): DocumentRow | undefined {
  return editions.reduce<DocumentRow | undefined>(
    (latest, edition) =>
      latest && compareVersions(edition.version, latest.version) <= 0 ? latest : edition,
    undefined,
  );
}

function refuse(clause: string, reason: string): Result<never, EditionRefusal> {
  return err({ clause: `CP ${clause}`, reason });
}
