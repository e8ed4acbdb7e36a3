import type { Day } from '../../shared/policy/day.ts';
import type { CatalogueDocument, DocumentKind } from '../../shared/repository/catalogue.ts';
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

/** CP 9.12.1 speaks of a major and a minor number; `5.08` is minor 8, and before `5.10`. */
export const DOCUMENT_VERSION: RegExp = /^(0|[1-9][0-9]{0,4})\.([0-9]{1,5})$/;

type Numbers = readonly [major: number, minor: number];

function numbersOf(version: string): Numbers {
  const [, major = '', minor = ''] = DOCUMENT_VERSION.exec(version) ?? [];
  return [Number(major), Number(minor)];
}

export function isLaterVersion(version: string, than: string): boolean {
  const [major, minor] = numbersOf(version);
  const [majorBefore, minorBefore] = numbersOf(than);
  return major === majorBefore ? minor > minorBefore : major > majorBefore;
}

/**
 * CP 9.12: an edition after others says what changed and since when, and its version number says which
 * kind of change it is. `editions` are those of the same name that are not withdrawn; `today` is the
 * day on which it is to be announced.
 */
export function judgeEdition(
  facts: EditionFacts,
  editions: readonly DocumentRow[],
  today: Day,
): Result<true, EditionRefusal> {
  const { change, version, effective } = facts;
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
  return effective < today
    ? refuse('9.12.1, 9.12.2', `it would be in force from ${effective} on, before it is announced`)
    : ok(true);
}

/** CP 9.12.1 (1): a change of weight raises the major number; (2): any other the minor one. */
function judgeVersion(
  kind: 'major' | 'minor',
  version: string,
  before: string,
): Result<true, EditionRefusal> {
  const [major, minor] = numbersOf(version);
  const [majorBefore, minorBefore] = numbersOf(before);
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
      latest && !isLaterVersion(edition.version, latest.version) ? latest : edition,
    undefined,
  );
}

function refuse(clause: string, reason: string): Result<never, EditionRefusal> {
  return err({ clause: `CP ${clause}`, reason });
}
