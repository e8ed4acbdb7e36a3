import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { citedClauses } from './cited-clauses.ts';
import { type NamedTest, namedTests } from './named-tests.ts';
import { policyClauses } from './policy-clauses.ts';
import { type Answer, CP_ANSWERS, CSBR_ANSWERS, CSBR_HEADINGS } from './requirement-clauses.ts';
import { RESOLUTIONS, type Resolution } from './requirement-contradictions.ts';
import { DUTIES, HEADINGS, NOTHING_TO_DO } from './requirement-people.ts';
import { RULES, type Rule } from './requirement-rules.ts';
import { SOURCES } from './requirement-sources.ts';

/** What the data of docs/requirements.md must hold; every function answers what does not. */

const REPOSITORY = join(import.meta.dirname, '../..');
export const POLICY: readonly string[] = policyClauses().map(({ clause }) => clause);
export const TESTS: readonly NamedTest[] = namedTests();
const IDS: readonly string[] = [...RULES, ...RESOLUTIONS].map(({ id }) => id);

/** Rules whose source cites the clause, in the order of the sheet, and those the answer adds. */
export function rulesOf(document: 'CP' | 'CSBR', clause: string): readonly string[] {
  const citing = IDS.filter((id) => citedClauses(document, SOURCES[id] ?? '').includes(clause));
  return [...new Set([...citing, ...(answerOf(document, clause)?.rules ?? [])])];
}

export function answerOf(document: 'CP' | 'CSBR', clause: string): Answer | undefined {
  const answers = document === 'CP' ? CP_ANSWERS : CSBR_ANSWERS;
  return answers.find((answer) => answer.clause === clause);
}

/** Tests that name the clause, those that name the fewest first; else those of the clause above. */
export function testsOf(document: 'CP' | 'CSBR', clause: string): readonly NamedTest[] {
  const naming = TESTS.filter(({ clauses }) => clauses[document].includes(clause));
  const above = clause.slice(0, Math.max(clause.lastIndexOf('.'), 0));
  if (naming.length === 0 && above.includes('.')) return testsOf(document, above);
  return naming.toSorted((a, b) => a.clauses[document].length - b.clauses[document].length);
}

/** Every clause of `3.2 to 3.3`. */
export function clausesOf(range: string): readonly string[] {
  return citedClauses('CP', `CP ${range}`, POLICY);
}

/** Clauses of the policy that are in no table and in no list. */
export function unplacedClauses(policy: readonly string[]): readonly string[] {
  const placed = new Set([
    ...HEADINGS,
    ...NOTHING_TO_DO.flatMap(([, ranges]) => ranges.flatMap(clausesOf)),
    ...DUTIES.filter(({ document }) => document === 'CP').flatMap(({ from, to }) =>
      clausesOf(`${from} to ${to}`),
    ),
  ]);
  return policy.filter((clause) => !placed.has(clause) && !isAnswered('CP', clause));
}

export function isAnswered(document: 'CP' | 'CSBR', clause: string): boolean {
  return rulesOf(document, clause).length > 0 || answerOf(document, clause) !== undefined;
}

/** Clauses that the data names and the policy does not have. */
export function unknownClauses(policy: readonly string[]): readonly string[] {
  const named = [
    ...IDS.flatMap((id) => citedClauses('CP', SOURCES[id] ?? '')),
    ...CP_ANSWERS.flatMap(({ clause, as = [] }) => [clause, ...as]),
    ...DUTIES.filter(({ document }) => document === 'CP').flatMap(({ from, to }) => [from, to]),
    ...NOTHING_TO_DO.flatMap(([, ranges]) => ranges.flatMap((range) => range.split(' to '))),
    ...HEADINGS,
  ];
  return [...new Set(named)].filter((clause) => !policy.includes(clause));
}

