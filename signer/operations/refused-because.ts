import type { OperationError } from './operation-error.ts';

/** Why, and about what, in names that this program gave: a reason in words may quote an applicant. */
export function refusedBecause(error: OperationError): {
  readonly checks?: readonly string[];
  readonly authority?: string;
  readonly serialNumber?: string;
} {
  const checks = [
    ...('check' in error && typeof error.check === 'string' ? [error.check] : []),
    ...('rule' in error && typeof error.rule === 'string' ? [error.rule] : []),
    ...('findings' in error ? error.findings.map(({ rule }) => rule) : []),
  ];
  return {
    ...(checks.length > 0 ? { checks } : {}),
    ...('authority' in error && typeof error.authority === 'string'
      ? { authority: error.authority }
      : {}),
    ...('serialNumber' in error && typeof error.serialNumber === 'string'
      ? { serialNumber: error.serialNumber }
      : {}),
  };
}
