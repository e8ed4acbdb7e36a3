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
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return usageFailure(`cannot read ${path}`, 'see that it exists');
  return readPolicyText(path, text);
}

/** The same of a file that was read. */
export function readPolicyText(path: string, text: string): Result<ReadPolicy, Failure> {
  const policy = readPolicyFile(text);
  if (!policy.ok) return err(policyFailure(path, policy.error));
  return ok({ policy: policy.value, json: JSON.parse(text) });
}

/** All findings in one line, and one by one as facts. */
function policyFailure(path: string, findings: readonly PolicyFinding[]): Failure {
  const told = findings.map(({ pointer, reason, clause }) =>
    `${pointer} ${reason} (${clause})`.trim(),
  );
  return {
    exit: EXIT.usage,
    code: 'policy-refused',
    message: `${path}: ${told.join('; ')}`,
    remedy: findings.length === 1 ? 'mend the file' : `mend the file in ${findings.length} places`,
    facts: { findings },
  };
}
