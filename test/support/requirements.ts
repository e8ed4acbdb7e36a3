import { compareClauses } from './cited-clauses.ts';
import type { NamedTest } from './named-tests.ts';
import { policyClauses } from './policy-clauses.ts';
import {
  answerOf,
  citedCSBRClauses,
  clausesOf,
  isAnswered,
  rulesOf,
  TESTS,
  testsOf,
} from './requirement-checks.ts';
import { CSBR_HEADINGS } from './requirement-clauses.ts';
import { RESOLUTIONS, type Resolution } from './requirement-contradictions.ts';
import { DUTIES, type Duty, HEADINGS, NOTHING_TO_DO } from './requirement-people.ts';
import { RULES, type Rule } from './requirement-rules.ts';
import { SOURCES } from './requirement-sources.ts';

/**
 * Writes docs/requirements.md: each rule with its clauses, the files that keep it and the tests that
 * carry its id in their names; each clause with its rules; what only people can do. `npm run
 * requirements` writes it anew; a test compares it with the tree.
 */
export function requirementsDocument(): string {
  return [
    HEAD,
    ...KINDS.map(([kind, title]) =>
      section(
        title,
        RULE_COLUMNS,
        RULES.filter(({ id }) => id.startsWith(`${kind}-`)).map(ruleRow),
      ),
    ),
    section('Contradictions between the sources', RULE_COLUMNS, RESOLUTIONS.map(resolutionRow)),
    section('By clause: CP 5.08', CLAUSE_COLUMNS, policyRows()),
    section('By clause: CSBR', CLAUSE_COLUMNS, csbrRows()),
    section('What only people can do', PEOPLE_COLUMNS, DUTIES.map(dutyRow)),
    section(
      'Definitions and scope, nothing to do',
      ['what', 'CP'],
      NOTHING_TO_DO.map(([what, ranges]) => [what, ranges.map(linkedRange).join(', ')]),
    ),
    '',
  ].join('\n');
}

const KINDS = [
  ['REQ', 'OCSP requests at the edge'],
  ['RSP', 'OCSP responses and responders'],
  ['HTTP', 'HTTP'],
  ['CRL', 'CRLs'],
  ['CRT', 'Certificates'],
  ['CSR', 'Requests and keys'],
  ['OPS', 'Life cycle and operations'],
] as const;

const RULE_COLUMNS = ['rule', 'what it asks', 'source', 'kept in', 'shown by'];
const CLAUSE_COLUMNS = ['clause', 'heading', 'rules', 'kept in', 'shown by'];
const PEOPLE_COLUMNS = ['clause', 'what people do', 'what the program records or reminds of'];

type Row = readonly string[];

function section(title: string, columns: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`.replaceAll(/\| {2}(?=\|)/g, '| ');
  return [`\n## ${title}\n`, line(columns), line(columns.map(() => '---')), ...rows.map(line)].join(
    '\n',
  );
}

function ruleRow(rule: Rule): Row {
  const { id, what, files, note } = rule;
  const where = files.length > 0 ? code(files) : (note ?? 'not yet');
  return [anchored(id, id), what, SOURCES[id] ?? '', where, shown(testsOfRule(id), 3)];
}

function resolutionRow({ id, what, files, shownBy }: Resolution): Row {
  const tests = testsOfRule(id);
  const others = shownBy.length > 0 ? `the tests of ${linkedRules(shownBy)}` : '';
  const proofs = [shown(tests, 3), others].filter((text) => text !== '').join('<br>');
  const cell = proofs === '' ? 'decision, written where it is kept' : proofs;
  return [anchored(id, id), what, SOURCES[id] ?? '', code(files), cell];
}

function testsOfRule(id: string): readonly NamedTest[] {
  return TESTS.filter(({ ids }) => ids.includes(id));
}

/** Clauses that are answered, under the headings that they stand below. */
function policyRows(): readonly Row[] {
  const clauses = policyClauses();
  const answered = clauses.filter(({ clause }) => isAnswered('CP', clause));
  const isAbove = (heading: string) =>
    HEADINGS.includes(heading) && answered.some(({ clause }) => clause.startsWith(`${heading}.`));
  return clauses
    .filter(({ clause }) => isAnswered('CP', clause) || isAbove(clause))
    .map(({ clause, heading, gloss }) =>
      isAnswered('CP', clause)
        ? clauseRow('CP', clause, `${heading}: ${gloss}`)
        : [anchored(`cp-${clause}`, `**${clause}**`), `**${heading}: ${gloss}**`, '', '', ''],
    );
}

