import { describe, expect, it } from 'vitest';
import { citedClauses, compareClauses } from '../../support/cited-clauses.ts';

const ORDER = ['4', '4.1', '4.1.1', '4.2', '4.2.1', '4.3', '4.10'];

describe('the clauses that a citation names', () => {
  it.each([
    ['CP 4.9.10; CSBR 4.9.10; RFC 6960 4.2', ['4.9.10']],
    ['CP 4.1, 4.8', ['4.1', '4.8']],
    ['CP 7.1.2-4, 7.1.2-6, 7.1.3', ['7.1.2', '7.1.3']],
    ['RFC 6960 4.2, CP 7.3', ['7.3']],
    ['CP 3.1.3, CRT-8', ['3.1.3']],
    ['CRT-8', []],
    ['TLSBR 4.9.9; CSBR 7.1.2.2 g; X.509', []],
    ['CP 4.1 to 4.2', ['4.1', '4.1.1', '4.2', '4.2.1']],
    ['CP 4.2, 4.3 to 4.10; RFC 5280 4.1', ['4.2', '4.3', '4.10']],
  ])('CP 8.4: of "%s" those of the CP are %j', (citation, clauses) => {
    expect(citedClauses('CP', citation, ORDER)).toEqual(clauses);
  });

  it('CP 8.4: clauses are sorted by number, each before those below it', () => {
    const sorted = ['4.10', '4.9.10', '10', '4.9', '4.9.2'].toSorted(compareClauses);
    expect(sorted).toEqual(['4.9', '4.9.2', '4.9.10', '4.10', '10']);
  });
});
