import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../../shared/policy/roles.ts';
import { AUTHORISATIONS } from '../../../../signer/api/authorisation.ts';

const DOCUMENT = join(import.meta.dirname, '../../../../docs/operations.md');

/** As docs/operations.md has it: what changes something, by command, with a mark for each role that may. */
function roleMatrix(): string {
  const head = ['command', ...ROLES, 'duty'];
  const rows = Object.values(AUTHORISATIONS)
    .filter(({ event }) => event !== null)
    .map(({ operation, roles, duty }) => [
      `\`${operation}\``,
      ...ROLES.map((role) => (roles.includes(role) ? 'x' : '')),
      duty ?? '',
    ]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n').replace(/ {2}/g, ' ');
}

describe('the role matrix', () => {
  it('CP 5.2.1: docs/operations.md has every command that changes something, and who may use it', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const [, printed = ''] = /<!-- roles:[^\n]*-->\n([\s\S]*?)\n\n/.exec(text) ?? [];
    expect(printed).toBe(roleMatrix());
  });

  it('CP 4.3.1: a command has one row, so that the table can be read by its name', () => {
    const changing = Object.values(AUTHORISATIONS).filter(({ event }) => event !== null);
    const names = changing.map(({ operation }) => operation);
    expect(names).toEqual([...new Set(names)]);
  });
});
