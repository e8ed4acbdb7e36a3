import { readPolicyFile } from '../../../../shared/policy/policy-file.ts';
import { shippedPolicy } from '../../../support/shipped-policies.ts';

/** Paths in the file with what is put there; undefined takes it out. */
export type Changes = Readonly<Record<string, unknown>>;

/** `pointer (clause)` of everything that is wrong with a shipped file after these changes. */
export function findings(file: string, changes: Changes): readonly string[] {
  const json = JSON.parse(shippedPolicy(file));
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('/');
    const last = names.pop() ?? '';
    let at = json;
    for (const name of names) at = at[name];
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  const read = readPolicyFile(JSON.stringify(json));
  return read.ok ? [] : read.error.map(({ pointer, clause }) => `${pointer} (${clause})`);
}
