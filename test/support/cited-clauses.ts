/**
 * Clauses of one document that a citation names: `CP 4.1, 4.8; RFC 5280 4.2` names CP 4.1 and 4.8.
 * A table or an item counts for its clause (7.1.2-4, 7.1.2.2 g). `4.1 to 4.3` is every clause of
 * `inOrder` from the first to the last below 4.3; without that list it is the two that are named.
 */
export function citedClauses(
  document: string,
  citation: string,
  inOrder: readonly string[] = [],
): readonly string[] {
  const clauses: string[] = [];
  let current = '';
  let open: string | undefined;
  for (const [, name, number, word] of citation.matchAll(TOKEN)) {
    if (name !== undefined) current = name;
    else if (number !== undefined && current === document) {
      clauses.push(...(open === undefined ? [number] : between(open, number, inOrder)));
    }
    open = word === undefined ? undefined : clauses.at(-1);
  }
  return [...new Set(clauses)];
}

/** A document or a rule, a clause without its table, or the word of a range. */
const TOKEN =
  /\b(RFC \d+|X\.509|ADR \d+|[A-Z]+-\d+|[A-Z]{2,})\b|(?<![\d.-])(\d+(?:\.\d+)*)(?:-\d+)?|\b(to)\b/g;

function between(first: string, last: string, inOrder: readonly string[]): readonly string[] {
  const from = inOrder.indexOf(first);
  const to = inOrder.findLastIndex((clause) => clause === last || clause.startsWith(`${last}.`));
  return from === -1 || to === -1 ? [last] : inOrder.slice(from, to + 1);
}

/** 4.10 comes after 4.9, and 4.9 before 4.9.1. */
export function compareClauses(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (const [i, number] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (number !== other) return number - other;
  }
  return a.length - b.length;
}
