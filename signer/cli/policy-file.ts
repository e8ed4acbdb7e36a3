import { readFile } from 'node:fs/promises';
import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { readPolicyFile } from '../../shared/policy/policy-file.ts';
import type { PolicyFinding } from '../../shared/policy/policy-rules.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { type Failure, usageFailure } from './command.ts';
import { EXIT } from './exit-codes.ts';

export interface ReadPolicy {
  readonly policy: CertificatePolicy;
  /** The file's JSON as it stands. */
  readonly json: unknown;
}

/** Reads and checks a policy file on this machine; no signer is asked. */
export async function readPolicyAt(path: string): Promise<Result<ReadPolicy, Failure>> {
  const text = await readFile(path, 'utf8').then(ok, notRead);
  if (!text.ok) return usageFailure(`cannot read ${path}`, text.error);
  return readPolicyText(path, text.value);
}

/** What to do about a file that could not be read. */
function notRead(cause: unknown): Result<never, string> {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EISDIR') return err('it is a directory; name the policy file in it');
  if (code === 'EACCES') return err('see that you may read it');
  return err('see that it exists');
}

/** The same of a file that was read. */
export function readPolicyText(path: string, text: string): Result<ReadPolicy, Failure> {
  const policy = readPolicyFile(text);
  if (!policy.ok) return err(policyFailure(path, policy.error));
  return ok({ policy: policy.value, json: JSON.parse(text) });
}

/** One finding in one line; several below each other; all of them as facts. */
function policyFailure(path: string, findings: readonly PolicyFinding[]): Failure {
  const told = findings.map(({ pointer, reason, clause }) =>
    `${pointer} ${reason} (${clause})`.trim(),
  );
  const failure = { exit: EXIT.usage, code: 'policy-refused', facts: { findings } } as const;
  const [only, ...more] = told;
  if (only !== undefined && more.length === 0) {
    return { ...failure, message: `${path}: ${only}`, remedy: 'mend the file' };
  }
  const message = `${path} cannot be used for ${told.length} reasons`;
  return { ...failure, message, remedy: 'mend the file in these places', lines: told };
}