function csbrRows(): readonly Row[] {
  return citedCSBRClauses()
    .toSorted(compareClauses)
    .map((clause) => clauseRow('CSBR', clause, CSBR_HEADINGS[clause] ?? ''));
}

function clauseRow(document: 'CP' | 'CSBR', clause: string, heading: string): Row {
  const { as = [], files = [] } = answerOf(document, clause) ?? {};
  const rules = rulesOf(document, clause).map(linkedRule).join(', ');
  const referred = as.map((other) => `as ${linkedClause(document, other)}`).join(', ');
  return [
    anchored(`${document}-${clause}`, clause),
    heading,
    [rules, referred].filter((text) => text !== '').join('; '),
    code(files),
    files.length > 0 ? shown(testsOf(document, clause), 2) : '',
  ];
}

function dutyRow({ document, from, to, what, program }: Duty): Row {
  const text = document === 'CP' ? linkedRange(`${from} to ${to}`) : linkedClause(document, from);
  return [`${document} ${text}`, what, linkIds(program)];
}

/** `3.2 to 3.3` or one clause, linked where the table by clause has it. */
function linkedRange(range: string): string {
  const clauses = clausesOf(range);
  const [first = '', last = ''] = [clauses[0], clauses.at(-1)];
  const ends = first === last ? [first] : [first, last];
  return ends.map((clause) => linkedClause('CP', clause)).join(' to ');
}

function linkedClause(document: 'CP' | 'CSBR', clause: string): string {
  const isThere = isAnswered(document, clause) || (document === 'CP' && HEADINGS.includes(clause));
  return isThere ? `[${clause}](#${anchor(`${document}-${clause}`)})` : clause;
}

function linkedRules(ids: readonly string[]): string {
  return ids.map(linkIds).join(', ');
}

/** With its note, when no file keeps it. */
function linkedRule(id: string): string {
  const rule = RULES.find((one) => one.id === id);
  return rule?.files.length === 0 ? `${linkIds(id)} (${rule.note ?? 'not yet'})` : linkIds(id);
}

function linkIds(text: string): string {
  return text.replaceAll(
    /\b(?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+\b/g,
    (id) => `[${id}](#${anchor(id)})`,
  );
}

function anchored(id: string, text: string): string {
  return `<a id="${anchor(id)}"></a>${text}`;
}

function anchor(id: string): string {
  return id.toLowerCase().replaceAll('.', '-');
}

function code(files: readonly string[]): string {
  return files.map((file) => `\`${file}\``).join('<br>');
}

/** The first `limit` tests by file and name, and how many more there are. */
function shown(tests: readonly NamedTest[], limit: number): string {
  const named = tests.map(({ file, name }) => `${file}: ${name}`.replaceAll('|', '\\|'));
  const proofs = [...new Set(named)];
  const more = proofs.length > limit ? [`and ${proofs.length - limit} more`] : [];
  return [...proofs.slice(0, limit), ...more].join('<br>');
}

const HEAD = `# Requirements

For an auditor, both ways: from each rule to its clauses, the files that keep it and the tests that name it; and from each
clause of the certificate policy (SECOM, "Security Communication RootCA Time Stamp Service Certificate Policy", version 5.08)
and of the code signing baseline requirements (CSBR) to its rules. A clause that no rule cites shows its own files and tests.

* Rules: [requests](#ocsp-requests-at-the-edge), [responses](#ocsp-responses-and-responders), [HTTP](#http), [CRLs](#crls),
  [certificates](#certificates), [requests and keys](#requests-and-keys), [life cycle](#life-cycle-and-operations),
  [contradictions between the sources](#contradictions-between-the-sources)
* Clauses: [CP 5.08](#by-clause-cp-508), [CSBR](#by-clause-csbr), [what only people can do](#what-only-people-can-do),
  [what asks nothing](#definitions-and-scope-nothing-to-do)

Written by \`npm run requirements\`. A test fails when a listed file or test is not there, when a rule or a clause that claims a
file has no test, when a rule has no source, and when a clause of the CP is in none of the lists. A number after a clause and
a hyphen is that of its table (7.1.2-4). "not yet" is not done; "decision" is ours where the sources leave it open.`;