/** Clauses said to ask nothing, or to be a heading, that a rule or an answer is about all the same. */
export function clausesAnsweredAndNot(): readonly string[] {
  const idle = NOTHING_TO_DO.flatMap(([, ranges]) => ranges.flatMap(clausesOf));
  return [...idle, ...HEADINGS].filter((clause) => answerOf('CP', clause) !== undefined);
}

/** Headings with nothing below them. */
export function emptyHeadings(policy: readonly string[]): readonly string[] {
  return HEADINGS.filter((heading) => !policy.some((clause) => clause.startsWith(`${heading}.`)));
}

/** Clauses of the CSBR that are cited without a heading, and headings of clauses that are not. */
export function strayCSBRHeadings(): readonly string[] {
  return inOneOf(citedCSBRClauses(), Object.keys(CSBR_HEADINGS));
}

/** Clauses of the CSBR that rules and answers cite, each once. */
export function citedCSBRClauses(): readonly string[] {
  const cited = IDS.flatMap((id) => citedClauses('CSBR', SOURCES[id] ?? ''));
  return [...new Set([...cited, ...CSBR_ANSWERS.map(({ clause }) => clause)])];
}

/** Answers that name files and that no test names, nor the clause above. */
export function answersWithoutTest(
  document: 'CP' | 'CSBR',
  answers: readonly Answer[],
): readonly string[] {
  return answers
    .filter(({ clause, files }) => files !== undefined && testsOf(document, clause).length === 0)
    .map(({ clause }) => clause);
}

/** Rules without a source, and sources without a rule. */
export function rulesAndSourcesApart(sources: readonly string[]): readonly string[] {
  return inOneOf(IDS, sources);
}

function inOneOf(left: readonly string[], right: readonly string[]): readonly string[] {
  return [
    ...left.filter((item) => !right.includes(item)),
    ...right.filter((item) => !left.includes(item)),
  ];
}

/** Rules that claim a file, but that no test names. */
export function rulesWithoutTest(rules: readonly Rule[]): readonly string[] {
  const proved = new Set(TESTS.flatMap(({ ids }) => ids));
  return rules.filter(({ files, id }) => files.length > 0 && !proved.has(id)).map(({ id }) => id);
}

/** Resolutions that neither a test nor the tests of a rule show, and that none of its files names. */
export function resolutionsUnproved(resolutions: readonly Resolution[]): readonly string[] {
  const proved = new Set(TESTS.flatMap(({ ids }) => ids));
  return resolutions
    .filter(
      ({ id, files, shownBy }) =>
        !proved.has(id) && !shownBy.some((rule) => proved.has(rule)) && !files.some(names(id)),
    )
    .map(({ id }) => id);
}

function names(id: string): (file: string) => boolean {
  return (file) => new RegExp(`\\b${id}\\b`).test(readFileSync(join(REPOSITORY, file), 'utf8'));
}

/** Rules that resolutions and answers refer to and that are not on the sheet. */
export function unknownRules(): readonly string[] {
  const named = [
    ...RESOLUTIONS.flatMap(({ shownBy }) => shownBy),
    ...[...CP_ANSWERS, ...CSBR_ANSWERS].flatMap(({ rules }) => rules ?? []),
    ...DUTIES.flatMap(({ program }) => program.match(/\b[A-Z]{3,4}-\d+\b/g) ?? []),
  ];
  return [...new Set(named)].filter((id) => !IDS.includes(id));
}

/** Files that the matrix names. */
export function namedFiles(): readonly string[] {
  return [
    ...[...RULES, ...RESOLUTIONS].flatMap(({ files }) => files),
    ...[...CP_ANSWERS, ...CSBR_ANSWERS].flatMap(({ files }) => files ?? []),
    ...DUTIES.flatMap(({ program }) => program.match(/\bdocs\/[\w./-]+\b/g) ?? []),
  ];
}

export function missingFiles(named: readonly string[]): readonly string[] {
  return [...new Set(named)].filter((file) => !existsSync(join(REPOSITORY, file)));
}
